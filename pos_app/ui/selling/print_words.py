"""What became of a receipt, in words: what happened, what it means for this sale, what to do."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hardware.status import JobState, PrintJob, Reason


@dataclass(frozen=True, slots=True)
class PrintState:
    """`tone` is a tone of labels; `help_` is there when a person has something to do."""

    icon: str
    title: str
    tone: str = ""
    help_: str = ""


_TITLES: Final = {
    Reason.PAPER_OUT: QT_TRANSLATE_NOOP("PrintState", "The printer has no paper."),
    Reason.COVER_OPEN: QT_TRANSLATE_NOOP("PrintState", "The printer's cover is open."),
    Reason.NO_ANSWER: QT_TRANSLATE_NOOP("PrintState", "The printer does not answer."),
    Reason.OFFLINE: QT_TRANSLATE_NOOP("PrintState", "The printer is offline."),
    Reason.NO_PRINTER: QT_TRANSLATE_NOOP("PrintState", "No printer is set up."),
}
_HELP: Final = {
    Reason.PAPER_OUT: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Put in a roll, then Print again."
    ),
    Reason.COVER_OPEN: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Close it, then Print again."
    ),
    Reason.NO_ANSWER: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Check its power and cable, then Print again."
    ),
    Reason.OFFLINE: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Press its online key, then Print again."
    ),
    Reason.NO_PRINTER: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Set one up in Devices (F10)."
    ),
}
_WAITING: Final = {
    Reason.PAPER_OUT: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Put in a roll: the receipt then prints by itself."
    ),
    Reason.COVER_OPEN: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Close it: the receipt then prints by itself."
    ),
    Reason.NO_ANSWER: QT_TRANSLATE_NOOP(
        "PrintState",
        "The sale is saved. Check its power and cable: the receipt then prints by itself.",
    ),
    Reason.OFFLINE: QT_TRANSLATE_NOOP(
        "PrintState", "The sale is saved. Press its online key: the receipt then prints by itself."
    ),
}
_FAILED: Final = QT_TRANSLATE_NOOP("PrintState", "The receipt was not printed.")
_TRY: Final = QT_TRANSLATE_NOOP(
    "PrintState", "The sale is saved. Look at the printer, then Print again."
)
_UNSURE: Final = QT_TRANSLATE_NOOP("PrintState", "We do not know if the receipt was printed.")
_LOOK: Final = QT_TRANSLATE_NOOP(
    "PrintState", "The sale is saved. Look at the paper; if it is not whole, Print again."
)


def print_state(job: PrintJob) -> PrintState:
    """The words for a job of this sale."""
    match job.state:
        case JobState.PRINTED:
            return PrintState("tick_circle", _tr(_PRINTED), "ok")
        case JobState.UNKNOWN:
            return PrintState("warning", _tr(_UNSURE), "warn", _tr(_LOOK))
        case JobState.FAILED:
            return PrintState(
                "error",
                _tr(_TITLES.get(job.reason, _FAILED)),
                "error",
                _tr(_HELP.get(job.reason, _TRY)),
            )
    if job.reason in _WAITING:
        # it waits for a person, and goes on by itself when that is done
        return PrintState("warning", _tr(_TITLES[job.reason]), "warn", _tr(_WAITING[job.reason]))
    return PrintState("printer", _tr(_PRINTING), "soft")


_PRINTED: Final = QT_TRANSLATE_NOOP("PrintState", "Printed")
_PRINTING: Final = QT_TRANSLATE_NOOP("PrintState", "Printing…")


def _tr(text: object) -> str:
    return QCoreApplication.translate("PrintState", str(text))
