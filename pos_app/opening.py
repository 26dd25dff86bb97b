"""Opening the till's files for a day: is the journal the one that was closed, and who keeps watch."""

from contextlib import closing
from pathlib import Path

from pos_app.domain.clock import Now
from pos_app.enrolment import key_file, trust_of
from pos_app.integrity.blackbox import safe_name
from pos_app.integrity.mark import Marks
from pos_app.integrity.startup import Outcome, OwnFacts, Places, agrees, highest, settle
from pos_app.integrity.tail import prove_tail
from pos_app.integrity.witness import Witness
from pos_app.store.db import Stores
from pos_app.store.identity import Device
from pos_app.store.journal import Journal
from sync.ports import WireFactDict

_CONNECT_S, _ANSWER_S = 2.0, 3.0
"""Somebody waits for the till to open; without central it opens as a new incarnation."""


class WitnessedJournal(Journal):
    """An outbox whose in-flight mark is also outside the file before anything leaves."""

    def __init__(self, stores: Stores, witness: Witness) -> None:
        super().__init__(stores)
        self._witness = witness

    def mark_in_flight(self, through: int) -> None:
        super().mark_in_flight(through)
        self._witness.mark_now()


def second_folder(data_dir: Path, configured: Path | None) -> Path:
    """Where the black box is and the mark is kept once more: best on another medium."""
    return configured or data_dir / "second"


def places(
    data_dir: Path, second_dir: Path | None, marks_dir: Path | None = None, device_id: str = ""
) -> Places:
    """`marks_dir` is outside the data folder, which may be put back whole: it has a mark for each till."""
    second = second_folder(data_dir, second_dir)
    outside = [marks_dir / safe_name(device_id)] if marks_dir and device_id else []
    return Places(Marks([data_dir, second, *outside]), second)


def is_as_closed(
    stores: Stores, data_dir: Path, second_dir: Path | None = None, marks_dir: Path | None = None
) -> bool:
    """Whether the journal is the one that was closed: settling it then asks nobody anything."""
    if stores.identity is None:
        return True
    device_id = stores.identity.device.device_id
    mark = highest(stores, places(data_dir, second_dir, marks_dir, device_id))
    return mark is None or agrees(stores, mark)


def settle_journal(
    stores: Stores,
    data_dir: Path,
    now: Now,
    url: str = "",
    second_dir: Path | None = None,
    allows_plain: bool = False,
    marks_dir: Path | None = None,
) -> Outcome:
    """Before the first sale; asks central only when the file is not the one that was closed.

    StoreDamaged if what it says is not what was written: then nothing is asked, sent or told again.
    """
    device = Journal(stores).device()
    if device is None:
        return "same"
    prove_tail(stores)
    kept = places(data_dir, second_dir, marks_dir, device.device_id)
    return settle(stores, kept, now, lambda: central_for(data_dir, url, device, allows_plain))


def central_for(data_dir: Path, url: str, device: Device, allows_plain: bool = False) -> OwnFacts:
    """Central, asked for this till's own facts; `url` if it is not where it was."""
    return _Central(data_dir, url, device, allows_plain)


class _Central(OwnFacts):
    """One connection for each question: they are few."""

    def __init__(self, data_dir: Path, url: str, device: Device, allows_plain: bool) -> None:
        self._data_dir, self._url, self._device = data_dir, url, device
        self._allows_plain = allows_plain

    def own_facts(self, incarnation: int, from_seq: int) -> list[WireFactDict]:
        # almost no start comes here, and these take as long to load as the window to paint
        import httpx

        from sync.client import CentralClient
        from sync.keys import load_or_create

        patience = httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)
        key = load_or_create(key_file(self._data_dir, self._device.device_id))
        url = self._url or self._device.server_url
        trust = trust_of(self._data_dir, allows_plain=self._allows_plain)
        name = self._device.device_id
        with closing(CentralClient(url, name, key, patience, trust=trust)) as client:
            return client.own_facts(incarnation, from_seq)
