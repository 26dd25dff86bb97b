"""Neither till nor central writes a token, PIN, key or code to a log, however much is logged."""

import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from pos_app.domain.clock import Now
from pos_app.enrolment import enrol_till, key_file
from pos_app.logs import JsonLines
from pos_app.store.signin import SignIn
from sync.central import auth, db
from sync.central.identity import identity, now_ms
from sync.client import CentralClient
from sync.invitation import Invitation
from sync.keys import load_or_create
from sync.scrubbing import MASK, Scrubbing, scrubbed
from tests.distribution.sides import TillSide
from tests.sync.conftest import central, engine, house, template

__all__ = ["central", "engine", "house", "template"]

PIN, SCANNED = "739142", "4006381333931"


def written(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that was logged, as the till's formatter would put it."""
    return "\n".join(JsonLines().format(record) for record in caplog.records)


def test_a_days_work_leaves_no_secret_in_any_log_even_when_everything_is_logged(
    engine: Engine, central: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    side = TillSide(engine, central, tmp_path / "till")
    side.exchange.round()
    SignIn(side.stores).check("anna", PIN, Now(1, 1, "boot", 0))
    side.client.lookup(SCANNED)
    token = side.client._authorised()["Authorization"].partition(" ")[2]
    key = key_file(side.folder, side.device_id).read_bytes()
    with db.reading(engine) as conn:
        secret = identity(conn).secret
    side.close()

    found = written(caplog)

    assert len(caplog.records) > 20
    for unwanted in (PIN, token, SCANNED, key.hex(), secret.hex(), "pepper"):
        assert unwanted not in found


def test_an_enrolment_code_is_in_no_log(
    engine: Engine, central: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = db.write(engine, lambda c: auth.new_code(c, "014", "2", now_ms()))

    enrol_till(tmp_path / "till", central, code)

    assert caplog.records
    assert code not in written(caplog)


def test_a_till_that_is_refused_says_so_without_its_proof(
    engine: Engine, central: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = load_or_create(tmp_path / "device.key")
    client = CentralClient(central, "nobody", key)

    with pytest.raises(Exception, match="bad_proof"):
        client.lookup(SCANNED)

    client.close()
    assert SCANNED not in written(caplog)
    assert key.public not in written(caplog)


def test_an_error_of_the_till_database_hides_the_values(
    engine: Engine, central: str, tmp_path: Path
) -> None:
    side = TillSide(engine, central, tmp_path / "till")
    insert = "INSERT INTO setting (name, value, seq, gen) VALUES (?, NULL, 1, 0)"

    with pytest.raises(IntegrityError) as caught, side.stores.replica_write() as conn:
        conn.exec_driver_sql(insert, (PIN,))

    side.close()
    assert PIN not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {'x' * 40}",
        f"GET /v1/lookup?code={SCANNED}",
        f'{{"pin": "{PIN}", "staff": 1}}',
        f"pin_hash='$argon2id$v=19$m=65536$abc${PIN}'",
        f"stored $argon2id$v=19$m=1,t=2$c2FsdA${PIN} for anna",
        f"sig {'Q' * 86}==",
        f"code: {SCANNED[:4]}-{PIN}",
        "paid with 4111 1111 1111 1111",
    ],
)
def test_what_slips_into_a_message_is_masked(text: str) -> None:
    found = scrubbed(text)

    assert MASK in found
    for unwanted in ("x" * 40, SCANNED, PIN, "Q" * 86, "4111 1111"):
        assert unwanted not in found


@pytest.mark.parametrize(
    "text",
    [
        "prices:list-acme differs from central's in price; fetching it again",
        "sync: Unreachable ConnectError",
        "fact 12 has the code: unknown_place",
        "fact 0192c1a0-7c11-7d6a-9d0e-0123456789ab at 1795298259038 of till 2",
        f"{'a' * 64} is the hash",
        "rows of 4006381333931 are for a newer till",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_an_invitation_is_masked_whole() -> None:
    text = Invitation("https://central.example", "QQVD-MUSZ", ("y" * 43,)).text()

    assert scrubbed(f"refused {text!r} as torn") == f"refused 'omnitill://enrol?{MASK}' as torn"
    assert "QQVD" not in scrubbed(text.upper())


def test_a_trace_is_scrubbed_too() -> None:
    try:
        int(f"token={PIN}")
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "it failed", None, trace)

    line = json.loads(Scrubbing(JsonLines()).format(record))

    assert PIN not in line["trace"]
    assert "ValueError" in line["trace"]
