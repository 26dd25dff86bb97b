"""A shop's own certificate authority: who may call itself its central server.

Two folders. The authority's is made once and kept apart: `current` signs, `spare` waits for the day
`current` is lost or must go. The server's holds what it shows: `server.pem`, `server.key`, `pins.json`.
Tills believe the two public keys of the authority, so a new server certificate is no news to them.
"""

import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.central.errors import CommandError
from sync.keys import write_private
from sync.trust import pin_of

CURRENT, SPARE = "current", "spare"
LEAF_DAYS = 397
_CA_DAYS = 20 * 365
_EARLY = timedelta(days=2)
"""Certificates begin in the past: the clocks of tills are not exact."""
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Shown:
    """What the server tells of its authority: its certificate, and the pins as of a moment."""

    certificate: str
    pins: tuple[str, ...]
    made_at_ms: int


def make_ca(folder: Path, name: str, now: datetime | None = None) -> tuple[str, ...]:
    """A new authority in an empty place; its pins, the current one first."""
    if (folder / f"{CURRENT}.key").exists():
        raise CommandError(f"{folder} holds an authority already")
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise CommandError(f"a name has 1 to {_LONGEST_NAME} letters")
    for role in (CURRENT, SPARE):
        _make_one(folder, role, name, now or datetime.now(UTC))
    return pins(folder)


def rotate_ca(folder: Path, now: datetime | None = None) -> tuple[str, ...]:
    """The spare becomes the current one and a new spare is made; the pins afterwards.

    Make a certificate next: the tills accept it, because they know the spare. The old key is deleted.
    """
    name = _certificate(folder, SPARE).subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    for kind in ("key", "pem"):
        (folder / f"{SPARE}.{kind}").replace(folder / f"{CURRENT}.{kind}")
    _make_one(folder, SPARE, str(name[0].value), now or datetime.now(UTC))
    return pins(folder)


def make_certificate(
    folder: Path,
    tls_dir: Path,
    hosts: Sequence[str],
    days: int = LEAF_DAYS,
    now: datetime | None = None,
) -> None:
    """A fresh key and certificate for these names and addresses, for the server's folder."""
    at = now or datetime.now(UTC)
    issuer, signer = _certificate(folder, CURRENT), _key(folder / f"{CURRENT}.key")
    own = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        _begun(_named(hosts[0][:_LONGEST_NAME]), issuer.subject, own, at, days)
        .add_extension(x509.SubjectAlternativeName([_host(it) for it in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    said = {"pins": pins(folder), "made_at_ms": int(at.timestamp() * 1000)}
    # a new key with an old certificate stops a server that starts just then, so both are one after the other
    write_private(tls_dir / "server.key", _pem_of(own))
    write_private(tls_dir / "server.pem", _pem(leaf) + _pem(issuer))
    write_private(tls_dir / "pins.json", orjson.dumps(said))


def pins(folder: Path) -> tuple[str, ...]:
    """What tills know the authority by: the current one's, then the spare's."""
    return tuple(pin_of(_certificate(folder, role)) for role in (CURRENT, SPARE))


def shown(tls_dir: Path) -> Shown:
    """What to tell tills, from the server's folder; OSError or ValueError if it is not one."""
    said = orjson.loads((tls_dir / "pins.json").read_bytes())
    chain = x509.load_pem_x509_certificates((tls_dir / "server.pem").read_bytes())
    return Shown(_pem(chain[-1]).decode(), tuple(said["pins"]), said["made_at_ms"])


def server_context(tls_dir: Path) -> ssl.SSLContext:
    """TLS 1.2 and 1.3 with the certificate of this folder."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls_dir / "server.pem", tls_dir / "server.key")
    return context


def _make_one(folder: Path, role: str, name: str, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named(name)
    certificate = (
        _begun(subject, subject, key, at, _CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_ca=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(folder / f"{role}.key", _pem_of(key))
    write_private(folder / f"{role}.pem", _pem(certificate))


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    at: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _EARLY)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _named(name: str) -> x509.Name:
    own = x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)
    return x509.Name([own, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(folder: Path, role: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{role}.pem").read_bytes())


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CommandError(f"{path} is not a key of ours")
    return key


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
