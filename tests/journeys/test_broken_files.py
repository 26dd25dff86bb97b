"""Files that cannot be used: the kind of the error, and the page that says what to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from pos_app.config import Config
from pos_app.store.db import open_stores
from pos_app.store.errors import StoreError
from tests.journeys import digest, goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import until
from tests.journeys.small_disk import small_disk
from tests.journeys.window import Desk

Harm = Callable[[Path], None]


def damage(folder: Path) -> None:
    with (folder / "journal.db").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(40_960))


def cut(folder: Path) -> None:
    path = folder / "journal.db"
    os.truncate(path, path.stat().st_size // 2)


def overwrite(folder: Path) -> None:
    (folder / "journal.db").write_bytes(b"This is not a database. " * 400)


def age(folder: Path) -> None:
    """A program of next year has been here."""
    with closing(sqlite.connect(folder / "journal.db")) as conn:
        conn.execute("UPDATE alembic_version SET version_num = 'journal_9999'").close()
        conn.commit()


def obstruct(folder: Path) -> None:
    path = folder / "journal.db"
    path.unlink()
    path.mkdir()


HARMS: dict[str, tuple[Harm, str]] = {
    "random bytes": (damage, "damaged"),
    "cut in half": (cut, "damaged"),
    "no database at all": (overwrite, "damaged"),
    "a newer program's": (age, "newer"),
    "a folder instead": (obstruct, "io"),
}


BACKUP = (
    "import sys, pysqlite3.dbapi2 as s; c = s.connect(sys.argv[1] + '/journal.db');"
    "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
)
ANOTHER_TILL = (
    "import sys, pathlib; from pos_app.store.db import open_stores;"
    "s = open_stores(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read();"
    "s.close()"
)
HOLDERS = {"a backup program": (BACKUP, "locked"), "another till": (ANOTHER_TILL, "in_use")}


@contextmanager
def held(folder: Path, program: str) -> Iterator[None]:
    """By another process, until the block ends."""
    words = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield


@pytest.mark.parametrize(("harm", "kind"), HARMS.values(), ids=HARMS)
def test_a_broken_journal_is_refused_by_kind_and_left_as_it_is(
    shop: Shop, harm: Harm, kind: str
) -> None:
    folder = shop.folder / "till"
    harm(folder)
    path = folder / "journal.db"
    before = path.read_bytes() if path.is_file() else b""

    with pytest.raises(StoreError) as refused:
        open_stores(folder)

    assert refused.value.kind == kind
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.logs("the store cannot be opened")
@pytest.mark.parametrize(("harm", "kind"), HARMS.values(), ids=HARMS)
def test_the_window_says_what_is_wrong_and_what_to_do(shop: Shop, harm: Harm, kind: str) -> None:
    harm(shop.folder / "till")

    with Desk(Config(shop.folder / "till")) as desk:
        desk.until(lambda: desk.place == "fatal", "the page")

        assert any(words.startswith(kind) for words in desk.words())
        assert not desk.is_ready
        assert desk.window.rail.isHidden()
        assert not any("Traceback" in words or "sqlalche" in words for words in desk.words())


@pytest.mark.logs("the store cannot be opened")
@pytest.mark.parametrize(("program", "kind"), HOLDERS.values(), ids=HOLDERS)
def test_files_in_use_are_said_to_be_so_and_trying_again_helps_once_they_are_free(
    shop: Shop, program: str, kind: str
) -> None:
    folder = shop.folder / "till"
    config = Config(folder, shop.server.address)

    with held(folder, program):
        desk = Desk(config)
        desk.until(lambda: desk.place == "fatal", "the page")
        said = desk.words()
    with desk:
        desk.tap("Try again")
        desk.selling()

    assert any(words.startswith(kind) for words in said)


def test_a_damaged_replica_is_put_aside_and_filled_again_while_sales_stay(shop: Shop) -> None:
    folder = shop.folder / "till"
    with shop.till() as counter:
        sale = counter.open_for().sell(goods.ean13(shop.server))
    with (folder / "replica.db").open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(80_000))

    again = shop.till().connect()

    until(again.is_filled)
    until(lambda: digest.of_till(again.stores) == digest.of_central(shop.server))
    assert again.sales.last() == sale
    assert len(list(folder.glob("replica.db.damaged-*"))) >= 1
    until(lambda: again.unsent() == 0)


@pytest.mark.logs("the store cannot be opened")
@pytest.mark.parametrize("kind", ["full", "read_only"])
def test_a_disk_that_cannot_be_written_has_a_page_of_its_own(shop: Shop, kind: str) -> None:
    with small_disk(shop.folder / "disk", 64) as disk:
        shutil.copytree(shop.folder / "till", disk.path / "till")
        if kind == "full":
            disk.fill()
        else:
            disk.read_only()
        with Desk(Config(disk.path / "till", shop.server.address)) as desk:
            desk.until(lambda: desk.place == "fatal", "the page")
            said = desk.words()
            disk.read_only(False)
            disk.free()
            desk.tap("Try again")
            desk.selling()

    assert any(words.startswith(kind) for words in said)
