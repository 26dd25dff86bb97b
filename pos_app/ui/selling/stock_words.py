"""Stock of other places in words, always with its age (ux.md P7)."""

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication

from pos_app.domain.catalog import Stock
from pos_app.ui.format import formats

_MINUTE_MS: Final = 60_000
FRESH_MINUTES: Final = 15
_SHOWN: Final = 4


def age(as_of_ms: int, now_ms: int | None = None) -> str:
    """2 min ago; after a quarter of an hour only: last known 09:40."""
    now = int(time.time() * 1000) if now_ms is None else now_ms
    minutes = (now - as_of_ms) // _MINUTE_MS
    if not 0 <= minutes <= FRESH_MINUTES:
        return _tr("last known {time}").format(time=formats().date_time(as_of_ms))
    if minutes < 1:
        return _tr("just now")
    return _tr("{count} min ago").format(count=minutes)


def elsewhere(stock: Sequence[Stock]) -> str:
    """Places other than this one that have it, the most first."""
    others = sorted((it for it in stock[1:] if it.qty > 0), key=lambda it: -it.qty)
    named = [f"{it.place_name} {formats().qty(it.qty)}" for it in others[:_SHOWN]]
    if not named:
        return ""
    oldest = min(it.as_of_ms for it in others)
    return f"{' · '.join(named)} ({age(oldest)})"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Stock", text)
