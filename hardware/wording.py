"""Text for paper: cleaned, wrapped, and split into runs that a printer's code pages can print."""

import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

CanEncode = Callable[[str, str], bool]  # code page, character

# What a person reads as the same where a printer lacks the sign.
_PLAINER = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "−": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "─": "-",
        "═": "=",
        "“": '"',
        "”": '"',
        "„": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "…": "...",
        "•": "*",
    }
)


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    page: str


def clean(text: str) -> str:
    """Composed letters, plain spaces, no control characters: a product name must not steer a printer."""
    if text.isascii() and text.isprintable():
        return text
    kept = (_plain(char) for char in unicodedata.normalize("NFC", text))
    return "".join(kept)


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else char


def paragraphs(text: str, columns: int) -> list[str]:
    """Lines of at most `columns` characters, wrapped at word ends; at least one."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines += wrap(clean(paragraph), columns) or [""]
    return lines


def wrap(text: str, columns: int) -> list[str]:
    if len(text) <= columns:
        return [text]
    return textwrap.wrap(text, columns, break_on_hyphens=False)


def columns(start: str, end: str, width: int) -> list[tuple[str, str]]:
    """Lines of two texts; `end` stands on the last one, or on its own when there is no room."""
    start, end = clean(start), clean(end)
    room = width - len(end) - 1
    if room < width // 3:
        wrapped = [(line, "") for line in wrap(start, width)] if start else []
        return [*wrapped, *(("", part) for part in wrap(end, width))]
    lines = wrap(start, room) or [""]
    return [*((line, "") for line in lines[:-1]), (lines[-1], end)]


def runs(text: str, pages: tuple[str, ...], can_encode: CanEncode) -> list[Run] | None:
    """The text in runs of one code page each, as few as possible; None when a character has none."""
    if text.isascii():
        return [Run(text, pages[0])]
    for page in pages:
        if all(can_encode(page, char) for char in text):
            return [Run(text, page)]
    return _mixed(text, pages, can_encode)


def _mixed(text: str, pages: tuple[str, ...], can_encode: CanEncode) -> list[Run] | None:
    found: list[Run] = []
    while text:
        best = max(pages, key=lambda page: _reach(text, page, can_encode))
        length = _reach(text, best, can_encode)
        if not length:
            return None
        found.append(Run(text[:length], best))
        text = text[length:]
    return found


def _reach(text: str, page: str, can_encode: CanEncode) -> int:
    return next((i for i, char in enumerate(text) if not can_encode(page, char)), len(text))


def plainer(text: str, pages: tuple[str, ...], can_encode: CanEncode) -> str:
    """Replace dashes, quotes and the like that no page has; letters are never replaced."""
    if text.isascii():
        return text
    return "".join(
        char if any(can_encode(page, char) for page in pages) else char.translate(_PLAINER)
        for char in text
    )
