"""What the exchange hands over: central's checkpoints, proven; and facts a put-back journal lacks."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from pos_app.integrity.startup import OwnFacts, from_central
from pos_app.integrity.witness import Witness
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.proofs import Kept, Proofs
from sync.seals import is_countersigned
from sync.wire import Checkpoint

log = logging.getLogger(__name__)


class TillKeeper:
    """Satisfies sync.ports.Keeper."""

    def __init__(self, stores: Stores, witness: Witness, central: OwnFacts) -> None:
        self._stores, self._witness, self._central = stores, witness, central
        self._journal, self._proofs = Journal(stores), Proofs(stores)
        self._keys: tuple[str, ...] = ()

    def countersigned(
        self, device_id: str, incarnation: int, point: Mapping[str, Any], central_key: str
    ) -> None:
        """Only what central's known key signed, about a fact that is so here, is kept."""
        found = Checkpoint(**point)
        keys = self._known_keys(central_key)
        if not keys:
            return  # an older central has none
        if not any(is_countersigned(key, device_id, incarnation, found) for key in keys):
            log.error("checkpoint %s is not signed by central's key", found.seq)
        elif self._journal.hash_at(found.seq) == found.hash:
            now_ms = time.time_ns() // 1_000_000
            kept = Kept(device_id, incarnation, found.seq, found.hash, found.sig, now_ms)
            self._witness.keep(kept)

    def take_back(self, next_expected: int) -> bool:
        taken = from_central(self._stores, self._central)
        log.warning("%s own facts were missing here and came back from central", taken)
        return self._journal.state().last_seq >= next_expected - 1

    def _known_keys(self, said: str) -> tuple[str, ...]:
        """A till that enrolled before there were keys believes the first one it is told."""
        self._keys = self._keys or self._proofs.central_keys()
        if not self._keys and said:
            self._proofs.trust(said, time.time_ns() // 1_000_000)
            self._keys = (said,)
        return self._keys
