"""What a till is told of its own facts: those that wait for a person here.

Written with the facts' effects in one transaction. A till whose access was taken away is told so by
every answer (401 `revoked`), not here: it may not read this stream any more either.
"""

from collections.abc import Iterable

from sync.central.feed import Changes, device_stream
from sync.central.origin import Origin
from sync.central.recompute import Finding


def tell(origin: Origin, found: Iterable[tuple[int, str, Finding]], changes: Changes) -> None:
    """Facts that are not plain right, as seq, status and what is wrong; as in a push's answer."""
    rows = [
        (verdict_id(origin.incarnation, seq), origin.incarnation, seq, status, *it, origin.at_ms)
        for seq, status, it in found
    ]
    if rows:
        changes.put(device_stream(origin.who.device_id), "verdict", rows)


def settle(device_id: str, incarnation: int, seqs: Iterable[int], changes: Changes) -> None:
    """These facts wait for nobody any more: a person has dealt with them, or they are applied now."""
    ids = [verdict_id(incarnation, seq) for seq in seqs]
    changes.delete(device_stream(device_id), "verdict", ids)


def verdict_id(incarnation: int, seq: int) -> str:
    return f"{incarnation}.{seq}"
