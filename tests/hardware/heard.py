"""What a listener on another thread heard, to be waited for."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Heard_ = TypeVar("Heard_")


class Heard(Generic[Heard_]):
    def __init__(self) -> None:
        self.all: list[Heard_] = []
        self._news = threading.Condition()

    def __call__(self, what: Heard_) -> None:
        with self._news:
            self.all.append(what)
            self._news.notify_all()

    def until(self, wanted: Callable[[list[Heard_]], bool], wait_s: float = 60.0) -> list[Heard_]:
        """Everything heard, once `wanted` holds of it."""
        with self._news:
            if not self._news.wait_for(lambda: wanted(self.all), wait_s):
                raise AssertionError(f"waited in vain, heard {self.all}")
            return list(self.all)
