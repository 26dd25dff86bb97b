"""The application: routes, the shape of refusals, and the hints' life."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from sync.central import db
from sync.central.authority import Shown
from sync.central.clerk import Clerk
from sync.central.compacting import compacting
from sync.central.errors import Refusal
from sync.central.holds.routes import commands
from sync.central.notify import HEARTBEAT_S, Hub
from sync.central.office.app import create_office
from sync.central.office.guard import PREFIX
from sync.central.proving import proving
from sync.central.push import Disagreement
from sync.central.pushing import add_pushing
from sync.central.routes import Central, public, v1
from sync.central.snapshots.job import shelf_beside, snapshots
from sync.central.snapshots.routes import snapshots as snapshot_routes
from sync.central.snapshots.shelf import Shelf

log = logging.getLogger(__name__)
_BUSY_S = "2"


def create_app(
    database: str | Engine,
    heartbeat_s: float = HEARTBEAT_S,
    snapshots_in: Path | None = None,
    authority: Shown | None = None,
    *,
    compacts: bool = True,
) -> FastAPI:
    """The server over a database that is migrated already. It closes an engine it made itself.

    Ready-made first loads lie beside a SQLite file unless a folder is given. It `compacts` daily.
    """
    engine = db.create_engine(database) if isinstance(database, str) else database
    hub = Hub(engine, heartbeat_s)
    shelf = Shelf(snapshots_in) if snapshots_in else shelf_beside(engine)
    jobs = [snapshots(engine, shelf)] if shelf else []
    if compacts:
        jobs.append(compacting(engine))

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        hub.start()
        for job in jobs:
            job.start()
        yield
        hub.close()
        for job in jobs:
            await run_in_threadpool(job.stop)
        if isinstance(database, str):
            engine.dispose()

    # the framework's own pages load scripts from strangers; /openapi.json is enough
    app = FastAPI(
        title="Omnitill central", version="1", lifespan=life, docs_url=None, redoc_url=None
    )
    app.state.central = Central(engine, hub, Clerk(engine, hub.announce), shelf=shelf)
    app.state.authority = authority
    add_pushing(app)
    app.include_router(public)
    app.include_router(proving)
    app.include_router(v1)
    app.include_router(commands)
    app.include_router(snapshot_routes)
    app.mount(PREFIX, create_office(app.state.central))
    app.exception_handler(Refusal)(_refusal)
    app.exception_handler(Disagreement)(_disagreement)
    app.exception_handler(RequestValidationError)(_bad_request)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(ClientDisconnect)(_gone)
    app.exception_handler(DataError)(_unstorable)
    app.exception_handler(OperationalError)(_busy)
    app.exception_handler(PoolTimeout)(_busy)
    app.exception_handler(Exception)(_bug)
    return app


def _problem(
    status: int, error: str, detail: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"error": error, "detail": detail}, status, headers)


async def _refusal(_: Request, error: Refusal) -> JSONResponse:
    return _problem(error.status, error.error, error.detail, error.headers)


async def _disagreement(_: Request, error: Disagreement) -> JSONResponse:
    return JSONResponse(error.answer.model_dump(), 409)


async def _bad_request(_: Request, error: RequestValidationError) -> JSONResponse:
    """Which fields are wrong, never what was in them."""
    places = [".".join(map(str, it["loc"])) + ": " + it["type"] for it in error.errors()]
    return _problem(422, "bad_request", "; ".join(places)[:500])


async def _http(_: Request, error: HTTPException) -> JSONResponse:
    """What the framework refuses by itself: no such path, wrong method."""
    headers = dict(error.headers or {})
    return _problem(error.status_code, "http", str(error.detail), headers)


async def _unstorable(_: Request, __: Exception) -> JSONResponse:
    """A text with NUL in it, or a number no column holds: asking again would not help."""
    return _problem(400, "bad_value", "the database cannot hold what was asked for")


async def _gone(_: Request, __: Exception) -> Response:
    """The till hung up in the middle of its request: nobody hears the answer, nothing is wrong."""
    return Response(status_code=400)


async def _busy(_: Request, error: Exception) -> JSONResponse:
    log.warning("the database did not answer: %s", type(error).__name__)
    return _problem(503, "busy", "try again", {"Retry-After": _BUSY_S})


async def _bug(request: Request, _: Exception) -> JSONResponse:
    """Logged with its traceback by the server; the till sends the same again later."""
    return _problem(500, "internal", request.url.path)
