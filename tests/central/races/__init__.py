"""What many clients do at once on real databases, each with the control that must fail."""
