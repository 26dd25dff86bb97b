"""Mutants of the till: its journal, its replica and its side of the exchange."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from pos_app.domain.basket import Line
from pos_app.domain.clock import Now
from pos_app.domain.sale import Sale, SaleDraft, Tender
from pos_app.store import baskets, facts, journal, rows, sale_rows, sales, stock, streams
from pos_app.store import replica as replica_module
from pos_app.store.baskets import Baskets
from pos_app.store.db import Stores
from pos_app.store.errors import StoreError
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from sync import chain
from sync.exchange import Exchange
from sync.ports import Page, WireFactDict
from sync.sending import Sender
from tests.simulation.sim.bug_bank import Plant, mutant, split


@mutant("an acknowledgement never goes back")
def monotonic_ack(plant: Plant) -> None:
    greet, taken = Sender.greet, Journal.acknowledged

    def acknowledged(self: Journal, accepted: int, durable: int, epoch: str) -> None:
        taken(self, max(accepted, self.state().accepted_through), durable, epoch)

    def from_there(self: Sender) -> None:
        greet(self)
        if self._next_expected is not None:
            known = self._outbox.state().accepted_through
            self._next_expected = max(self._next_expected, known + 1)

    plant(Journal, "acknowledged", acknowledged)
    plant(Sender, "greet", from_there)


@mutant("what central has need not be kept here")
def prune_on_accept(plant: Plant) -> None:
    taken = Journal.acknowledged

    def acknowledged(self: Journal, accepted: int, durable: int, epoch: str) -> None:
        taken(self, accepted, durable, epoch)
        conn = self._stores.journal
        conn.exec_driver_sql("PRAGMA foreign_keys = OFF")
        with self._stores.journal_write() as writing:
            # the newest stays, or numbering would start again
            writing.exec_driver_sql(
                "DELETE FROM fact WHERE seq < ? AND position < (SELECT max(position) FROM fact)",
                (accepted,),
            )
        conn.exec_driver_sql("PRAGMA foreign_keys = ON")

    plant(Journal, "acknowledged", acknowledged)


@mutant("the mark is written when the answer is there")
def mark_after_sending(plant: Plant) -> None:
    mark, taken = Journal.mark_in_flight, Journal.acknowledged

    def acknowledged(self: Journal, accepted: int, durable: int, epoch: str) -> None:
        mark(self, accepted)
        taken(self, accepted, durable, epoch)

    plant(Journal, "mark_in_flight", lambda _self, _through: None)
    plant(Journal, "acknowledged", acknowledged)


@mutant("facts go out in the order of their time")
def ordered_by_clock(plant: Plant) -> None:
    batch = Journal.batch

    def by_time(self: Journal, from_seq: int, limit: int, size: int) -> list[WireFactDict]:
        return sorted(batch(self, from_seq, limit, size), key=lambda it: it["occurred_at_ms"])

    plant(Journal, "batch", by_time)


@mutant("a restored central will say so itself")
def lost_epoch(plant: Plant) -> None:
    plant(Exchange, "doubt", lambda _self: None)


@mutant("what was sent is sent, whether an answer came or not")
def sent_is_taken(plant: Plant) -> None:
    greeted = Sender.greet

    def greet(self: Sender) -> None:
        greeted(self)
        if self._next_expected is not None:
            sent = self._outbox.state().in_flight_through
            self._next_expected = max(self._next_expected, sent + 1)

    plant(Sender, "greet", greet)


@mutant("only what is in columns is hashed")
def hash_over_columns(plant: Plant) -> None:
    def columns_only(previous: bytes, header: chain.FactHeader, _payload: bytes) -> bytes:
        return chain.fact_hash(previous, header, b"")

    from sync.central import intake

    for module in (facts, journal, intake):
        plant(module, "fact_hash", columns_only)


@mutant("the fact is written first, the sale afterwards")
def sale_apart_from_fact(plant: Plant) -> None:
    write = sales.write

    def later(conn: Connection, sale: Sale, position: int, incarnation: int) -> None:
        split(conn)
        write(conn, sale, position, incarnation)

    plant(sales, "write", later)


@mutant("receipt numbers come from a counter")
def counter_outside(plant: Plant) -> None:
    last: dict[str, int] = {}

    def counted(conn: Connection, _incarnation: int) -> int:
        file = str(conn.engine.url.database)
        stored = conn.exec_driver_sql("SELECT coalesce(max(number), 0) FROM sale").scalar_one()
        last[file] = max(last.get(file, 0), stored) + 1
        return last[file]

    plant(sales, "_next_number", counted)
    first = Stores.__init__

    def opened(self: Stores, *args: Any) -> None:
        first(self, *args)
        last.pop(str(self.journal_engine.url.database), None)

    plant(Stores, "__init__", opened)


@mutant("the basket is emptied on the screen")
def basket_not_emptied(plant: Plant) -> None:
    plant(sales, "_EMPTY", "DELETE FROM basket WHERE basket_id = ? AND 0")


@mutant("change is not money taken out of the drawer")
def change_forgotten(plant: Plant) -> None:
    def all_that_was_given(sale: Sale) -> dict[str, int]:
        sums = Counter[str]()
        for it in sale.tenders:
            sums[it.kind] += it.amount
        return sums

    plant(sale_rows, "taken", all_that_was_given)


@mutant("a sale that could not be saved is shown as done")
def error_swallowed_at_the_till(plant: Plant) -> None:
    book = Sales.book

    def shown(self: Sales, draft: SaleDraft, now: Now) -> Sale:
        try:
            return book(self, draft, now)
        except StoreError:
            return draft.booked("014-0-000000", 0)

    plant(Sales, "book", shown)


@mutant("lines are saved a moment later")
def lines_saved_later(plant: Plant) -> None:
    save = Baskets.save_line
    waiting: list[tuple[Baskets, str, int, Line]] = []

    def later(self: Baskets, basket_id: str, row: int, line: Line) -> None:
        waiting.append((self, basket_id, row, line))
        if len(waiting) > 1:
            owner, older, at, line = waiting.pop(0)
            if owner._stores is self._stores:
                save(self, older, at, line)

    plant(Baskets, "save_line", later)


@mutant("tenders are saved with the sale")
def tenders_not_saved(plant: Plant) -> None:
    def nothing(_conn: Connection, _basket_id: str, _tenders: Sequence[Tender]) -> None:
        return

    plant(baskets, "_save_tenders", nothing)


@mutant("a new snapshot means starting afresh, journal and all")
def resnapshot_touches_the_journal(plant: Plant) -> None:
    again = Replica.resnapshot

    def afresh(self: Replica, names: Sequence[str]) -> None:
        again(self, names)
        with self._stores.journal_write(by_person=False) as conn:
            run = conn.exec_driver_sql
            last = run("SELECT max(position) FROM sale").scalar()
            for table in ("sale_tender", "sale_line", "sale"):
                run(f"DELETE FROM {table} WHERE position = ?", (last,))

    plant(Replica, "resnapshot", afresh)


@mutant("own sales come off every figure")
def own_stock_counted_twice(plant: Plant) -> None:
    since = stock._sold_since
    nothing = streams.Counted(1, 0)
    plant(stock, "_sold_since", lambda stores, held: since(stores, dict.fromkeys(held, nothing)))


@mutant("the cursor is saved before the rows")
def cursor_ahead_of_rows(plant: Plant) -> None:
    chunks, whole = Replica._apply, Replica.apply
    now: list[Page] = []

    def apply_rows(self: Replica, conn: Connection, blocks: Any, own: streams.Counted) -> int:
        if now:
            conn.exec_driver_sql("UPDATE pull SET cursor = ?", (now.pop()["next_cursor"],))
            split(conn)
        return chunks(self, conn, blocks, own)

    def page(self: Replica, content: Page) -> set[str]:
        now[:] = [content]
        return whole(self, content)

    plant(Replica, "_apply", apply_rows)
    plant(Replica, "apply", page)


@mutant("the last one to arrive is the newest")
def older_rows_win(plant: Plant) -> None:
    newer = streams.upsert

    def any_row(entity: str, gen: int, own: streams.Counted | None = None) -> str:
        return newer(entity, gen, own).partition(" WHERE excluded")[0]

    plant(streams, "upsert", any_row)


@mutant("what is gone need not be told")
def tombstones_lost(plant: Plant) -> None:
    plant(rows, "remove", lambda _conn, _entity, _rows: None)


@mutant("a snapshot brings everything, so nothing needs sweeping")
def nothing_swept(plant: Plant) -> None:
    plant(replica_module, "_sweep", lambda _conn: set())


@mutant("a new history is a page like any other")
def resnapshot_ignored(plant: Plant) -> None:
    plant(Replica, "resnapshot", lambda _self, _names: None)


@mutant("pages are applied wherever they start")
def last_rows_of_a_page_dropped(plant: Plant) -> None:
    apply = Replica.apply

    def shorter(self: Replica, page: Mapping[str, Any]) -> set[str]:
        blocks = [it | {"rows": it["rows"][:-1] or it["rows"]} for it in page["blocks"]]
        return apply(self, {**page, "blocks": blocks})

    plant(Replica, "apply", shorter)


@mutant("a life that is over has nothing to send")
def earlier_lives_forgotten(plant: Plant) -> None:
    plant(Journal, "earlier", lambda _self: ())


@mutant("all figures are as new as the newest page")
def one_count_for_all_figures(plant: Plant) -> None:
    plant(replica_module, "_has_all_stock", lambda _page: True)
