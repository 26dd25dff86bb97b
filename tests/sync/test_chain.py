"""The hash of a fact, pinned: it must never change for a fact that exists."""

from typing import Any

from sync.chain import GENESIS, FactHeader, fact_hash

HEADER = FactHeader(
    "01a1ffc9-c87b-7369-980c-1f0fe72a31ec",
    1,
    1,
    "01a1ffc9-c87b-7369-980c-1f0fe72a31ed",
    "auth.event.v1",
    1_795_291_000_000,
    12_345,
    "boot-1",
    -250,
    "anna",
)


def test_the_hash_of_a_known_fact_stays_what_it_is() -> None:
    digest = fact_hash(GENESIS, HEADER, b'{"what":"signed_in"}')

    assert digest.hex() == "95199b559a3d4d3861e7a4d47a97001bc72bb811ac280c4c0ac38d25dbdfbfad"


def test_every_part_of_a_fact_is_in_its_hash() -> None:
    first = fact_hash(GENESIS, HEADER, b"{}")
    others = set()
    for at, value in enumerate(HEADER):
        changed: list[Any] = list(HEADER)
        changed[at] = 7 if isinstance(value, int) else "x"
        others.add(fact_hash(GENESIS, FactHeader._make(changed), b"{}"))

    assert first not in others
    assert len(others) == len(HEADER)
    assert fact_hash(GENESIS, HEADER, b"{ }") != first
    assert fact_hash(first, HEADER, b"{}") != first
