"""Who opens the office: people with a password, for their stores only; no till, and no other site."""

from collections.abc import Iterator
from io import StringIO

import httpx
import pytest
from sqlalchemy import Engine, select, update

from sync.central import db
from sync.central.__main__ import main
from sync.central.identity import now_ms
from sync.central.office import people, sessions, tries
from sync.central.office.guard import COOKIE
from sync.central.office.tables import office_attempt, office_log, office_session, office_user
from sync.central.office.tries import Try
from tests.central.clerk import PASSWORD, Clerk, clerk, employ
from tests.central.endpoints import ENDPOINTS
from tests.central.running import PATIENCE_S
from tests.central.shop import STORE
from tests.central.test_office import LIST, of, older_central
from tests.central.tills import SpeakingTill, enrolled

READS = ["/office/", LIST, f"{LIST}/s-prague/x/1/1"]
WRITES = ["/office/sign-out", f"{LIST}/s-prague/x/1/1/replay", f"{LIST}/s-prague/x/1/1/settle"]


@pytest.fixture
def eva(engine: Engine, central: str) -> Iterator[Clerk]:
    """Employed, not signed in."""
    employ(engine)
    with clerk(central) as eva:
        yield eva


def said(engine: Engine) -> list[str]:
    with db.reading(engine) as conn:
        query = select(office_log.c.what).order_by(office_log.c.entry_id)
        return list(conn.execute(query).scalars())


def lapse(engine: Engine, **columns: int) -> None:
    db.write(engine, lambda c: c.execute(update(office_session).values(columns)))


def is_out(eva: Clerk) -> bool:
    answer = eva.http.get(LIST)
    return (answer.status_code, answer.headers.get("location")) == (303, "/office/sign-in")


def test_a_person_signs_in_and_out(eva: Clerk, engine: Engine) -> None:
    page = eva.sign_in("  Eva ")
    assert "What needs a person" in page.text

    eva.send(page, "/office/sign-out")

    assert is_out(eva)
    assert said(engine) == ["user added", "signed in", "signed out"]


def test_a_session_that_was_ended_cannot_be_taken_up_again(eva: Clerk) -> None:
    page = eva.sign_in()
    cookies = dict(eva.http.cookies)
    eva.send(page, "/office/sign-out")

    eva.http.cookies = httpx.Cookies(cookies)

    assert is_out(eva)


@pytest.mark.parametrize("name", ["eva", "nobody"])
def test_a_wrong_password_says_the_same_for_everybody(eva: Clerk, name: str) -> None:
    page = eva.sign_in(name, "wrong")

    assert page.status == 403
    assert "That name and password do not belong together." in page.text
    assert is_out(eva)


@pytest.mark.parametrize("path", READS)
def test_no_page_is_shown_without_signing_in(eva: Clerk, path: str) -> None:
    page = eva.see(path)

    assert "Password" in page.text
    assert "What needs a person" not in page.text


@pytest.mark.parametrize("path", READS)
def test_a_tills_token_opens_no_page(eva: Clerk, till: SpeakingTill, path: str) -> None:
    answer = httpx.get(
        f"{till.http.base_url}{path}",
        headers=till.headers,
        cookies={COOKIE: till.token},
        follow_redirects=True,
        timeout=PATIENCE_S,
    )

    assert "What needs a person" not in answer.text
    assert "Password" in answer.text


def test_an_office_cookie_opens_nothing_of_the_tills(eva: Clerk) -> None:
    eva.sign_in()
    token = eva.http.cookies[COOKIE]
    sent = {"X-Proto": "1", "Cookie": f"{COOKIE}={token}"}

    answers = {
        eva.http.request(*it, headers=sent | more).status_code
        for it in ENDPOINTS
        for more in ({}, {"Authorization": f"Bearer {token}"})
    }

    assert answers == {401}


def test_the_cookie_stays_with_the_office(eva: Clerk) -> None:
    page = eva.see("/office/sign-in")
    form = page.forms["/office/sign-in"] | {"name": "eva", "password": PASSWORD}

    answer = eva.http.post("/office/sign-in", data=form)
    secure = eva.http.get("/office/sign-in", headers={"X-Forwarded-Proto": "https"})

    cookie = answer.headers.get_list("set-cookie")[0]
    assert {"HttpOnly", "Path=/office", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" in secure.headers["set-cookie"]


def test_signing_in_gives_a_cookie_that_nobody_knew_before(eva: Clerk) -> None:
    eva.see("/office/sign-in")
    before = eva.http.cookies[COOKIE]

    eva.sign_in()

    assert eva.http.cookies[COOKIE] != before


@pytest.mark.parametrize("path", ["/office/sign-in", *WRITES])
@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
def test_a_form_of_another_site_is_refused(eva: Clerk, path: str, token: str | None) -> None:
    eva.sign_in()
    fields = {"name": "eva", "password": PASSWORD, "note": "x", "code": "hash"}

    answer = eva.http.post(path, data=fields if token is None else fields | {"form_token": token})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert not is_out(eva)


def test_a_form_without_a_cookie_is_refused(eva: Clerk) -> None:
    form = {"form_token": sessions.form_token(""), "name": "eva", "password": PASSWORD}

    assert eva.http.post("/office/sign-in", data=form).status_code == 403


@pytest.mark.logs("quarantined")
def test_what_is_sent_after_the_session_ended_changes_nothing(
    eva: Clerk, engine: Engine, till: SpeakingTill
) -> None:
    till.sell()
    with older_central():
        till.push()
    eva.sign_in()
    page = eva.see(of(till))
    lapse(engine, seen_at_ms=now_ms() - sessions.IDLE_MS)

    after = eva.send(page, f"{of(till)}/replay")

    assert "Password" in after.text
    assert "replayed" not in said(engine)


@pytest.mark.parametrize(
    "columns",
    [
        {"seen_at_ms": now_ms() - sessions.IDLE_MS},
        {"started_at_ms": now_ms() - sessions.LONGEST_MS},
    ],
)
def test_a_session_ends_when_idle_and_after_a_day_of_work(
    eva: Clerk, engine: Engine, columns: dict[str, int]
) -> None:
    eva.sign_in()

    lapse(engine, **columns)

    assert is_out(eva)


def test_a_session_in_use_goes_on(eva: Clerk, engine: Engine) -> None:
    eva.sign_in()
    lapse(engine, seen_at_ms=now_ms() - sessions.IDLE_MS + 60_000)

    eva.see(LIST)

    with db.reading(engine) as conn:
        assert conn.execute(select(office_session.c.seen_at_ms)).scalar_one() > now_ms() - 60_000


@pytest.mark.logs("quarantined")
def test_another_stores_fact_is_not_there(
    eva: Clerk, engine: Engine, till: SpeakingTill, central: str
) -> None:
    """Neither of a store outside one's limit nor of another tenant, to read, replay or settle."""
    employ(engine, "eva", "014")
    eva.sign_in()
    with enrolled(engine, central, "015", "1") as sister, enrolled(engine, central, "900") as other:
        with older_central():
            for it in (till, sister, other):
                it.sell()
                it.push()
        own = eva.see(of(till))
        form = own.forms[f"{of(till)}/settle"] | {"note": "mine now"}
        for it in (sister, other):
            assert eva.see(of(it)).status == 404
            for does in ("replay", "settle"):
                assert eva.http.post(f"{of(it)}/{does}", data=form).status_code == 404

        assert [it for it in eva.see(LIST).links if it.startswith(f"{LIST}/")] == [of(till)]
        assert "015" not in eva.see(LIST).text
        assert "1 not booked" in eva.see(f"{LIST}?store=s-brno").text
    assert {"replayed", "settled"}.isdisjoint(said(engine))


def test_a_fact_that_is_not_there_is_not_found(eva: Clerk, till: SpeakingTill) -> None:
    eva.sign_in()

    for path in (of(till, 9), f"{LIST}/x/y/1/1", f"{LIST}/x/y/1/one", f"{LIST}/x/y/1/{2**63}"):
        page = eva.see(path)
        assert page.status == 404
        assert "There is no such" in page.text


@pytest.mark.parametrize("query", ["till=%00", "before=%5B1%5D", "before=x", "store=%00"])
def test_an_address_typed_by_hand_is_no_fault(eva: Clerk, query: str) -> None:
    eva.sign_in()

    assert eva.see(f"{LIST}?{query}").status in {200, 404}


@pytest.mark.logs("an account is locked out: 5 wrong passwords, for (29|30) s")
@pytest.mark.logs("an account is locked out: 6 wrong passwords, for (59|60) s")
def test_five_wrong_passwords_lock_for_half_a_minute_then_for_twice_as_long(
    eva: Clerk, engine: Engine
) -> None:
    pages = [eva.sign_in("eva", "wrong") for _ in range(5)]
    right = eva.sign_in()
    db.write(engine, lambda c: c.execute(update(office_attempt).values(locked_until_ms=now_ms())))
    sixth = eva.sign_in("EVA", "wrong")

    assert [it.status for it in pages] == [403, 403, 403, 403, 429]
    assert right.status == 429
    assert "Too many wrong passwords. Try again in 30 seconds." in right.text
    assert "in 60 seconds" in sixth.text
    assert said(engine).count("locked out") == 2


@pytest.mark.logs("a name nobody has is locked out")
def test_a_name_nobody_has_is_locked_alike_and_never_written_down(
    eva: Clerk, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [eva.sign_in("my password is hunter2", "eva") for _ in range(6)]

    assert [it.status for it in pages] == [403, 403, 403, 403, 429, 429]
    assert "hunter2" not in caplog.text
    assert "locked out" not in said(engine)


def test_a_right_password_forgets_the_wrong_ones(eva: Clerk, engine: Engine) -> None:
    for _ in range(2):
        for _ in range(4):
            eva.sign_in("eva", "wrong")
        assert "What needs a person" in eva.sign_in().text


def test_tries_at_once_are_all_counted(engine: Engine) -> None:
    it = Try("eva", "192.0.2.1")
    waits = [db.write(engine, lambda c: tries.begin_try(c, it, 1_000)) for _ in range(7)]

    assert [wait > 0 for wait in waits] == [False] * 5 + [True] * 2


def test_somebody_blocked_is_out_at_once_and_cannot_come_back(eva: Clerk, engine: Engine) -> None:
    eva.sign_in()

    db.write(engine, lambda c: people.block(c, "Eva", now_ms()))

    assert is_out(eva)
    assert eva.sign_in().status == 403


def test_a_new_password_ends_the_sessions_of_the_old_one(eva: Clerk, engine: Engine) -> None:
    eva.sign_in()

    employ(engine)

    assert is_out(eva)


def test_neither_passwords_nor_session_tokens_are_kept(eva: Clerk, engine: Engine) -> None:
    eva.sign_in()

    with db.reading(engine) as conn:
        kept = [conn.execute(select(table)).all() for table in (office_user, office_session)]

    assert PASSWORD not in str(kept)
    assert eva.http.cookies[COOKIE] not in str(kept)


def test_every_answer_forbids_scripts_frames_and_copies(eva: Clerk) -> None:
    for path in ("/office/sign-in", "/office/nothing"):
        headers = eva.http.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_a_form_too_large_is_refused_with_a_page(eva: Clerk) -> None:
    answer = eva.http.post("/office/sign-in", content=b"x" * 70_000)

    assert answer.status_code == 413
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["add", "eva"], "say --tenant: there are 2"),
        (["add", "eva", "--tenant", "acme", "--store", "900"], "no store with the number 900"),
        (["add", "eva", "--tenant", "nobody"], "no store of nobody"),
        (["add", " ", "--tenant", "acme"], "a name has 1 to 64 letters"),
        (["add", people.COMMAND_LINE, "--tenant", "acme"], "a name has"),
        (["block", "eva"], "nobody called eva"),
    ],
)
def test_the_command_says_what_it_cannot_do(
    shop_database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    reason: str,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(PASSWORD + "\n"))

    code = main(["office-user", *words, "--database", shop_database])

    assert code == 1
    assert reason in capsys.readouterr().err


def test_a_short_password_is_refused(
    shop_database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))

    assert main(["office-user", "add", "eva", "--database", shop_database]) == 1
    assert "at least 10 characters" in capsys.readouterr().err


def test_somebody_added_by_the_command_signs_in(
    shop_database: str, central: str, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(PASSWORD + "\n"))
    words = ["office-user", "add", "Jan", "--tenant", "acme", "--store", "014"]

    assert main([*words, "--database", shop_database]) == 0

    with clerk(central) as jan:
        assert "What needs a person" in jan.sign_in("jan").text
    with db.reading(engine) as conn:
        found = people.person(conn, "jan")
        kept = people.password_hash(conn, "jan") or ""
    assert found is not None
    assert list(found.branches) == [STORE]
    assert kept.startswith("$argon2id$")
