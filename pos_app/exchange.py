"""The till's side of the exchange plugged together: its store, its key, and central."""

from collections.abc import Callable
from pathlib import Path

from pos_app.domain.gtin import code_key
from pos_app.enrolment import key_file, trust_of
from pos_app.integrity.copies import HourlyCopies
from pos_app.integrity.keeper import TillKeeper
from pos_app.integrity.witness import Witness
from pos_app.opening import WitnessedJournal, places, second_folder
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.digest import ReplicaDigest
from pos_app.store.journal import Journal
from pos_app.store.proofs import Proofs
from pos_app.store.replica import Replica
from pos_app.store.snapshot import SnapshotLoader
from sync.bootstrap import FirstLoad
from sync.client import CentralClient
from sync.engine import SyncEngine
from sync.keys import load_or_create
from sync.ports import SyncState


class Exchange:
    """The engine in its thread, and single questions to central from worker threads."""

    def __init__(
        self,
        stores: Stores,
        data_dir: Path,
        url: str,
        on_state: Callable[[SyncState], None],
        on_changed: Callable[[set[str]], None],
        second_dir: Path | None = None,
        allows_plain: bool = False,
        marks_dir: Path | None = None,
    ) -> None:
        device = Journal(stores).device()
        if device is None:
            raise RuntimeError("a till that is not enrolled has nobody to talk to")
        self._stores = stores
        self._is_stopped = False
        self._client = CentralClient(
            url or device.server_url,
            device.device_id,
            load_or_create(key_file(data_dir, device.device_id)),
            trust=trust_of(data_dir, Proofs(stores).central_keys, allows_plain),
        )
        kept = places(data_dir, second_dir, marks_dir, device.device_id)
        self._witness = Witness(stores, kept.marks, kept.box_folder)
        self._copies = HourlyCopies(stores, second_folder(data_dir, second_dir))
        self._engine = SyncEngine(
            self._client,
            WitnessedJournal(stores, self._witness),
            Replica(stores),
            on_state,
            on_changed,
            pulled_at_ms=Catalog(stores).pulled_at_ms(),
            keeper=TillKeeper(stores, self._witness, self._client),
            own_digests=ReplicaDigest(stores).of,
            first_load=FirstLoad(
                self._client, SnapshotLoader(stores), data_dir, Proofs(stores).central_keys
            ),
        )
        self.wake, self.pull_now = self._engine.wake, self._engine.pull_now

    @property
    def clock_offset_ms(self) -> int:
        return self._client.clock_offset_ms

    def start(self) -> None:
        self._witness.start()
        self._copies.start()
        self._engine.start()

    def fetch_code(self, code: str) -> bool:
        """Ask central for one code, keep what it knows, and say whether it is here now.

        On a worker thread; CentralError when central cannot be asked.
        """
        found = self._client.lookup(code_key(code))
        if not found.blocks or self._is_stopped:
            return False
        if not Replica(self._stores).apply_lookup(found):
            self.pull_now()
            return False
        return bool(Catalog(self._stores).find(code_key(code)))

    def stop(self) -> None:
        self._is_stopped = True
        self._engine.stop()
        self._copies.stop()
        self._witness.stop()
        self._client.close()
