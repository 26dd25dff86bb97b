"""A shop's authority, and the real server that shows its certificates."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.central import auth, authority, db
from sync.central.app import create_app
from sync.central.identity import now_ms
from sync.central.server import CentralServer
from sync.client import CentralClient, enrol
from sync.errors import Untrusted
from sync.keys import new_key
from sync.transport import exchange, http_client
from sync.trust import ServerTrust
from tests.central.running import in_a_thread


@dataclass(frozen=True)
class Office:
    """Both folders of one shop."""

    folder: Path
    name: str = "Acme"

    @property
    def ca(self) -> Path:
        return self.folder / "ca"

    @property
    def tls(self) -> Path:
        return self.folder / "tls"

    @property
    def pins(self) -> tuple[str, ...]:
        return authority.pins(self.ca)

    def begin(self) -> "Office":
        authority.make_ca(self.ca, self.name)
        return self.certify()

    def certify(self, *hosts: str, days_ago: int = 0, days: int = 30) -> "Office":
        """A certificate made so long ago, for this machine unless hosts are given."""
        made = datetime.now(UTC) - timedelta(days=days_ago)
        names = hosts or ("localhost", "127.0.0.1")
        authority.make_certificate(self.ca, self.tls, names, days, made)
        return self

    @contextmanager
    def serving(self, engine: Engine) -> Iterator[str]:
        """central with the certificate as it is now."""
        app = create_app(engine, authority=authority.shown(self.tls))
        server = CentralServer(app, "127.0.0.1", 0, tls=authority.server_context(self.tls))
        with in_a_thread(server):
            yield server.address


@contextmanager
def old_server(office: Office) -> Iterator[str]:
    """Something with the right certificate that speaks TLS 1.1 and nothing newer."""
    context = authority.server_context(office.tls)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with _answering(context, b"") as address:
        yield address


@contextmanager
def stranger(office: Office, answer: bytes) -> Iterator[str]:
    """Something with another shop's certificate that answers everybody the same."""
    with _answering(authority.server_context(office.tls), answer) as address:
        yield address


@contextmanager
def _answering(context: ssl.SSLContext, answer: bytes) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        with suppress(OSError):  # ended by closing the socket
            while True:
                line, _ = listening.accept()
                with line, suppress(OSError):  # SSLError is one too
                    line.settimeout(5)
                    with context.wrap_socket(line, server_side=True) as safe:
                        if answer and safe.recv(65536):
                            safe.sendall(answer)

    thread = threading.Thread(target=greet)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


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
