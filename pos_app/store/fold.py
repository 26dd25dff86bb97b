"""Text as search compares it: lower case, without accents, letters that only look joined apart."""

import re
import unicodedata
from itertools import filterfalse

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "ŋ": "n",
        "ŧ": "t",
    }
)
"""Letters that Unicode does not take apart; ß becomes ss by casefold."""


def fold(text: str) -> str:
    """Both the index and the question pass through here, so they always agree."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filterfalse(unicodedata.combining, apart)).translate(_LETTERS)


def words(folded: str) -> list[str]:
    """The letters and digits of folded text, in runs."""
    return _WORD.findall(folded)
