"""Facts as several sources offer them for one life, and which of them the hashes prove."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from pos_app.integrity.salvage import LifeKey
from pos_app.store.rebuild import hash_of
from sync.chain import GENESIS
from sync.ports import WireFactDict

Offers: TypeAlias = dict[int, list[WireFactDict]]
"""By seq; of one fact there may be several, and rotten ones among them."""


def lengthen(chain: list[WireFactDict], key: LifeKey, offers: Offers) -> None:
    """As far as each hash follows from the one before."""
    while fits := _fitting(
        chain[-1]["hash"] if chain else GENESIS.hex(), key, offers.get(len(chain) + 1, ())
    ):
        chain.append(fits)


def proven_behind(last: int, key: LifeKey, offers: Offers) -> list[WireFactDict]:
    """Facts after `last`, in order, whose hash follows from what is stated for the one before.

    That one may be rotten itself: a hash proves the hash it was made of, not its payload.
    """
    found = []
    for seq in sorted(seq for seq in offers if seq > last):
        stated = {str(before.get("hash")) for before in offers.get(seq - 1, ())}
        proven = (_fitting(previous, key, offers[seq]) for previous in stated)
        found += [fact for fact in proven if fact][:1]
    return found


def gaps(last: int, held: Sequence[WireFactDict], known: int) -> Iterator[tuple[int, int]]:
    """First and last seq of each run after `last`, up to `known`, that is not among those held."""
    for seq in (*(fact["seq"] for fact in held), known + 1):
        if seq > last + 1:
            yield last + 1, seq - 1
        last = seq


def _fitting(previous: str, key: LifeKey, offered: Iterable[WireFactDict]) -> WireFactDict | None:
    for fact in offered:
        try:
            if hash_of(previous, key[1], key[0], fact) == fact["hash"]:
                return fact
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    return None
