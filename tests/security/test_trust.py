"""What a till keeps of its server: the authority that fits its pins, newer pins, the time; and the keys
of the office behind it."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pos_app.enrolment import trust_file
from sync.central import auth, authority, db
from sync.central.errors import CommandError
from sync.central.identity import identity, now_ms, signing_key
from sync.client import CentralClient, enrol
from sync.errors import ServerBroken
from sync.keys import new_key, pins_message
from sync.trust import ServerTrust, Trust, read_trust
from sync.wire import AuthorityAnswer
from tests.security.tls import Office, asks, enrolled, refused
from tests.sync.conftest import central, engine, house, template, till

__all__ = ["central", "engine", "house", "template", "till"]


def test_what_is_believed_lies_beside_the_key_for_its_user_only(
    office: Office, address: str, tmp_path: Path
) -> None:
    path = trust_file(tmp_path / "till")
    trust = ServerTrust(Trust(office.pins))
    trust.keep_in(path)

    asks(address, trust)

    assert read_trust(path) == trust.trust
    assert read_trust(path).authority
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.logs("authority.json is damaged")
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"pins": 5}', b"\xff" * 40])
def test_a_damaged_file_means_that_nobody_is_believed(
    address: str, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "authority.json"
    path.write_bytes(content)

    assert refused(address, ServerTrust(read_trust(path))) == "wrong_ca"


def answer(
    engine: Engine, office: Office, change: Callable[[dict[str, object]], None]
) -> AuthorityAnswer:
    """A signed set of pins, changed after signing."""
    with db.writing(engine) as conn:
        key, epoch = signing_key(conn), identity(conn).epoch
    pins = (office.pins[0], "N" * 43)
    fields: dict[str, object] = {
        "epoch": epoch,
        "server_time_ms": 1,
        "certificate": authority.shown(office.tls).certificate,
        "pins": list(pins),
        "made_at_ms": 2_000,
        "sig": key.sign(pins_message(pins, 2_000)),
    }
    change(fields)
    return AuthorityAnswer.model_validate(fields)


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        (lambda it: None, True),
        (lambda it: it.update(sig="A" * 88), False),
        (lambda it: it.update(made_at_ms=2_001), False),
        (lambda it: it.update(pins=[it["pins"][0], "M" * 43]), False),
    ],
    ids=["signed", "no signature", "another time", "other pins"],
)
def test_only_pins_that_central_signed_are_taken(
    engine: Engine, office: Office, change: Callable[[dict[str, object]], None], is_taken: bool
) -> None:
    said = answer(engine, office, change)
    with db.writing(engine) as conn:
        central_key = signing_key(conn).public
    own = Trust(office.pins, said.certificate, 1_000)
    trust = ServerTrust(own, central_keys=lambda: (central_key,))

    assert trust.learn(said) is is_taken
    assert (trust.trust != own) is is_taken


def test_pins_that_are_older_or_would_lock_the_till_out_are_not_taken(
    engine: Engine, office: Office
) -> None:
    said = answer(engine, office, lambda it: None)
    with db.writing(engine) as conn:
        key = signing_key(conn)
    others = ("O" * 43, "P" * 43)
    foreign = said.model_copy(
        update={"pins": list(others), "sig": key.sign(pins_message(others, 2_000))}
    )
    newer = ServerTrust(
        Trust(office.pins, said.certificate, 3_000), central_keys=lambda: (key.public,)
    )
    fitting = ServerTrust(
        Trust(office.pins, said.certificate, 1_000), central_keys=lambda: (key.public,)
    )

    assert newer.learn(said) is False
    assert fitting.learn(foreign) is False


# the time


def test_a_clock_that_is_off_is_set_by_centrals_signed_word_only(
    engine: Engine, office: Office, address: str
) -> None:
    trust = ServerTrust(Trust(office.pins))
    client = enrolled(engine, address, trust)

    def two_hours_late() -> int:
        return now_ms() - 7_200_000

    late = CentralClient(
        address, client._device_id, client._key, wall_ms=two_hours_late, trust=trust
    )
    assert late.lookup("1") is not None
    assert abs(late.clock_offset_ms - 7_200_000) < 5_000

    trust.central_keys = lambda: (new_key().public,)
    deceived = CentralClient(
        address, client._device_id, client._key, wall_ms=two_hours_late, trust=trust
    )
    with pytest.raises(ServerBroken, match="not signed"):
        deceived.lookup("1")
    for it in (client, late, deceived):
        it.close()


# the office's side


def test_keys_are_for_their_user_only_and_the_authoritys_is_not_at_the_server(
    office: Office,
) -> None:
    keys = [*office.ca.glob("*.key"), *office.tls.glob("*.key")]

    assert {it.stat().st_mode & 0o777 for it in keys} == {0o600}
    assert {it.name for it in keys} == {"current.key", "spare.key", "server.key"}
    signer = (office.ca / "current.key").read_bytes()
    assert all(signer not in it.read_bytes() for it in office.tls.iterdir())


def test_an_authority_is_made_once(office: Office) -> None:
    with pytest.raises(CommandError, match="already"):
        authority.make_ca(office.ca, "Acme")


def test_enrolling_over_tls_leaves_neither_code_nor_key_in_a_log(
    office: Office, engine: Engine, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code, key = db.write(engine, lambda c: auth.new_code(c, "014", "2", now_ms())), new_key()

    answer = enrol(address, code, key, trust=ServerTrust(Trust(office.pins)))

    texts = " ".join(record.getMessage() for record in caplog.records)
    assert caplog.records
    assert code not in texts
    assert key.public not in texts
    assert answer.pin_pepper not in texts
    assert "PRIVATE KEY" not in texts
