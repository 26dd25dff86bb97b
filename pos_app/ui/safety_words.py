"""What keeps the till's record safe, in words: each line with the ink of its sign."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QDateTime

from pos_app.domain.safety import Safety
from pos_app.domain.verdict import Verdict
from pos_app.ui.connection import SyncFace
from pos_app.ui.format import formats

translate: Final = QCoreApplication.translate
_GIGA: Final = 1_000_000_000
_STALE_COPY_MS: Final = 2 * 60 * 60 * 1000
_STALE_PROOF_MS: Final = 2 * 24 * 60 * 60 * 1000
_LOW_BYTES: Final = 1024 * 1024 * 1024
"""As pos_app.integrity.space warns."""


def record(safety: Safety) -> tuple[str, str]:
    count = formats().count
    text = translate("Safety", "Till {}, life {}: {} records").format(
        safety.till_no, safety.life, count(safety.recorded)
    )
    if not safety.unsent:
        return translate("Safety", "{}, all sent").format(text), "go"
    return translate("Safety", "{}, {} wait to be sent").format(text, count(safety.unsent)), "text2"


def mark(safety: Safety) -> tuple[str, str]:
    if safety.unmarked is None:
        return translate("Safety", "cannot be read. Call support today."), "danger"
    if safety.unmarked:
        text = translate("Safety", "{} records behind. Call support if it stays so.")
        return text.format(formats().count(safety.unmarked)), "offline"
    return translate("Safety", "up to the last record"), "go"


def second(safety: Safety) -> tuple[str, str]:
    match safety.second:
        case "there":
            return translate("Safety", "everything is written to {}").format(
                safety.second_folder
            ), "go"
        case "behind":
            text = translate("Safety", "{} is behind. Is it full or write-protected?")
            return text.format(safety.second_folder), "offline"
        case "gone":
            text = translate(
                "Safety", "{} cannot be read. Is the stick or the network folder there?"
            )
            return text.format(safety.second_folder), "danger"
        case _:
            text = translate(
                "Safety", "on the same disk only. Have support name a folder on another one."
            )
            return text, "text2"


def copy(safety: Safety) -> tuple[str, str]:
    at_ms = safety.copied_at_ms
    if at_ms is None:
        return translate("Safety", "none yet; the first comes a minute after the start"), "text2"
    is_stale = QDateTime.currentMSecsSinceEpoch() - at_ms > _STALE_COPY_MS
    text = translate("Safety", "last one {}").format(formats().date_time(at_ms))
    return text, "offline" if is_stale else "go"


def proof(safety: Safety) -> tuple[str, str]:
    """All records, read from end to end."""
    found = safety.proof
    if found is None:
        return translate("Safety", "none yet; it comes with an hourly copy"), "text2"
    at = formats().date_time(found.at_ms)
    if found.wrong:
        text = translate("Safety", "the records are damaged ({}), {}. Call support today.")
        return text.format(found.wrong, at), "danger"
    is_stale = QDateTime.currentMSecsSinceEpoch() - found.at_ms > _STALE_PROOF_MS
    text = translate("Safety", "{} records in order, {}").format(formats().count(found.facts), at)
    return text, "offline" if is_stale else "go"


def disk(safety: Safety) -> tuple[str, str]:
    text = translate("Safety", "{} % free, {} GB").format(
        safety.free_percent, formats().count(safety.free_bytes // _GIGA)
    )
    return text, "danger" if safety.free_bytes < _LOW_BYTES else "go"


def verdict(waits: Verdict) -> tuple[str, str]:
    """Which one, and what it means; there is nothing to do at the till."""
    title = (
        translate("Safety", "Receipt {}").format(waits.receipt_no)
        if waits.receipt_no
        else translate("Safety", "Record {}").format(waits.fact_seq)
    )
    if waits.status == "quarantined":
        text = translate(
            "Safety", "Kept at the server, not booked yet. The office takes care of it."
        )
    else:
        text = translate("Safety", "Booked, but it breaks a rule. The office looks at it ({}).")
        text = text.format(waits.code)
    return title, text


def trouble(state: SyncFace) -> tuple[str, str] | None:
    """What a person must do before anything is sent again; None while nobody need act."""
    new_code = translate(
        "Safety",
        "Ask the office for a new code for this till. Then close the till and have support run: "
        "omnitill enrol --code CODE. Nothing that was sold is lost.",
    )
    match state.connection, state.detail:
        case "fork", "behind":
            return translate("Safety", "This till was put back to an earlier state"), translate(
                "Safety",
                "Close the till and start it again: it fetches what it lacks. If this stays: {}",
            ).format(new_code)
        case "fork", _:
            return translate("Safety", "Another till uses this till's identity"), new_code
        case "refused", _:
            return translate("Safety", "The server took this till's access away"), new_code
        case "upgrade", _:
            return translate("Safety", "This till's program is too old"), translate(
                "Safety", "Have support install the newest version. Selling goes on meanwhile."
            )
        case _:
            return None
