"""Errors nobody caught: logged whole, said in one sentence, and the till goes on with its basket."""

import logging
import sys
from collections.abc import Callable
from types import TracebackType

log = logging.getLogger("omnitill.crash")


def install(tell: Callable[[], object]) -> None:
    """Every uncaught error of the GUI thread comes here; the basket in progress is saved already."""

    def caught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("a bug of the till", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        tell()

    sys.excepthook = caught
