"""The HTTP interface, version 1: every route checks the protocol, the token and the till's scope."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import zstandard
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sqlalchemy import Connection, Engine
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from sync import wire
from sync.central import auth, body, db, digest, intake, lookup, notify, pull, push, sales
from sync.central.clerk import Clerk
from sync.central.errors import Refusal
from sync.central.history import told_anew
from sync.central.identity import identity, now_ms
from sync.central.openapi import takes
from sync.central.origin import Origin
from sync.central.snapshots.shelf import Shelf

_ZSTD_FROM = 2048
"""Bytes from which compressing an answer pays."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Central:
    """What the routes need; one for each application, in `app.state.central`."""

    engine: Engine
    hub: notify.Hub
    clerk: Clerk
    digests: digest.Kept = field(default_factory=digest.Kept)
    shelf: Shelf | None = None

    def read(self, work: Callable[[Connection], T]) -> T:
        with db.reading(self.engine) as conn:
            return work(conn)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Everything but spending a nonce is known by its ids, so it may be done again."""
        return db.write(self.engine, work, is_repeatable=True)

    def write_once(self, work: Callable[[Connection], T]) -> T:
        return db.write(self.engine, work)


async def _central(request: Request) -> Central:
    central: Central = request.app.state.central
    return central


async def speaks(x_proto: Annotated[str, Header(description="protocol version")] = "") -> None:
    """A till of another version hears that first."""
    if x_proto != str(wire.PROTO):
        raise Refusal(426, "upgrade", f"this server speaks version {wire.PROTO}")


CentralDep = Annotated[Central, Depends(_central)]
SpeaksDep = Depends(speaks)


Bearer = Annotated[str, Header()]
Schema = Annotated[int, Header(ge=1, description="streams the till can keep")]


def caller(central: CentralDep, authorization: Bearer = "", x_schema: Schema = 1) -> auth.Caller:
    """Who is asking, or a 401."""
    return central.read(lambda c: auth.caller(c, identity(c), authorization, now_ms(), x_schema))


CallerDep = Annotated[auth.Caller, Depends(caller)]
Tag = Annotated[str, Query(min_length=1, max_length=4096)]

problems: dict[int | str, dict[str, Any]] = {
    status: {"model": wire.Problem} for status in (400, 401, 403, 404, 413, 422, 426, 429, 503)
}
public = APIRouter()
v1 = APIRouter(prefix="/v1", dependencies=[SpeaksDep], responses=problems)


@public.get("/healthz")
def healthz(central: CentralDep) -> dict[str, str | int]:
    """Alive and able to read its database; how many facts are quarantined, to raise an alarm by."""
    return {"status": "ok", "quarantined": central.read(intake.quarantined)}


@v1.post("/enrol", openapi_extra=takes(wire.EnrolRequest))
async def enrol(request: Request, central: CentralDep) -> wire.EnrolAnswer:
    """Spend a one-time code and register the till's key."""
    message = body.parse(wire.EnrolRequest, await body.read(request))
    return await run_in_threadpool(central.write, lambda c: auth.enrol(c, message, now_ms()))


@v1.post("/token", openapi_extra=takes(wire.TokenRequest))
async def token(request: Request, central: CentralDep) -> wire.TokenAnswer:
    """Prove the till's key, get a token for half an hour."""
    message = body.parse(wire.TokenRequest, await body.read(request))
    return await run_in_threadpool(central.write_once, lambda c: auth.token(c, message, now_ms()))


@v1.post("/hello", openapi_extra=takes(wire.HelloRequest))
async def hello(request: Request, central: CentralDep, who: CallerDep) -> wire.HelloAnswer:
    """Compare histories before anything is sent."""
    message = body.parse(wire.HelloRequest, await body.read(request))

    def tell() -> wire.HelloAnswer:
        return central.write(lambda c: push.hello(c, who, message, now_ms()))

    return await run_in_threadpool(told_anew, central.write, tell)


@v1.get("/devices/self/events")
def own_events(
    central: CentralDep,
    who: CallerDep,
    incarnation: Annotated[int, Query(ge=1, lt=2**31)] = 1,
    from_seq: Annotated[int, Query(alias="from", ge=1, lt=2**63)] = 1,
) -> dict[str, Any]:
    """A till's own facts, for one that lost its journal."""
    origin = Origin(who, incarnation, now_ms())

    def work(conn: Connection) -> dict[str, Any]:
        found = push.own_facts(conn, origin, from_seq, wire.MAX_FACTS)
        return _stamp(conn) | {"events": found, "has_more": len(found) == wire.MAX_FACTS}

    return central.read(work)


@v1.get("/changes", responses={200: {"model": wire.ChangesAnswer}})
def changes(
    central: CentralDep,
    who: CallerDep,
    cursor: Annotated[str, Query(max_length=4096)] = "",
    limit: Annotated[int, Query(ge=1, le=pull.MAX_ROWS)] = 1000,
    again: Annotated[str, Query(max_length=1024, description="streams to start again")] = "",
    accept_encoding: Annotated[str, Header()] = "",
) -> Response:
    """The next page of everything this till may see."""
    streams = again.split(",") if again else []

    def tell() -> bytes:
        return central.read(lambda c: pull.page(c, who, cursor, limit, now_ms(), streams))

    return _json(told_anew(central.write, tell), accept_encoding)


@v1.get("/digest")
def digests(
    central: CentralDep,
    who: CallerDep,
    streams: Annotated[str, Query(max_length=1024, description="by comma; empty: all")] = "",
    cursor: Annotated[str, Query(max_length=4096)] = "",
) -> wire.DigestAnswer:
    """How many rows each stream has and the sum of their hashes, to compare a till's copy with."""
    return central.read(lambda c: digest.answer(c, who, central.digests, streams, cursor, now_ms()))


@v1.get("/lookup", responses={200: {"model": wire.LookupAnswer}})
def lookup_code(central: CentralDep, who: CallerDep, code: Tag) -> Response:
    """What stands behind one code or SKU."""
    return _json(central.read(lambda c: lookup.lookup(c, who, code, now_ms())), "")


@v1.get("/sales/{sale_id}")
def sale(central: CentralDep, who: CallerDep, sale_id: str) -> dict[str, Any]:
    """A sale of the till's own store as central has booked it."""
    return central.read(lambda c: _stamp(c) | sales.booked(c, who.store_id, sale_id))


@v1.get("/notify", response_class=EventSourceResponse)
async def notifications(
    central: CentralDep, who: CallerDep, authorization: Annotated[str, Header()] = ""
) -> EventSourceResponse:
    """Server-sent events `head {stream, seq}` and `hb`."""

    def check(conn: Connection) -> bool:
        try:
            auth.caller(conn, identity(conn), authorization, now_ms())
        except Refusal:
            return False
        return True

    async def is_welcome() -> bool:
        return await run_in_threadpool(central.read, check)

    async def stream() -> Any:
        with central.hub.listen(who.streams) as listener:
            async for hint in notify.hints(central.hub, listener, is_welcome):
                yield hint

    return EventSourceResponse(stream(), ping=0)


def _stamp(conn: Connection) -> dict[str, Any]:
    """What every answer carries."""
    return {"epoch": identity(conn).epoch, "server_time_ms": now_ms()}


def _json(content: bytes, accept_encoding: str) -> Response:
    headers = {"Vary": "Accept-Encoding"}
    if len(content) >= _ZSTD_FROM and "zstd" in accept_encoding:
        content = zstandard.ZstdCompressor(level=3).compress(content)
        headers["Content-Encoding"] = "zstd"
    return Response(content, media_type="application/json", headers=headers)
