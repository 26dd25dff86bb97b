"""Guessing passwords at the office: limited for a name and for an address, and nobody who works there
is locked out of their own browser by it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import Engine, select

from sync.central import db
from sync.central.office import tries
from sync.central.office.tables import office_address, office_attempt
from sync.central.office.tries import ADDRESS_EVERY_MS, ADDRESS_TRIES, TRIES, Try
from tests.central.clerk import PASSWORD, Clerk, employ

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
AT_MS = 1_700_000_000_000


def begin(engine: Engine, it: Try, at_ms: int = AT_MS) -> int:
    return db.write(engine, lambda c: tries.begin_try(c, it, at_ms))


def forgive(engine: Engine, it: Try) -> None:
    db.write(engine, lambda c: tries.forgive(c, it))


def sealed(engine: Engine, name: str) -> str:
    return db.write(engine, lambda c: tries.new_seal(c, name))


def exhaust(engine: Engine, address: str) -> None:
    """Wrong passwords for as many names as an address may try."""
    for n in range(ADDRESS_TRIES):
        assert not begin(engine, Try(f"name {n}", address))


@contextmanager
def browser(central: str, address: str) -> Iterator[Clerk]:
    """As the proxy on central's own machine passes it on."""
    with httpx.Client(base_url=central, headers={"X-Forwarded-For": address}) as http:
        yield Clerk(http)


def test_an_address_may_try_so_often_and_then_once_in_a_while(engine: Engine) -> None:
    exhaust(engine, HERE)

    assert begin(engine, Try("eva", HERE)) == ADDRESS_EVERY_MS
    assert begin(engine, Try("eva", HERE), AT_MS + ADDRESS_EVERY_MS) == 0
    assert begin(engine, Try("ota", HERE), AT_MS + ADDRESS_EVERY_MS) == ADDRESS_EVERY_MS


def test_after_an_hour_it_is_as_new(engine: Engine) -> None:
    exhaust(engine, HERE)

    later = AT_MS + ADDRESS_TRIES * ADDRESS_EVERY_MS
    waits = [begin(engine, Try(f"new {n}", HERE), later) for n in range(ADDRESS_TRIES + 1)]

    assert [bool(it) for it in waits] == [False] * ADDRESS_TRIES + [True]


def test_another_address_is_not_concerned(engine: Engine) -> None:
    exhaust(engine, HERE)

    assert begin(engine, Try("eva", ELSEWHERE)) == 0


def test_an_address_that_waits_locks_nobody_out(engine: Engine) -> None:
    exhaust(engine, HERE)
    for _ in range(2 * TRIES):
        assert begin(engine, Try("eva", HERE))

    assert begin(engine, Try("eva", ELSEWHERE)) == 0
    with db.reading(engine) as conn:
        row = conn.execute(select(office_attempt).where(office_attempt.c.name == "eva")).one()
    assert row.failed == 1


def test_a_name_that_waits_costs_an_address_nothing(engine: Engine) -> None:
    for _ in range(3 * ADDRESS_TRIES):
        begin(engine, Try("eva", HERE))

    assert begin(engine, Try("ota", HERE)) == 0


def test_who_has_an_account_cannot_buy_tries_with_it(engine: Engine) -> None:
    own = Try("mallory", HERE)
    guesses = 0
    for n in range(3 * ADDRESS_TRIES):
        if begin(engine, own) == 0:
            forgive(engine, own)
        guesses += begin(engine, Try(f"name {n}", HERE)) == 0

    assert guesses == ADDRESS_TRIES


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("", "", True),
        ("no address", "198.51.100.7", False),
    ],
)
def test_addresses_of_one_household_count_as_one(
    engine: Engine, one: str, other: str, is_same: bool
) -> None:
    exhaust(engine, one)

    assert bool(begin(engine, Try("eva", other))) == is_same


def test_addresses_are_neither_kept_nor_more_than_there_is_room_for(engine: Engine) -> None:
    for n in range(50):
        begin(engine, Try(f"name {n}", f"198.51.100.{n}"))

    with db.reading(engine) as conn:
        kept = set(conn.execute(select(office_address.c.bucket)).scalars())
    assert all(len(it) == 4 and int(it, 16) < 2**16 for it in kept)


def test_tries_at_once_by_several_processes_are_all_counted(engine: Engine) -> None:
    def attempt(n: int) -> int:
        return begin(engine, Try(f"name {n}", HERE))

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(attempt, range(2 * ADDRESS_TRIES)))

    assert sum(not it for it in waits) == ADDRESS_TRIES


def test_a_browser_one_has_signed_in_with_is_counted_by_itself(engine: Engine) -> None:
    known = Try("eva", HERE, sealed(engine, "eva"))
    for _ in range(2 * TRIES):
        begin(engine, Try("eva", ELSEWHERE))
    exhaust(engine, HERE)

    assert [begin(engine, known) for _ in range(TRIES)] == [0] * TRIES
    assert begin(engine, known)
    forgive(engine, known)
    assert begin(engine, known) == 0
    assert begin(engine, Try("eva", ELSEWHERE)), "what strangers have used up is theirs"


@pytest.mark.parametrize("damage", ["", ".", "x", "BROWSER", "é.é"])
def test_no_other_seal_is_taken_for_one(engine: Engine, damage: str) -> None:
    own, of_another = sealed(engine, "eva"), sealed(engine, "ota")
    for _ in range(TRIES):
        begin(engine, Try("eva", ELSEWHERE))

    for seal in (damage, of_another, own + "0", own.replace(own[0], "g", 1), own.partition(".")[2]):
        assert begin(engine, Try("eva", HERE, seal))


@pytest.mark.logs("an account is locked out")
def test_eva_signs_in_where_she_works_whatever_a_neighbour_tries(
    engine: Engine, central: str
) -> None:
    employ(engine)
    with browser(central, HERE) as eva, browser(central, HERE) as mallory:
        eva.send(eva.sign_in(), "/office/sign-out")
        for _ in range(TRIES):
            mallory.sign_in("eva", "wrong")
        for n in range(ADDRESS_TRIES - TRIES):
            mallory.sign_in(f"name {n}", "wrong")

        refused = mallory.sign_in("somebody else", "wrong")
        page = eva.sign_in()

    assert refused.status == 429
    assert "Too many wrong passwords. Try again in" in refused.text
    assert "What needs a person" in page.text
    with browser(central, ELSEWHERE) as ota:
        assert ota.sign_in("ota", "wrong").status == 403


def test_the_browser_is_known_for_half_a_year_to_the_office_alone(
    engine: Engine, central: str
) -> None:
    employ(engine)
    with browser(central, HERE) as eva:
        form = eva.see("/office/sign-in").forms["/office/sign-in"]
        fields = form | {"name": "eva", "password": PASSWORD}
        eva.http.headers["X-Forwarded-Proto"] = "https"
        answer = eva.http.post("/office/sign-in", data=fields)

    (cookie,) = [
        it for it in answer.headers.get_list("set-cookie") if it.startswith(tries.cookie_of("eva"))
    ]
    assert {"HttpOnly", "Path=/office", "SameSite=strict", "Secure", "Max-Age=15552000"} <= set(
        cookie.split("; ")
    )
    assert "eva" not in cookie
