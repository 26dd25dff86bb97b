"""The one request that every sale makes: it goes straight to its endpoint.

The framework describes it, but solves no dependencies for it: that cost more than the rest of the
request. So its endpoint reads the headers and asks who is there by itself.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import request_response

from sync import wire
from sync.central import auth, body, push
from sync.central.clerk import SMALL, Paper
from sync.central.identity import now_ms
from sync.central.openapi import takes
from sync.central.routes import Bearer, Central, SpeaksDep, caller, problems, speaks


class _Direct(APIRoute):
    """What it depends on is described only; `endpoint` takes a request and gives the answer."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **described: Any) -> None:
        super().__init__(path, endpoint, **described)
        self.app = request_response(endpoint)


def _headers(authorization: Bearer = "", content_encoding: Annotated[str, Header()] = "") -> None:
    """What `events` reads; for the description."""


def add_pushing(app: FastAPI) -> None:
    """Before other routers, so that it is found first."""
    app.router.add_api_route(
        "/v1/events",
        events,
        methods=["POST"],
        route_class_override=_Direct,
        dependencies=[SpeaksDep, Depends(_headers)],
        openapi_extra=takes(wire.PushRequest),
        response_model=wire.PushAnswer,
        responses=problems | {409: {"model": wire.ForkAnswer}, 415: {"model": wire.Problem}},
    )


async def events(request: Request) -> Response:
    """Facts in contiguous order. Answered only after the commit; a repeat gets the same answer."""
    central: Central = request.app.state.central
    headers = request.headers
    await speaks(headers.get("x-proto", ""))
    bearer, encoding = headers.get("authorization", ""), headers.get("content-encoding", "")
    if not central.clerk.knows(bearer):  # nobody's large body is read
        await run_in_threadpool(caller, central, bearer)
    raw = await body.read(request, body.MAX_PUSH_BODY)
    answer = None
    if len(raw) <= SMALL:
        answer = await central.clerk.book(Paper(bearer, raw, encoding))
    if answer is None:
        who = await run_in_threadpool(caller, central, bearer)
        answer = await run_in_threadpool(_push, central, who, raw, encoding)
    return Response(answer, media_type="application/json")


def _push(central: Central, who: auth.Caller, raw: bytes, encoding: str) -> bytes:
    message = body.parse(push.Push, raw, encoding)
    ready = push.understood(who, message)
    answer, heads = central.write(lambda c: push.push(c, who, message, now_ms(), ready))
    central.hub.announce(heads)
    return answer.model_dump_json().encode()
