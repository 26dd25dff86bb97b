"""The office's sign-in page."""

import logging
from typing import Annotated

import anyio
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.central.identity import now_ms
from sync.central.office import people, sessions, tries
from sync.central.office.guard import (
    COOKIE,
    PREFIX,
    CentralDep,
    FormDep,
    VisitDep,
    give_cookie,
)
from sync.central.office.showing import Templates
from sync.central.office.tries import Try

log = logging.getLogger(__name__)
door = APIRouter()
_AT_ONCE = 2
_KNOWN_FOR_S = 180 * 24 * 3600
"""How long a browser is known after somebody has signed in with it."""


class Passwords:
    """Argon2id, at most two at a time and on threads of its own: guessing costs the tills nothing."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._limit = anyio.CapacityLimiter(_AT_ONCE)
        self._nobodys = ""

    async def are_right(self, password: str, kept: str | None) -> bool:
        """As slow for a name nobody has."""
        return await anyio.to_thread.run_sync(self._check, password, kept, limiter=self._limit)

    def _check(self, password: str, kept: str | None) -> bool:
        if kept is None:
            self._nobodys = self._nobodys or self._hasher.hash("nobody has this password")
        try:
            return self._hasher.verify(kept or self._nobodys, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def _templates(request: Request) -> Templates:
    found: Templates = request.app.state.templates
    return found


def _passwords(request: Request) -> Passwords:
    found: Passwords = request.app.state.passwords
    return found


TemplatesDep = Annotated[Templates, Depends(_templates)]


@door.get("/sign-in")
def ask(request: Request, templates: TemplatesDep) -> Response:
    return _asking(request, templates, 200)


@door.post("/sign-in")
async def sign_in(
    request: Request,
    fields: FormDep,
    central: CentralDep,
    templates: TemplatesDep,
    passwords: Annotated[Passwords, Depends(_passwords)],
) -> Response:
    """Five wrong passwords lock a name for 30 s, each further one for twice as long; how often an
    address may try is limited too (`tries`)."""
    name = people.plain(fields.get("name", ""))[: people.LONGEST_NAME]
    password = fields.get("password", "")[: people.LONGEST_PASSWORD]
    at_ms = now_ms()
    address = request.client.host if request.client else ""
    it = Try(name, address, request.cookies.get(tries.cookie_of(name), ""))
    wait_ms = await run_in_threadpool(central.write_once, lambda c: tries.begin_try(c, it, at_ms))
    if wait_ms:
        return _asking(request, templates, 429, _locked(wait_ms), name)
    kept = await run_in_threadpool(central.read, lambda c: people.password_hash(c, name))
    if not await passwords.are_right(password, kept):
        wait_ms = await run_in_threadpool(
            central.write_once, lambda c: tries.refused(c, it, now_ms())
        )
        words = _locked(wait_ms) if wait_ms else "That name and password do not belong together."
        return _asking(request, templates, 429 if wait_ms else 403, words, name)

    def begin(conn: Connection) -> tuple[str, str]:
        tries.forgive(conn, it)
        return sessions.begin(conn, name, now_ms()), tries.new_seal(conn, name)

    token, seal = await run_in_threadpool(central.write_once, begin)
    response = RedirectResponse(f"{PREFIX}/exceptions", 303)
    give_cookie(request, response, token)
    give_cookie(request, response, seal, tries.cookie_of(name), _KNOWN_FOR_S)
    return response


@door.post("/sign-out")
def sign_out(_: FormDep, visit: VisitDep, central: CentralDep) -> Response:
    central.write(lambda c: sessions.end(c, visit.token, visit.person.name, now_ms()))
    response = RedirectResponse(f"{PREFIX}/sign-in", 303)
    response.delete_cookie(COOKIE, path=PREFIX)
    return response


def _locked(wait_ms: int) -> str:
    seconds = -(-wait_ms // 1000)
    return f"Too many wrong passwords. Try again in {seconds} seconds."


def _asking(
    request: Request, templates: Templates, status: int, words: str = "", name: str = ""
) -> Response:
    """A stranger gets a cookie too: the form is bound to it, so no other site can send it."""
    token = request.cookies.get(COOKIE) or sessions.new_token()
    response = templates.page(
        "sign_in.html",
        status,
        form_token=sessions.form_token(token),
        words=words,
        name=name,
    )
    give_cookie(request, response, token)
    return response
