"""The design tokens of ux.md 3: every colour, size and text size of the till. Plain data, no Qt.

A colour or a size written anywhere else fails a test. Sizes are in u (a quarter of a millimetre on
the real screen); `pos_app.ui.units` turns them into pixels.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ThemeName(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


_ROWS: Final = """
app             #E9EDF1 #0D1319 #000000
surface         #FFFFFF #17202A #000000
sunken          #F4F6F8 #111921 #000000
selected        #D6E8FA #17395C #003A66
border          #C2CBD4 #384654 #FFFFFF
control         #667482 #8795A3 #FFFFFF
text            #14202B #F1F5F9 #FFFFFF
text2           #44525F #B6C2CE #FFFFFF
disabled        #6E7A86 #8794A1 #A8A8A8
primary         #0B5CAD #6DB3F8 #FFE600
primary_pressed #073E77 #A9D3FC #FFFFFF
on_primary      #FFFFFF #04203C #000000
go              #0E6B36 #4FC583 #5CFF9D
go_pressed      #084522 #8CDDAE #FFFFFF
on_go           #FFFFFF #032411 #000000
danger          #B3261E #FF8F86 #FF9A9A
danger_pressed  #7D1610 #FFB9B3 #FFFFFF
on_danger       #FFFFFF #3A0703 #000000
warn_bg         #FFEBC2 #3B2A05 #000000
warn_text       #5A3800 #FFD27A #FFC247
warn_line       #9A6200 #FFC247 #FFC247
info_bg         #DDEBFA #10304F #000000
info_text       #083F75 #B9DBFC #8FD6FF
ok_bg           #D9F2E2 #0E3320 #000000
ok_text         #0A4D27 #A5E6C0 #5CFF9D
err_bg          #FCE1DF #431512 #000000
err_text        #7D1610 #FFC4BF #FF9A9A
ch_store        #44525F #B6C2CE #FFFFFF
ch_web          #6A2FB0 #CDA9F7 #E0C2FF
ch_pick         #0B6670 #6FD3DD #7FF0FA
offline         #8A4600 #FFC247 #FFC247
focus           #14202B #FFFFFF #FFE600
scrim           #000000 #000000 #000000
"""


def _palette(column: int) -> MappingProxyType[str, str]:
    rows = (line.split() for line in _ROWS.split("\n") if line)
    return MappingProxyType({row[0]: row[column] for row in rows})


PALETTES: Final = MappingProxyType(
    {
        ThemeName.LIGHT: _palette(1),
        ThemeName.DARK: _palette(2),
        ThemeName.CONTRAST: _palette(3),
    }
)

SCRIM_ALPHA: Final = 150
"""How dark the window gets behind a blocking dialog, of 255."""

TYPE: Final = MappingProxyType(
    {
        # token: (size in u, line height in u, strong)
        "display": (72, 80, True),
        "amount": (56, 64, True),
        "total": (40, 48, True),
        "pad": (32, 40, True),
        "action": (28, 32, True),
        "title": (24, 32, True),
        "figure": (24, 32, False),
        "body": (20, 28, False),
        "strong": (20, 28, True),
        "hint": (18, 24, False),
        "label": (16, 20, False),
        "label_strong": (16, 20, True),
    }
)
"""ux.md 3.3; `figure`, `strong` and `label_strong` are the other weight of `title`, `body`, `label`."""

WEIGHT: Final = 400
WEIGHT_STRONG: Final = 700
"""ux.md asks for 600; Roboto has 500 and 700, and 700 is the one read from 80 cm."""

TEXT_SCALES: Final = (90, 100, 115, 130)
"""Percent a person may choose."""

SIZES: Final = MappingProxyType(
    {
        "floor": 48,
        "chip": 48,
        "standard": 56,
        "row": 64,
        "key": 80,
        "key_compact": 72,
        "key_pin_wide": 96,
        "key_pin_tall": 80,
        "pay": 72,
        "pay_wide": 320,
        "button_wide": 96,
        "danger_wide": 120,
        "top_bar": 56,
        "action_bar": 88,
        "banner": 56,
        "tile_staff_wide": 160,
        "tile_staff_tall": 96,
        "pane_gap": 16,
        "pane_gap_compact": 12,
        "edge": 8,
        "danger_apart": 32,
        "sheet_wide": 960,
        "dialog_wide": 720,
        "radius_chip": 4,
        "radius": 8,
        "radius_sheet": 12,
        "line": 1,
        "line_control": 2,
        "line_pressed": 3,
        "line_contrast": 4,
        "ring": 3,
        "ring_gap": 2,
        "bar_selected": 6,
        "press_shift": 2,
        "icon": 24,
        "icon_large": 32,
        "icon_huge": 40,
    }
)

TIMES: Final = MappingProxyType(
    {
        # milliseconds
        "pressed_at_least": 80,
        "double_tap": 400,
        "toast": 5_000,
        "toast_undo": 10_000,
        "sheet": 120,
        "flash": 400,
        "busy_after": 300,
        "steady_state": 5_000,
    }
)
