"""What is wrong with the till's files, in words: what happened, what it means, what to do now."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

translate: Final = QCoreApplication.translate
KINDS: Final = (
    "damaged",
    "locked",
    "read_only",
    "newer",
    "full",
    "in_use",
    "key",
    "unsupported_sqlite",
    "io",
)
NO_RETRY: Final = frozenset({"damaged", "newer", "unsupported_sqlite"})
"""Kinds that trying again cannot cure."""


@dataclass(frozen=True, slots=True)
class Words:
    """In the order a person needs them."""

    happened: str
    means: str
    todo: str


def words(kind: str) -> Words:
    """For the kind of a StoreError; one that nobody knows reads as a failing disk."""
    safe = translate(
        "Store", "The till cannot sell until this is solved. Every sale that was finished is safe."
    )
    match kind:
        case "damaged":
            return Words(
                translate("Store", "This till's record of sales is damaged."),
                translate(
                    "Store",
                    "The till does not sell, so that nothing more is lost. Nothing was deleted.",
                ),
                translate(
                    "Store",
                    "Use another till. Leave this one as it is and call support: "
                    "they can save the record.",
                ),
            )
        case "locked":
            return Words(
                translate("Store", "Another program holds this till's files."),
                safe,
                translate(
                    "Store",
                    "Wait until a backup or a virus check has ended, then try again. "
                    "If it stays, restart the computer.",
                ),
            )
        case "read_only":
            return Words(
                translate("Store", "This till may not write to its own folder."),
                safe,
                translate(
                    "Store",
                    "Check that the disk is not write-protected and that the folder below "
                    "belongs to the till's user, then try again.",
                ),
            )
        case "newer":
            return Words(
                translate("Store", "This till's files come from a newer version of the program."),
                safe,
                translate(
                    "Store",
                    "Start the newer version, or install it again. "
                    "Call support if you do not have it.",
                ),
            )
        case _:
            return _more_words(kind, safe)


def _more_words(kind: str, safe: str) -> Words:
    match kind:
        case "full":
            return Words(
                translate("Store", "The disk of this till is full."),
                safe,
                translate(
                    "Store",
                    "Delete what is not needed on this computer, then try again. "
                    "Until then use another till.",
                ),
            )
        case "in_use":
            return Words(
                translate("Store", "The till is already running on this computer."),
                translate(
                    "Store",
                    "Two tills must not write to the same files. The first one goes on working.",
                ),
                translate(
                    "Store",
                    "Close this window and use the till that is open. "
                    "If you see none, restart the computer.",
                ),
            )
        case "key":
            return Words(
                translate("Store", "The key that proves who this till is cannot be read."),
                translate(
                    "Store",
                    "Every sale is safe in this till's record and is sent once the till is "
                    "enrolled again.",
                ),
                translate(
                    "Store",
                    "Ask the office for a new code for this till, then have support run "
                    "omnitill enrol --code on this computer and try again.",
                ),
            )
        case "unsupported_sqlite":
            return Words(
                translate("Store", "A part of the program is too old to keep sales safely."),
                translate("Store", "The till does not sell, so that nothing is lost."),
                translate(
                    "Store", "Install the till again from its current package, or call support."
                ),
            )
        case _:
            return Words(
                translate("Store", "The disk of this till does not answer as it should."),
                translate(
                    "Store",
                    "It is not sure that a sale would be saved, so the till does not sell.",
                ),
                translate(
                    "Store",
                    "Try again. If this comes back, use another till and call support: "
                    "the disk may be failing.",
                ),
            )
