"""House rules that import-linter cannot see; its own contracts run with `make lint`."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 400
VAGUE = {"utils", "util", "helpers", "common", "manager", "base", "misc"}
# LGPL modules of PySide6-Essentials; Qt Charts, Qt Graphs, Virtual Keyboard and others are GPL.
QT_WE_MAY_USE = {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtTest", "QtNetwork"}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


OURS = sources("pos_app", "sync", "hardware", "resources", "packaging")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_a_screenful_of_screens() -> None:
    long = {named(path): lines for path in OURS if (lines := line_count(path)) > LONGEST}

    assert long == {}


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_module_says_in_a_line_what_lives_there() -> None:
    silent = [named(path) for path in OURS if not ast.get_docstring(ast.parse(path.read_text()))]

    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [named(path) for path in OURS if path.stem in VAGUE or path.parent.name in VAGUE] == []


def test_only_lgpl_modules_of_qt_are_used() -> None:
    used = {
        (named(path), name.split(".")[1])
        for path in OURS
        for name in imports(path)
        if name.startswith("PySide6.")
    }

    assert {entry for entry in used if entry[1] not in QT_WE_MAY_USE} == set()


def test_the_till_opens_its_files_with_one_copy_of_sqlite() -> None:
    offenders = [
        named(path)
        for path in sources("pos_app")
        if any(name.split(".")[0] == "sqlite3" or "QtSql" in name for name in imports(path))
    ]

    assert offenders == []


def test_tests_replace_no_code_of_ours_by_mocks() -> None:
    offenders = [
        named(path)
        for path in sources("tests")
        if any(name.split(".")[:2] == ["unittest", "mock"] for name in imports(path))
    ]

    assert offenders == []


def test_the_contract_of_the_exchange_names_every_module_of_it() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = (it for it in linter["contracts"] if "the exchange" in it["name"])

    modules = {f"sync.{path.stem}" for path in (ROOT / "sync").glob("[!_]*.py")}

    assert set(contract["source_modules"]) == modules


def test_no_target_of_make_is_taken_for_a_file() -> None:
    rules = (ROOT / "Makefile").read_text()
    phony = re.search("^[.]PHONY: (.*)$", rules, re.MULTILINE)

    assert phony
    assert set(phony[1].split()) == set(re.findall("^([a-z-]+):", rules, re.MULTILINE))
