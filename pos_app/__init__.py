"""Omnitill, the till program."""
