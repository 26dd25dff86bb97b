"""Whoever writes a server of their own reads a file, and that file is true."""

from tests.central.contract import CONTRACT, described


def test_the_contract_in_the_repository_is_what_the_server_describes() -> None:
    kept = CONTRACT.read_text(encoding="utf-8")

    assert kept == described(), f"{CONTRACT} is not up to date: `make contract` writes it anew"
