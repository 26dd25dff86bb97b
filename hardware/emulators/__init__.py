"""Stand-ins for devices: the demo's virtual printer and the tests' misbehaving ones."""
