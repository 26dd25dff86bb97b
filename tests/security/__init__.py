"""What must never leak."""
