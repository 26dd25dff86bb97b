"""The office as an application of its own, mounted beside the tills' interface: every answer is a page."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from sync.central.errors import Refusal
from sync.central.office.guard import PREFIX, NotSignedIn, Turned
from sync.central.office.pages import pages
from sync.central.office.showing import FOLDER, Templates
from sync.central.office.signing_in import Passwords, door
from sync.central.routes import Central

log = logging.getLogger(__name__)


def create_office(central: Central) -> FastAPI:
    """Mount it at `guard.PREFIX`."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.central = central
    app.state.templates = Templates()
    app.state.passwords = Passwords()
    app.include_router(door)
    app.include_router(pages)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    app.exception_handler(NotSignedIn)(_not_signed_in)
    app.exception_handler(Turned)(_turned)
    app.exception_handler(Refusal)(_refused)
    app.exception_handler(RequestValidationError)(_not_there)
    app.exception_handler(DataError)(_not_there)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(OperationalError)(_busy)
    app.exception_handler(PoolTimeout)(_busy)
    app.exception_handler(Exception)(_bug)
    return app


async def _not_signed_in(_: Request, __: Exception) -> Response:
    return RedirectResponse(f"{PREFIX}/sign-in", 303)


async def _turned(request: Request, error: Turned) -> Response:
    return _problem(request, error.status, error.title, error.words)


async def _refused(request: Request, error: Refusal) -> Response:
    return _problem(request, error.status, "That cannot be taken", error.detail)


async def _not_there(request: Request, _: Exception) -> Response:
    return _problem(request, 404, "There is no such page", "Go back to the list.")


async def _http(request: Request, error: HTTPException) -> Response:
    return _problem(request, error.status_code, "There is no such page", str(error.detail))


async def _busy(request: Request, error: Exception) -> Response:
    log.warning("the database did not answer: %s", type(error).__name__)
    words = "The database does not answer. Nothing is known to be changed; try again in a moment."
    return _problem(request, 503, "Not now", words)


async def _bug(request: Request, _: Exception) -> Response:
    """Logged with its traceback by the server."""
    words = "That is a fault of this page. Call support; selling goes on."
    return _problem(request, 500, "Something went wrong", words)


def _problem(request: Request, status: int, title: str, words: str) -> Response:
    templates: Templates = request.app.state.templates
    return templates.page("problem.html", status, title=title, words=words)
