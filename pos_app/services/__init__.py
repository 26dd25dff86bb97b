"""What a person can do at the till. No Qt."""
