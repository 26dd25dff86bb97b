"""Scanner or human? Tells a keyboard wedge's bursts from typing by the time between keys.

No Qt and no clock: the caller brings key presses with their time stamps, and re-posts what is
handed back. Time stamps must be the window system's (`QInputEvent.timestamp()`), not the time of
handling: after a stalled event loop a human's keys are handled all at once and look like a scan.

The rules. A character is held back. It is let go when 40 ms pass without another, longer only
when the keys before it came as fast as a machine's (`_patience`). Enter or Tab ends a burst: at
least four characters whose MEDIAN gap is at most 35 ms are a scan (one late key inside a fast burst
is normal: a 10 ms burst with a gap of 49 ms was measured). Whatever is no scan is let go in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

from hardware.keymap import is_digit_key, us_char

FNC1 = "\x1d"  # GS1 separator; scanners type it as Ctrl+]


class Key(StrEnum):
    TEXT = "text"
    ENTER = "enter"
    TAB = "tab"
    SHIFT = "shift"  # Shift, Caps Lock or AltGr alone: scanners press them inside a code
    OTHER = "other"  # arrows, F-keys, Backspace, Esc ...


class Layout(StrEnum):
    """Which layout the scanner types for. `AUTO` looks at the digit keys of each code."""

    AUTO = "auto"
    US = "us"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class KeyStroke:
    """One key going down, or up when `down` is false. `origin` is the caller's and handed back as it is.

    `modified`: Ctrl, Alt or Meta held. `scancode`: set 1 scan code (`keymap.set1`), 0 when unknown.
    """

    at_ms: int
    text: str = ""
    key: Key = Key.TEXT
    modified: bool = False
    shift: bool = False
    scancode: int = 0
    repeat: bool = False
    down: bool = True
    origin: object = field(default=None, compare=False)

    @property
    def is_character(self) -> bool:
        return self.key is Key.TEXT and bool(self.text) and self.text.isprintable()

    @property
    def identity(self) -> object:
        """Says which key it is, the same when it goes down and up."""
        return self.scancode or (self.key if self.key is not Key.TEXT else self.text)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now: first hand `release` on in order, then report `code` as scanned.

    The stroke just given is swallowed unless it is in `release`; it comes back later, or was part
    of a scan.
    """

    release: tuple[KeyStroke, ...] = ()
    code: str | None = None

    def passes(self, stroke: KeyStroke) -> bool:
        """The common case: nothing was held and the stroke may go on its way untouched."""
        return self.code is None and len(self.release) == 1 and self.release[0] is stroke


HOLD = Decision()


@dataclass(frozen=True, slots=True)
class WedgeRules:
    """`prefix` and `suffix` are what the scanner is set to send around the code, "" for nothing."""

    prefix: str = ""
    suffix: str = ""
    layout: Layout = Layout.AUTO
    terminators: frozenset[Key] = frozenset({Key.ENTER, Key.TAB})
    min_length: int = 4
    gap_ms: int = 35
    hold_ms: int = 40
    fast_hold_ms: int = 100
    max_length: int = 4096


WINDOW = 4  # how many of the last gaps say whether a machine is still typing


class WedgeDecoder:
    def __init__(self, rules: WedgeRules | None = None) -> None:
        self._rules = rules or WedgeRules()
        self._held: list[KeyStroke] = []  # in order, with Shift and key-up strokes between
        self._chars: list[KeyStroke] = []  # the characters among them
        self._gaps: list[int] = []
        self._down: set[object] = set()  # held keys whose key-up has not come
        self._foreign: list[KeyStroke] = []  # held key-ups of keys that went down before
        self._eaten: set[object] = set()  # keys of a scan whose key-up is still to be swallowed
        self._ended_ms: int | None = None  # when the last scan ended

    def press(self, stroke: KeyStroke) -> Decision:
        late = self._let_go() if self._expired(stroke.at_ms) else ()
        self._eaten.discard(stroke.identity)
        decision = self._judge(stroke)
        return Decision(late + decision.release, decision.code) if late else decision

    def release(self, stroke: KeyStroke) -> Decision:
        """A key went up: it follows its key-down, into a scan or back to the application."""
        if stroke.identity in self._down:
            self._down.discard(stroke.identity)
            self._held.append(stroke)
            return HOLD
        if stroke.identity in self._eaten:
            self._eaten.discard(stroke.identity)
            return HOLD
        if self._held:
            self._held.append(stroke)
            self._foreign.append(stroke)
            return HOLD
        return Decision((stroke,))

    def deadline_ms(self) -> int | None:
        """When `timeout` must be called, on the clock of the strokes; None when nothing is held.

        Start a single-shot timer of `deadline_ms() - stroke.at_ms` after each call. When it fires,
        let the event loop deliver waiting input once before calling `timeout`.
        """
        return self._chars[-1].at_ms + self._patience() if self._chars else None

    def timeout(self, now_ms: int) -> Decision:
        return Decision(self._let_go()) if self._expired(now_ms) else HOLD

    def reset(self) -> Decision:
        """Let everything go, as when the window loses the keyboard."""
        return Decision(self._let_go())

    def _expired(self, now_ms: int) -> bool:
        deadline = self.deadline_ms()
        return deadline is not None and now_ms >= deadline

    def _judge(self, stroke: KeyStroke) -> Decision:
        if self._is_part(stroke):
            return self._take(stroke)
        if stroke.key is Key.SHIFT and self._held:
            self._hold(stroke)
            return HOLD
        if stroke.key in self._rules.terminators and not stroke.modified:
            return self._terminate(stroke)
        return Decision((*self._let_go(), stroke))

    def _is_part(self, stroke: KeyStroke) -> bool:
        """Shortcuts and auto-repeat are human, unless they come in the middle of a burst."""
        if not self._held:
            return stroke.is_character and not stroke.modified and not stroke.repeat
        return stroke.is_character or (stroke.modified and stroke.text == FNC1)

    def _hold(self, stroke: KeyStroke) -> None:
        self._held.append(stroke)
        self._down.add(stroke.identity)

    def _take(self, stroke: KeyStroke) -> Decision:
        if self._chars:
            self._gaps.append(max(stroke.at_ms - self._chars[-1].at_ms, 0))
        released = self._let_go() if self._is_slow() else ()
        if len(self._chars) > self._rules.max_length:
            self._gaps.pop()
            self._chars[-1] = stroke  # one more than allowed says "too long"; the rest is dropped
            return HOLD
        self._hold(stroke)
        self._chars.append(stroke)
        released += self._before_prefix()
        if self._has_suffix() and self._is_scan():
            return self._scanned(stroke, released)
        return Decision(released)

    def _is_slow(self) -> bool:
        recent = self._gaps[-WINDOW:]
        return len(recent) > 1 and median(recent) > self._rules.hold_ms and not self._prefixed()

    def _terminate(self, stroke: KeyStroke) -> Decision:
        if self._is_scan():
            return self._scanned(stroke)
        if not self._held and self._follows_a_scan(stroke):
            self._eaten.add(stroke.identity)
            return HOLD  # the line feed after the carriage return
        return Decision((*self._let_go(), stroke))

    def _follows_a_scan(self, stroke: KeyStroke) -> bool:
        """No person presses Enter this soon after a scan; on the till it would finish the sale."""
        ended = self._ended_ms
        return ended is not None and 0 <= stroke.at_ms - ended <= self._rules.gap_ms

    def _is_scan(self) -> bool:
        marked = self._prefixed() or self._has_suffix()
        fast = not self._gaps or median(self._gaps) <= self._rules.gap_ms
        return fast and len(self._core()) >= (1 if marked else self._rules.min_length)

    def _prefixed(self) -> bool:
        prefix = self._rules.prefix
        return bool(prefix) and _text(self._chars[: len(prefix)]) == prefix

    def _has_suffix(self) -> bool:
        suffix = self._rules.suffix
        return bool(suffix) and _text(self._chars[-len(suffix) :]) == suffix

    def _core(self) -> list[KeyStroke]:
        """The characters without prefix and suffix."""
        start = len(self._rules.prefix) if self._prefixed() else 0
        stop = len(self._chars) - (len(self._rules.suffix) if self._has_suffix() else 0)
        return self._chars[start:stop]

    def _before_prefix(self) -> tuple[KeyStroke, ...]:
        """A prefix begins a code, so what was held before it is human."""
        size = len(self._rules.prefix)
        if not size or self._prefixed() or _text(self._chars[-size:]) != self._rules.prefix:
            return ()
        cut = next(i for i, held in enumerate(self._held) if held is self._chars[-size])
        released, self._held = tuple(self._held[:cut]), self._held[cut:]
        self._chars, self._gaps = self._chars[-size:], self._gaps[len(self._gaps) - size + 1 :]
        self._pair_up()
        return released

    def _pair_up(self) -> None:
        """Which held keys are still down, and which key-ups belong to a key that is not held."""
        self._down, self._foreign = set(), []
        for stroke in self._held:
            if stroke.down:
                self._down.add(stroke.identity)
            elif stroke.identity in self._down:
                self._down.discard(stroke.identity)
            else:
                self._foreign.append(stroke)

    def _patience(self) -> int:
        """How long the next key may take: each fast gap is evidence of a machine, worth 20 ms."""
        rules = self._rules
        fast = sum(gap <= rules.gap_ms for gap in self._gaps[-WINDOW:])
        return (
            rules.fast_hold_ms
            if self._prefixed()
            else min(rules.hold_ms + 20 * fast, rules.fast_hold_ms)
        )

    def _scanned(self, last: KeyStroke, before: tuple[KeyStroke, ...] = ()) -> Decision:
        decision = Decision((*before, *self._foreign), _read(self._core(), self._rules.layout))
        self._eaten |= self._down | {last.identity}
        self._ended_ms = last.at_ms
        self._clear()
        return decision

    def _let_go(self) -> tuple[KeyStroke, ...]:
        held = tuple(self._held)
        self._clear()
        return held

    def _clear(self) -> None:
        self._held, self._chars, self._gaps, self._foreign = [], [], [], []
        self._down.clear()


def _text(strokes: Sequence[KeyStroke]) -> str:
    return "".join(stroke.text for stroke in strokes)


def _read(strokes: Sequence[KeyStroke], layout: Layout) -> str:
    if layout is Layout.HOST or (layout is Layout.AUTO and not _typed_for_us(strokes)):
        return _text(strokes)
    return "".join(us_char(s.scancode, shift=s.shift) or s.text for s in strokes)


def _typed_for_us(strokes: Sequence[KeyStroke]) -> bool:
    """Digit keys that gave no digits (Czech `+ěščřžýáíé`), and no digit made with Shift."""
    digit_keys = [stroke for stroke in strokes if is_digit_key(stroke.scancode)]
    plain = any(not s.shift and not s.text.isdecimal() for s in digit_keys)
    return plain and not any(s.shift and s.text.isdecimal() for s in digit_keys)
