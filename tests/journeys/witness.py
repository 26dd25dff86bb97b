"""A printer that looks into the till's journal at the moment anything arrives."""

import socket
import threading
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pysqlite3.dbapi2 as sqlite

PULSE = b"\x1bp"
STATUS = b"\x10\x04"


class Seen(NamedTuple):
    """Bytes that came, and the receipts that were on the disk by then."""

    data: bytes
    booked: tuple[str, ...]


class WitnessPrinter:
    """Takes everything, says nothing, and opens the journal by a connection of its own."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.02)
        self._closing = False
        self.seen: list[Seen] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> "WitnessPrinter":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._closing = True
        self._thread.join()
        self._listener.close()

    def all_but_questions(self) -> list[Seen]:
        """What would move paper or the drawer."""
        return [it for it in self.seen if not it.data.startswith(STATUS)]

    def _run(self) -> None:
        while not self._closing:
            try:
                client = self._listener.accept()[0]
            except TimeoutError:
                continue
            with client:
                client.settimeout(0.02)
                self._take(client)

    def _take(self, client: socket.socket) -> None:
        """Until the till hangs up."""
        while not self._closing:
            try:
                data = client.recv(65536)
            except TimeoutError:
                continue
            except ConnectionResetError:
                return
            if not data:
                return
            self.seen.append(Seen(data, self._booked()))

    def _booked(self) -> tuple[str, ...]:
        address = f"{self._journal.as_uri()}?mode=ro"
        with closing(sqlite.connect(address, uri=True)) as conn:
            rows = conn.execute("SELECT receipt_no FROM sale ORDER BY position").fetchall()
        return tuple(row[0] for row in rows)
