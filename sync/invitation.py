"""What the office hands to a new till, as one text: `omnitill://enrol?url=…&code=…&pin=…`.

Shown as a QR code, scanned or pasted at the till. It is read like everything else that strangers print.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from string import ascii_letters, digits
from urllib.parse import parse_qsl, quote, urlsplit

SCHEME = "omnitill"
_START = f"{SCHEME}://enrol?"
_LONGEST = 1024
_PIN_LENGTH, _MOST_PINS = 43, 2
_IN_CODE = frozenset(ascii_letters + digits + "-")
_IN_PIN = frozenset(ascii_letters + digits + "-_")
_IN_HOST = frozenset(ascii_letters + digits + "-.")


class BadInvitation(ValueError):
    """The text is no invitation; `field` is url, code or pin where one of them is wrong."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Invitation:
    """`pins`: the keys the server's authority is known by, the current one first; may be none."""

    url: str
    code: str
    pins: tuple[str, ...] = ()

    def text(self) -> str:
        fields = {"url": self.url, "code": self.code, "pin": ",".join(self.pins)}
        return _START + "&".join(
            f"{name}={quote(value)}" for name, value in fields.items() if value
        )


def is_invitation(text: str) -> bool:
    """Whether somebody meant it as one."""
    return text.strip().lower().startswith(f"{SCHEME}:")


def read(text: str) -> Invitation:
    """The invitation in a scanned or pasted text; BadInvitation for anything else."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise BadInvitation(f"more than {_LONGEST} letters")
    if not text.isascii() or not text.isprintable():
        raise BadInvitation("letters that do not belong there")
    if not text.startswith(_START):
        raise BadInvitation(f"it does not begin with {_START}")
    found = _fields(text.removeprefix(_START))
    pins = tuple(found["pin"].split(",")) if "pin" in found else ()
    return Invitation(_address(found["url"]), _code(found["code"]), _pins(pins))


def typed(url: str, code: str, pin: str) -> Invitation:
    """The same from fields that a person filled; spaces do not count."""
    url, code, pin = ("".join(it.split()) for it in (url, code, pin))
    return Invitation(_address(url), _code(code), _pins(tuple(pin.split(",")) if pin else ()))


def _fields(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, strict_parsing=True, errors="strict", max_num_fields=4)
    except ValueError:
        raise BadInvitation("its fields cannot be read") from None
    found = dict(pairs)
    if len(found) != len(pairs) or not {"url", "code"} <= set(found) <= {"url", "code", "pin"}:
        raise BadInvitation("it must have url, code and pin, each once")
    return found


def _address(text: str) -> str:
    """A server and nothing else: no user, no question, no fragment."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadInvitation("the address is none", "url") from None
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(" \\<>\"'")
    extras = "@" in parts.netloc or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or not is_plain or extras or parts.path.strip("/"):
        raise BadInvitation("the address is not just https:// and a server", "url")
    if not host or not (set(host) <= _IN_HOST or _is_address(host)):
        raise BadInvitation("the address names no server", "url")
    return text.rstrip("/")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _code(text: str) -> str:
    if not 4 <= len(text) <= 64 or not set(text) <= _IN_CODE:
        raise BadInvitation("the code is none", "code")
    return text


def _pins(found: tuple[str, ...]) -> tuple[str, ...]:
    if len(found) > _MOST_PINS or any(
        len(p) != _PIN_LENGTH or not set(p) <= _IN_PIN for p in found
    ):
        raise BadInvitation("a pin is not as central writes it", "pin")
    return found
