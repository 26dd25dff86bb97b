"""The office's door: cookies and forms. A till's token is no key to it, and its cookie none to /v1."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.responses import Response

from sync.central import body
from sync.central.identity import now_ms
from sync.central.office import sessions
from sync.central.office.people import Person
from sync.central.routes import Central

PREFIX = "/office"
COOKIE = "omnitill_office"
_FIELDS = 20


class NotSignedIn(Exception):
    """Nobody, or somebody whose session is over: sent to sign in."""


class Turned(Exception):
    """Answered as a page with this status; the words are for the person."""

    def __init__(self, status: int, title: str, words: str) -> None:
        super().__init__(status, title)
        self.status, self.title, self.words = status, title, words


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a signed-in person."""

    person: Person
    token: str

    @property
    def form_token(self) -> str:
        return sessions.form_token(self.token)


def central_of(request: Request) -> Central:
    central: Central = request.app.state.central
    return central


CentralDep = Annotated[Central, Depends(central_of)]


def visit(request: Request, central: CentralDep) -> Visit:
    token = request.cookies.get(COOKIE, "")
    at_ms = now_ms()
    found = central.read(lambda c: sessions.find(c, token, at_ms)) if token else None
    if found is None:
        raise NotSignedIn
    person, is_stale = found
    if is_stale:
        central.write(lambda c: sessions.touch(c, token, at_ms))
    return Visit(person, token)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form that this cookie's owner was given; any other is refused."""
    raw = await body.read(request)
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"
        )
    except ValueError:
        raise Turned(400, "That form cannot be read", "Go back and send it again.") from None
    fields = dict(pairs)
    token = request.cookies.get(COOKIE, "")
    wanted = sessions.form_token(token).encode()
    if not token or not hmac.compare_digest(fields.get("form_token", "").encode(), wanted):
        raise Turned(
            403,
            "That form is too old",
            "Nothing was changed. Open the page again and repeat what you did.",
        )
    if any("\0" in text for text in fields.values()):
        raise Turned(400, "That form cannot be read", "There is a character in it no text has.")
    return fields


VisitDep = Annotated[Visit, Depends(visit)]
FormDep = Annotated[dict[str, str], Depends(form)]


def give_cookie(
    request: Request,
    response: Response,
    content: str,
    name: str = COOKIE,
    for_s: int | None = None,
) -> None:
    """Sent back to the office's own pages only; never readable by a script, never from another site.
    Gone with the browser's window unless it is to last."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        name, content, for_s, path=PREFIX, httponly=True, samesite="strict", secure=is_secure
    )
