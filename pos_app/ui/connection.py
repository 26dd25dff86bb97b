"""The connection in words and a sign, and the banner while it is bad (ux.md 3.10)."""

from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import QCoreApplication

from pos_app.ui.format import formats


class SyncFace(Protocol):
    """What the exchange says about itself (sync.ports.SyncState)."""

    @property
    def connection(self) -> str: ...
    @property
    def since_ms(self) -> int: ...
    @property
    def unsent(self) -> int: ...
    @property
    def oldest_unsent_ms(self) -> int | None: ...
    @property
    def pulled_at_ms(self) -> int | None: ...
    @property
    def filling(self) -> tuple[int, int] | None: ...
    @property
    def detail(self) -> str: ...


translate: Final = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Sign:
    """Icon and word, always both; `ink` is a token. `short` fits the compact class."""

    icon: str
    text: str
    short: str
    ink: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What a banner says; `tone` as in the style sheet."""

    text: str
    tone: str


def percent_of(filling: tuple[int, int]) -> int:
    """Whole percent, never 100 before the end."""
    done, total = filling
    return min(done * 100 // total, 99) if total else 0


def sign(state: SyncFace) -> Sign:
    """What stands in the top bar."""
    match state.connection:
        case "online" if state.filling:
            text = translate("Connection", "Loading {} %").format(percent_of(state.filling))
            return Sign("cloud_wait", text, text, "primary")
        case "online" if state.unsent:
            text = translate("Connection", "Sending %n", "", state.unsent)
            return Sign("cloud_wait", text, text, "primary")
        case "online":
            text = translate("Connection", "Online")
            return Sign("online", text, text, "go")
        case "slow":
            text = translate("Connection", "Slow connection")
            return Sign("slow", text, translate("Connection", "Slow"), "offline")
        case "offline":
            return _offline(state)
        case "upgrade":
            text = translate("Connection", "Update needed")
            return Sign("warning", text, translate("Connection", "Update"), "danger")
        case _:
            text = translate("Connection", "Needs a person")
            return Sign("warning", text, text, "danger")


def _offline(state: SyncFace) -> Sign:
    text = translate("Connection", "Offline since {}").format(formats().time(state.since_ms))
    short = translate("Connection", "Offline")
    if state.unsent:
        waiting = translate("Connection", "%n waiting", "", state.unsent)
        text, short = f"{text} · {waiting}", f"{short} · {state.unsent}"
    return Sign("offline", text, short, "offline")


def condition(state: SyncFace) -> Condition | None:
    """The banner of a bad connection; None while all is well or merely slow."""
    match state.connection:
        case "offline" if state.detail == "own_error":
            text = translate(
                "Connection",
                "This till cannot exchange with the server: it cannot save. Is its disk full?",
            )
        case "offline" if state.detail in _UNTRUSTED:
            text = _untrusted(state.detail)
        case "offline":
            text = translate(
                "Connection",
                "Offline. You can sell and take cash. Prices and stock are as last known.",
            )
            return Condition(text, "warn")
        case "refused":
            text = translate(
                "Connection",
                "The server does not accept this till. Selling goes on, sales wait here.",
            )
        case "upgrade":
            text = translate(
                "Connection", "The server asks for a newer till. Selling goes on, sales wait here."
            )
        case "fork":
            text = translate(
                "Connection",
                "Another till uses this till's identity. Sales wait here. Call support.",
            )
        case _:
            return None
    return Condition(text, "error")


_UNTRUSTED: Final = {"wrong_ca", "wrong_host", "out_of_date", "clock", "old_tls", "plain"}


def _untrusted(why: str) -> str:
    """Somebody answers, but could not prove to be the shop's server; nothing was sent to it."""
    if why == "clock":
        return translate(
            "Connection",
            "This till's clock is wrong, so it cannot prove who the server is. Set date and time. "
            "Selling goes on, sales wait here.",
        )
    if why == "plain":
        return translate(
            "Connection",
            "The server's address is not protected (https://). Selling goes on, sales wait here.",
        )
    if why in {"out_of_date", "old_tls"}:
        return translate(
            "Connection",
            "The server's certificate must be renewed. Selling goes on, sales wait here. "
            "Tell the office.",
        )
    return translate(
        "Connection",
        "Another server answers in place of yours. Nothing was sent to it. Selling goes on, sales "
        "wait here. Call support.",
    )
