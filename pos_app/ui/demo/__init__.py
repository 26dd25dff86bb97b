"""Windows beside the till in demo mode: paper that comes out, and a scanner to press."""
