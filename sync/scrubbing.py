"""The last net under the logs of till and central: what must never be read there is masked.

No message of ours says such a thing. A library's error, or one nobody thought of, may.
"""

import logging
import re

MASK = "[hidden]"
_SAID = re.compile(
    r"""(?ix)
    \b (bearer \s+)                                      # what a header carries
    [^\s"',;]+
    |
    \b ((?:pin|pin_hash|pepper|pin_pepper|token|secret|sig|signature|pubkey|password
        |authorization|code (?=["']?\s*[:=][\s"']*[^\s"',;&]*\d)) ["']? \s* [:=] \s* (?:bearer\s+)? ["']?)
    [^\s"',;&)}\]]+
    """
)
_INVITATION = re.compile(r"(?i)(omnitill:(?://enrol\?)?)[^\s\"']+")
_HASHES = re.compile(r"\$argon2[a-z]*\$[^\s\"';)]+")
_LONG = re.compile(r"(?<![0-9A-Za-z+/_=-])[0-9A-Za-z+/_-]{86,}={0,2}")
"""A signature, a sealed token or a cursor; nothing we write about is so long without a space."""
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")


def scrubbed(text: str) -> str:
    """The text without secrets, and without numbers that could be a card's."""
    text = _SAID.sub(lambda found: f"{found[1] or found[2]}{MASK}", text)
    text = _INVITATION.sub(lambda found: f"{found[1]}{MASK}", text)
    text = _LONG.sub(MASK, _HASHES.sub(MASK, text))
    return _CARD.sub(lambda found: MASK if _is_card(found[0]) else found[0], text)


class Scrubbing(logging.Formatter):
    """Formats as it is told to, then masks: so nothing gets past it in arguments or traces."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(self._inner.format(record))


def _is_card(text: str) -> bool:
    """By Luhn's digit; 13 digits are an article's, cards of that length are no longer issued."""
    digits = [int(it) for it in text if it.isdigit()]
    if len(digits) == 13:
        return False
    doubled = (sum(divmod(2 * it, 10)) for it in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
