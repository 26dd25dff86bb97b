"""Line icons: our own SVGs on a 24 grid, tinted with a token and kept as pixmaps."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

import resources
from pos_app.ui.theme import color

# importlib.resources would bring zipfile and more into the first paint
_FOLDER: Final = Path(resources.__file__).parent / "icons"
_INK: Final = b"currentColor"
MIRRORED_IN_RTL: Final = frozenset({"back", "left", "right", "returns", "truck", "undo", "enter"})


@lru_cache(maxsize=128)
def _source(name: str) -> bytes:
    return (_FOLDER / f"{name}.svg").read_bytes()


def _drawn(name: str, ink: str, pixels: int, ratio: float) -> QPixmap:
    svg = QSvgRenderer(QByteArray(_source(name).replace(_INK, ink.encode())))
    picture = QPixmap(round(pixels * ratio), round(pixels * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    svg.render(painter, QRectF(picture.rect()))
    painter.end()
    return picture


def pixmap(name: str, ink: QColor, pixels: int, ratio: float | None = None) -> QPixmap:
    """The icon tinted, so many pixels wide at scale 1 of the device; an unknown name raises."""
    sharp = ratio if ratio is not None else QGuiApplication.primaryScreen().devicePixelRatio()
    flipped = name in MIRRORED_IN_RTL and QGuiApplication.isRightToLeft()
    key = f"{name} {ink.name()} {pixels} {sharp} {flipped}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    picture = _drawn(name, ink.name(), pixels, sharp)
    if flipped:
        picture = QPixmap.fromImage(picture.toImage().flipped(Qt.Orientation.Horizontal))
    picture.setDevicePixelRatio(sharp)
    QPixmapCache.insert(key, picture)
    return picture


def icon(name: str, token: str, pixels: int) -> QIcon:
    """A QIcon in the colour of a token, for widgets of Qt that want one."""
    return QIcon(pixmap(name, color(token), pixels))
