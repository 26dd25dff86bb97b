"""Plain values and rules of selling. Standard library only: no Qt, no SQL, no clock, no randomness."""
