"""The till's own key."""

import stat
from pathlib import Path

import pytest

from sync.keys import is_public_key, load_or_create, new_key, token_message, verify


def test_a_key_is_made_once_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "device.key"

    first, second = load_or_create(path), load_or_create(path)

    assert first.public == second.public


def test_only_its_user_may_read_the_key(tmp_path: Path) -> None:
    path = tmp_path / "device.key"

    load_or_create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [it.name for it in tmp_path.iterdir()] == ["device.key"]


def test_half_a_key_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    path.write_bytes(b"short")

    with pytest.raises(ValueError, match="5 bytes"):
        load_or_create(path)


def test_a_rest_of_an_interrupted_start_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "device.key.new").write_bytes(b"half")

    assert is_public_key(load_or_create(tmp_path / "device.key").public)


def test_a_signature_is_good_for_its_key_and_message_only() -> None:
    key = new_key()
    message = token_message("device", "nonce", 1)
    signature = key.sign(message)

    assert verify(key.public, message, signature)
    assert not verify(key.public, token_message("device", "nonce", 2), signature)
    assert not verify(new_key().public, message, signature)


@pytest.mark.parametrize("text", ["", "x", "ž", "A" * 88, "é" * 88])
def test_malformed_keys_and_signatures_are_just_wrong(text: str) -> None:
    key = new_key()

    assert not verify(key.public, b"message", text)
    assert not verify(text, b"message", key.sign(b"message"))
    assert not is_public_key(text)
