"""The till's own file: what it says, and one sentence for what it cannot mean."""

from pathlib import Path

import pytest

from pos_app.__main__ import main
from pos_app.config import Config, ConfigError, load

PRINTER = '[[printer]]\nname = "a"\nkind = "file"\naddress = "lp0"\n'


def written(folder: Path, text: str) -> Path:
    (folder / "till.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_till_without_a_file_is_an_unconfigured_till(tmp_path: Path) -> None:
    assert load(tmp_path) == Config(tmp_path)


def test_everything_the_file_says_is_in_the_configuration(tmp_path: Path) -> None:
    text = 'theme = "dark"\ntext_scale = 115\nsecond_dir = "/mnt/b"\n[wedge]\nprefix = "~"\n'

    found = load(written(tmp_path, text + PRINTER + '[[scanner]]\nport = "/dev/ttyACM0"\n'))

    assert (found.theme, found.text_scale, found.wedge_prefix) == ("dark", 115, "~")
    assert (found.printers[0].address, found.scanners[0].port) == ("lp0", "/dev/ttyACM0")
    assert found.second_dir == Path("/mnt/b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("server_url =", "cannot be read"),
        ("server_url = 5", "must be a text"),
        ('serverurl = "x"', "knows no serverurl, only server_url, theme"),
        ('theme = "pink"', "not one of light, dark, contrast"),
        ("text_scale = 101", "not one of 90, 100"),
        ("text_scale = true", "must be a whole number"),
        ('wedge = "x"', "[wedge] must be a table"),
        ("[wedge]\nprefix = 5", "must be a text"),
        ("printer = [1]", "[[printer]] must be a table"),
        ('[printer]\nname = "a"', "with two brackets"),
        ('[[printer]]\nname = "a"', "needs kind, address"),
        (PRINTER + 'port = "9100"', "must be a whole number"),
        (PRINTER + 'profile = "z"', "not one of epson-80"),
        (PRINTER.replace("file", "usb"), "not one of network, serial, file"),
        (PRINTER + PRINTER, "the same name"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_what_to_write(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load(written(tmp_path, text))

    assert said in str(refused.value)
    assert str(tmp_path / "till.toml") in str(refused.value)


def test_the_program_says_it_in_one_line_and_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--data-dir", str(written(tmp_path, 'theme = "pink"'))])

    assert code == 1
    assert capsys.readouterr().err.count("\n") == 1
