"""The sign-in screen's data, before anything heavy is loaded."""

import subprocess
import sys
from pathlib import Path

from pos_app.store.db import Stores, open_stores
from pos_app.store.replica import Replica
from pos_app.store.signin_face import StaffTile, read_signin
from tests.store.pages import block, page

PEOPLE = [
    ("p", "Petr", "manager", "[]", "hash", 6, 1),
    ("j", "Jana", "cashier", "[]", "hash", 4, 1),
    ("x", "Xena", "cashier", "[]", "hash", 4, 0),
]


def test_it_names_the_till_and_its_people(stores: Stores, tmp_path: Path) -> None:
    Replica(stores).apply(page(block("staff", PEOPLE)))

    face = read_signin(tmp_path)

    assert face
    assert (face.store_name, face.store_no, face.till_no) == ("Brno", "014", "2")
    assert face.staff == (
        StaffTile("j", "Jana", "cashier", 4),
        StaffTile("p", "Petr", "manager", 6),
    )


def test_it_can_be_read_when_the_till_is_not_running(stores: Stores, tmp_path: Path) -> None:
    stores.close()

    assert read_signin(tmp_path)


def test_there_is_none_without_files_or_enrolment(tmp_path: Path) -> None:
    nothing = read_signin(tmp_path / "nowhere")
    open_stores(tmp_path).close()

    assert (nothing, read_signin(tmp_path)) == (None, None)


def test_a_damaged_file_is_left_to_those_who_can_say_so(stores: Stores, tmp_path: Path) -> None:
    stores.close()
    (tmp_path / "replica.db").write_bytes(b"garbage" * 1_000)

    assert read_signin(tmp_path) is None


def test_reading_it_loads_no_sqlalchemy() -> None:
    check = "import sys, pos_app.store.signin_face; print('sqlalchemy' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"
