"""Readings of the clocks, taken outside the domain and passed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Now:
    """One moment: the wall clock is for people, the monotonic clock of one boot is for order."""

    wall_ms: int
    mono_ms: int
    boot_id: str
    clock_offset_ms: int = 0
