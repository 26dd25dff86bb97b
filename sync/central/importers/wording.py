"""Names as a person reads them: no markup, no control characters, no endless lengths."""

import html
import re
import unicodedata
from hashlib import sha256

MAX_NAME = 200
MAX_RAW = 20_000
"""A name is cut here before it is cleaned, so that no input makes the cleaning slow."""

_HIDDEN = re.compile(r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_DIRECTION = frozenset(
    "\u200b\u200e\u200f\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def plain(text: str) -> str:
    """Text without HTML, entities, control and direction characters, in composed letters."""
    text = text[:MAX_RAW]
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", html.unescape(text)))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    clean = "".join(" " if is_control(letter) else letter for letter in text)
    return " ".join(clean.split())


def is_control(letter: str) -> bool:
    """Characters that are not seen: control characters, and those that turn or hide text."""
    return letter < " " or "\x7f" <= letter <= "\x9f" or letter in _DIRECTION


def has_markup(text: str) -> bool:
    """Whether the text holds tags or entities, which `plain` takes away."""
    return html.unescape(text) != text or _TAG.search(text) is not None


def shortened(text: str, limit: int = MAX_NAME) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def slug(text: str, limit: int = 64) -> str:
    """A stable key of a-z, 0-9 and hyphens; a hash follows where letters were lost or cut."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", letters.casefold()).strip("-")
    if text.isascii() and 0 < len(key) <= limit:
        return key
    mark = sha256(text.encode()).hexdigest()[:10]
    return f"{key[: limit - 11].strip('-')}-{mark}".strip("-")


def fitted(key: str, limit: int) -> str:
    """A key of another system as it is, or shortened with a hash so that it stays its own."""
    if len(key) <= limit:
        return key
    return f"{key[: limit - 11]}-{sha256(key.encode()).hexdigest()[:10]}"
