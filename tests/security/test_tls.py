"""A till speaks to its own server and to no other, whoever answers in its place."""

import logging
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from pos_app.enrolment import trust_file
from sync.central import auth, authority, db
from sync.central.errors import CommandError
from sync.central.identity import identity, now_ms, signing_key
from sync.client import CentralClient, enrol
from sync.errors import ServerBroken, Unreachable, Untrusted
from sync.keys import new_key, pins_message
from sync.pinned import PinnedTransport
from sync.transport import exchange, http_client
from sync.trust import ServerTrust, Trust, read_trust
from sync.wire import AuthorityAnswer
from tests.security.tls import Office, old_server
from tests.sync.conftest import engine, house, template

__all__ = ["engine", "house", "template"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office").begin()


@pytest.fixture
def address(office: Office, engine: Engine) -> Iterator[str]:
    with office.serving(engine) as url:
        yield url


def asks(url: str, trust: ServerTrust) -> int:
    """Whether there is an answer; the till's errors otherwise."""
    with http_client(url, trust=trust) as http:
        exchange(http, "GET", "/healthz")
    return 200


def refused(url: str, trust: ServerTrust) -> str:
    with pytest.raises(Untrusted) as caught:
        asks(url, trust)
    return caught.value.reason


def enrolled(engine: Engine, url: str, trust: ServerTrust) -> CentralClient:
    """A till that has proven itself over TLS and knows central's key."""
    code = db.write(engine, lambda c: auth.new_code(c, "014", "2", now_ms()))
    key = new_key()
    answer = enrol(url, code, key, trust=trust)
    trust.central_keys = lambda: (answer.central_key,)
    return CentralClient(url, answer.device_id, key, trust=trust)


def test_a_till_with_the_pins_enrols_and_works_over_tls(
    office: Office, engine: Engine, address: str
) -> None:
    trust = ServerTrust(Trust(office.pins))

    client = enrolled(engine, address, trust)

    assert address.startswith("https://")
    assert client.changes("", 10)["row_count"] > 0
    assert trust.trust.authority.count("BEGIN CERTIFICATE") == 1
    client.close()


def test_another_authority_of_the_same_name_is_refused(
    office: Office, engine: Engine, tmp_path: Path, address: str
) -> None:
    known = ServerTrust(Trust(office.pins))
    asks(address, known)
    false = Office(tmp_path / "false").begin()

    with false.serving(engine) as url:
        assert refused(url, ServerTrust(Trust(office.pins))) == "wrong_ca"
        assert refused(url, known) == "wrong_ca"


def test_nothing_of_the_request_reaches_a_server_that_is_not_believed(
    office: Office, engine: Engine, tmp_path: Path
) -> None:
    false = Office(tmp_path / "false").begin()
    code, key = db.write(engine, lambda c: auth.new_code(c, "014", "2", now_ms())), new_key()

    with false.serving(engine) as url:
        with pytest.raises(Untrusted):
            enrol(url, code, key, trust=ServerTrust(Trust(office.pins)))
        # the code is as good as new: nobody has seen it
        assert enrol(url, code, new_key(), trust=ServerTrust(Trust(false.pins))).till_no == "2"


def test_a_renewed_certificate_is_no_news_to_the_till(
    office: Office, engine: Engine, address: str
) -> None:
    trust = ServerTrust(Trust(office.pins))
    asks(address, trust)
    before = trust.trust
    old = (office.tls / "server.pem").read_bytes()

    office.certify()
    with office.serving(engine) as url:
        assert asks(url, trust) == 200

    assert (office.tls / "server.pem").read_bytes() != old
    assert trust.trust == before


def test_an_expired_certificate_is_refused_with_its_reason(office: Office, engine: Engine) -> None:
    office.certify(days_ago=40, days=30)

    with office.serving(engine) as url:
        assert refused(url, ServerTrust(Trust(office.pins))) == "out_of_date"


def test_a_certificate_for_another_name_is_refused(office: Office, engine: Engine) -> None:
    office.certify("central.example", "10.1.2.3")

    with office.serving(engine) as url:
        trust = ServerTrust(Trust(office.pins))
        assert refused(url, trust) == "wrong_host"
        assert refused(url.replace("127.0.0.1", "localhost"), trust) == "wrong_host"


def blamed(url: str, trust: ServerTrust, off_days: int) -> str:
    """What a till finds whose clock is so far off. Only its reading of it: OpenSSL reads the machine's."""
    off = PinnedTransport(trust, lambda: now_ms() + off_days * 86_400_000)
    with http_client(url, transport=off) as http, pytest.raises(Untrusted) as caught:
        exchange(http, "GET", "/healthz")
    return caught.value.reason


@pytest.mark.parametrize("days", [40, -40], ids=["till ahead", "till behind"])
def test_a_wrong_clock_of_the_till_is_named(office: Office, engine: Engine, days: int) -> None:
    office.certify(days_ago=days, days=30)

    with office.serving(engine) as url:
        assert blamed(url, ServerTrust(Trust(office.pins)), days) == "clock"


def test_only_centrals_own_word_blames_the_clock(office: Office, engine: Engine) -> None:
    office.certify(days_ago=40, days=30)
    other = new_key().public

    with office.serving(engine) as url:
        trust = ServerTrust(Trust(office.pins), central_keys=lambda: (other,))
        assert blamed(url, trust, 40) == "out_of_date"


def test_the_spare_takes_over_and_the_till_learns_the_next_one(
    office: Office, engine: Engine, address: str
) -> None:
    trust = ServerTrust(Trust(office.pins))
    client = enrolled(engine, address, trust)
    client.lookup("1")
    former, first = office.pins, trust.trust.authority

    authority.rotate_ca(office.ca)
    office.certify()
    with office.serving(engine) as url:
        again = CentralClient(url, client._device_id, client._key, trust=trust)
        again.lookup("1")
        again.close()
    client.close()

    assert office.pins[0] == former[1]
    assert trust.trust.pins == office.pins
    assert trust.trust.authority != first


def test_an_authority_that_is_neither_pin_is_refused_after_two_changes(
    office: Office, engine: Engine
) -> None:
    trust = ServerTrust(Trust(office.pins))
    for _ in range(2):
        authority.rotate_ca(office.ca)
    office.certify()

    with office.serving(engine) as url:
        assert refused(url, trust) == "wrong_ca"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_1_1_is_refused(office: Office) -> None:
    with old_server(office) as url:
        assert refused(url, ServerTrust(Trust(office.pins))) == "old_tls"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_the_server_speaks_to_nobody_below_tls_1_2(office: Office, address: str) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(office.ca / "current.pem")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")

    with httpx.Client(verify=old, trust_env=False) as http, pytest.raises(httpx.ConnectError):
        http.get(f"{address}/healthz")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_server_speaks_tls_1_2_and_1_3_with_modern_ciphers(
    office: Office, address: str, version: ssl.TLSVersion
) -> None:
    modern = ssl.create_default_context(cafile=str(office.ca / "current.pem"))
    modern.minimum_version = modern.maximum_version = version

    with (
        httpx.Client(verify=modern, trust_env=False) as http,
        http.stream("GET", f"{address}/healthz") as answer,
    ):
        name, _, _ = answer.extensions["network_stream"].get_extra_info("ssl_object").cipher()

    assert "GCM" in name or "CHACHA20" in name


def test_without_pins_a_private_authority_is_not_believed(address: str) -> None:
    assert refused(address, ServerTrust(Trust())) == "wrong_ca"


def test_a_server_that_is_away_is_away_and_not_false(office: Office) -> None:
    with pytest.raises(Unreachable) as caught:
        asks("https://127.0.0.1:9", ServerTrust(Trust(office.pins)))

    assert not isinstance(caught.value, Untrusted)


def test_plain_http_leaves_this_machine_only_when_a_test_says_so() -> None:
    far = "http://192.0.2.1:8420"

    assert refused(far, ServerTrust(Trust())) == "plain"
    with pytest.raises(Untrusted, match="plain"):
        CentralClient(far, "till", new_key()).lookup("1")
    with http_client(far, trust=ServerTrust(Trust(), allows_plain=True)) as http:
        assert http._transport.__class__ is httpx.HTTPTransport


# what the till keeps


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


def test_the_log_holds_no_key(
    office: Office, engine: Engine, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = enrolled(engine, address, ServerTrust(Trust(office.pins)))
    client.lookup("1")
    client.close()

    texts = " ".join(record.getMessage() for record in caplog.records)
    assert "PRIVATE KEY" not in texts
    assert caplog.records
