"""The high-water mark survives what a journal does not, and a torn write of itself."""

from pathlib import Path

import pytest

from pos_app.integrity.mark import Mark, MarkFile, Marks


def a_mark(seq: int, incarnation: int = 1) -> Mark:
    return Mark("device-1", incarnation, seq, seq - 1, f"{seq:064x}")


def test_a_mark_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = MarkFile(tmp_path)
    assert file.read() is None

    for seq in range(1, 6):
        file.write(a_mark(seq))

        assert MarkFile(tmp_path).read() == a_mark(seq)


@pytest.mark.parametrize("spoilt_from", [0, 1, 17, 80, 511])
def test_a_torn_write_leaves_the_mark_before_it(tmp_path: Path, spoilt_from: int) -> None:
    for seq in (1, 2, 3):
        MarkFile(tmp_path).write(a_mark(seq))
    path = tmp_path / "till.mark"
    content = bytearray(path.read_bytes())
    content[512 + spoilt_from : 1024] = b"\0" * (512 - spoilt_from)  # the third one's slot

    path.write_bytes(content)

    assert MarkFile(tmp_path).read() in {a_mark(2), a_mark(3)}
    MarkFile(tmp_path).write(a_mark(4))
    assert MarkFile(tmp_path).read() == a_mark(4)


def test_a_file_of_anything_else_is_no_mark(tmp_path: Path) -> None:
    (tmp_path / "till.mark").write_bytes(b"\xff" * 3000)

    assert MarkFile(tmp_path).read() is None


def test_of_two_places_the_higher_mark_counts(tmp_path: Path) -> None:
    Marks([tmp_path / "a", tmp_path / "b"]).write(a_mark(5))
    MarkFile(tmp_path / "a").write(a_mark(3))
    MarkFile(tmp_path / "b").write(a_mark(9))

    assert Marks([tmp_path / "a", tmp_path / "b"]).read() == a_mark(9)


def test_a_later_life_is_higher_however_short_it_is(tmp_path: Path) -> None:
    MarkFile(tmp_path / "a").write(a_mark(500))
    MarkFile(tmp_path / "b").write(a_mark(1, incarnation=2))

    assert Marks([tmp_path / "a", tmp_path / "b"]).read() == a_mark(1, incarnation=2)


def test_a_place_that_is_gone_does_not_stop_the_other(tmp_path: Path) -> None:
    (tmp_path / "gone").write_text("a file where a folder should be")
    marks = Marks([tmp_path / "gone", tmp_path / "here"])

    marks.write(a_mark(1))

    assert marks.read() == a_mark(1)
    with pytest.raises(OSError, match="gone"):
        Marks([tmp_path / "gone"]).write(a_mark(2))
