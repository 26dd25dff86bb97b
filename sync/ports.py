"""What the exchange needs of the till: the outbox it sends from and the replica it fills.

The till's store implements both. This module imports nothing heavy, so that it may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

WireFactDict: TypeAlias = dict[str, Any]
"""A fact with exactly the fields of `sync.wire.WireFact`; payload is the stored text, hash is hex."""

Page: TypeAlias = Mapping[str, Any]
"""A decoded `sync.wire.ChangesAnswer`: `blocks` hold rows as `[seq, op, *cols]`."""

Connection: TypeAlias = Literal["online", "slow", "offline", "refused", "upgrade", "fork"]


@dataclass(frozen=True, slots=True)
class OutboxState:
    """The journal as the exchange sees it. Hashes are hex; `epoch` is central's, None at first."""

    device_id: str
    incarnation: int
    last_seq: int
    last_hash: str
    accepted_through: int
    durable_through: int
    in_flight_through: int
    epoch: str | None
    known_through: int = 0
    """How far an ended life is known to have got, if facts of it are lost here; else 0."""


class LookedUp(NamedTuple):
    """Rows about one code, as in a page but out of turn; no blocks when central knows nothing."""

    epoch: str
    blocks: Sequence[Mapping[str, Any]]


class Outbox(Protocol):
    """Facts to send. Used by the sync thread alone; every write is committed before it returns."""

    def state(self) -> OutboxState: ...

    def batch(self, from_seq: int, limit: int, max_bytes: int) -> list[WireFactDict]:
        """Contiguous facts from `from_seq`: at least one if there is one, whatever its size."""
        ...

    def mark_in_flight(self, through: int) -> None:
        """Committed before the first byte leaves; never goes back."""
        ...

    def acknowledged(self, accepted_through: int, durable_through: int, epoch: str) -> None:
        """How far central has got. May go backwards: a restored server has less than it had."""
        ...

    def hash_at(self, seq: int) -> str | None:
        """Hex hash of a fact; 64 zeros for seq 0; None when there is no such fact."""
        ...

    def unsent(self) -> tuple[int, int | None]:
        """Facts not accepted yet, and when the oldest happened (UTC milliseconds)."""
        ...

    def earlier(self) -> "Sequence[Outbox]":
        """Lives of this same till that have ended, the oldest first, as far as they were not told
        again by a later one: a central that was restored may lack them."""
        ...


class Replica(Protocol):
    """The downloadable copy. Used by the sync thread alone."""

    def cursor(self) -> str:
        """Where the replica is; empty before the first page."""
        ...

    def resnapshot(self, streams: Sequence[str]) -> None:
        """These streams start again: rows not seen again until a page with has_more false go."""
        ...

    def apply(self, page: Page) -> set[str]:
        """Rows are upserted if newer by seq; `next_cursor` never runs ahead of its rows. Entities of
        which rows are gone because their stream started again without them. ServerBroken for a page
        that cannot be applied; nothing of it is kept then."""
        ...


class Keeper(Protocol):
    """Proofs from central, and a past that was put back mended. Used by the sync thread alone."""

    def countersigned(
        self, device_id: str, incarnation: int, point: Mapping[str, Any], central_key: str
    ) -> None:
        """Central's `sync.wire.Checkpoint`; `central_key` is empty when it was not said again."""
        ...

    def take_back(self, next_expected: int) -> bool:
        """The till is behind its own past: fetch what is missing; whether the journal has it now."""
        ...


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the badge shows. `filling` is (rows done, rows in all) while far behind, else None."""

    connection: Connection
    since_ms: int
    unsent: int
    oldest_unsent_ms: int | None
    pulled_at_ms: int | None
    filling: tuple[int, int] | None
    detail: str = ""
