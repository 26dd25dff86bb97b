"""The HTTP interface of snapshots."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse
from sqlalchemy import Connection, func, select

from sync import wire
from sync.central.auth import Caller
from sync.central.errors import Refusal
from sync.central.feed import heads_of
from sync.central.history import Cursor, write_cursor
from sync.central.identity import identity, now_ms
from sync.central.routes import CallerDep, CentralDep, SpeaksDep, problems
from sync.central.schema import chain
from sync.central.snapshots.shelf import Ready, class_of

Name = Annotated[str, Path(pattern="^[0-9a-f]{16}-[0-9a-f]{16}$")]
snapshots = APIRouter(prefix="/v1/snapshots", dependencies=[SpeaksDep], responses=problems)
_ZSTD = "application/zstd"
_BINARY = {"content": {_ZSTD: {"schema": {"type": "string", "format": "binary"}}}}


@snapshots.get("/manifest")
def manifest(central: CentralDep, who: CallerDep) -> wire.SnapshotManifest:
    """The ready file for a till like this one, and where the feed goes on after it."""
    ready = central.shelf.ready(who.shared) if central.shelf else None
    if ready is None:
        raise Refusal(404, "no_snapshot")
    return central.read(lambda c: _manifest(c, who, ready))


@snapshots.get(
    "/{name}",
    response_class=FileResponse,
    responses={200: _BINARY, 206: _BINARY, 416: {"description": "nothing there"}},
)
def file(central: CentralDep, who: CallerDep, name: Name) -> FileResponse:
    """The file, or the range of it that is asked for."""
    path = central.shelf.path(name) if central.shelf else None
    if path is None or not name.startswith(class_of(who.shared)) or not path.is_file():
        raise Refusal(404, "no_snapshot")
    return FileResponse(path, media_type=_ZSTD)


def _manifest(conn: Connection, who: Caller, ready: Ready) -> wire.SnapshotManifest:
    own, content = identity(conn), ready.content
    heads = heads_of(conn, who.shared)
    is_past = any(at > heads.get(stream, 0) for stream, at in content.positions.items())
    if content.epoch != own.epoch or is_past:
        raise Refusal(404, "no_snapshot", "it is of another history")
    through = _own_through(conn, who, content.own.get(who.device_id))
    return wire.SnapshotManifest(
        epoch=own.epoch,
        server_time_ms=now_ms(),
        name=ready.name,
        sha256=ready.sha256,
        size=ready.size,
        sig=ready.sig,
        rows=content.rows,
        cursor=write_cursor(own, Cursor(own.epoch, content.positions, through)),
        includes_own_through=through,
    )


def _own_through(conn: Connection, who: Caller, included: tuple[int, int] | None) -> int:
    """How many facts of the till's present life are in the file's stock."""
    query = select(func.max(chain.c.incarnation)).where(
        chain.c.store_id == who.store_id, chain.c.device_id == who.device_id
    )
    life = conn.execute(query).scalar_one_or_none()
    return included[1] if included and included[0] == life else 0
