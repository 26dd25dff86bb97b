"""What this installation is told from outside: folders, server, devices. Read once, never changed."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar

from hardware.profile import PROFILES
from pos_app.ui.tokens import TEXT_SCALES, ThemeName

PRINTER_KINDS: Final = ("network", "serial", "file")


class ConfigError(Exception):
    """The configuration file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """How to reach one receipt printer. `kind` is network, serial or file."""

    name: str
    kind: str
    address: str
    port: int = 9100
    baud: int = 38400
    profile: str = "epson-80"
    """A name of hardware.profile.PROFILES."""


@dataclass(frozen=True, slots=True)
class ScannerConfig:
    """A serial scanner; keyboard wedges need no entry."""

    port: str
    baud: int = 9600


E = TypeVar("E", PrinterConfig, ScannerConfig)


@dataclass(frozen=True, slots=True)
class Config:
    """`data_dir` holds the till's two files, its key and `till.toml`."""

    data_dir: Path
    server_url: str = ""
    plain_http_for_tests: bool = False
    """Only for a test: speak HTTP without TLS to another machine, for everybody in between to read."""
    printers: tuple[PrinterConfig, ...] = ()
    scanners: tuple[ScannerConfig, ...] = ()
    wedge_prefix: str = ""
    wedge_suffix: str = ""
    theme: str = "light"
    text_scale: int = 100
    full_screen: bool = False
    second_dir: Path | None = None
    """On another medium if there is one: the black box, hourly copies, and the mark once more."""
    marks_dir: Path | None = None
    """Outside the data folder, which may be put back whole: the marks of this user's tills. None: no such
    place, as in a demo, which is thrown away whole."""


def default_data_dir() -> Path:
    """The platform's place for data of a user's programs."""
    import platformdirs  # costs start-up time, and most starts name the folder

    return Path(platformdirs.user_data_dir("omnitill", appauthor=False))


def default_marks_dir() -> Path:
    """The platform's place for what a user's programs remember, and no backup of a till's data."""
    import platformdirs

    return Path(platformdirs.user_state_dir("omnitill", appauthor=False)) / "marks"


def load(data_dir: Path) -> Config:
    """Read `till.toml` in the data folder; a missing file is an unconfigured till."""
    path = data_dir / "till.toml"
    if not path.exists():
        return Config(data_dir)
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    try:
        return _built(data_dir, text)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def _built(data_dir: Path, text: dict[str, Any]) -> Config:
    """ValueError for whatever would go wrong later, when a customer waits."""
    printers = _entries(PrinterConfig, "printer", text.pop("printer", []))
    scanners = _entries(ScannerConfig, "scanner", text.pop("scanner", []))
    wedge = text.pop("wedge", {})
    _check("[wedge]", wedge, {"prefix": str, "suffix": str})
    _check("the file", text, _PLAIN)
    second = text.pop("second_dir", "")
    found = Config(
        data_dir,
        printers=printers,
        scanners=scanners,
        wedge_prefix=wedge.get("prefix", ""),
        wedge_suffix=wedge.get("suffix", ""),
        second_dir=Path(second) if second else None,
        **text,
    )
    _one_of("theme", found.theme, list(ThemeName))
    _one_of("text_scale", found.text_scale, TEXT_SCALES)
    _check_printers(found.printers)
    return found


def _check_printers(printers: tuple[PrinterConfig, ...]) -> None:
    for entry in printers:
        _one_of(f"printer {entry.name}: kind", entry.kind, PRINTER_KINDS)
        _one_of(f"printer {entry.name}: profile", entry.profile, PROFILES)
    if len({entry.name for entry in printers}) < len(printers):
        raise ValueError("two printers have the same name")


def _entries(kind: type[E], name: str, entries: object) -> tuple[E, ...]:
    if not isinstance(entries, list):
        raise ValueError(f"write [[{name}]], with two brackets")  # noqa: TRY004 - told to a person
    known = {it.name: it.type for it in fields(kind)}
    for entry in entries:
        _check(f"[[{name}]]", entry, known)
        missing = [it.name for it in fields(kind) if it.default is MISSING and it.name not in entry]
        if missing:
            raise ValueError(f"[[{name}]] needs {', '.join(missing)}")
    return tuple(kind(**entry) for entry in entries)


def _check(where: str, table: object, known: Mapping[str, object]) -> None:
    if not isinstance(table, dict):
        raise ValueError(f"{where} must be a table")  # noqa: TRY004 - told to a person
    for name, value in table.items():
        if name not in known:
            raise ValueError(f"{where} knows no {name}, only {', '.join(known)}")
        if type(value) is not known[name]:
            raise ValueError(f"{where}: {name} = {value!r} must be {_WORDS[known[name]]}")


def _one_of(what: str, value: object, known: Collection[object]) -> None:
    if value not in known:
        raise ValueError(f"{what} = {value} is not one of {', '.join(map(str, known))}")


_PLAIN: Final = {
    "server_url": str,
    "theme": str,
    "text_scale": int,
    "full_screen": bool,
    "second_dir": str,
    "plain_http_for_tests": bool,
}
_WORDS: Final[Mapping[object, str]] = {
    str: 'a text in "quotes"',
    int: "a whole number",
    bool: "true or false",
}
