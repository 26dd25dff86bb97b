"""One card in the middle of a screen that has nothing else."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.units import u

_MOST: Final = 1000


def centre(screen: QWidget, card: QWidget, *, wide: int) -> None:
    """Lay the card out at most so wide, a little above the middle, where the eye looks first."""
    card.setMaximumWidth(u(wide))
    across = QHBoxLayout()
    across.addStretch(1)
    across.addWidget(card, _MOST)
    across.addStretch(1)
    column = QVBoxLayout(screen)
    column.setContentsMargins(u(24), u(24), u(24), u(24))
    column.addStretch(2)
    column.addLayout(across)
    column.addStretch(3)
