"""Memory of a process that runs all day: nothing is collected while it starts, once is tidied after."""

import ctypes
import gc
from contextlib import suppress


def start_without_collecting() -> None:
    """Next to nothing that starting makes is garbage, and looking for it takes a seventh of the time."""
    gc.disable()


def tidy() -> None:
    """Give back what starting left over; what is here now stays, so it need not be looked at again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    with suppress(OSError, AttributeError):  # a C library without it keeps what it has
        ctypes.CDLL(None).malloc_trim(0)
