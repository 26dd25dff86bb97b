"""A till speaks to its own server and to no other, whoever answers in its place."""

import gzip
import signal
import ssl
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from sync.central import auth, authority, db
from sync.central.identity import now_ms
from sync.client import CentralClient, enrol
from sync.engine import SyncEngine
from sync.errors import CentralError, Unreachable, Untrusted
from sync.keys import new_key
from sync.pinned import PinnedTransport
from sync.ports import SyncState
from sync.transport import exchange, http_client
from sync.trust import ServerTrust, Trust
from tests.security.tls import Office, asks, enrolled, old_server, refused, stranger
from tests.sync.conftest import Till, central, engine, house, template, till

__all__ = ["central", "engine", "house", "template", "till"]


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


def test_nothing_a_stranger_has_packed_is_unpacked(office: Office, tmp_path: Path) -> None:
    other = Office(tmp_path / "other").begin()
    packed = gzip.compress(b" " * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    trust = ServerTrust(Trust(office.pins))
    with stranger(other, head.encode() + packed) as address:
        tracemalloc.start()
        try:
            with pytest.raises(CentralError):
                asks(address, trust)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 10_000_000


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
        httpx.Client(verify=modern, trust_env=False, timeout=60) as http,
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


@pytest.mark.parametrize("workers", [1, 2])
def test_the_command_serves_over_tls_with_one_process_or_several(
    office: Office, engine: Engine, tmp_path: Path, workers: int
) -> None:
    port_file, trust = tmp_path / "port", ServerTrust(Trust(office.pins))
    words = ["serve", "--port", "0", "--database", str(engine.url), "--workers", str(workers)]
    own = ["--tls-dir", str(office.tls), "--port-file", str(port_file)]
    with subprocess.Popen(
        [sys.executable, "-m", "sync.central", *words, *own],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            url = f"https://127.0.0.1:{port_file.read_text()}"
            client = enrolled(engine, url, trust)
            assert client.lookup("MILK-1") is not None
            client.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)

    assert said == f"omnitill-central ready on {url}\n"


class Shown:
    """What the badge would show."""

    def __init__(self) -> None:
        self.states: list[SyncState] = []

    def details(self) -> set[tuple[str, str]]:
        return {(it.connection, it.detail) for it in self.states}


def test_the_badge_is_told_why_nothing_is_sent(
    office: Office, engine: Engine, address: str, tmp_path: Path, till: Till
) -> None:
    other = Office(tmp_path / "other").begin()
    trust, shown = ServerTrust(Trust(other.pins)), Shown()
    client = CentralClient(address, till.facts.device_id, till.key, trust=trust)
    exchanging = SyncEngine(client, till.outbox, till.replica, shown.states.append, lambda _: None)

    exchanging.start()
    end = time.monotonic() + 60
    while ("offline", "wrong_ca") not in shown.details() and time.monotonic() < end:
        time.sleep(0.05)
    exchanging.stop()
    client.close()

    assert ("offline", "wrong_ca") in shown.details()
