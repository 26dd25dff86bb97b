"""A forked till becomes a till again: a new identity, and what it sold alone is told once more."""

from contextlib import closing
from pathlib import Path

from pos_app.domain.clock import Now
from pos_app.enrolment import device_of, invited_trust, keep_trust, key_file
from pos_app.integrity.lives import Why, begin, facts_from
from pos_app.integrity.mark import flush_folder
from pos_app.store.db import Stores
from pos_app.store.identity import Device
from pos_app.store.journal import Journal
from sync.client import CentralClient, enrol
from sync.errors import CentralError
from sync.invitation import Invitation
from sync.keys import load_or_create
from sync.ports import WireFactDict
from sync.trust import ServerTrust


def enrol_again(
    stores: Stores, data_dir: Path, invitation: Invitation, now: Now, allows_plain: bool = False
) -> Device:
    """Spend a code; CentralError says why not. Nothing else may use the store meanwhile.

    The installation gets a key of its own, so that a copy of it cannot speak for it. Facts that
    central does not have from this till are issued again under the new identity.
    """
    journal, url = Journal(stores), invitation.url
    old, trust = journal.device(), invited_trust(data_dir, invitation, allows_plain)
    divergent = _divergent(journal, data_dir, old, url, trust) if old else []
    fresh = data_dir / "enrolling.key"
    answer = enrol(url, invitation.code, load_or_create(fresh), app="omnitill", trust=trust)
    keep_trust(trust, data_dir)
    device = device_of(answer, url)
    fresh.replace(data_dir / f"device-{device.device_id}.key")
    flush_folder(data_dir)
    first = divergent[0]["seq"] - 1 if divergent else journal.state().last_seq if old else 0
    begin(stores, device, divergent, Why("enrolled_again", first), now)
    return device


def _divergent(
    journal: Journal, data_dir: Path, old: Device, url: str, trust: ServerTrust
) -> list[WireFactDict]:
    """Own facts that central does not have, or has others in place of."""
    own = facts_from(journal, journal.state().accepted_through + 1)
    try:
        key = load_or_create(key_file(data_dir, old.device_id))
        theirs = _theirs(own, old, CentralClient(url, old.device_id, key, trust=trust))
    except (CentralError, ValueError, OSError):  # also a key that is damaged
        return own  # told twice is booked once: central knows a sale by its id
    return [fact for fact in own if theirs.get(fact["seq"]) != fact["hash"]]


def _theirs(own: list[WireFactDict], old: Device, central: CentralClient) -> dict[int, str]:
    found: dict[int, str] = {}
    with closing(central) as client:
        at = own[0]["seq"] if own else 0
        while own and at <= own[-1]["seq"]:
            some = client.own_facts(old.incarnation, at)
            if not some:
                break
            found |= {fact["seq"]: fact["hash"] for fact in some}
            at = max(found) + 1
    return found
