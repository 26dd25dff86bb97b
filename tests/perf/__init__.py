"""Measurements, each beside its physical floor in the same run. They never fail a test run."""
