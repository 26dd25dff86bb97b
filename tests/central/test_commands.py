"""omnitill-central as an administrator types it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, Engine

from sync.central import auth, db, migrate
from sync.central.__main__ import main
from sync.keys import new_key
from sync.wire import EnrolRequest
from tests.central import shop
from tests.central.running import PATIENCE_S


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a file that is not there yet, with a shop once it is migrated."""
    return f"sqlite:///{tmp_path / 'data' / 'central.db'}"


@pytest.fixture
def shop_database(database: str) -> str:
    assert main(["migrate", "--database", database]) == 0
    engine = db.create_engine(database)
    db.write(engine, shop.seed)
    engine.dispose()
    return database


def test_migrating_twice_does_it_once(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = main(["migrate", "--database", database])
    second = main(["migrate", "--database", database])

    assert (first, second) == (0, 0)
    assert capsys.readouterr().out.splitlines() == [
        f"migrated: revision {migrate.HEAD}",
        f"up to date: revision {migrate.HEAD}",
    ]


def test_a_code_is_printed_for_a_person(
    shop_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    code = main(["enrol-code", "--store", "014", "--till", "2", "--database", shop_database])

    assert code == 0
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "words",
    [
        ["enrol-code", "--store", "nowhere", "--till", "2"],
        ["revoke", "nobody"],
        ["migrate", "--database", "mysql://localhost/x"],
        ["migrate", "--database", "sqlite:////proc/none/central.db"],
        ["migrate", "--database", "not an address"],
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    shop_database: str, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    capsys.readouterr()
    where = [] if "--database" in words else ["--database", shop_database]

    assert main([*words, *where]) == 1

    error = capsys.readouterr().err
    assert error.startswith("omnitill-central: ")
    assert error.count("\n") == 1


def test_a_new_epoch_and_a_replay_say_what_they_did(
    shop_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    main(["new-epoch", "--database", shop_database])
    main(["replay", "--database", shop_database])

    out = capsys.readouterr().out
    assert re.fullmatch(r"epoch [0-9a-f]{16}\n0 of 0 quarantined facts are applied now\n", out)


def test_serving_says_one_line_and_stops_when_told(shop_database: str, tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    words = ["serve", "--database", shop_database, "--port", "0", "--port-file", str(port_file)]
    with subprocess.Popen(
        [sys.executable, "-m", "sync.central", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    ) as process:
        end = time.monotonic() + PATIENCE_S
        while not port_file.exists() and time.monotonic() < end:
            time.sleep(0.02)
        address = f"http://127.0.0.1:{port_file.read_text()}"
        answer = httpx.get(f"{address}/healthz", timeout=PATIENCE_S).json()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_S)

    assert answer == {"status": "ok", "quarantined": 0}
    assert out == f"omnitill-central ready on {address}\n"
    assert err == ""


def test_a_port_in_use_is_one_sentence(shop_database: str, tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = ["serve", "--database", shop_database, "--port", str(taken.getsockname()[1])]
        done = subprocess.run(
            [sys.executable, "-m", "sync.central", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )

    assert done.returncode != 0
    assert "address already in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lost_till_takes_two_people(
    shop_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["till-lost", "nobody", "--database", shop_database, "--by", "eva"]
    capsys.readouterr()

    codes = [main([*words, "--approved-by", name]) for name in ("eva", "jan")]

    assert codes == [1, 1]
    errors = capsys.readouterr().err.splitlines()
    assert "approved by another" in errors[0]
    assert "no till with the id nobody" in errors[1]


def test_the_registry_survives_what_the_database_does_not(
    shop_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "registry"
    kept.write_text('{"tenant_id":"acme","store_id":"s-prague","device_id":"d","incarnation":1}\n')

    main(["new-epoch", "--registry", str(kept), "--database", shop_database])
    capsys.readouterr()
    main(["registry", "--database", shop_database])

    assert capsys.readouterr().out == kept.read_text()


def test_who_is_waited_for_after_a_restore_is_printed(
    shop_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = db.create_engine(shop_database)
    two, three = (enrolled_as(engine, number) for number in "23")
    db.write(engine, lambda c: auth.revoke(c, three))
    engine.dispose()
    kept = tmp_path / "registry"
    kept.write_text('{"tenant_id":"acme","store_id":"s-brno","device_id":"d","incarnation":2}\n')
    capsys.readouterr()

    main(["recovery", "--database", shop_database])
    main(["new-epoch", "--registry", str(kept), "--database", shop_database])
    main(["recovery", "--database", shop_database])

    before, _, *lines = capsys.readouterr().out.splitlines()
    assert before == "nobody is waited for"
    assert lines[0] == f"store 014  till 2  {two}  life 1"
    assert lines[1].startswith(f"store 014  till 3  {three}  life 1  revoked: ")
    assert lines[2].startswith("store 015  till ?  d  life 2  not in this database: ")


def enrolled_as(engine: Engine, till_no: str) -> str:
    """The id of a till that was just admitted."""

    def admit(conn: Connection) -> str:
        code = auth.new_code(conn, "014", till_no, 0)
        return auth.enrol(conn, EnrolRequest(code=code, pubkey=new_key().public), 0).device_id

    return db.write(engine, admit)


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none_is_a_wrong_argument(
    port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", f"--port={port}"])

    assert f"{port} is not a port: those are 0 to 65535" in capsys.readouterr().err
