"""Mutants of central: intake, effects, the feed and its pages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from sync.central import bulk, db, feed, history, identity, intake, pull, push, schema, stock
from sync.central.auth import Caller
from sync.central.errors import Refusal
from sync.central.feed import Changes
from sync.central.history import Cursor
from sync.central.origin import Origin
from tests.simulation.sim.asked import ServerCrashed
from tests.simulation.sim.bug_bank import Plant, mutant, split

T = TypeVar("T")


@mutant("any batch may be taken, wherever it starts")
def no_gap_check(plant: Plant) -> None:
    def sort_out(
        conn: Connection,
        origin: Origin,
        request: push.Push,
        facts: list[intake.Incoming],
        seq: int,
        _last_hash: str,
    ) -> Any:
        known = push._known(conn, origin, request.from_seq, seq)
        return [it for it in facts if it.seq > seq], known

    plant(push, "_sort_out", sort_out)


@mutant("a message that comes again is a new message")
def no_dedupe(plant: Plant) -> None:
    """Its number and hash are known, its goods are moved again."""
    known = push._known

    def again(conn: Connection, origin: Origin, first: int, last: int) -> Any:
        rows = known(conn, origin, first, last)
        lines = conn.execute(
            select(schema.sale_line)
            .join(schema.sale, schema.sale.c.sale_id == schema.sale_line.c.sale_id)
            .where(
                schema.sale.c.device_id == origin.who.device_id,
                schema.sale.c.seq.in_([row.seq for row in rows]),
            )
        ).all()
        moves = [
            stock.Move(it.stock_loc, it.sku, -it.qty, "sale", f"{it.line_id}-{origin.at_ms}", 0)
            for it in lines
        ]
        stock.book(conn, origin.who.store_id, moves, origin.at_ms, Changes())
        return rows

    plant(push, "_known", again)


@mutant("effects are committed on their own")
def effects_outside_the_transaction(plant: Plant) -> None:
    apply_all = intake._apply_all

    def apart(conn: Connection, *rest: Any) -> None:
        apply_all(conn, *rest)
        split(conn)

    plant(intake, "_apply_all", apart)


@mutant("how far a till has got is written afterwards")
def chain_advanced_apart(plant: Plant) -> None:
    advance = push._advance

    def later(conn: Connection, *rest: Any) -> None:
        split(conn)
        advance(conn, *rest)

    plant(push, "_advance", later)


@mutant("the answer is ready, so it can go out")
def ack_before_commit(plant: Plant) -> None:
    def write(engine: Engine, work: Callable[[Connection], T], **_how: bool) -> T:
        done: list[T] = []
        try:
            with db.writing(engine) as conn:
                done.append(work(conn))
        except (ServerCrashed, DBAPIError):
            if not done:
                raise
        return done[0]

    plant(db, "write", write)


@mutant("the head is bumped first, the rows follow")
def head_bumped_first(plant: Plant) -> None:
    def write(self: Changes, conn: Connection) -> dict[str, int]:
        moved = {stream: rows for stream, rows in sorted(self.rows.items()) if rows}
        heads = feed._bump(conn, {stream: len(rows) for stream, rows in moved.items()})
        split(conn)
        feed._write(conn, heads, moved)
        self.rows.clear()
        return heads

    plant(Changes, "write", write)


@mutant("a page ends after its newest row, as updated_at > last would have it")
def one_row_skipped(plant: Plant) -> None:
    read = pull._read

    def skipping(conn: Connection, new: Any, stream: str, after: int, head: int, count: int) -> int:
        at = read(conn, new, stream, after, head, count)
        return min(at + 1, head)

    plant(pull, "_read", skipping)


@mutant("a page that is cut short still ends at the head")
def cursor_jumps_to_the_head(plant: Plant) -> None:
    read = pull._read

    def at_head(conn: Connection, new: Any, stream: str, after: int, head: int, count: int) -> int:
        read(conn, new, stream, after, head, count)
        return head

    plant(pull, "_read", at_head)


@mutant("a cursor is a cursor, whichever history it is from")
def epoch_of_a_cursor_ignored(plant: Plant) -> None:
    read = history.read_cursor

    def trusted(own: identity.Identity, text: str) -> Cursor | None:
        found = read(own, text)
        return replace(found, epoch=own.epoch) if found else None

    plant(pull, "read_cursor", trusted)


@mutant("a restored database is the same database")
def no_new_epoch(plant: Plant) -> None:
    plant(identity, "new_epoch", lambda conn, after="": identity.identity(conn).epoch)


@mutant("central's figures hold everything the till has")
def includes_too_much(plant: Plant) -> None:
    counted = history.counted

    def more(conn: Connection, who: Caller) -> tuple[int, int]:
        life, seq = counted(conn, who)
        return life, seq + 2

    plant(pull, "counted", more)


@mutant("central's figures hold nothing of the till's own")
def includes_nothing(plant: Plant) -> None:
    plant(pull, "counted", lambda _conn, _who: (1, 0))


@mutant("deleted rows need no row in the feed")
def deletions_not_published(plant: Plant) -> None:
    plant(Changes, "delete", lambda _self, _stream, _entity, _keys: None)


@mutant("a level is set to what was moved")
def level_replaced(plant: Plant) -> None:
    plant(stock, "_ADDING", stock._ADDING.replace("stock_level.qty + excluded", "excluded"))


@mutant("an effect that fails is logged and passed over")
def error_swallowed_at_central(plant: Plant) -> None:
    add = bulk.add

    def sometimes(
        conn: Connection, into: Any, fixed: Any, names: Any, rows: Any, *more: Any
    ) -> Any:
        kept = list(rows)
        if into is schema.sale_tender and len(kept) > 2:
            return []
        return add(conn, into, fixed, names, kept, *more)

    plant(bulk, "add", sometimes)


@mutant("what cannot be read is refused")
def quarantine_blocks(plant: Plant) -> None:
    understand = intake._understand

    def strict(it: intake.Incoming, origin: Origin, previous: str) -> None:
        understand(it, origin, previous)
        if it.quarantined:
            raise Refusal(422, "bad_request", "unreadable")

    plant(intake, "_understand", strict)


@mutant("what cannot be read is dropped")
def quarantine_drops(plant: Plant) -> None:
    take_in = intake.take_in

    def only_good(
        conn: Connection, origin: Origin, new: Sequence[intake.Incoming], *rest: Any
    ) -> None:
        take_in(conn, origin, new, *rest)
        bad = [it.seq for it in new if it.quarantined]
        conn.execute(
            schema.inbox.delete().where(*intake.inbox_key(origin), schema.inbox.c.seq.in_(bad))
        )

    plant(push, "take_in", only_good)


@mutant("the till says how much it has, so that much is here")
def journal_head_acknowledged(plant: Plant) -> None:
    done = push.push

    def push_all(conn: Connection, who: Caller, request: push.Push, at_ms: int, *ready: Any) -> Any:
        answer, heads = done(conn, who, request, at_ms, *ready)
        head = request.journal_head
        told = {"accepted_through": head, "durable_through": head, "next_expected": head + 1}
        return answer.model_copy(update=told), heads

    plant(push, "push", push_all)


@mutant("stock is published when somebody counts it")
def stock_not_published(plant: Plant) -> None:
    plant(stock, "_publish", lambda _conn, _levels, _changes: None)
