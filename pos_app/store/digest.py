"""Digests of what the replica holds, as sync.digests defines them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from pos_app.store import streams
from pos_app.store.connect import raw
from pos_app.store.db import Stores
from sync.digests import Digests, Summing

_ROWS = 1000
"""Hashed without a pause: a millisecond, which nobody at the till feels."""
_PAUSE_S = 0.002


class ReplicaDigest:
    """Sums up rows in the sync thread, making way for whoever sells."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def of(self, names: Sequence[str]) -> Mapping[str, Digests]:
        """By stream; every entity the stream may carry is there, also without rows."""
        return {name: {it: self._of(it) for it in streams.entities_of([name])} for name in names}

    def _of(self, entity: str) -> Any:
        summing = Summing()
        with self._stores.using_replica:
            for rows in self._rows(entity):
                summing.add([orjson.dumps(row) for row in rows])
        return summing.digest

    def _rows(self, entity: str) -> Iterator[list[tuple[Any, ...]]]:
        """Rows as they were on the wire, portion by portion."""
        cursor = raw(self._stores.replica).execute(_select(entity))
        try:
            while rows := cursor.fetchmany(_ROWS):
                yield rows
                if self._stores.upkeep.is_selling:
                    time.sleep(_PAUSE_S)
        finally:
            cursor.close()


def _select(entity: str) -> str:
    columns = ", ".join(
        "place_id || '|' || sku" if name == "key" else name for name in streams.COLUMNS[entity]
    )
    return f"SELECT seq, 'put', {columns} FROM {entity}"
