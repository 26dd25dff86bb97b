"""What needs permission: requests answered once for ever, and the holds they take."""
