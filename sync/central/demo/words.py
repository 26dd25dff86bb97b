"""The word lists of the demo shop, read from resources/demo/shop."""

import csv
import tomllib
from base64 import b64encode
from dataclasses import dataclass
from importlib.resources import files

_LISTS = files("resources").joinpath("demo", "shop")


@dataclass(frozen=True, slots=True)
class Words:
    """`sizes` and `brands` by kind, as in words.toml."""

    models: tuple[str, ...]
    colours: tuple[str, ...]
    sizes: dict[str, tuple[str, ...]]
    brands: dict[str, tuple[str, ...]]
    given: tuple[str, ...]
    family: tuple[str, ...]
    cities: tuple[str, ...]


def words() -> Words:
    raw = tomllib.loads(_text("words.toml"))
    people = raw["people"]
    return Words(
        models=tuple(raw["models"]),
        colours=tuple(raw["colours"]),
        sizes={kind: tuple(sizes) for kind, sizes in raw["sizes"].items()},
        brands={kind: tuple(brands) for kind, brands in raw["brands"].items()},
        given=tuple(people["given"]),
        family=tuple(people["family"]),
        cities=tuple(people["cities"]),
    )


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the CSV lists."""
    return list(csv.DictReader(_text(name).splitlines()))


def logo() -> str:
    """The shop's sign for the receipt, a PNG in base64."""
    return b64encode(_LISTS.joinpath("logo.png").read_bytes()).decode("ascii")


def _text(name: str) -> str:
    return _LISTS.joinpath(name).read_text(encoding="utf-8")
