"""A till's side of the exchange without threads: real store, real client, one round at a time."""

from pathlib import Path

import httpx
from sqlalchemy import Engine

from pos_app.clocks import Clocks
from pos_app.domain.clock import Now
from pos_app.enrolment import enrol_till, key_file
from pos_app.store.db import Stores, open_stores
from pos_app.store.digest import ReplicaDigest
from pos_app.store.journal import Journal
from pos_app.store.proofs import Proofs
from pos_app.store.replica import Replica
from pos_app.store.snapshot import SnapshotLoader
from sync.bootstrap import FirstLoad
from sync.central import auth, db
from sync.central.identity import now_ms
from sync.client import CentralClient
from sync.comparing import Comparer
from sync.digests import differing
from sync.exchange import Exchange
from sync.keys import load_or_create
from sync.ports import SyncState
from sync.status import StatusBoard


class TillSide:
    """Till 2 of store 014; `ticks` is its monotonic clock in seconds."""

    def __init__(
        self,
        engine: Engine,
        address: str,
        folder: Path,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        code = db.write(engine, lambda c: auth.new_code(c, "014", "2", now_ms()))
        enrol_till(folder, address, code)
        self.folder, self._address, self._transport = folder, address, transport
        self.ticks = 0.0
        self.states: list[SyncState] = []
        self.changed: list[set[str]] = []
        self._start()

    def _start(self) -> None:
        self.stores: Stores = open_stores(self.folder)
        device = Journal(self.stores).device()
        assert device is not None
        self.device_id = device.device_id
        key = load_or_create(key_file(self.folder, device.device_id))
        self.client = CentralClient(self._address, device.device_id, key, transport=self._transport)
        self.journal, self.replica = Journal(self.stores), Replica(self.stores)
        self.comparer = Comparer(self.client, self.digest.of, lambda: self.ticks)
        self.exchange = Exchange(
            self.client,
            self.journal,
            self.replica,
            StatusBoard(self.states.append),
            self.changed.append,
            lambda: False,
            comparer=self.comparer,
            first_load=FirstLoad(
                self.client,
                SnapshotLoader(self.stores),
                self.folder,
                Proofs(self.stores).central_keys,
            ),
        )

    def restart(self) -> None:
        """The program ends and starts again."""
        self.close()
        self._start()

    @property
    def digest(self) -> ReplicaDigest:
        return ReplicaDigest(self.stores)

    def now(self) -> Now:
        return Clocks().now()

    def run(self, sql: str) -> None:
        """Change the replica behind everybody's back."""
        with self.stores.replica_write() as conn:
            conn.exec_driver_sql(sql)

    @property
    def is_like_central(self) -> bool:
        """Whether every row of every stream is here, and no other."""
        theirs = self.client.digest(self.replica.cursor())
        ours = self.digest.of(list(theirs))
        wrong = [it for stream in theirs for it in differing(ours[stream], theirs[stream])]
        return len(theirs) == 6 and not wrong

    def close(self) -> None:
        self.client.close()
        self.stores.close()
