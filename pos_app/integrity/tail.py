"""The newest facts and the open shift's figures, proven at each start.

SQLite's own check reads how a file is built, not what it says: rot inside a payload or a total is
only seen against the chain and the sales. The rest of the file is proven once a day.
"""

from sqlalchemy import Connection

from pos_app.domain.shift import ShiftFigures
from pos_app.store.connect import fetch
from pos_app.store.db import JOURNAL, Stores
from pos_app.store.errors import StoreDamaged
from pos_app.store.faults import translated
from pos_app.store.journal import Journal
from pos_app.store.shifts import Shifts

_NEWEST = 1000
"""Facts, of the present life: 15 ms of a start if all of them are sales."""
_UNLIKE_ITS_FACT = (
    "SELECT receipt_no FROM sale JOIN fact USING (position)"
    " WHERE position > max(?, (SELECT max(position) FROM fact) - ?)"
    " AND (total IS NOT payload ->> 'total_minor' OR rounding IS NOT payload ->> 'rounding_minor'"
    " OR change IS NOT payload ->> 'change_minor' OR shift_id IS NOT payload ->> 'shift_id') LIMIT 1"
)
_SUMS = (
    "SELECT count(*), coalesce(sum(total), 0), coalesce(sum(rounding), 0) FROM sale"
    " WHERE shift_id = ?"
)
_TAKEN = (
    "SELECT kind, sum(amount) FROM ("
    "SELECT kind, amount FROM sale JOIN sale_tender USING (position) WHERE shift_id = ?1"
    " UNION ALL SELECT 'cash', -change FROM sale WHERE shift_id = ?1 AND change <> 0) GROUP BY kind"
)


def prove_tail(stores: Stores) -> None:
    """StoreDamaged if the end of the journal is not as it was written."""
    identity = stores.identity
    if identity is None:
        return
    bad = Journal(stores).verify(_NEWEST)
    if bad is not None:
        raise StoreDamaged(f"{JOURNAL}: fact {bad} is not as it was written")
    shifts, conn = Shifts(stores), stores.journal
    shift = shifts.current()
    with translated:
        unlike = fetch(conn, _UNLIKE_ITS_FACT, (identity.base, _NEWEST))
        if unlike:
            raise StoreDamaged(f"{JOURNAL}: {unlike[0][0]} is not as its fact says")
        if shift and shifts.figures(shift.shift_id) != _summed(conn, shift.shift_id):
            raise StoreDamaged(f"{JOURNAL}: shift {shift.number} is not the sum of its sales")


def _summed(conn: Connection, shift_id: str) -> ShiftFigures:
    count, total, rounding = fetch(conn, _SUMS, (shift_id,))[0]
    return ShiftFigures(count, total, rounding, dict(fetch(conn, _TAKEN, (shift_id,))))
