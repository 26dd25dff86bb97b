"""Central under generated requests: whatever is sent, no answer is a server error."""
