"""Keys by position: what a scanner set to the US layout meant, whatever layout the host has."""

import sys

# Scan codes of set 1, as Windows reports them; Linux input codes are the same for these keys.
_ROWS: tuple[tuple[int, str, str], ...] = (
    (0x02, "1234567890-=", "!@#$%^&*()_+"),
    (0x10, "qwertyuiop[]", "QWERTYUIOP{}"),
    (0x1E, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (0x39, " ", " "),
)
_PLAIN = {first + i: char for first, row, _ in _ROWS for i, char in enumerate(row)}
_SHIFTED = {first + i: char for first, _, row in _ROWS for i, char in enumerate(row)}

X11_OFFSET = 8
MAC_DIGITS = dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 29), range(0x02, 0x0C), strict=True))


def set1(native: int, platform: str = sys.platform) -> int:
    """The set 1 scan code of a native one (X11 and Wayland keycode, Windows, macOS digits); 0 = unknown."""
    if platform == "win32":
        return native
    if platform == "darwin":
        return MAC_DIGITS.get(native, 0)
    return max(native - X11_OFFSET, 0)


def us_char(scancode: int, *, shift: bool) -> str | None:
    """What the key of this set 1 scan code types on the US layout."""
    return (_SHIFTED if shift else _PLAIN).get(scancode)


def is_digit_key(scancode: int) -> bool:
    """One of the ten digit keys above the letters."""
    return 0x02 <= scancode <= 0x0B
