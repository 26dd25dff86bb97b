"""Which server a till believes: one whose certificate comes from the shop's own authority.

The till knows the authority by two pins, hashes of public keys: the one in use and its spare. It never
knows the server's own certificate, so that one may be renewed without anybody noticing.
"""

import logging
import ssl
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from sync.errors import Untrusted
from sync.keys import pins_message, verify, write_private
from sync.wire import AuthorityAnswer

if TYPE_CHECKING:  # it takes longer to load than a till that speaks to its own machine can spare
    from cryptography.x509 import Certificate

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trust:
    """`pins` as the office made them at `made_at_ms`; `authority` is the PEM that fits one of them,
    empty until the server was met. Without pins the authorities of the operating system count."""

    pins: tuple[str, ...] = ()
    authority: str = ""
    made_at_ms: int = 0


class ServerTrust:
    """What one till believes, kept in a file if it has one. Any thread.

    `central_keys` gives the keys that central is known to sign with. `allows_plain` is for tests: HTTP
    without TLS to another machine.
    """

    def __init__(
        self,
        trust: Trust,
        path: Path | None = None,
        central_keys: Callable[[], Sequence[str]] = tuple,
        allows_plain: bool = False,
    ) -> None:
        self._trust, self._path, self._lock = trust, path, threading.Lock()
        self.central_keys = central_keys
        self.allows_plain = allows_plain

    @property
    def trust(self) -> Trust:
        return self._trust

    def keep_in(self, path: Path) -> None:
        """From now on in this file. OSError if it cannot be written."""
        with self._lock:
            self._path = path
            self._keep(self._trust)

    def meet(self, answer: AuthorityAnswer) -> None:
        """Believe this authority if it fits a pin; Untrusted if it does not. Then learn its pins."""
        if not self._fits(answer.certificate):
            raise Untrusted("wrong_ca")
        with self._lock:
            self._keep(replace(self._trust, authority=answer.certificate))
        self.learn(answer)

    def learn(self, answer: AuthorityAnswer) -> bool:
        """Take newer pins that central has signed; never ones that would lock this till out."""
        with self._lock:
            own = self._trust
            is_news = answer.made_at_ms > own.made_at_ms and tuple(answer.pins) != own.pins
            is_safe = bool(own.authority) and _pin_in(own.authority) in answer.pins
            if not (is_news and is_safe and self._is_signed(answer)):
                return False
            self._keep(replace(own, pins=tuple(answer.pins), made_at_ms=answer.made_at_ms))
            return True

    def _fits(self, pem: str) -> bool:
        pin = _pin_in(pem)
        return bool(pin) and pin in self._trust.pins

    def _is_signed(self, answer: AuthorityAnswer) -> bool:
        message = pins_message(answer.pins, answer.made_at_ms)
        return any(verify(key, message, answer.sig) for key in self.central_keys())

    def _keep(self, trust: Trust) -> None:
        if self._path:
            said = {"pins": trust.pins, "made_at_ms": trust.made_at_ms}
            write_private(self._path, orjson.dumps(said | {"authority": trust.authority}))
        self._trust = trust


def read_trust(path: Path) -> Trust:
    """What is kept in this file, nothing if there is none. A damaged one is never taken for none: then
    no server is believed until the till is enrolled again."""
    try:
        said = orjson.loads(path.read_bytes())
        return Trust(tuple(said["pins"]), str(said["authority"]), int(said["made_at_ms"]))
    except FileNotFoundError:
        return Trust()
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is damaged (%s): no server is believed", path.name, type(error).__name__)
        return Trust(("",))


def pin_of(certificate: "Certificate") -> str:
    """SHA-256 of the public key, in 43 letters."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return urlsafe_b64encode(sha256(key).digest()).decode("ascii").rstrip("=")


def pinned_context(trust: Trust) -> ssl.SSLContext:
    """TLS 1.2 or newer to a server that the pinned authority has certified, and to no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    if trust.authority and _pin_in(trust.authority) in trust.pins:
        context.load_verify_locations(cadata=trust.authority)
    return context


def _pin_in(pem: str) -> str:
    """The pin of a certificate, empty for what is none or more than one."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return ""
    return pin_of(found[0]) if len(found) == 1 else ""
