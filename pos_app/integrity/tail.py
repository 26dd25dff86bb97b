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
    "SELECT count(*), coalesce(sum(total), 0), coalesce(sum(rounding), 0), sum(change), min(position)"
    " FROM (SELECT position, shift_id, total, rounding, change FROM sale"
    " ORDER BY position DESC LIMIT ?) WHERE shift_id = ?"
)
_TAKEN = (
    "SELECT kind, sum(amount) FROM sale CROSS JOIN sale_tender USING (position)"
    " WHERE position >= ? AND shift_id = ? GROUP BY kind"
)
_ALL = -1


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
        if shift and not _are_sums(conn, shift.shift_id, shifts.figures(shift.shift_id)):
            raise StoreDamaged(f"{JOURNAL}: shift {shift.number} is not the sum of its sales")


def _are_sums(conn: Connection, shift_id: str, kept: ShiftFigures) -> bool:
    """The sales of the open shift are the newest, except where others were told again after them."""
    return kept in (_summed(conn, shift_id, it) for it in (kept.sale_count, _ALL))


def _summed(conn: Connection, shift_id: str, newest: int) -> ShiftFigures:
    """Of the shift's sales among this many."""
    count, total, rounding, change, first = fetch(conn, _SUMS, (newest, shift_id))[0]
    taken = dict(fetch(conn, _TAKEN, (first, shift_id)))
    if change:
        taken["cash"] = taken.get("cash", 0) - change
    return ShiftFigures(count, total, rounding, taken)
