"""Doing what a person asked, and saying it plainly when it cannot be done. Nothing is lost."""

from collections.abc import Callable
from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject
from PySide6.QtWidgets import QWidget

from pos_app.domain.errors import RuleError
from pos_app.services.errors import StoreError
from pos_app.ui.selling.rule_words import refusal
from pos_app.ui.signals import AppSignals
from pos_app.ui.widgets.buttons import Kind
from pos_app.ui.widgets.dialog import BlockingDialog, Choice
from pos_app.ui.widgets.explain import say

AGAIN: Final = "again"
BACK: Final = "back"
_CAUSES: Final = {
    "full": QT_TRANSLATE_NOOP("Attempts", "This till cannot save (the disk is full)."),
    "read_only": QT_TRANSLATE_NOOP("Attempts", "This till cannot save (its files are read-only)."),
    "locked": QT_TRANSLATE_NOOP("Attempts", "This till cannot save (its files are in use)."),
    "damaged": QT_TRANSLATE_NOOP("Attempts", "This till cannot save (its files are damaged)."),
    "newer": QT_TRANSLATE_NOOP(
        "Attempts", "This till cannot save (its files are of a newer version)."
    ),
}


@runtime_checkable
class Asks(Protocol):
    """A window that can show a blocking dialog."""

    @property
    def blocking(self) -> BlockingDialog | None: ...

    def ask(self, title: str, text: str, choices: tuple[Choice, ...]) -> BlockingDialog: ...


class Attempts(QObject):
    """Runs commands of the till for a screen."""

    def __init__(self, owner: QWidget, signals: AppSignals) -> None:
        super().__init__(owner)
        self._owner, self._signals = owner, signals

    def run(self, command: Callable[[], object], *, paying: bool = False) -> bool:
        """True when it was done. A refusal is a toast; a till that cannot save is a dialog.

        `paying` says that money is on the counter: the dialog then says not to hand over goods.
        """
        try:
            command()
        except RuleError as error:
            self.refuse(refusal(error))
        except StoreError as error:
            self._cannot_save(error, command, paying=paying)
        else:
            return True
        return False

    def refuse(self, text: str) -> None:
        """Say why not, with the low tone."""
        self._signals.sound.emit("refuse")
        say(self._owner, text, icon="warning")

    def _cannot_save(
        self, error: StoreError, command: Callable[[], object], *, paying: bool
    ) -> None:
        self._signals.sound.emit("refuse")
        window = self._owner.window()
        if not isinstance(window, Asks):
            raise error
        if window.blocking is not None:
            return
        cause = _CAUSES.get(error.kind, self.tr("This till cannot save."))
        dialog = window.ask(self.tr(str(cause)), self._meaning(paying=paying), self._choices())
        dialog.chosen.connect(lambda choice: self._answered(choice, command, paying=paying))

    def _meaning(self, *, paying: bool) -> str:
        if paying:
            return self.tr(
                "The sale is not booked and no receipt was printed. The basket and the money"
                " already recorded are still here. Keep the goods and the cash apart, then try"
                " again. Do not start a new sale. Call support if it fails again."
            )
        return self.tr(
            "The last step was not kept; the basket is as it was before. Try again."
            " Do not start a new sale. Call support if it fails again."
        )

    def _choices(self) -> tuple[Choice, ...]:
        return (
            Choice(BACK, self.tr("Back to the sale"), safe=True),
            Choice(AGAIN, self.tr("Try again"), Kind.PRIMARY),
        )

    def _answered(self, choice: str, command: Callable[[], object], *, paying: bool) -> None:
        if choice == AGAIN:
            self.run(command, paying=paying)
