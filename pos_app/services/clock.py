"""Wall time as the shop sees it: UTC milliseconds in the shop's own zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def local_time(at_ms: int, time_zone: str) -> datetime:
    """The moment in a zone by IANA name; an empty name is the zone of the machine."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.astimezone(ZoneInfo(time_zone)) if time_zone else at.astimezone()
