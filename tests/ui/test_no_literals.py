"""Colours and sizes stand in the tokens and nowhere else (ux.md A20)."""

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "pos_app" / "ui"
SOURCES = [path for path in sorted(UI.rglob("*.py")) if path.name != "tokens.py"]
FORBIDDEN = {
    "a colour": re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|QColor\(\d"),
    "a size in pixels": re.compile(r"\b\d+(\.\d+)?(px|pt)\b"),
    "a hover rule": re.compile(r":hover"),
    "a drop shadow": re.compile(r"QGraphicsDropShadowEffect"),
    "a nested event loop": re.compile(r"\.exec\(\)|processEvents\("),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_interface_is_free_of(what: str) -> None:
    found = [
        f"{path.relative_to(UI)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FORBIDDEN[what].search(line) and "There are no" not in line
    ]

    assert found == []
