"""Keys as scanners and people press them, and a stand-in for the Qt filter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hardware.wedge import Decision, Key, KeyStroke, WedgeDecoder

DIGIT_KEYS = {digit: 0x02 + (int(digit) - 1) % 10 for digit in "0123456789"}

SPECIAL = {"\r": Key.ENTER, "\t": Key.TAB, "⇧": Key.SHIFT, "←": Key.OTHER}


def stroke(
    text: str,
    at_ms: int,
    *,
    modified: bool = False,
    shift: bool = False,
    repeat: bool = False,
    down: bool = True,
    scancode: int = 0,
) -> KeyStroke:
    """`text` is a character, or one of the signs of `SPECIAL`."""
    key = SPECIAL.get(text, Key.TEXT)
    shown = text if key is Key.TEXT else ""
    return KeyStroke(at_ms, shown, key, modified, shift, scancode, repeat, down)


def typed(text: str, start_ms: int = 0, gap_ms: int = 10) -> list[KeyStroke]:
    return [stroke(char, start_ms + i * gap_ms) for i, char in enumerate(text)]


def with_gaps(text: str, gaps: Sequence[int], start_ms: int = 0) -> list[KeyStroke]:
    times = [start_ms]
    for gap in gaps:
        times.append(times[-1] + gap)
    return [stroke(char, at) for char, at in zip(text, times, strict=True)]


@dataclass
class Filter:
    """What the application's event filter does: a timer, an output for keys, an output for codes."""

    decoder: WedgeDecoder
    out: list[KeyStroke] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)

    def play(self, strokes: Iterable[KeyStroke]) -> None:
        for key in strokes:
            self._ring_before(key.at_ms)
            decide = self.decoder.press if key.down else self.decoder.release
            self._obey(decide(key), key.at_ms)
        self._ring_before(10**9)

    def _ring_before(self, at_ms: int) -> None:
        due = self.decoder.deadline_ms()
        if due is not None and due <= at_ms:
            self._obey(self.decoder.timeout(due), due)

    def _obey(self, decision: Decision, now_ms: int) -> None:
        self.out += decision.release
        self.delays += [now_ms - key.at_ms for key in decision.release]
        if decision.code is not None:
            self.codes.append(decision.code)

    @property
    def text(self) -> str:
        shown = {Key.ENTER: "\r", Key.TAB: "\t"}
        return "".join(shown.get(key.key, key.text) for key in self.out if key.down)
