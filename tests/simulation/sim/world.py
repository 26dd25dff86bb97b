"""The simulated world: one clock, one source of chance, one agenda. No threads, no real time."""

import hashlib
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

_DEEPEST = 3
"""Others act while a message travels; within their messages others again, but not for ever."""
DAWN_MS = 1_763_740_800_000


@dataclass(order=True, slots=True)
class _Entry:
    at_ms: int
    order: int
    act: Callable[[], None] = field(compare=False)


class World:
    """Everything that is not decided by a program under test is decided by `dice`."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = Random(seed)
        self.now_ms = DAWN_MS
        self.steps = 0
        self.is_healed = False
        self.notes: list[str] = []
        self.faults: dict[str, int] = {}
        self._agenda: list[_Entry] = []
        self._order = 0
        self._depth = 0
        self._digest = hashlib.sha256()

    def chance(self, share: float) -> bool:
        """Whether something bad or rare happens; never again once the world is healed."""
        return not self.is_healed and self.dice.random() < share

    def fault(self, name: str) -> None:
        self.faults[name] = self.faults.get(name, 0) + 1
        self.note(name)

    def note(self, what: str) -> None:
        """Write down what happened; two runs of a seed must write the same."""
        line = f"{self.now_ms - DAWN_MS:>8} {what}"
        self._digest.update(line.encode())
        self.notes.append(line)

    @property
    def fingerprint(self) -> str:
        return self._digest.hexdigest()[:16]

    def at(self, delay_ms: int, act: Callable[[], None]) -> None:
        """Put something on the agenda."""
        self._order += 1
        heapq.heappush(self._agenda, _Entry(self.now_ms + delay_ms, self._order, act))

    def step(self) -> bool:
        """Do the next thing on the agenda; False when there is none."""
        if not self._agenda:
            return False
        entry = heapq.heappop(self._agenda)
        self.now_ms = max(self.now_ms, entry.at_ms)
        self.steps += 1
        entry.act()
        return True

    def pass_time(self, span_ms: int) -> None:
        """While a message travels: what others have on the agenda happens meanwhile."""
        end = self.now_ms + span_ms
        if self._depth < _DEEPEST:
            self._depth += 1
            try:
                while self._agenda and self._agenda[0].at_ms <= end:
                    self.step()
            finally:
                self._depth -= 1
        self.now_ms = max(self.now_ms, end)
