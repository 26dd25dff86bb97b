"""Devices at the till. Knows no Qt, no store, no sync."""
