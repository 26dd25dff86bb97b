"""Templates of the office, and how times and payloads are written in them."""

import json
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi.responses import HTMLResponse

from sync.central.office.words import words

FOLDER = Path(__file__).parent
_HEADERS = {
    # no script at all, nothing from strangers, no frame around it, no copy on a disk
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Templates:
    """Loaded when the first page is asked for: a server of tills alone never needs them."""

    @cached_property
    def _environment(self) -> Any:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        found = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        found.filters |= {"utc": utc, "local": local, "words": words}
        return found

    def page(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        text = self._environment.get_template(template).render(**values)
        return HTMLResponse(text, status, _HEADERS)


def utc(at_ms: int) -> str:
    return _written(at_ms, UTC) + " UTC" if at_ms else "not known"


def local(at_ms: int, time_zone: str) -> str:
    """The same moment by the store's own clock; empty if the store has said no time zone."""
    try:
        zone = ZoneInfo(time_zone) if time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return f"{_written(at_ms, zone)} {time_zone}" if zone and at_ms else ""


def pretty(payload: str) -> str:
    """Laid out for reading; what is no JSON as it came. The hash is over the text as it came."""
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return payload


def _written(at_ms: int, zone: tzinfo) -> str:
    try:
        return f"{datetime.fromtimestamp(at_ms / 1000, zone):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"  # a till may claim any time
