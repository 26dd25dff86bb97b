"""The exchange as a whole: a thread, the real server, and everything in between that can fail."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event

import httpx
import orjson
import pytest
from sqlalchemy import Engine, delete, func, select, update

from sync.central import auth, db, identity
from sync.central.feed import prices_stream, publish
from sync.central.schema import chain, inbox, sale, stock_level
from sync.engine import SyncEngine
from sync.ports import Page
from tests.central.running import running
from tests.sync.conftest import Till
from tests.sync.fakes import MemoryOutbox, MemoryReplica, wait_for
from tests.sync.misbehaving import LosesReplies, Rewrites


@contextmanager
def syncing(
    till: Till, address: str, transport: httpx.BaseTransport | None = None, poll_s: float = 30.0
) -> Iterator[SyncEngine]:
    with closing(till.client(address, transport)) as client:
        engine = till.engine(client, poll_s)
        engine.start()
        try:
            yield engine
        finally:
            # also when the test fails: a thread left over would spoil the tests after this one
            is_stopped = engine.stop(60)
        assert is_stopped


def booked(engine: Engine) -> int:
    with db.reading(engine) as conn:
        return conn.execute(select(func.count()).select_from(sale)).scalar_one()


def is_all_sent(till: Till) -> bool:
    return till.outbox.accepted == len(till.facts.facts)


def test_a_new_till_fills_its_replica_and_sends_its_sales(till: Till, central: str) -> None:
    till.facts.sell()
    with syncing(till, central):
        wait_for(lambda: till.states and till.states[-1].connection == "online")

    assert till.outbox.accepted == 1
    assert set(till.replica.entity("variant")) == {"MILK-1", "SHIRT-S", "SHIRT-M"}
    assert till.replica.entity("stock")["p-prague|MILK-1"][5] == 9_000
    assert till.states[-1].unsent == 0
    assert till.states[-1].pulled_at_ms is not None
    assert set().union(*till.changed) >= {"variant", "price", "stock", "setting"}


def test_a_sale_is_sent_when_it_is_made(till: Till, central: str, engine: Engine) -> None:
    with syncing(till, central) as sync:
        wait_for(lambda: till.states)
        for _ in range(5):
            till.facts.sell()
            sync.wake()
        wait_for(lambda: booked(engine) == 5)


def test_a_change_at_central_reaches_the_till_by_a_hint(
    till: Till, central: str, engine: Engine
) -> None:
    with syncing(till, central):
        wait_for(lambda: till.replica.entity("price"))
        prices = prices_stream("list-acme")
        db.write(engine, lambda c: publish(c, prices, "price", [("MILK-1", 99)]))

        wait_for(lambda: till.replica.entity("price")["MILK-1"][3] == 99, 20)


def test_without_hints_the_till_polls(till: Till, central: str, engine: Engine) -> None:
    silent = Rewrites({"/v1/notify": [httpx.Response(500) for _ in range(500)]})
    with syncing(till, central, silent, poll_s=0.2):
        wait_for(lambda: till.replica.entity("price"))
        prices = prices_stream("list-acme")
        db.write(engine, lambda c: publish(c, prices, "price", [("MILK-1", 99)]))

        wait_for(lambda: till.replica.entity("price")["MILK-1"][3] == 99, 20)


def test_a_sale_whose_reply_was_lost_is_booked_once(
    till: Till, central: str, engine: Engine
) -> None:
    till.facts.sell()
    lossy = LosesReplies("/v1/events", times=1)
    with syncing(till, central, lossy):
        wait_for(lambda: is_all_sent(till))

    assert booked(engine) == 1


def test_a_push_that_never_arrived_is_sent_again_byte_for_byte(
    till: Till, central: str, engine: Engine
) -> None:
    till.facts.sell()
    lossy = LosesReplies("/v1/hello", times=2)
    broken = Rewrites({"/v1/events": [httpx.Response(502), httpx.Response(500)]})
    with syncing(till, central, broken):
        wait_for(lambda: is_all_sent(till))
    with syncing(till, central, lossy) as sync:
        till.facts.sell()
        sync.wake()
        wait_for(lambda: booked(engine) == 2)

    assert len(lossy.sent) >= 3
    assert booked(engine) == 2


def test_ten_lost_replies_in_a_row_double_nothing(till: Till, central: str, engine: Engine) -> None:
    with syncing(till, central, LosesReplies("/v1/events", times=10)) as sync:
        for _ in range(10):
            till.facts.sell()
            sync.pull_now()
            wait_for(lambda: booked(engine) == len(till.facts.facts))
        sync.pull_now()
        wait_for(lambda: is_all_sent(till))

    with db.reading(engine) as conn:
        level = select(stock_level.c.qty).where(stock_level.c.sku == "MILK-1")
        assert conn.execute(level).scalar_one() == 0


def test_facts_are_in_flight_before_the_first_byte_leaves(till: Till, central: str) -> None:
    till.facts.sell()
    till.facts.sell()
    seen: list[int] = []

    class Watches(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/events":
                seen.append(till.outbox.in_flight)
            return super().handle_request(request)

    with syncing(till, central, Watches()):
        wait_for(lambda: is_all_sent(till))

    assert seen == [2]
    assert till.outbox.log == ["accepted 0", "in flight 2", "accepted 2"]


def test_a_backlog_goes_in_batches_in_order(till: Till, central: str, engine: Engine) -> None:
    for _ in range(450):
        till.facts.record("auth.event.v1", {"what": "signed_in"})
    with syncing(till, central):
        wait_for(lambda: is_all_sent(till))

    assert [it for it in till.outbox.log if it.startswith("in")] == [
        "in flight 200",
        "in flight 400",
        "in flight 450",
    ]


def test_a_batch_too_large_is_halved(till: Till, central: str, engine: Engine) -> None:
    for _ in range(8):
        till.facts.record("auth.event.v1", {"what": "signed_in"})
    stingy = Rewrites({"/v1/events": [httpx.Response(413), httpx.Response(413)]})
    with syncing(till, central, stingy):
        wait_for(lambda: is_all_sent(till))

    flights = [it for it in till.outbox.log if it.startswith("in")]
    assert flights == ["in flight 8", "in flight 4", "in flight 2", "in flight 6", "in flight 8"]


def test_a_restored_server_gets_everything_again(till: Till, central: str, engine: Engine) -> None:
    for _ in range(3):
        till.facts.sell()
    with syncing(till, central):
        wait_for(lambda: is_all_sent(till))
    _restore(engine, through=1)

    with syncing(till, central):
        wait_for(lambda: booked(engine) == 3)

    assert till.outbox.accepted == 3
    assert "accepted 1" in till.outbox.log


def test_a_server_restored_while_the_till_is_connected_gets_everything_again(
    till: Till, central: str, engine: Engine
) -> None:
    with syncing(till, central) as sync:
        for _ in range(3):
            till.facts.sell()
        sync.wake()
        wait_for(lambda: is_all_sent(till))
        _restore(engine, through=1)
        till.facts.sell()
        sync.wake()

        wait_for(lambda: booked(engine) == 4)


def test_a_till_with_nothing_new_to_send_notices_a_restored_server(
    till: Till, central: str, engine: Engine
) -> None:
    with syncing(till, central, poll_s=0.3) as sync:
        for _ in range(3):
            till.facts.sell()
        sync.wake()
        wait_for(lambda: is_all_sent(till))
        _restore(engine, through=1)

        wait_for(lambda: booked(engine) == 3)


def test_the_last_pull_of_an_earlier_run_is_shown_until_there_is_a_newer_one(
    till: Till, central: str
) -> None:
    shown: list[int | None] = []
    with closing(till.client(central, Rewrites({"/v1/hello": [httpx.Response(500)]}))) as client:
        engine = SyncEngine(
            client,
            till.outbox,
            till.replica,
            lambda state: shown.append(state.pulled_at_ms),
            till.changed.append,
            pulled_at_ms=17,
        )
        engine.start()
        wait_for(lambda: shown and shown[-1] != 17)
        assert engine.stop()

    assert shown[0] == 17


def _restore(engine: Engine, through: int) -> None:
    """Central as it was after this fact, in a new epoch."""
    with db.writing(engine) as conn:
        seq = sale.c.seq
        conn.execute(delete(sale).where(seq > through))
        conn.execute(delete(inbox).where(inbox.c.seq > through))
        kept = select(inbox.c.hash).where(inbox.c.seq == through).scalar_subquery()
        conn.execute(update(chain).values(seq=through, hash=kept))
        for part in ("sale_line", "sale_tender"):
            conn.exec_driver_sql(
                f"DELETE FROM {part} WHERE sale_id NOT IN (SELECT sale_id FROM sale)"
            )
        identity.new_epoch(conn)


def test_a_new_epoch_fills_the_replica_again_and_drops_what_is_gone(
    till: Till, central: str, engine: Engine
) -> None:
    with syncing(till, central) as sync:
        wait_for(lambda: till.replica.entity("price"))
        till.replica.rows["prices:list-acme", "price", "GHOST"] = [9999, "put", "GHOST", 1]
        db.write(engine, identity.new_epoch)
        sync.pull_now()

        wait_for(lambda: "GHOST" not in till.replica.entity("price"))

    assert set(till.replica.entity("price")) == {"MILK-1", "SHIRT-S", "SHIRT-M"}


def test_a_fork_stops_sending_but_not_receiving(till: Till, central: str, engine: Engine) -> None:
    till.facts.sell()
    with syncing(till, central):
        wait_for(lambda: is_all_sent(till))
    till.facts.facts.clear()
    till.facts.sell()
    till.facts.sell()
    till.outbox.accepted = 0
    till.states.clear()

    with syncing(till, central) as sync:
        wait_for(lambda: till.states and till.states[-1].connection == "fork")
        prices = prices_stream("list-acme")
        db.write(engine, lambda c: publish(c, prices, "price", [("MILK-1", 99)]))
        sync.pull_now()
        wait_for(lambda: till.replica.entity("price")["MILK-1"][3] == 99)

    assert booked(engine) == 1


def test_a_till_with_an_old_journal_sends_nothing(till: Till, central: str, engine: Engine) -> None:
    for _ in range(2):
        till.facts.sell()
    with syncing(till, central):
        wait_for(lambda: is_all_sent(till))
    till.facts.facts.pop()

    with syncing(till, central):
        wait_for(lambda: till.states and till.states[-1].detail == "behind")

    assert till.states[-1].connection == "fork"
    assert till.outbox.accepted == 1


def test_a_server_that_goes_and_comes_back_gets_everything_once(
    till: Till, engine: Engine, central: str
) -> None:
    with running(engine) as address:
        port = int(address.rsplit(":", 1)[1])
        with syncing(till, address) as sync:
            till.facts.sell()
            sync.wake()
            wait_for(lambda: booked(engine) == 1)
    with syncing(till, address) as sync:
        till.facts.sell()
        sync.wake()
        wait_for(lambda: till.states and till.states[-1].unsent == 1)
        with running(engine, port):
            wait_for(lambda: booked(engine) == 2)
            assert sync.stop()


def test_a_revoked_till_is_told_so(till: Till, central: str, engine: Engine) -> None:
    with syncing(till, central) as sync:
        wait_for(lambda: till.states)
        db.write(engine, lambda c: auth.revoke(c, till.facts.device_id))
        till.facts.sell()
        sync.wake()

        wait_for(lambda: till.states[-1].connection == "refused" and till.states[-1].unsent == 1)

    assert till.states[-1].detail == "revoked"


def test_an_answer_four_seconds_late_is_slow_not_lost(
    till: Till, central: str, engine: Engine
) -> None:
    class Sluggish(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            if request.url.path == "/v1/events":
                time.sleep(4)
            return response

    till.facts.sell()
    with syncing(till, central, Sluggish()):
        wait_for(lambda: till.states)

    assert till.states[0].connection == "slow"
    assert (till.outbox.accepted, booked(engine)) == (1, 1)


def test_an_answer_that_comes_after_the_stop_is_told_to_nobody(till: Till, central: str) -> None:
    """A closing till does not wait for it, and then its window is gone."""
    asked, go = Event(), Event()

    class Late(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            if request.url.path == "/v1/changes":
                asked.set()
                go.wait(60)
            return response

    with closing(till.client(central, Late())) as client:
        engine = till.engine(client)
        engine.start()
        assert asked.wait(30)
        was_quiet, told = engine.stop(0.05), len(till.states)
        go.set()
        assert engine.stop(30)

    assert (was_quiet, len(till.states), till.changed) == (False, told, [])


class FullAtFirst(MemoryReplica):
    """A disk that has no room for the first two pages."""

    failures = 2

    def apply(self, page: Page) -> set[str]:
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        return super().apply(page)


@pytest.mark.logs("sync failed on this side")
def test_a_full_disk_at_the_till_does_not_end_the_exchange(till: Till, central: str) -> None:
    till.replica = FullAtFirst()
    with syncing(till, central):
        wait_for(lambda: till.replica.entity("price"))

    assert till.states[0].detail == "own_error"


@pytest.mark.parametrize(
    ("kind", "connection", "detail"),
    [("fork", "fork", "fork"), ("gap", "offline", "server_error")],
)
def test_a_push_that_central_contradicts_sends_nothing_more(
    till: Till, central: str, kind: str, connection: str, detail: str
) -> None:
    till.facts.sell()
    fork = {"error": kind, "seq": 1, "next_expected": 1, "epoch": "e", "server_time_ms": 1}
    answers = [httpx.Response(409, content=orjson.dumps(fork))]
    with syncing(till, central, Rewrites({"/v1/events": answers})):
        wait_for(lambda: till.states)

    assert (till.states[0].connection, till.states[0].detail) == (connection, detail)


class RestoredBeforeTheFirstPush(Rewrites):
    """Central begins a new history and takes nothing that was sent in the old one."""

    def __init__(self, engine: Engine, refusal: httpx.Response) -> None:
        super().__init__({"/v1/events": [refusal]})
        self._engine, self._is_restored = engine, False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/events" and not self._is_restored:
            self._is_restored = True
            db.write(self._engine, identity.new_epoch)
        return super().handle_request(request)


def test_a_push_that_a_restore_has_overtaken_is_sent_again_after_a_greeting(
    till: Till, central: str, engine: Engine
) -> None:
    till.facts.sell()
    gap = {"error": "gap", "seq": 1, "next_expected": 1, "epoch": "e", "server_time_ms": 1}
    refusal = httpx.Response(409, content=orjson.dumps(gap))
    with syncing(till, central, RestoredBeforeTheFirstPush(engine, refusal)):
        wait_for(lambda: is_all_sent(till) and booked(engine) == 1)

    assert "server_error" not in [it.detail for it in till.states]


def test_a_page_for_another_cursor_is_not_applied(till: Till, central: str) -> None:
    page = {
        "from_cursor": "elsewhere",
        "next_cursor": "x",
        "blocks": [],
        "has_more": False,
        "positions": {},
        "heads": {},
    }
    wrong = httpx.Response(200, content=orjson.dumps(page))
    with syncing(till, central, Rewrites({"/v1/changes": [wrong]})):
        wait_for(lambda: till.replica.entity("price"))

    assert till.states[0].detail == "server_error"
    assert till.replica.pages == 1


class SellsMeanwhile(MemoryReplica):
    """A sale is made while the first page is written; notes what was sent before each page."""

    def __init__(self, outbox: MemoryOutbox) -> None:
        super().__init__()
        self._outbox = outbox
        self.sent_before: list[int] = []

    def apply(self, page: Page) -> set[str]:
        self.sent_before.append(self._outbox.accepted)
        swept = super().apply(page)
        if self.pages == 1:
            self._outbox.facts.sell()
        return swept


def test_a_sale_does_not_wait_for_the_end_of_a_long_fill(
    till: Till, central: str, engine: Engine
) -> None:
    many = [(f"S{number}", number) for number in range(12_000)]
    db.write(engine, lambda c: publish(c, prices_stream("list-acme"), "price", many))
    till.replica = SellsMeanwhile(till.outbox)
    with syncing(till, central):
        wait_for(lambda: till.states and till.states[-1].pulled_at_ms)

    assert till.replica.sent_before[0] == 0
    assert till.replica.sent_before[-1] == 1
    assert any(state.filling for state in till.states)


class SellsWithoutEnd(MemoryOutbox):
    """Whenever facts are taken to be sent, another sale is made."""

    def mark_in_flight(self, through: int) -> None:
        super().mark_in_flight(through)
        self.facts.sell()


def test_a_till_that_sells_without_a_pause_is_filled(till: Till, central: str) -> None:
    till.facts.sell()
    till.outbox = SellsWithoutEnd(till.facts)
    with syncing(till, central):
        wait_for(lambda: till.replica.entity("price"))

    assert till.outbox.accepted >= 1
