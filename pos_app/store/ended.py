"""Lives of this journal that have ended, as outboxes: a central that was restored may lack their facts.

A life counts as far as the next one has not told it again; whole, if it was filled since with facts
that the next one never had. All of its facts were in flight once,
as far as anybody can know; what central has of it is asked, not kept.
"""

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from pos_app.store.db import Stores
from pos_app.store.faults import translated
from pos_app.store.outgoing import batch_of, facts_at
from sync.chain import GENESIS
from sync.ports import Outbox, OutboxState, WireFactDict

_LIVES = "SELECT incarnation, base FROM life WHERE device_id = ? AND base < ? ORDER BY base"
_NEXT = "SELECT min(base) FROM life WHERE base > ?"
_BEGINNING = (
    "SELECT position, payload FROM fact WHERE position BETWEEN ? AND ? AND type = 'device.recovered.v1'"
    " ORDER BY position LIMIT 1"
)
"""A life begins with it, or with a word about a wrong clock and then it."""
_TOLD_AGAIN_TO = (
    "SELECT coalesce(min(position) - 1, (SELECT max(position) FROM fact)) FROM fact"
    " WHERE position > ? AND payload NOT LIKE '%\"forked_from\":{%'"
)
"""What it tells again follows at once."""


class EndedLife(NamedTuple):
    """Facts at `base` + 1 to `end`. Satisfies sync.ports.Outbox; nothing about it is written."""

    stores: Stores
    device_id: str
    incarnation: int
    base: int
    end: int
    known_through: int
    """How far it is known to have got, if that is beyond what is left of it here; else 0."""

    def state(self) -> OutboxState:
        last = self.end - self.base
        with translated:
            epoch = self.stores.journal.exec_driver_sql("SELECT epoch FROM outbox").scalar()
        return OutboxState(
            self.device_id,
            self.incarnation,
            last,
            self.hash_at(last) or GENESIS.hex(),
            last,
            last,
            last,
            epoch,
            self.known_through,
        )

    def batch(self, from_seq: int, limit: int, max_bytes: int) -> list[WireFactDict]:
        left = self.end - self.base - from_seq + 1
        rows = facts_at(self.stores, self.base + from_seq, min(limit, left))
        return batch_of(rows, max_bytes)

    def mark_in_flight(self, through: int) -> None:
        """It is, since the life ended."""

    def acknowledged(self, accepted_through: int, durable_through: int, epoch: str) -> None:
        """Asked again in the next history."""

    def hash_at(self, seq: int) -> str | None:
        if seq == 0:
            return GENESIS.hex()
        is_here = 0 < seq <= self.end - self.base
        rows = facts_at(self.stores, self.base + seq, 1) if is_here else []
        return rows[0].hash.hex() if rows else None

    def unsent(self) -> tuple[int, int | None]:
        return 0, None

    def earlier(self) -> Sequence[Outbox]:
        return ()


def ended_lives(stores: Stores) -> list[EndedLife]:
    """The oldest first. Another device's life, from before this till was enrolled again, is not
    ours to speak for: the machine it was copied from may be alive."""
    identity = stores.identity
    if identity is None:
        return []
    own = identity.device.device_id
    with translated:
        run = stores.journal.exec_driver_sql
        lives = run(_LIVES, (own, identity.base)).fetchall()
        ends = [run(_NEXT, (base,)).scalar_one() for _, base in lives]
        return [
            _ended(stores, own, incarnation, base, end)
            for (incarnation, base), end in zip(lives, ends, strict=True)
        ]


def _ended(stores: Stores, device_id: str, incarnation: int, base: int, end: int) -> EndedLife:
    """What the life that begins after the position `end` says of the one before it."""
    run = stores.journal.exec_driver_sql
    row = run(_BEGINNING, (end + 1, end + 2)).one_or_none()
    said = orjson.loads(row.payload) if row else {}
    first, known = said.get("told_again_from"), said.get("known_through", 0)
    told_through = end
    if row and first is not None:
        count = run(_TOLD_AGAIN_TO, (row.position,)).scalar_one() - row.position
        is_filled = base + first - 1 + count < end
        told_through = end if is_filled else min(end, base + first - 1)
    lost = known if known > end - base else 0
    return EndedLife(stores, device_id, incarnation, base, told_through, lost)
