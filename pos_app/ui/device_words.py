"""Printers, scanner and files in words: what happened, what it means, what to do."""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hardware.status import JobState, Paper, PrinterStatus, Reason
from pos_app.ui.device_desk import JobView

_REASONS: Final = {
    Reason.NO_ANSWER: QT_TRANSLATE_NOOP(
        "Device", "The printer does not answer. Check that it is on and its cable is in."
    ),
    Reason.PAPER_OUT: QT_TRANSLATE_NOOP("Device", "The printer has no paper. Put in a roll."),
    Reason.COVER_OPEN: QT_TRANSLATE_NOOP("Device", "The printer's cover is open. Close it."),
    Reason.OFFLINE: QT_TRANSLATE_NOOP(
        "Device", "The printer is switched to offline. Press its Online key."
    ),
    Reason.STALLED: QT_TRANSLATE_NOOP(
        "Device", "The printer stopped in the middle. Look at the paper."
    ),
    Reason.CUT_OFF: QT_TRANSLATE_NOOP(
        "Device", "The connection broke in the middle. Look at the paper."
    ),
    Reason.UNCONFIRMED: QT_TRANSLATE_NOOP(
        "Device", "The printer did not say that it was done. Look at the paper."
    ),
    Reason.BAD_DOCUMENT: QT_TRANSLATE_NOOP(
        "Device", "It cannot be printed as it is. Call support."
    ),
    Reason.NO_PRINTER: QT_TRANSLATE_NOOP(
        "Device", "That printer is not set up here. Use another one."
    ),
    Reason.STOPPED: QT_TRANSLATE_NOOP("Device", "The till was closed before it was sent."),
}
_STATES: Final = {
    JobState.QUEUED: QT_TRANSLATE_NOOP("Device", "Waiting"),
    JobState.SENDING: QT_TRANSLATE_NOOP("Device", "Printing"),
    JobState.PRINTED: QT_TRANSLATE_NOOP("Device", "Printed"),
    JobState.FAILED: QT_TRANSLATE_NOOP("Device", "Not printed"),
    JobState.UNKNOWN: QT_TRANSLATE_NOOP("Device", "Perhaps printed"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Device", text)


def job_state(job: JobView) -> str:
    """Not printed · Receipt 014-2-004512."""
    return f"{_tr(str(_STATES[job.state]))} · {job.title}"


def job_reason(job: JobView) -> str:
    """Why, and what to do about it."""
    found = _REASONS.get(job.reason)
    return _tr(str(found)) if found else ""


def printer_status(status: PrinterStatus | None) -> tuple[str, str]:
    """Words and a token of the sign's ink: go, offline, danger or text2."""
    if status is None:
        return _tr("not asked yet"), "text2"
    if not status.answered:
        return _tr("no answer"), "danger"
    if status.paper is Paper.OUT:
        return _tr("no paper"), "danger"
    if status.cover_open:
        return _tr("cover open"), "danger"
    if status.online is False:
        return _tr("offline"), "danger"
    if status.paper is Paper.LOW:
        return _tr("paper is low"), "offline"
    return (_tr("paper ok") if status.paper is Paper.OK else _tr("ready")), "go"


def printer_trouble(status: PrinterStatus) -> str:
    """Why it cannot print and what to do about it; empty when it can."""
    if status.paper is Paper.OUT:
        return _tr(str(_REASONS[Reason.PAPER_OUT]))
    if status.cover_open:
        return _tr(str(_REASONS[Reason.COVER_OPEN]))
    if status.online is not False:
        return ""
    # one that says it is offline says something about its paper too
    silent = status.paper is Paper.UNKNOWN
    return _tr(str(_REASONS[Reason.NO_ANSWER if silent else Reason.OFFLINE]))


def drawer_status(status: PrinterStatus | None) -> tuple[str, str]:
    if status is None or status.drawer_open is None:
        return _tr("cannot be seen from here"), "text2"
    return (_tr("open"), "offline") if status.drawer_open else (_tr("closed"), "go")
