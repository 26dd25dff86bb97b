"""The tour says in a line that its pictures have no place."""

from pathlib import Path

import pytest

from pos_app.__main__ import main


def test_a_folder_that_cannot_be_made_ends_the_tour_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    (tmp_path / "file").touch()

    code = main(["--tour", "--out", str(tmp_path / "file" / "pictures")])

    assert code == 1
    assert capsys.readouterr().err.count("\n") == 1
