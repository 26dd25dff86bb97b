"""Whether this database still is what tills were told it is: a backup that was put back is not.

`omnitill-central new-epoch` says so after every restore, before a till is answered. This is the net
below: a till that was told more proves it with its next greeting or page. What no till was told of is
not noticed, such as a hold, nor is any restore before the first till speaks.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select

from sync.central.auth import Caller
from sync.central.identity import Identity, new_epoch
from sync.central.schema import chain

log = logging.getLogger(__name__)
T = TypeVar("T")


_COUNTED = (
    select(chain.c.incarnation, chain.c.seq)
    .where(
        chain.c.store_id == bindparam("store"),
        chain.c.device_id == bindparam("device"),
        chain.c.seq > 0,
    )
    .order_by(chain.c.incarnation.desc())
    .limit(1)
)


class HistoryLost(Exception):
    """A till was told more in this very epoch: central was put back to a backup."""

    def __init__(self, epoch: str) -> None:
        super().__init__(epoch)
        self.epoch = epoch


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a till is. `own` is how many of its own facts the stock it has certainly includes.

    `floors` are those of streams that it is getting from nothing and is still below: it lacks no
    tombstone up to there, because it has no row from before. `counted` is as in the page's answer,
    of the device it was given to: a till that was enrolled anew goes on with the cursor it has.
    """

    epoch: str
    positions: dict[str, int]
    own: int
    floors: dict[str, int] = field(default_factory=dict)
    device_id: str = ""
    counted: tuple[int, int] = (0, 0)

    def is_outdated(self, stream: str, floor: int) -> bool:
        """Whether rows may have gone without the till hearing of it."""
        return self.positions[stream] < floor and self.floors.get(stream) != floor


def read_cursor(own: Identity, text: str) -> Cursor | None:
    """The cursor in this text; None if it is empty, not ours or of an earlier program."""
    content = own.unseal("cursor", text) if text else None
    if not content or len(content) != len(fields(Cursor)):
        return None
    epoch, positions, included, floors, device_id, (life, seq) = content
    return Cursor(epoch, positions, included, floors, device_id, (life, seq))


def write_cursor(own: Identity, cursor: Cursor) -> str:
    return own.seal("cursor", [getattr(cursor, it.name) for it in fields(Cursor)])


def counted(conn: Connection, who: Caller) -> tuple[int, int]:
    """The last fact of this till that is in as of this moment: its life and its seq.

    A till sends its lives in their order, so that all of the earlier ones are in too.
    """
    own = {"store": who.store_id, "device": who.device_id}
    row = conn.execute(_COUNTED, own).one_or_none()
    return (row.incarnation, row.seq) if row else (1, 0)


def check(
    epoch: str,
    cursor: Cursor | None,
    heads: Mapping[str, int],
    who: Caller,
    counted_now: tuple[int, int],
) -> None:
    """HistoryLost if a cursor of this epoch is ahead of the streams, or of the till's own facts that
    are in, as they are now. Only central can have written it: no till can say so of itself."""
    if cursor is None or cursor.epoch != epoch:
        return
    is_ahead = any(cursor.positions.get(stream, 0) > head for stream, head in heads.items())
    is_own = cursor.device_id == who.device_id
    if is_ahead or (is_own and cursor.counted > counted_now):
        raise HistoryLost(epoch)


def told_anew(
    write: Callable[[Callable[[Connection], object]], object], tell: Callable[[], T]
) -> T:
    """What `tell` says, in a new epoch if a till proves that this one is over.

    `write` runs work in a write transaction of its own; `tell` opens and ends its own as well.
    """
    try:
        return tell()
    except HistoryLost as lost:
        over = lost.epoch
    write(lambda conn: new_epoch(conn, over))
    log.error(
        "central was put back to a backup and `new-epoch` was not run: a till knows more. There is a new "
        "epoch now, and nothing is granted until every till has sent again what it has. What was "
        "granted in between may have been granted before: look at /office"
    )
    return tell()
