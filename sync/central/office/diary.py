"""The office's audit trail: one row for everything that a person did."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

import uuid_utils
from sqlalchemy import Connection, Row, select

from sync.central.office.tables import office_log


class FactKey(NamedTuple):
    """Which fact: its place in a till's history."""

    store_id: str
    device_id: str
    incarnation: int
    seq: int

    @property
    def path(self) -> str:
        """Its place in an address."""
        return "/".join(quote(str(part), safe="") for part in self)


NO_FACT = FactKey("", "", 0, 0)


def note(
    conn: Connection,
    at_ms: int,
    who: str,
    what: str,
    about: FactKey = NO_FACT,
    *,
    code: str = "",
    words: str = "",
) -> None:
    """Write it down in the transaction that does it: neither is ever there without the other."""
    row = {"entry_id": str(uuid_utils.uuid7()), "at_ms": at_ms, "who": who, "what": what}
    conn.execute(office_log.insert().values(**row, **about._asdict(), code=code, note=words))


def about(conn: Connection, key: FactKey) -> Sequence[Row[tuple[object, ...]]]:
    """What was done about a fact, oldest first."""
    same = [office_log.c[name] == value for name, value in key._asdict().items()]
    query = select(office_log).where(*same)
    return conn.execute(query.order_by(office_log.c.at_ms, office_log.c.entry_id)).all()
