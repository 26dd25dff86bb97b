"""The style sheet template. No colour and no size stands here: `@name` comes from the tokens.

Buttons, pads, rows and rings paint themselves from the same tokens; the sheet styles panes,
labels, fields and lists. There are no `:hover` rules: a touched widget would stay hovered.
"""

import re
from collections.abc import Mapping
from typing import Final

TEMPLATE: Final = """
QWidget { color: @text; font-family: "@family"; font-size: @t_body; }
QMainWindow, QWidget[pane="app"] { background: @app; }
QWidget[pane="surface"] { background: @surface; }
QWidget[pane="sunken"] { background: @sunken; }
QFrame[pane="card"] { background: @surface; border: @line solid @border; border-radius: @radius; }
QFrame[pane="well"] { background: @sunken; border: @line solid @border; border-radius: @radius; }
QFrame[pane="info"] { background: @info_bg; border: @line solid @info_text; border-radius: @radius; }
QFrame[pane="warn"] { background: @warn_bg; border: @line solid @warn_line; border-radius: @radius; }
QFrame[pane="error"] { background: @err_bg; border: @line solid @danger; border-radius: @radius; }
QFrame[pane="sheet"] {
    background: @surface; border: @line_control solid @control; border-radius: @radius_sheet; }
QFrame[pane="dialog"] {
    background: @surface; border: @line_pressed solid @text; border-radius: @radius_sheet; }
QFrame[pane="toast"] { background: @text; border-radius: @radius; }
QFrame[pane="toast"] QLabel { color: @surface; }
QFrame[pane="rule"] { background: @border; border: none; }
QLabel { background: transparent; }
QLabel[tone="soft"] { color: @text2; }
QLabel[tone="danger"] { color: @danger; }
QLabel[tone="attention"] { color: @offline; }
QFrame[pane="info"] QLabel { color: @info_text; }
QFrame[pane="warn"] QLabel { color: @warn_text; }
QFrame[pane="error"] QLabel { color: @err_text; }
@types
QLineEdit {
    background: @sunken; border: @line_control solid @control; border-radius: @radius;
    padding: 0 @edge; min-height: @field; font-size: @t_body;
    selection-background-color: @primary; selection-color: @on_primary; }
QLineEdit:focus { border-color: @primary; background: @surface; }
QLineEdit[state="error"] { border: @line_pressed solid @danger; }
QLineEdit:read-only { border: none; }
QAbstractItemView {
    background: @surface; border: none; outline: none;
    selection-background-color: @selected; selection-color: @text; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[pane="clear"], QWidget[pane="clear"] { background: transparent; }
QScrollBar:vertical { background: @app; width: @edge; margin: 0; }
QScrollBar::handle:vertical { background: @control; min-height: @floor; border-radius: @radius_chip; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar {
    background: @sunken; border: @line solid @control; border-radius: @radius_chip;
    min-height: @edge; max-height: @edge; }
QProgressBar::chunk { background: @primary; border-radius: @radius_chip; }
QToolTip { background: @surface; color: @text; border: @line solid @control; }
"""

_NAME: Final = re.compile(r"@(\w+)")


def fill(values: Mapping[str, str]) -> str:
    """The template with every `@name` replaced; a name nobody knows is a KeyError."""
    return _NAME.sub(lambda match: values[match.group(1)], TEMPLATE)
