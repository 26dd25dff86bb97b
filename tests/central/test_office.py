"""The office's pages: what waits for a person is seen, replayed and settled, and nothing is lost."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, func, select

from sync import central as package
from sync.central import db, facts, identity
from sync.central.identity import now_ms
from sync.central.office import deciding
from sync.central.office.tables import office_log
from sync.central.office.words import WORDS
from sync.central.schema import fact_exception, feed, inbox, sale, setting, stock_level, variant
from sync.seals import signed
from tests.central.clerk import Clerk, clerk, employ
from tests.central.shop import MILK, STORE
from tests.central.tills import SpeakingTill, enrolled

LIST = "/office/exceptions"


@pytest.fixture
def eva(engine: Engine, central: str) -> Iterator[Clerk]:
    """Signed in, for all stores of the tenant."""
    employ(engine)
    with clerk(central) as eva:
        eva.sign_in()
        yield eva


def of(till: SpeakingTill, seq: int = 1) -> str:
    return f"{LIST}/{till.store_id}/{till.device_id}/1/{seq}"


def count(engine: Engine, table: Table) -> int:
    with db.reading(engine) as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


@contextmanager
def older_central() -> Iterator[None]:
    """A version that does not know sales yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(facts._TYPES, "sale.completed.v1")
        yield


def remove_milk(engine: Engine) -> None:
    db.write(engine, lambda c: c.execute(variant.delete().where(variant.c.sku == MILK)))


def test_nothing_open_says_so(eva: Clerk) -> None:
    assert "Nothing is open" in eva.see(LIST).text


@pytest.mark.logs("quarantined: unknown_type. A person is needed at /office")
def test_what_waits_is_listed_newest_first_in_words(
    eva: Clerk, till: SpeakingTill, engine: Engine
) -> None:
    remove_milk(engine)
    zone = {"store_id": STORE, "name": "time_zone", "value_json": '"Europe/Prague"'}
    db.write(engine, lambda c: c.execute(setting.insert().values(zone)))
    till.sell()
    till.push()
    till.record("loyalty.earned.v9", {})
    till.push(first=2)

    page = eva.see(LIST)

    newer, older = page.text.index("does not know this kind"), page.text.index("does not have")
    assert newer < older
    assert "014 Store 014 till 2 014-2-000001" in page.text
    assert "Add the article" in page.text
    assert MILK in page.text
    assert re.search(r"\d\d:\d\d UTC \d{4}-\d\d-\d\d [\d:]{8} Europe/Prague", page.text)
    assert "1 not booked, waiting to be replayed · 1 booked although" in page.text


def test_who_is_waited_for_after_a_restore_is_said_above_the_list(
    eva: Clerk, till: SpeakingTill, engine: Engine, central: str
) -> None:
    employ(engine, "jan", "015")
    assert "After the restore" not in eva.see(LIST).text
    with clerk(central) as jan, enrolled(engine, central, "900", "1"):
        jan.sign_in("jan")
        db.write(engine, identity.new_epoch)

        assert "central still waits for till 2 of 014." in eva.see(LIST).text
        assert "After the restore" not in jan.see(LIST).text

        till.hello(epoch=till.hello().json()["epoch"])
        assert "After the restore" not in eva.see(LIST).text


@pytest.mark.logs("quarantined")
def test_the_list_is_filtered(eva: Clerk, till: SpeakingTill, engine: Engine, central: str) -> None:
    remove_milk(engine)
    till.record("loyalty.earned.v9", {})
    till.sell()
    till.push()
    with enrolled(engine, central, "015", "1") as other:
        other.sell()
        other.push()

    def seen(query: str) -> list[str]:
        rows = (it for it in eva.see(f"{LIST}?{query}").links if it.startswith(f"{LIST}/"))
        return [it.removeprefix(f"{LIST}/").replace(it.split("/")[4], "…") for it in rows]

    assert seen("store=s-brno") == ["s-brno/…/1/1"]
    assert seen("till=2&kind=exception") == ["s-prague/…/1/2"]
    assert seen("kind=quarantined") == ["s-prague/…/1/1"]
    assert seen("store=s-oslo") == []
    assert len(seen("")) == 3


def test_older_pages_follow_without_gap_or_repeat(
    eva: Clerk, till: SpeakingTill, engine: Engine
) -> None:
    remove_milk(engine)
    for _ in range(120):
        till.sell()
    till.push()

    seen, path = [], LIST
    while path:
        page = eva.see(path)
        seen += [int(it.rsplit("/", 1)[1]) for it in page.links if it.startswith(f"{LIST}/")]
        path = next((it for it in page.links if "before=" in it), "")

    assert seen == list(range(120, 0, -1))


@pytest.mark.logs("quarantined")
def test_a_replay_books_once_what_could_not_be_booked_in_the_order_it_happened(
    eva: Clerk, till: SpeakingTill, engine: Engine
) -> None:
    till.sell()
    till.record("loyalty.earned.v9", {})
    till.sell()
    with older_central():
        assert till.push().json()["accepted_through"] == 3
        page = eva.see(of(till, 3))
        still = eva.send(page, f"{of(till, 3)}/replay")

    done = eva.send(page, f"{of(till, 3)}/replay")
    again = eva.send(page, f"{of(till, 3)}/replay")

    assert "still cannot be booked" in still.text
    assert "is booked now" in done.text
    assert "It is booked and in order." in again.text
    assert "Replayed by eva: booked" in again.text
    with db.reading(engine) as conn:
        assert conn.execute(select(sale.c.seq).order_by(sale.c.seq)).scalars().all() == [1, 3]
        left = select(stock_level.c.qty).where(stock_level.c.sku == MILK)
        assert conn.execute(left).scalar_one() == 8_000
        tried = select(office_log.c.seq, office_log.c.note).where(office_log.c.what == "replayed")
        said = [tuple(row) for row in conn.execute(tried.order_by(office_log.c.entry_id))]
    unbooked, booked = "quarantined", "applied"
    first = [(1, unbooked), (2, unbooked), (3, unbooked)]
    assert said == [*first, (1, booked), (2, unbooked), (3, booked), (2, unbooked)]


@pytest.mark.logs("quarantined")
def test_another_tills_facts_are_not_replayed_along(
    eva: Clerk, till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, "015", "1") as other:
        with older_central():
            for it in (till, other):
                it.sell()
                it.push()

        eva.send(eva.see(of(till)), f"{of(till)}/replay")

        assert f"{of(other)}/replay" in eva.see(of(other)).forms
        assert count(engine, sale) == 1


def test_settling_keeps_the_note_and_the_name_and_deletes_nothing(
    eva: Clerk, till: SpeakingTill, engine: Engine
) -> None:
    remove_milk(engine)
    till.sell()
    till.push()

    page = eva.send(eva.see(of(till)), f"{of(till)}/settle", note="It was oat milk.")

    assert "Settled by eva: An article was sold" in page.text
    assert "It was oat milk." in page.text
    assert "Nothing is open" in eva.see(LIST).text
    assert count(engine, fact_exception) == 1
    assert count(engine, inbox) == 1


def test_settling_twice_keeps_the_first(eva: Clerk, till: SpeakingTill, engine: Engine) -> None:
    remove_milk(engine)
    till.sell()
    till.push()
    page = eva.see(of(till))
    eva.send(page, f"{of(till)}/settle", note="first")

    second = eva.send(page, f"{of(till)}/settle", note="second")

    assert "Somebody settled it before" in second.text
    assert "second" not in eva.see(of(till)).text.replace("seconds", "")


@pytest.mark.parametrize("note", ["", "   ", "x" * 1001])
def test_settling_takes_a_note(eva: Clerk, till: SpeakingTill, engine: Engine, note: str) -> None:
    remove_milk(engine)
    till.sell()
    till.push()

    page = eva.send(eva.see(of(till)), f"{of(till)}/settle", note=note)

    assert "Write what was done about it" in page.text
    assert "Nothing is open" not in eva.see(LIST).text


def test_a_code_that_is_not_this_facts_settles_nothing(
    eva: Clerk, till: SpeakingTill, engine: Engine
) -> None:
    remove_milk(engine)
    till.sell()
    till.push()

    eva.send(eva.see(of(till)), f"{of(till)}/settle", note="no", code="over_refunded")

    assert count(engine, fact_exception) == 1
    assert "Nothing is open" not in eva.see(LIST).text


@pytest.mark.logs("quarantined: hash")
def test_a_settled_quarantined_fact_leaves_the_list_and_stays_quarantined(
    eva: Clerk, till: SpeakingTill, engine: Engine, central: str
) -> None:
    fact = till.sell()
    till.push(events=[fact | {"actor": "mallory"}])

    page = eva.send(eva.see(of(till)), f"{of(till)}/settle", note="Booked by hand.")

    assert "Nothing is open" in eva.see(LIST).text
    assert f"{of(till)}/replay" in page.forms
    assert eva.http.get("/healthz").json()["quarantined"] == 1


@pytest.mark.logs("quarantined")
def test_two_replays_at_once_book_once(engine: Engine, till: SpeakingTill) -> None:
    """The second waits for the till's lock and then finds nothing left to try."""
    till.sell()
    with older_central():
        till.push()

    def replay(who: str) -> tuple[int, int]:
        return db.write(engine, lambda c: deciding.replay(c, who, now_ms()))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(replay, ["eva", "jan"]))

    assert sorted(done) == [(0, 0), (1, 1)]
    assert count(engine, sale) == 1
    assert count(engine, fact_exception) == 0


def test_a_fact_shows_its_content_and_what_proves_it(eva: Clerk, till: SpeakingTill) -> None:
    fact, last, later = till.sell(), till.sell(), till.sell()
    till.push(events=[fact, signed(last, till.key), later])

    page, end = eva.see(of(till, 1)), eva.see(of(till, 3))

    assert '"sku": "MILK-1"' in page.text
    assert fact["hash"] in page.text
    assert "1 of life 1" in page.text
    assert "Signature covered by record 2" in page.text
    assert "Signature signed by this till" in eva.see(of(till, 2)).text
    assert "Signature not signed yet" in end.text


@pytest.mark.logs("quarantined")
def test_what_a_till_sent_is_shown_as_text(eva: Clerk, till: SpeakingTill) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    till.record(evil, {"receipt_no": evil, "note": evil})
    till.facts[-1]["actor"] = evil
    till.facts[-1]["hash"] = till.hash_of(till.facts[-1])
    till.push()

    pages = [eva.see(LIST), eva.see(of(till))]

    for page in pages:
        assert {"script", "img"}.isdisjoint(page.tags)
    assert all(evil in page.text for page in pages)


@pytest.mark.logs("quarantined: envelope")
def test_a_fact_that_cannot_be_read_has_a_page_too(eva: Clerk, till: SpeakingTill) -> None:
    fact = till.sell()
    pushed = till.push(events=[fact | {"id": 7, "occurred_at_ms": 10**30}])

    assert pushed.json()["accepted_through"] == 1
    assert "The record's heading cannot be read." in eva.see(LIST).text
    assert "cannot be read" in eva.see(of(till)).text


def test_every_code_of_central_has_words() -> None:
    sources = Path(package.__file__).parent.rglob("*.py")
    found = re.compile(r'(?:Finding|Unreadable)\(\s*"(\w+)"|_unknown\("(\w+)"')
    codes = {
        one or other
        for path in sources
        if "importers" not in path.parts
        for one, other in found.findall(path.read_text(encoding="utf-8"))
    }

    assert len(codes) > 25
    assert codes - WORDS.keys() == set()


@pytest.mark.logs("quarantined: unknown_type")
def test_the_first_quarantined_fact_raises_an_alarm(till: SpeakingTill, central: str) -> None:
    till.record("loyalty.earned.v9", {})
    till.push()

    assert till.http.get("/healthz").json() == {"status": "ok", "quarantined": 1}


def test_a_till_hears_that_its_fact_is_settled_once_all_of_it_is(
    eva: Clerk, till: SpeakingTill, engine: Engine
) -> None:
    remove_milk(engine)
    till.sell()
    till.sell(receipt_no="014-2-000001")
    till.push()
    waiting = select(func.count()).where(feed.c.entity == "verdict", feed.c.body.like("%put%"))
    path = f"{of(till, 2)}/settle"

    left = []
    for code in ("unknown_sku", "receipt_no_reused"):
        eva.send(eva.see(of(till, 2)), path, note="seen", code=code)
        with db.reading(engine) as conn:
            left.append(conn.execute(waiting).scalar_one())

    assert left == [2, 1]
