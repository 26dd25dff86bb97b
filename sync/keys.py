"""The till's own key: Ed25519, made on the till, kept in a file only its user may read."""

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KEY_BYTES = 32


class DeviceKey:
    """Proves that a request comes from the till that enrolled."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @property
    def public(self) -> str:
        """The raw public key in base64, as central stores it."""
        return b64encode(self._private.public_key().public_bytes_raw()).decode("ascii")

    def sign(self, message: bytes) -> str:
        return b64encode(self._private.sign(message)).decode("ascii")


def load_or_create(path: Path) -> DeviceKey:
    """The key in this file; made first if there is none. A file that is not a key is a ValueError."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raw = _create(path)
    if len(raw) != _KEY_BYTES:
        raise ValueError(f"{path.name} holds {len(raw)} bytes, a key has {_KEY_BYTES}")
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(raw))


def new_key() -> DeviceKey:
    """A key that is not kept anywhere."""
    return DeviceKey(Ed25519PrivateKey.generate())


def key_of(raw: bytes) -> DeviceKey:
    """The key with these 32 private bytes; ValueError for any other number."""
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(raw))


def verify(public: str, message: bytes, signature: str) -> bool:
    """Whether the signature is this key's; False for anything malformed."""
    key, raw = public_key(public), decoded(signature)
    if key is None or raw is None:
        return False
    try:
        key.verify(raw, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(text: str) -> Ed25519PublicKey | None:
    """The raw public key in base64; None for anything else."""
    raw = decoded(text)
    try:
        return Ed25519PublicKey.from_public_bytes(raw) if raw is not None else None
    except ValueError:
        return None


def is_public_key(text: str) -> bool:
    return public_key(text) is not None


def decoded(text: str) -> bytes | None:
    """Strict base64; None for anything else."""
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None


def time_message(nonce: str, at_ms: int) -> bytes:
    """What central signs of its clock, for a till that asked with this nonce."""
    return f"omnitill-time|{nonce}|{at_ms}".encode()


def pins_message(pins: Sequence[str], made_at_ms: int) -> bytes:
    """What central signs of the keys its certificate authority is known by."""
    return f"omnitill-pins|{made_at_ms}|{'|'.join(pins)}".encode()


def token_message(device_id: str, nonce: str, ts_ms: int) -> bytes:
    """What a till signs to be given a token."""
    return f"omnitill-token|{device_id}|{nonce}|{ts_ms}".encode()


def write_private(path: Path, raw: bytes) -> None:
    """Written whole, readable by its user only, and flushed before it gets its name: half a key would
    lock the till out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _create(path: Path) -> bytes:
    raw = Ed25519PrivateKey.generate().private_bytes_raw()
    write_private(path, raw)
    return raw
