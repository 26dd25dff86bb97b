"""The two-way exchange with central. Knows no Qt and nothing of the till."""
