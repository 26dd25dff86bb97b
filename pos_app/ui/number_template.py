"""Writing whole numbers by a pattern learned once for each number of digits.

Babel takes 50 to 100 µs to write an amount, and every scan writes four new ones. It is asked once
how a number of so many digits looks in the locale; after that only the digits are put in.
"""

from collections.abc import Callable

_SAMPLE = "1"


class NumberTemplate:
    """Writes exactly what `write` writes. `least` digits are always written: 5 minor units are 0.05."""

    def __init__(self, write: Callable[[int], str], least: int = 1) -> None:
        self._write, self._least = write, least
        self._parts: dict[tuple[int, bool], list[str] | None] = {}

    def __call__(self, number: int) -> str:
        digits = str(abs(number)).zfill(self._least)
        key = (len(digits), number < 0)
        if key not in self._parts:
            self._parts[key] = self._learned(*key)
        parts = self._parts[key]
        if parts is None:
            return self._write(number)
        pairs = zip(parts, digits, strict=False)
        return "".join(part + digit for part, digit in pairs) + parts[-1]

    def _learned(self, count: int, is_negative: bool) -> list[str] | None:
        """What stands around the digits; None where they are written with other signs."""
        sample = int(_SAMPLE * count)
        parts = self._write(-sample if is_negative else sample).split(_SAMPLE)
        return parts if len(parts) == count + 1 else None
