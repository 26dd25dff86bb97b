"""A wire between a real till and a real central that does whatever wires do."""
