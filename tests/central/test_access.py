"""Who may ask what: codes, keys, tokens, and every endpoint with the wrong ones."""

import threading
import time
from typing import Any

import httpx
import pytest
import uuid_utils
from sqlalchemy import Engine, select

from sync.central import auth, db
from sync.central.errors import CommandError
from sync.central.identity import Identity, identity, now_ms
from sync.central.schema import device, enrolment
from sync.keys import new_key, token_message
from sync.wire import EnrolRequest, TokenRequest
from tests.central.endpoints import ENDPOINTS, PUBLIC, TEMPLATES
from tests.central.running import PATIENCE_S
from tests.central.shop import SISTER
from tests.central.tills import SpeakingTill, enrolled


@pytest.fixture
def http(central: str) -> Any:
    with httpx.Client(base_url=central, headers={"X-Proto": "1"}, timeout=PATIENCE_S) as client:
        yield client


def code_for(engine: Engine, till_no: str = "7") -> str:
    return db.write(engine, lambda c: auth.new_code(c, "014", till_no, now_ms()))


def reason(answer: httpx.Response) -> tuple[int, str]:
    assert set(answer.json()) == {"error", "detail"}
    return answer.status_code, answer.json()["error"]


def test_a_code_admits_one_till(engine: Engine, http: httpx.Client) -> None:
    code = code_for(engine)
    first = http.post("/v1/enrol", json={"code": code, "pubkey": new_key().public})

    second = http.post("/v1/enrol", json={"code": code, "pubkey": new_key().public})

    assert (first.status_code, first.json()["till_no"]) == (200, "7")
    assert (first.json()["store_no"], first.json()["pin_pepper"]) == ("014", "pepper")
    assert reason(second) == (403, "used_code")


def test_the_same_key_gets_the_same_answer_when_the_first_was_lost(
    engine: Engine, http: httpx.Client
) -> None:
    message = {"code": code_for(engine), "pubkey": new_key().public}

    first, second = (http.post("/v1/enrol", json=message).json() for _ in "12")

    assert first["device_id"] == second["device_id"]


def test_a_code_is_typed_as_people_type(engine: Engine, http: httpx.Client) -> None:
    code = code_for(engine).lower()

    answer = http.post(
        "/v1/enrol", json={"code": f" {code[:4]}-{code[4:]} ", "pubkey": new_key().public}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (10, 403)])
def test_a_code_lasts_ten_minutes(
    engine: Engine, http: httpx.Client, minutes: int, status: int
) -> None:
    made_at = now_ms() - minutes * 60_000
    code = db.write(engine, lambda c: auth.new_code(c, "014", "7", made_at))

    answer = http.post("/v1/enrol", json={"code": code, "pubkey": new_key().public})

    assert answer.status_code == status
    assert status == 200 or reason(answer) == (403, "expired_code")


@pytest.mark.parametrize(
    ("message", "status", "error"),
    [
        ({"code": "AAAAAAAA", "pubkey": new_key().public}, 403, "unknown_code"),
        ({"code": "AAAAAAAA", "pubkey": "x" * 44}, 400, "bad_key"),
        ({"code": 12345678, "pubkey": new_key().public}, 422, "bad_request"),
        ({"pubkey": new_key().public}, 422, "bad_request"),
    ],
)
def test_a_wrong_enrolment_says_what_is_wrong(
    http: httpx.Client, message: dict[str, object], status: int, error: str
) -> None:
    assert reason(http.post("/v1/enrol", json=message)) == (status, error)


def test_only_the_hash_of_a_code_is_kept(engine: Engine) -> None:
    code = code_for(engine)

    with db.reading(engine) as conn:
        kept = str(conn.execute(select(enrolment)).all())

    assert code not in kept


def test_a_till_enrolled_again_gets_a_receipt_series_of_its_own(
    engine: Engine, http: httpx.Client
) -> None:
    answers = [
        http.post("/v1/enrol", json={"code": code_for(engine), "pubkey": new_key().public}).json()
        for _ in "12"
    ]

    assert [it["incarnation"] for it in answers] == [1, 2]


def test_two_codes_for_one_till_spent_at_the_same_instant_are_two_lives(engine: Engine) -> None:
    """The first holds its transaction open; the second must wait for it, and count it."""
    first, second = code_for(engine), code_for(engine)
    lives: list[int] = []

    def spend(code: str) -> int:
        message = EnrolRequest(code=code, pubkey=new_key().public)
        return db.write(engine, lambda c: auth.enrol(c, message, now_ms())).incarnation

    other = threading.Thread(target=lambda: lives.append(spend(second)))
    with db.writing(engine) as conn:
        own = EnrolRequest(code=first, pubkey=new_key().public)
        lives.append(auth.enrol(conn, own, now_ms()).incarnation)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(PATIENCE_S)

    assert lives == [1, 2]


def test_a_code_for_a_store_that_is_not_there_is_refused(engine: Engine) -> None:
    with pytest.raises(CommandError, match="0 stores"), db.writing(engine) as conn:
        auth.new_code(conn, "nowhere", "1", now_ms())


def test_a_proof_works_once(till: SpeakingTill) -> None:
    nonce = str(uuid_utils.uuid4())

    first, second = till.ask_token(nonce=nonce), till.ask_token(nonce=nonce)

    assert first.status_code == 200
    assert reason(second) == (401, "replayed_nonce")


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_proof_from_another_time_is_refused(till: SpeakingTill, hours: int) -> None:
    ts_ms = time.time_ns() // 1_000_000 + hours * 3_600_000

    assert reason(till.ask_token(ts_ms=ts_ms)) == (401, "clock_skew")


def test_a_proof_by_another_key_is_refused(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, "015", "1") as other:
        assert reason(other.ask_token(device_id=till.device_id)) == (401, "bad_proof")

    assert reason(till.ask_token(sig="A" * 88)) == (401, "bad_proof")
    assert reason(till.ask_token(device_id="nobody")) == (401, "bad_proof")


def answers(till: SpeakingTill, **headers: str) -> set[tuple[int, str]]:
    """What every endpoint says to these headers."""
    sent = {"Authorization": f"Bearer {till.token}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return {reason(till.http.request(*endpoint, headers=sent)) for endpoint in ENDPOINTS}


def forged(engine: Engine, *content: object) -> str:
    """A token this server could have given."""
    with db.reading(engine) as conn:
        return f"Bearer {identity(conn).seal('token', content)}"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer " + "A" * 200]
)
def test_nothing_is_answered_without_a_token(till: SpeakingTill, header: str) -> None:
    assert answers(till, Authorization=header) == {(401, "bad_token")}


def test_a_revoked_till_is_refused_at_once(till: SpeakingTill, engine: Engine) -> None:
    db.write(engine, lambda c: auth.revoke(c, till.device_id))

    assert answers(till) == {(401, "revoked")}
    assert reason(till.ask_token()) == (401, "revoked")


def test_an_expired_token_is_refused(till: SpeakingTill, engine: Engine) -> None:
    old = forged(engine, till.device_id, till.store_id, now_ms() - 1)

    assert answers(till, Authorization=old) == {(401, "token_expired")}


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 401)])
def test_a_token_lasts_half_an_hour(
    till: SpeakingTill, engine: Engine, minutes: int, status: int
) -> None:
    nonce, then = str(uuid_utils.uuid4()), now_ms() - minutes * 60_000
    sig = till.key.sign(token_message(till.device_id, nonce, then))
    proof = TokenRequest(device_id=till.device_id, nonce=nonce, ts_ms=then, sig=sig)
    given = db.write(engine, lambda c: auth.token(c, proof, then))
    till.token = given.token

    assert given.expires_in_s == 1800
    assert till.get("/v1/changes").status_code == status


@pytest.mark.parametrize("is_stated", [True, False], ids=["stated", "in pieces"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/enrol"),
        ("POST", "/v1/token"),
        ("POST", "/v1/hello"),
        ("PUT", "/v1/commands/command-1"),
    ],
)
def test_a_body_over_64_kib_is_refused(
    till: SpeakingTill, method: str, path: str, *, is_stated: bool
) -> None:
    """Whether its length is said before or not."""

    def sent(size: int) -> httpx.Response:
        body = b" " * size
        content = body if is_stated else iter([body[:1000], body[1000:]])
        return till.http.request(method, path, content=content, headers=till.headers)

    assert reason(sent(65_536)) == (422, "bad_request")
    assert reason(sent(65_537)) == (413, "too_large")


def test_a_token_for_another_store_is_worth_nothing(till: SpeakingTill, engine: Engine) -> None:
    crossed = forged(engine, till.device_id, SISTER, now_ms() + 60_000)

    assert answers(till, Authorization=crossed) == {(401, "revoked")}


@pytest.mark.parametrize("at", [0, 10, 21, 22, 40, -3])
def test_a_token_with_one_letter_changed_is_worth_nothing(till: SpeakingTill, at: int) -> None:
    letters = list(till.token)
    letters[at] = "A" if letters[at] != "A" else "B"

    assert answers(till, Authorization=f"Bearer {''.join(letters)}") == {(401, "bad_token")}


def test_a_token_of_another_central_is_worth_nothing(till: SpeakingTill) -> None:
    content = [till.device_id, till.store_id, now_ms() + 60_000]
    foreign = Identity("epoch", b"another secret").seal("token", content)

    assert answers(till, Authorization=f"Bearer {foreign}") == {(401, "bad_token")}


def test_a_token_of_another_till_opens_nothing_after_that_one_is_revoked(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, "014", "3") as neighbour:
        db.write(engine, lambda c: auth.revoke(c, neighbour.device_id))

        assert answers(till, Authorization=f"Bearer {neighbour.token}") == {(401, "revoked")}
        assert till.get("/v1/changes").status_code == 200


def test_a_nonce_that_was_used_opens_nothing_for_another_till_either(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    """The proof is over the till's own id; taken from the wire it fits nobody else."""
    nonce, ts_ms = str(uuid_utils.uuid4()), now_ms()
    sig = till.key.sign(token_message(till.device_id, nonce, ts_ms))
    assert till.ask_token(nonce=nonce, ts_ms=ts_ms, sig=sig).status_code == 200

    with enrolled(engine, central, "014", "3") as neighbour:
        taken = neighbour.ask_token(nonce=nonce, ts_ms=ts_ms, sig=sig)

    assert reason(taken) == (401, "bad_proof")
    assert reason(till.ask_token(nonce=nonce, ts_ms=ts_ms, sig=sig)) == (401, "replayed_nonce")


def test_a_cursor_is_not_a_token(till: SpeakingTill) -> None:
    cursor = till.changes()["next_cursor"]

    assert answers(till, Authorization=f"Bearer {cursor}") == {(401, "bad_token")}


@pytest.mark.parametrize("version", ["0", "2", "one", ""])
def test_another_protocol_version_must_upgrade(till: SpeakingTill, version: str) -> None:
    assert answers(till, X_Proto=version) == {(426, "upgrade")}


def test_a_till_speaks_for_itself_only(till: SpeakingTill, engine: Engine, central: str) -> None:
    with enrolled(engine, central, "015", "1") as other:
        till.sell()

        assert reason(till.push(device_id=other.device_id)) == (403, "other_device")
        assert reason(till.hello(device_id=other.device_id)) == (403, "other_device")


def test_a_sale_is_seen_by_its_own_store_only(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale_id = till.sale_id_of(till.sell())
    till.push()

    with enrolled(engine, central, "015", "1") as sister:
        answer = sister.get(f"/v1/sales/{sale_id}")

    assert reason(answer) == (404, "no_such_sale")


def test_own_facts_are_those_of_the_token(till: SpeakingTill, engine: Engine, central: str) -> None:
    till.sell()
    till.push()

    with enrolled(engine, central, "014", "3") as neighbour:
        assert neighbour.get("/v1/devices/self/events").json()["events"] == []


def test_another_tenant_sees_nothing_of_this_one(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, "900", "1") as stranger:
        page = stranger.changes()

        assert page["row_count"] == 0
        assert stranger.get("/v1/lookup", code="MILK-1").json()["blocks"] == []


def test_the_till_is_seen(till: SpeakingTill, engine: Engine) -> None:
    till.hello(app="omnitill 1")

    with db.reading(engine) as conn:
        row = conn.execute(select(device)).one()

    assert row.seen_at_ms > 0
    assert row.app == "omnitill 1"


def test_health_and_time_need_no_token(central: str) -> None:
    assert httpx.get(f"{central}/healthz", timeout=PATIENCE_S).json() == {
        "status": "ok",
        "quarantined": 0,
    }
    assert httpx.get(f"{central}/v1/time", timeout=PATIENCE_S).json()["server_time_ms"] > 0


def test_the_interface_describes_itself(central: str) -> None:
    paths = httpx.get(f"{central}/openapi.json", timeout=PATIENCE_S).json()["paths"]

    named = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert named == {*TEMPLATES, *PUBLIC} - {("GET", "/openapi.json")}


def test_an_unknown_path_is_refused_in_our_shape(http: httpx.Client) -> None:
    assert reason(http.get("/v1/nothing")) == (404, "http")
    assert reason(http.get("/v1/enrol")) == (405, "http")


def test_text_no_database_takes_is_refused_and_no_fault_of_central(till: SpeakingTill) -> None:
    asked = [
        till.get("/v1/lookup", code="a\0b"),
        till.get("/v1/sales/a%00b"),
        till.hello(app="x\0y"),
        till.ask_token(device_id="\0"),
        till.http.post(
            "/v1/enrol", json={"code": "ABCDEFGH", "pubkey": till.key.public, "hw": "\0"}
        ),
    ]

    assert [it.status_code for it in asked if it.status_code >= 500] == []
