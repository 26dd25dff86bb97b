"""Every endpoint of central's interface, from the application's own list: one that is added is tested, or
fails a test."""

import re
from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route

from sync.central import db
from sync.central.app import create_app

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/openapi.json"),
    ("GET", "/v1/authority"),
    ("GET", "/v1/time"),
    ("POST", "/v1/enrol"),
    ("POST", "/v1/token"),
}
"""What a till may ask before it has a token."""
MOUNTED = {"/office"}
"""People sign in there: tests/central/test_office_access.py."""


def _routes(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif isinstance(route, Mount):
            assert route.path in MOUNTED, f"{route.path} is mounted, and nobody tests who may enter"
        else:
            yield from _routes(route.original_router.routes)  # type: ignore[attr-defined]


def templates(app: FastAPI) -> set[tuple[str, str]]:
    """Methods and paths with their parameters in braces."""
    return {
        (method, route.path)
        for route in _routes(app.routes)
        for method in route.methods or ()
        if method != "HEAD"
    }


def _everything() -> set[tuple[str, str]]:
    engine = db.create_engine("sqlite://")
    found = templates(create_app(engine))
    engine.dispose()
    return found


TEMPLATES = sorted(_everything() - PUBLIC)
ENDPOINTS = [(method, re.sub(r"{\w+}", "x", path)) for method, path in TEMPLATES]
"""Those that want a token, with something in place of each parameter."""
