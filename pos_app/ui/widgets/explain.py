"""How any widget says something to the person: it asks the window it stands in."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget


@runtime_checkable
class Says(Protocol):
    """A window that can show a toast."""

    def say(
        self,
        text: str,
        *,
        icon: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        stays_ms: int = 0,
    ) -> None: ...


def say(
    widget: QWidget,
    text: str,
    *,
    icon: str = "",
    action: str = "",
    on_action: Callable[[], object] | None = None,
    stays_ms: int = 0,
) -> None:
    """Show a toast in the widget's window; a window that cannot is a bare test or a preview."""
    window = widget.window()
    if isinstance(window, Says):
        window.say(text, icon=icon, action=action, on_action=on_action, stays_ms=stays_ms)
