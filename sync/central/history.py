"""Whether this database still is what tills were told it is: a backup that was put back is not.

`omnitill-central new-epoch` says so after every restore, before a till is answered. This is the net
below: a till that was told more proves it with its next greeting or page. What no till was told of is
not noticed, such as a hold, nor is any restore before the first till speaks.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection

from sync.central.identity import Identity, new_epoch

log = logging.getLogger(__name__)
T = TypeVar("T")


class HistoryLost(Exception):
    """A till was told more in this very epoch: central was put back to a backup."""

    def __init__(self, epoch: str) -> None:
        super().__init__(epoch)
        self.epoch = epoch


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a till is. `own` is how many of its own facts the stock it has certainly includes.

    `floors` are those of streams that it is getting from nothing and is still below: it lacks no
    tombstone up to there, because it has no row from before.
    """

    epoch: str
    positions: dict[str, int]
    own: int
    floors: dict[str, int] = field(default_factory=dict)

    def is_outdated(self, stream: str, floor: int) -> bool:
        """Whether rows may have gone without the till hearing of it."""
        return self.positions[stream] < floor and self.floors.get(stream) != floor


def read_cursor(own: Identity, text: str) -> Cursor | None:
    """The cursor in this text; None if it is empty or not ours."""
    content = own.unseal("cursor", text) if text else None
    return Cursor(*content) if content else None


def write_cursor(own: Identity, cursor: Cursor) -> str:
    return own.seal("cursor", [cursor.epoch, cursor.positions, cursor.own, cursor.floors])


def check(epoch: str, cursor: Cursor | None, heads: Mapping[str, int]) -> None:
    """HistoryLost if a cursor of this epoch is ahead of the streams as they are now."""
    old = cursor.positions if cursor and cursor.epoch == epoch else {}
    if any(old.get(stream, 0) > head for stream, head in heads.items()):
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
