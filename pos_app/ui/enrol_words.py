"""Why a till could not be enrolled, in words: what is wrong and what to do."""

from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

translate: Final = QCoreApplication.translate
AT_CODE: Final = frozenset({"code", "used", "bad_code", "bad_text"})
AT_PIN: Final = frozenset({"wrong_ca", "bad_pin"})


def place(key: str) -> Literal["address", "code", "pin"]:
    """The field it is said at."""
    if key in AT_CODE:
        return "code"
    return "pin" if key in AT_PIN else "address"


def words(key: str) -> str:
    """For a key of pos_app.enrolment.explain; one nobody knows reads as another server."""
    match key:
        case "unreachable":
            return translate(
                "Enrol",
                "No answer from this address. Check the network and the address, then try again.",
            )
        case "upgrade":
            return translate(
                "Enrol", "The server asks for a newer program. Install it, then try again."
            )
        case "code":
            return translate(
                "Enrol",
                "The server does not know this code. Check each letter, or ask for a new one.",
            )
        case "used":
            return translate(
                "Enrol", "This code was already used or is too old. Ask for a new one."
            )
        case "files":
            return translate(
                "Enrol",
                "This till cannot save its key. Check that its disk is not full or write-protected.",
            )
        case "bad_url":
            return translate(
                "Enrol", "The address begins with https:// . Copy it as the office gave it."
            )
        case "bad_code":
            return translate(
                "Enrol",
                "This is not a whole code. Check each letter and digit, or scan the QR code.",
            )
        case "bad_text":
            return translate(
                "Enrol",
                "What was scanned is not a whole enrolment code. Scan it again, or ask for a new one.",
            )
        case "bad_pin":
            return translate(
                "Enrol", "The fingerprint is not whole. Scan the QR code, or copy all of it."
            )
        case _:
            return _about_the_connection(key)


def _about_the_connection(key: str) -> str:
    match key:
        case "plain":
            return translate(
                "Enrol",
                "This address is not protected: others could read along. Ask for one with https://.",
            )
        case "wrong_ca":
            return translate(
                "Enrol",
                "Another server answers than the one the office meant. Scan the office's new QR code; "
                "if that does not help, tell support before you go on.",
            )
        case "wrong_host":
            return translate(
                "Enrol",
                "The server has another name than this address. Copy the address as the office gave it.",
            )
        case "clock":
            return translate(
                "Enrol",
                "This till's clock shows {}. Set date and time right, then try again.",
            ).format(_now())
        case "out_of_date":
            return translate(
                "Enrol",
                "The server's certificate is out of date. Tell the office: they must renew it. "
                "This till's clock shows {}.",
            ).format(_now())
        case "old_tls":
            return translate(
                "Enrol", "The server's protection is too old. Tell the office to update the server."
            )
        case _:
            return translate(
                "Enrol", "What answers there is not a shop's server. Check the address."
            )


def _now() -> str:
    return QLocale().toString(QDateTime.currentDateTime(), QLocale.FormatType.ShortFormat)
