"""Lists of ready-to-paint rows, fed by events."""
