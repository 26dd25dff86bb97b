"""What a person may do about a fact: have it tried again, or say that it is settled. Nothing is deleted."""

from sqlalchemy import ColumnElement, Connection, func

from sync.central import db, intake, verdicts
from sync.central.feed import Changes
from sync.central.office import diary
from sync.central.office.cases import FactFile
from sync.central.office.diary import FactKey
from sync.central.schema import fact_exception, inbox

LONGEST_NOTE = 1_000


def replay(conn: Connection, who: str, at_ms: int, *only: ColumnElement[bool]) -> tuple[int, int]:
    """Try quarantined facts again, each with its own ids; how many were tried, how many are booked.

    Without conditions all of them. The caller commits.
    """
    tried = intake.replay(conn, at_ms, *only)
    for origin, fact in tried:
        about = FactKey(origin.who.store_id, origin.who.device_id, origin.incarnation, fact.seq)
        code = fact.finding.code if fact.finding else ""
        diary.note(conn, at_ms, who, "replayed", about, code=code, words=fact.status)
    return len(tried), sum(fact.status != "quarantined" for _, fact in tried)


def replay_life(conn: Connection, who: str, at_ms: int, key: FactKey) -> tuple[int, int]:
    """A fact with all others of the same life of its till that wait, in the order they happened: what
    is about the same sale, shift or order is then tried in its order too."""
    return replay(
        conn,
        who,
        at_ms,
        inbox.c.store_id == key.store_id,
        inbox.c.device_id == key.device_id,
        inbox.c.incarnation == key.incarnation,
    )


def settle(conn: Connection, who: str, at_ms: int, fact: FactFile, code: str, words: str) -> bool:
    """Somebody has seen to it and says how. False when it was settled before, which stays as it was.

    A quarantined fact stays quarantined and can still be replayed; it only leaves the list. With the
    last thing settled its till hears that the fact waits for nobody any more.
    """
    if code not in fact.open_codes:
        return False
    row = {**fact.key._asdict(), "code": code, "raised_at_ms": fact.row.received_at_ms}
    done = db.insert(conn, fact_exception).values(**row, resolved_at_ms=at_ms)
    first = func.coalesce(fact_exception.c.resolved_at_ms, at_ms)
    conn.execute(
        done.on_conflict_do_update(
            index_elements=[*fact.key._fields, "code"], set_={"resolved_at_ms": first}
        )
    )
    diary.note(conn, at_ms, who, "settled", fact.key, code=code, words=words)
    if fact.open_codes == (code,):
        changes = Changes()
        verdicts.settle(fact.key.device_id, fact.key.incarnation, [fact.key.seq], changes)
        changes.write(conn)
    return True
