"""What is said about a code that did not become a line: what happened, what it means, what to do."""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from pos_app.domain.events import CodeRefused, CodeUnknown

translate: Final = QCoreApplication.translate
_SHOWN: Final = 20
_REFUSALS: Final = {
    "check_digit": QT_TRANSLATE_NOOP(
        "Scan", "Code {} was misread: its check digit is wrong. Nothing was added. Scan it again."
    ),
    "garbled": QT_TRANSLATE_NOOP(
        "Scan", "The scanner sent something unreadable. Nothing was added. Scan it again."
    ),
    "too_long": QT_TRANSLATE_NOOP(
        "Scan", "That code is too long for goods. Nothing was added. Scan the barcode of the goods."
    ),
    "locked": QT_TRANSLATE_NOOP("Scan", "The till is locked. Nothing was added. Sign in first."),
    "no_shift": QT_TRANSLATE_NOOP("Scan", "No shift is open. Nothing was added. Open one first."),
    "tenders_taken": QT_TRANSLATE_NOOP(
        "Scan", "Money was already taken. Nothing was added. Finish or remove the payments first."
    ),
    "not_a_product": QT_TRANSLATE_NOOP(
        "Scan", "Code {} is not for goods. Nothing was added to the basket."
    ),
    "answer_first": QT_TRANSLATE_NOOP("Scan", "Answer this first"),
}
_OTHER: Final = QT_TRANSLATE_NOOP("Scan", "Code {} cannot be used here. Nothing was added.")


def shown(code: str) -> str:
    """A code short enough for a sentence."""
    return code if len(code) <= _SHOWN else f"{code[:_SHOWN]}…"


def unknown(event: CodeUnknown) -> str:
    if event.no_answer:
        text = translate(
            "Scan",
            "Code {} is not known here, and the server did not answer. Search for the goods by name.",
        )
    elif event.asked_central:
        text = translate(
            "Scan", "Code {} is not known, not even to the server. Search for the goods by name."
        )
    else:
        text = translate("Scan", "Code {} is not known. Search for the goods by name.")
    return text.format(shown(event.code))


def refused(event: CodeRefused) -> str:
    source = str(_REFUSALS.get(event.reason, _OTHER))
    return translate("Scan", source).format(shown(event.code))
