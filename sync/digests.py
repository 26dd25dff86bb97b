"""What two copies of a stream are compared by: how many rows of each kind, and the sum of their hashes.

A row's hash is over the text it has on the wire, so central hashes what lies in its feed and a till
what its tables would have been sent as. Sums need no order, and a row is added in a microsecond.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

_MOD = 1 << 64


@dataclass(frozen=True, slots=True)
class Digest:
    """`sum` is modulo 2^64, in 16 hex digits: JSON numbers do not hold it."""

    count: int
    sum: str


Digests: TypeAlias = Mapping[str, Digest]
"""By entity."""

NOTHING = Digest(0, f"{0:016x}")


class Summing:
    """A digest in the making."""

    def __init__(self) -> None:
        self._count = 0
        self._sum = 0

    def add(self, rows: Iterable[bytes]) -> None:
        """Rows as the bytes of their JSON arrays: `[seq,"put",column,…]`."""
        hashes = [int.from_bytes(blake2b(row, digest_size=8).digest(), "big") for row in rows]
        self._count += len(hashes)
        self._sum = (self._sum + sum(hashes)) % _MOD

    @property
    def digest(self) -> Digest:
        return Digest(self._count, f"{self._sum:016x}")


def differing(ours: Digests, theirs: Digests) -> list[str]:
    """Entities whose rows are not the same; one that a side does not know of has no rows there."""
    return sorted(it for it in {*ours, *theirs} if ours.get(it, NOTHING) != theirs.get(it, NOTHING))
