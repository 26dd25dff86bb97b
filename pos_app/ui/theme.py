"""How the till looks now: palette, fonts and sheet, changed live without losing focus or basket."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.ui import qss
from pos_app.ui.tokens import PALETTES, SIZES, TYPE, WEIGHT, WEIGHT_STRONG, ThemeName
from pos_app.ui.units import u

FAMILY: Final = "Roboto"
_CUTS: Final = ("Regular", "Bold")
_PROPERTY: Final = "omnitill_theme"
_FIELD_BORDER: Final = 2 * SIZES["line_control"]


@dataclass(frozen=True, slots=True)
class Look:
    """What a person may choose. `text_scale` is in percent."""

    name: ThemeName = ThemeName.LIGHT
    text_scale: int = 100
    left_handed: bool = False
    reduce_motion: bool = False


class Theme(QObject):
    """The look in force. `changed` comes after the sheet is applied and the caches are new."""

    changed = Signal()

    def __init__(self, app: QApplication, look: Look) -> None:
        super().__init__(app)
        self._app = app
        self._look = look
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}

    @property
    def look(self) -> Look:
        return self._look

    def apply(self, look: Look) -> None:
        """Show everything in this look: within 300 ms, focus stays where it is."""
        self._look = look
        self._colors.clear()
        self._fonts.clear()
        self._app.setPalette(self._palette())
        self._app.setFont(self.font("body"))
        self._app.setStyleSheet(qss.fill(self._values()))
        self.changed.emit()

    def color(self, token: str) -> QColor:
        """The colour of a token; painters must not change it."""
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = QColor(PALETTES[self._look.name][token])
        return found

    def font(self, token: str) -> QFont:
        """The font of a type token at the person's text size; painters must not change it."""
        found = self._fonts.get(token)
        if found is None:
            found = self._fonts[token] = self._font(token)
        return found

    def _font(self, token: str) -> QFont:
        size, _, strong = TYPE[token]
        font = QFont(FAMILY)
        font.setPixelSize(self._text_pixels(size))
        font.setWeight(QFont.Weight(WEIGHT_STRONG if strong else WEIGHT))
        return font

    def _text_pixels(self, size: int) -> int:
        return u(size * self._look.text_scale / 100)

    def _palette(self) -> QPalette:
        palette = QPalette(self.color("text"), self.color("app"))
        roles = QPalette.ColorRole
        for role, token in (
            (roles.Base, "surface"),
            (roles.Text, "text"),
            (roles.WindowText, "text"),
            (roles.ButtonText, "text"),
            (roles.Highlight, "selected"),
            (roles.HighlightedText, "text"),
            (roles.PlaceholderText, "text2"),
        ):
            palette.setColor(role, self.color(token))
        return palette

    def _values(self) -> dict[str, str]:
        """Everything the template may name."""
        values = dict(PALETTES[self._look.name])
        values |= {name: f"{u(size)}px" for name, size in SIZES.items()}
        # a style sheet's min-height is the content box: the border comes on top
        values["field"] = f"{u(SIZES['standard'] - _FIELD_BORDER)}px"
        values |= {f"t_{token}": f"{self._text_pixels(TYPE[token][0])}px" for token in TYPE}
        values["family"] = FAMILY
        values["types"] = "\n".join(self._type_rule(token) for token in TYPE)
        return values

    def _type_rule(self, token: str) -> str:
        size, _, strong = TYPE[token]
        weight = WEIGHT_STRONG if strong else WEIGHT
        pixels = self._text_pixels(size)
        return f'QLabel[type="{token}"] {{ font-size: {pixels}px; font-weight: {weight}; }}'


@cache
def load_fonts() -> tuple[str, ...]:
    """Make Roboto known to Qt from its package; the families found."""
    # the package's own module imports more than its path; the files are all we need
    import font_roboto

    folder = Path(font_roboto.__file__).parent / "files"
    found = []
    for cut in _CUTS:
        number = QFontDatabase.addApplicationFont(str(folder / f"{FAMILY}-{cut}.ttf"))
        found += QFontDatabase.applicationFontFamilies(number)
    return tuple(found)


def install(app: QApplication, look: Look | None = None) -> Theme:
    """Fonts, palette and sheet for a new QApplication; call before the first widget."""
    load_fonts()
    old = app.property(_PROPERTY)
    theme_ = old if isinstance(old, Theme) else Theme(app, look or Look())
    app.setProperty(_PROPERTY, theme_)
    theme_.apply(look or theme_.look)
    return theme_


def theme() -> Theme:
    """The theme in force: the one accessor."""
    app = QCoreApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("a theme needs a QApplication")
    found = app.property(_PROPERTY)
    return found if isinstance(found, Theme) else install(app)


def color(token: str) -> QColor:
    return theme().color(token)


def font(token: str) -> QFont:
    return theme().font(token)


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property the sheet selects by, and polish only this widget."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
