"""The connection in words and a sign, and the banner while it is bad (ux.md 3.10)."""

from dataclasses import dataclass
from typing import Protocol

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


def _tr(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Connection", text, "", count)


def percent_of(filling: tuple[int, int]) -> int:
    """Whole percent, never 100 before the end."""
    done, total = filling
    return min(done * 100 // total, 99) if total else 0


def sign(state: SyncFace) -> Sign:
    """What stands in the top bar."""
    match state.connection:
        case "online" if state.filling:
            text = _tr("Loading {} %").format(percent_of(state.filling))
            return Sign("cloud_wait", text, text, "primary")
        case "online" if state.unsent:
            text = _tr("Sending %n", state.unsent)
            return Sign("cloud_wait", text, text, "primary")
        case "online":
            return Sign("online", _tr("Online"), _tr("Online"), "go")
        case "slow":
            return Sign("slow", _tr("Slow connection"), _tr("Slow"), "offline")
        case "offline":
            return _offline(state)
        case "upgrade":
            return Sign("warning", _tr("Update needed"), _tr("Update"), "danger")
        case _:
            return Sign("warning", _tr("Needs a person"), _tr("Needs a person"), "danger")


def _offline(state: SyncFace) -> Sign:
    text = _tr("Offline since {}").format(formats().time(state.since_ms))
    short = _tr("Offline")
    if state.unsent:
        waiting = _tr("%n waiting", state.unsent)
        text, short = f"{text} · {waiting}", f"{short} · {state.unsent}"
    return Sign("offline", text, short, "offline")


def condition(state: SyncFace) -> Condition | None:
    """The banner of a bad connection; None while all is well or merely slow."""
    match state.connection:
        case "offline":
            return Condition(
                _tr("Offline. You can sell and take cash. Prices and stock are as last known."),
                "warn",
            )
        case "refused":
            return Condition(
                _tr("The server does not accept this till. Selling goes on, sales wait here."),
                "error",
            )
        case "upgrade":
            return Condition(
                _tr("The server asks for a newer till. Selling goes on, sales wait here."), "error"
            )
        case "fork":
            return Condition(
                _tr("Another till uses this till's identity. Sales wait here. Call support."),
                "error",
            )
        case _:
            return None
