"""Where the parts of the register lie, as arithmetic in u for every layout class (ux.md 2.2, 2.5)."""

from dataclasses import dataclass

from PySide6.QtCore import QRect

from pos_app.ui.layout import LayoutClass, Metrics
from pos_app.ui.selling.totals import HEIGHT as TOTALS
from pos_app.ui.units import u

STRIP = 64
_PORTRAIT_BASKET = 0.45


@dataclass(frozen=True, slots=True)
class Places:
    """Rectangles in pixels inside the screen; an empty context is not shown."""

    strip: QRect
    lines: QRect
    totals: QRect
    main: QRect
    context: QRect
    divider: QRect


def places(width: int, height: int, metrics: Metrics) -> Places:
    """The basket on the weak side, the goods on the strong one; stacked in portrait."""
    if metrics.is_portrait:
        return _stacked(width, height)
    return _side_by_side(width, height, metrics)


def _side_by_side(width: int, height: int, metrics: Metrics) -> Places:
    basket, line = u(metrics.basket), u(1)
    context = u(metrics.context) if metrics.kind is LayoutClass.WIDE else 0
    main = QRect(basket, 0, width - basket - context, height)
    found = Places(
        strip=QRect(0, 0, basket - line, u(STRIP)),
        lines=QRect(0, u(STRIP), basket - line, height - u(STRIP) - u(TOTALS)),
        totals=QRect(0, height - u(TOTALS), basket - line, u(TOTALS)),
        main=main,
        context=QRect(width - context, 0, context, height),
        divider=QRect(basket - line, 0, line, height),
    )
    return _mirrored(found, width) if metrics.mirrored else found


def _stacked(width: int, height: int) -> Places:
    upper = int(height * _PORTRAIT_BASKET)
    return Places(
        strip=QRect(0, 0, width, u(STRIP)),
        lines=QRect(0, u(STRIP), width, upper - u(STRIP) - u(TOTALS)),
        totals=QRect(0, upper - u(TOTALS), width, u(TOTALS) - u(1)),
        main=QRect(0, upper, width, height - upper),
        context=QRect(),
        divider=QRect(0, upper - u(1), width, u(1)),
    )


def _mirrored(found: Places, width: int) -> Places:
    def flip(rect: QRect) -> QRect:
        return QRect(width - rect.x() - rect.width(), rect.y(), rect.width(), rect.height())

    return Places(
        flip(found.strip),
        flip(found.lines),
        flip(found.totals),
        flip(found.main),
        flip(found.context),
        flip(found.divider),
    )
