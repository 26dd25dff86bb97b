"""What this installation is told from outside: folders, server, devices. Read once, never changed."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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


@dataclass(frozen=True, slots=True)
class Config:
    """`data_dir` holds the till's two files, its key and `till.toml`."""

    data_dir: Path
    server_url: str = ""
    printers: tuple[PrinterConfig, ...] = ()
    scanners: tuple[ScannerConfig, ...] = ()
    wedge_prefix: str = ""
    wedge_suffix: str = ""
    theme: str = "light"
    text_scale: int = 100
    full_screen: bool = False
    second_dir: Path | None = None
    """On another medium if there is one: the black box, hourly copies, and the mark once more."""


def default_data_dir() -> Path:
    """The platform's place for data of a user's programs."""
    import platformdirs  # costs start-up time, and most starts name the folder

    return Path(platformdirs.user_data_dir("omnitill", appauthor=False))


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
    except (TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _built(data_dir: Path, text: dict[str, Any]) -> Config:
    wedge = text.pop("wedge", {})
    second = text.pop("second_dir", None)
    return Config(
        data_dir,
        printers=tuple(PrinterConfig(**entry) for entry in text.pop("printer", [])),
        scanners=tuple(ScannerConfig(**entry) for entry in text.pop("scanner", [])),
        wedge_prefix=wedge.get("prefix", ""),
        wedge_suffix=wedge.get("suffix", ""),
        second_dir=Path(second) if second else None,
        **text,
    )
