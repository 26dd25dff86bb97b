"""A new life of a journal: its own chain and receipt series, and nothing of the old one discarded."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from pos_app.domain.clock import Now
from pos_app.store import facts
from pos_app.store.baskets import rename_all
from pos_app.store.db import Stores
from pos_app.store.identity import Device, Identity
from pos_app.store.journal import Journal
from sync.ports import WireFactDict

_AT_ONCE = 1000
_NO_LIMIT = 2**62


class Why(NamedTuple):
    """What goes into `device.recovered.v1`: a key, and how far the old life is known to have got."""

    reason: str
    known_through: int = 0


def facts_from(journal: Journal, first: int) -> list[WireFactDict]:
    """Every fact of the current life from this one on."""
    found: list[WireFactDict] = []
    while some := journal.batch(first + len(found), _AT_ONCE, _NO_LIMIT):
        found += some
    return found


def next_life(stores: Stores, incarnation: int, told_again: int, why: Why, now: Now) -> Device:
    """Go on as a later incarnation of the same till; the one before must have an identity.

    Facts from seq `told_again` on, which central does not have, are issued again.
    """
    old = Journal(stores).device()
    if old is None:
        raise facts.NotEnrolled("device.recovered.v1")
    device = replace(old, incarnation=incarnation)
    begin(stores, device, facts_from(Journal(stores), told_again), why, now)
    return device


def begin(
    stores: Stores, device: Device, told_again: Sequence[WireFactDict], why: Why, now: Now
) -> None:
    """One transaction: the new identity, a fact that says why, and the old facts once more."""
    old = Journal(stores).device()
    last = Journal(stores).state().last_seq if old else 0

    def also(conn: Connection, identity: Identity) -> None:
        if old is not None:
            said = {
                "reason": why.reason,
                "known_through": why.known_through,
                "old_device_id": old.device_id,
                "old_incarnation": old.incarnation,
                "told_again_from": told_again[0]["seq"] if told_again else last + 1,
            }
            facts.append(conn, identity, "device.recovered.v1", "", said, now)
            rename_all(conn, f"-{device.incarnation}")
            for fact in told_again:
                _tell_again(conn, identity, old, fact, now)

    stores.enrol(device, also)


def _tell_again(
    conn: Connection, identity: Identity, old: Device, fact: WireFactDict, now: Now
) -> None:
    """The same id and payload; where it comes from is added, for the person who reviews it."""
    origin = {
        "device_id": old.device_id,
        "incarnation": old.incarnation,
        "seq": fact["seq"],
        "hash": fact["hash"],
        "occurred_at_ms": fact["occurred_at_ms"],
    }
    payload = orjson.loads(fact["payload"])
    # told for a second time it still names the place where it happened
    payload = {"forked_from": origin, **payload}
    facts.append(conn, identity, fact["type"], fact["actor"], payload, now, fact["id"])
