"""What proves facts and a position: the till signs what it sends, central countersigns how far it has got.

A signature is over the hash, and the hash is over every byte of the fact and of all before it: one on
the last fact of a batch proves the whole batch.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.keys import DeviceKey, decoded, public_key
from sync.wire import Checkpoint


def fact_message(fact_hash: str) -> bytes:
    """What a till signs of a fact; `fact_hash` is hex."""
    return f"omnitill-fact|{fact_hash}".encode()


def checkpoint_message(device_id: str, incarnation: int, seq: int, fact_hash: str) -> bytes:
    """What central signs: this till's facts end, or have ended, exactly so."""
    return f"omnitill-checkpoint|{device_id}|{incarnation}|{seq}|{fact_hash}".encode()


def signed(fact: Mapping[str, Any], key: DeviceKey) -> dict[str, Any]:
    """The fact with its signature; Ed25519 gives the same one each time."""
    return {**fact, "sig": key.sign(fact_message(fact["hash"]))}


def sealed(facts: Sequence[Mapping[str, Any]], key: DeviceKey) -> list[Mapping[str, Any]]:
    """A batch as it leaves the till: its last fact carries the signature for all of it."""
    return [*facts[:-1], signed(facts[-1], key)]


def is_signed_by(public: str, fact_hash: str, signature: str) -> bool:
    """Whether this key signed this fact; False for anything malformed."""
    return _is_good(public, fact_message(fact_hash), signature)


def countersign(
    key: DeviceKey, device_id: str, incarnation: int, seq: int, fact_hash: str
) -> Checkpoint:
    message = checkpoint_message(device_id, incarnation, seq, fact_hash)
    return Checkpoint(seq=seq, hash=fact_hash, sig=key.sign(message))


def is_countersigned(public: str, device_id: str, incarnation: int, point: Checkpoint) -> bool:
    """Whether central with this key signed this position of this till."""
    message = checkpoint_message(device_id, incarnation, point.seq, point.hash)
    return _is_good(public, message, point.sig)


def snapshot_message(name: str, sha256: str, size: int) -> bytes:
    """What central signs of a ready-made file."""
    return f"omnitill-snapshot|{name}|{sha256}|{size}".encode()


def is_of_central(public: str, name: str, sha256: str, size: int, signature: str) -> bool:
    """Whether central with this key made this file."""
    return _is_good(public, snapshot_message(name, sha256, size), signature)


def _is_good(public: str, message: bytes, signature: str) -> bool:
    key, raw = _known(public), decoded(signature)
    if key is None or raw is None:
        return False
    try:
        key.verify(raw, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _known(public: str) -> Ed25519PublicKey | None:
    """Read once: a till is heard from all day, and a chain has thousands."""
    return public_key(public)
