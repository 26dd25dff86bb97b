"""Facts of this till that wait at central for a person."""

from pos_app.domain.verdict import Verdict
from pos_app.store.connect import fetch
from pos_app.store.db import Stores

_RECEIPT = (
    "SELECT receipt_no FROM sale WHERE position ="
    " (SELECT base FROM life WHERE device_id = ? AND incarnation = ?) + ?"
)


class Verdicts:
    """Read from the replica; any thread. As of the last pull."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def count(self) -> int:
        with self._stores.using_replica:
            return int(fetch(self._stores.replica, "SELECT count(*) FROM verdict")[0][0])

    def waiting(self) -> list[Verdict]:
        """In the order in which they happened."""
        with self._stores.using_replica:
            rows = fetch(
                self._stores.replica,
                "SELECT incarnation, fact_seq, status, code, detail, at_ms FROM verdict"
                " ORDER BY incarnation, fact_seq",
            )
        return [Verdict(*(*row, self._receipt_no(row[0], row[1]))) for row in rows]

    def _receipt_no(self, incarnation: int, seq: int) -> str:
        own = self._stores.identity
        device_id = own.device.device_id if own else ""
        found = fetch(self._stores.journal, _RECEIPT, (device_id, incarnation, seq))
        return str(found[0][0]) if found else ""
