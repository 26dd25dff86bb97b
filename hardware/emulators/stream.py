"""ESC/POS as a stream of tokens: text runs and commands, whatever pieces the bytes arrive in.

The lengths are those of Epson's ESC/POS command reference. A command inside the data of another one
is data, so a picture that happens to contain a status request does not ask for the status.
"""

from collections.abc import Callable
from dataclasses import dataclass

Length = Callable[
    [bytes, bytes], int | None
]  # (arguments, what follows) -> data length, None: more


@dataclass(frozen=True, slots=True)
class Token:
    """`name` is "" for text; `data` is what a length or an end mark in the command covers."""

    name: str
    args: bytes = b""
    data: bytes = b""

    @property
    def realtime(self) -> bool:
        return self.name.startswith("DLE")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _up_to_nul(_args: bytes, rest: bytes) -> int | None:
    end = rest.find(0)
    return None if end < 0 else end + 1


def _barcode(args: bytes, rest: bytes) -> int | None:
    if args[0] < 65:
        return _up_to_nul(args, rest)
    return 1 + rest[0] if rest else None


def _cut(args: bytes, _rest: bytes) -> int:
    return 1 if args[0] in b"ABabgh" else 0


def _bit_image(args: bytes, _rest: bytes) -> int:
    return _little(args[1:3]) * (3 if args[0] in (32, 33) else 1)


def _raster(args: bytes, _rest: bytes) -> int:
    return _little(args[1:3]) * _little(args[3:5])


def _counted(args: bytes, _rest: bytes) -> int:
    return _little(args[-2:])


def _dle_eot(args: bytes, _rest: bytes) -> int:
    return 1 if args[0] in (7, 8, 18) else 0


def _dle_dc4(args: bytes, _rest: bytes) -> int:
    return {1: 2, 2: 2, 3: 5, 7: 1, 8: 7}.get(args[0], 0)


def _name(prefix: bytes) -> str:
    lead = {0x10: "DLE", 0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}[prefix[0]]
    return " ".join((lead, *({4: "EOT", 5: "ENQ", 20: "DC4"}.get(b, chr(b)) for b in prefix[1:])))


def _plain(lead: int, table: str) -> dict[bytes, tuple[int, Length | None]]:
    """ "!1 p3": the character after the lead byte and how many arguments follow."""
    return {bytes((lead, ord(item[0]))): (int(item[1:]), None) for item in table.split()}


_COMMANDS: dict[bytes, tuple[int, Length | None]] = {
    **_plain(0x1B, "@0 !1 E1 G1 -1 M1 a1 {1 t1 r1 R1 $2 \\2 d1 J1 K1 e1 20 31 p3 i0 m0 v0 u1 =1"),
    **_plain(0x1B, "U1 V1 L0 S0 T1 W8 A1 +1 B2 ?2"),
    **_plain(0x1D, "!1 B1 b1 L2 W2 P2 r1 a1 I1 w1 h1 H1 f1 T1 $2 \\2 :0 /1 |1"),
    **_plain(0x1C, ".0 &0 p2 -1 !1 S2 C1"),
    b"\x1b ": (1, None),
    b"\x1bc0": (1, None),
    b"\x1bc1": (1, None),
    b"\x1bc3": (1, None),
    b"\x1bc4": (1, None),
    b"\x1bc5": (1, None),
    b"\x1bD": (0, _up_to_nul),
    b"\x1b*": (3, _bit_image),
    b"\x1b(": (3, _counted),
    b"\x1c(": (3, _counted),
    b"\x1d(": (3, _counted),
    b"\x1d8L": (4, lambda args, _rest: _little(args)),
    b"\x1dV": (1, _cut),
    b"\x1dk": (1, _barcode),
    b"\x1dv0": (5, _raster),
    b"\x1d*": (2, lambda args, _rest: args[0] * args[1] * 8),
    b"\x10\x04": (1, _dle_eot),
    b"\x10\x05": (1, None),
    b"\x10\x14": (1, _dle_dc4),
}
_NAMES = {prefix: _name(prefix) for prefix in _COMMANDS}
_LEADS = frozenset(prefix[0] for prefix in _COMMANDS)
_CONTROLS = {0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR"}


class Stream:
    """Feed it bytes, take tokens; a command cut in two waits for its rest."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[Token]:
        self._pending += data
        tokens: list[Token] = []
        while self._pending:
            found = _first(self._pending)
            if found is None:
                break
            token, size = found
            self._pending = self._pending[size:]
            if token is not None:
                tokens.append(token)
        return tokens


def _first(data: bytes) -> tuple[Token | None, int] | None:
    """The first token and its length; no token for bytes that mean nothing; None: it is not whole."""
    lead = data[0]
    if lead >= 0x20:
        size = next((i for i, byte in enumerate(data) if byte < 0x20), len(data))
        return Token("", data=data[:size]), size
    if lead not in _LEADS:
        return (Token(_CONTROLS[lead]) if lead in _CONTROLS else None), 1
    for size in (3, 2):
        if data[:size] in _COMMANDS:
            return _command(data, data[:size])
    if len(data) < 3 and any(prefix.startswith(data) for prefix in _COMMANDS):
        return None
    return None, 2


def _command(data: bytes, prefix: bytes) -> tuple[Token, int] | None:
    count, length = _COMMANDS[prefix]
    start = len(prefix) + count
    if len(data) < start:
        return None
    args = data[len(prefix) : start]
    size = length(args, data[start:]) if length else 0
    if size is None or len(data) < start + size:
        return None
    return Token(_NAMES[prefix], args, data[start : start + size]), start + size
