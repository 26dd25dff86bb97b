"""The places at which a process ends itself. Only the wrappers in this folder know of them."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Any


@dataclass(frozen=True, slots=True)
class Point:
    """Before or after the nth call of a function, `module:name` or `module:Class.name`.

    With `within` only calls in the course of that other one count. `most` is up to which call a run
    surely comes; `fills` needs an empty replica, `from_file` one that is filled from the ready-made file.
    """

    name: str
    where: str
    is_after: bool = True
    within: str = ""
    most: int = 2
    fills: bool = False
    from_file: bool = False


_PUSHING = "sync.sending:Sender._push"
_ACKNOWLEDGING = "sync.sending:Sender._acknowledge"
TILL = (
    Point("before the journal's commit", "pos_app.store.sales:Sales._book", most=6),
    Point("after the journal's commit", "pos_app.store.sales:Sales.book", most=6),
    Point("before the printer gets the receipt", "hardware.printer:EscposPrinter.send", False),
    Point("after the printer has the receipt", "hardware.printer:EscposPrinter.send"),
    Point(
        "before facts are marked in flight",
        "pos_app.opening:WitnessedJournal.mark_in_flight",
        False,
    ),
    Point("before facts are sent", "sync.client:CentralClient.push", False),
    Point("after facts are sent", "sync.transport:body_of", False, _PUSHING),
    Point("before the answer is applied", _ACKNOWLEDGING, False, _PUSHING),
    Point("after the answer is applied", _ACKNOWLEDGING, True, _PUSHING),
    Point("amid a page", "pos_app.store.replica:_write", fills=True, most=3),
    Point("between two pages", "pos_app.store.replica:Replica.apply", fills=True),
    Point("amid a ready-made file", "pos_app.store.snapshot:_copy_some", from_file=True, most=3),
    Point(
        "after a ready-made file",
        "pos_app.store.snapshot:SnapshotLoader.take",
        from_file=True,
        most=1,
    ),
)
CENTRAL = (
    Point("central amid its transaction", "sync.central.joint:take_in_together"),
    Point("central before its commit", "sync.central.joint:push_jointly"),
    Point("central between commit and answer", "sync.central.notify:Hub.announce", False),
)


def named(name: str) -> Point:
    return next(it for it in TILL + CENTRAL if it.name == name)


def arm(point: Point, nth: int) -> None:
    """From now on the nth call at this point is this process's end."""
    calls, inside = count(1), list[None]()

    def struck(work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            is_now = (not point.within or inside) and next(calls) == nth
            if is_now and not point.is_after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = work(*args, **named)
            if is_now:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    def around(work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            inside.append(None)
            try:
                return work(*args, **named)
            finally:
                inside.pop()

        return call

    _replace(point.where, struck)
    if point.within:
        _replace(point.within, around)


def _replace(where: str, by: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    module, _, path = where.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for it in owners:
        owner = getattr(owner, it)
    setattr(owner, name, by(getattr(owner, name)))
