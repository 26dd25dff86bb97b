"""The tour as a stranger starts it: a program of its own, judged by what it leaves behind."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

ROOT = Path(__file__).parents[2]
CATALOG = ROOT.parent / "shared" / "data" / "grocery_konzum_hr.csv"
CODE = re.compile(r"\[QR (OMNI:R:\S+)\]")
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Played:
    """What a tour said and left."""

    exit_code: int
    said: str
    folder: Path

    @property
    def pictures(self) -> list[str]:
        return sorted(it.name for it in self.folder.glob("[0-9][0-9]-*.png"))

    @property
    def receipt(self) -> str:
        return (self.folder / "receipt.txt").read_text(encoding="utf-8")


def play(folder: Path, *words: str) -> Played:
    command = [sys.executable, "-m", "pos_app", "--tour", "--out", str(folder), *words]
    # as on a machine without a display, whatever the tests run under
    no_screen = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: it for name, it in os.environ.items() if name not in no_screen}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=110, check=False
    )
    return Played(done.returncode, done.stdout + done.stderr, folder)


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("tour"))


def test_the_tour_ends_well_and_times_every_step(tour: Played) -> None:
    steps = re.findall(r"^ *(\d+) .* (\d+\.\d\d) s  ok", tour.said, re.MULTILINE)

    assert tour.exit_code == 0, tour.said
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    assert len(steps) >= 10
    assert "Traceback" not in tour.said


def test_the_tour_leaves_numbered_pictures_that_show_something(tour: Played) -> None:
    numbers = [int(name[:2]) for name in tour.pictures]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 8
    for name in tour.pictures:
        with Image.open(tour.folder / name) as picture:
            assert picture.size == (1366, 768), name
            colours = picture.convert("RGB").getcolors(1 << 20) or []
            assert len(colours) > 20, f"{name} is blank"


def test_a_stranger_s_reader_reads_the_code_of_the_receipt_from_its_picture(tour: Played) -> None:
    (printed,) = CODE.findall(tour.receipt)

    with Image.open(tour.folder / "receipt.png") as picture:
        read = [it.text for it in zxingcpp.read_barcodes(picture)]

    assert read == [printed]
    assert printed.split(":")[2] in tour.receipt


def test_the_five_kinds_of_articles_are_on_the_receipt(tour: Played) -> None:
    rung_up = re.split(r"-{40,}", tour.receipt)[1]

    assert "0,642 kg" in rung_up
    assert "3 x" in rung_up
    assert tour.said.count("9521234567899") == 1


@pytest.mark.skipif(not CATALOG.exists(), reason=f"{CATALOG} is not on this machine")
def test_the_tour_on_a_real_catalogue_sells_from_thirteen_thousand_articles(
    tmp_path: Path,
) -> None:
    played = play(tmp_path, "--catalog", str(CATALOG))
    goods = re.search(r"(\d+) articles", played.said)

    assert played.exit_code == 0, played.said
    assert goods is not None
    assert int(goods[1]) >= 13_160


def test_a_catalogue_that_is_not_there_is_one_sentence_and_a_failure(tmp_path: Path) -> None:
    played = play(tmp_path, "--catalog", str(tmp_path / "nowhere.csv"))

    assert played.exit_code == 1
    assert "The file cannot be opened" in played.said
    assert "Traceback" not in played.said
