"""Proof that nothing is lost or altered: marks outside the file, a black box, verifying, mending."""
