"""commit_busy: sales on the GUI thread of a till whose exchange has ten thousand facts to push and
two hundred thousand rows to pull, beside the same sales with nobody else at work.

A real Qt event loop, the real engine in its thread, a real central in another process. A timer of
5 ms measures how long the event loop was kept waiting by anything but the sales themselves.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer

from pos_app import memory
from pos_app.domain.sale import SaleDraft
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from sync.ports import SyncState
from tests.perf.central_shop import Central, central_with
from tests.perf.fill import Filling, till
from tests.perf.measure import Result, quantile, timed_ms
from tests.perf.sales import now, prepare_booking

ARTICLES = 67_000
"""Three rows of each: article, variant, price."""
FACTS = 10_000
_TOGETHER = 500
_BEAT_S, _SALE_MS = 0.005, 20
_ALONE_S, _PATIENCE_S = 8.0, 240.0
_RATIO, _LATE_MS, _STALL_MS = 4.0, 100.0, 50.0


class Desk(QObject):
    """A GUI thread that books a sale every so often, and how it felt."""

    def __init__(self, drafts: Iterator[SaleDraft], book: Callable[[SaleDraft], object]) -> None:
        super().__init__()
        self.commits_ms: list[float] = []
        self.stalls_ms: list[float] = []
        self._drafts, self._book = drafts, book
        self._loop = QEventLoop()
        self._beat = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._beat.setInterval(int(_BEAT_S * 1000))
        self._beat.timeout.connect(self._on_beat)
        self._sale = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._sale.setInterval(_SALE_MS)
        self._sale.timeout.connect(self._sell)
        self._is_over: Callable[[], bool] = lambda: True
        self._selling_s = self._last = 0.0

    def work(self, is_over: Callable[[], bool], limit_s: float) -> None:
        """Sell until it is over; TimeoutError when that takes too long."""
        end = time.perf_counter() + limit_s
        self._is_over = lambda: is_over() or time.perf_counter() > end
        self._last = time.perf_counter()
        self._beat.start()
        self._sale.start()
        self._loop.exec()
        self._beat.stop()
        self._sale.stop()
        if not is_over():
            raise TimeoutError("the till was not done in time")

    def _sell(self) -> None:
        start = time.perf_counter()
        draft = next(self._drafts)
        self.commits_ms.append(timed_ms(lambda: self._book(draft)))
        self._selling_s += time.perf_counter() - start

    def _on_beat(self) -> None:
        at = time.perf_counter()
        late_s = at - self._last - _BEAT_S - self._selling_s
        self.stalls_ms.append(max(late_s, 0.0) * 1000)
        self._last, self._selling_s = at, 0.0
        if self._is_over():
            self._loop.quit()


class Busy(Filling):
    """The exchange of a till that has much to say and much to hear."""

    unsent = FACTS

    @property
    def is_done(self) -> bool:
        """Sales of the last moment are always on their way."""
        return self.is_over and self.unsent < _TOGETHER

    def _state(self, state: SyncState) -> None:
        self.unsent = state.unsent
        super()._state(state)


def commit_busy(folder: Path, rounds: int) -> list[Result]:
    """One till for each round; all sales of all rounds are judged together."""
    app = QCoreApplication.instance() or QCoreApplication([])
    alone: list[float] = []
    calm: list[float] = []
    busy: list[float] = []
    stalls: list[float] = []
    took: list[float] = []
    with TemporaryDirectory(dir=folder) as name, _central(folder, Path(name)) as central:
        for _ in range(rounds):
            with till(central, folder) as stores:
                drafts, book = prepare_booking(stores)
                _leave_unsent(stores, drafts)
                memory.tidy()
                desk = Desk(drafts, book)
                until = time.perf_counter() + _ALONE_S
                desk.work(lambda: time.perf_counter() > until, 2 * _ALONE_S)  # noqa: B023 at once
                alone += desk.commits_ms
                calm += desk.stalls_ms
                desk, exchange = Desk(drafts, book), Busy(stores, central.url)
                start = time.perf_counter()
                exchange.start()
                desk.work(lambda: exchange.is_done, _PATIENCE_S)  # noqa: B023 called at once
                took.append(time.perf_counter() - start)
                exchange.stop()
                _check(stores)
                busy += desk.commits_ms
                stalls += desk.stalls_ms
    app.processEvents()
    return [_judged(alone, calm, busy, stalls, took)]


@contextmanager
def _central(folder: Path, room: Path) -> Iterator[Central]:
    """A copy of the shop, because what tills send would stay in it."""
    home = folder / f"central-{ARTICLES}"
    if not home.exists():
        with central_with(ARTICLES, folder):
            pass  # made by the first who asks for it
    shutil.copytree(home, room / home.name)
    with central_with(ARTICLES, room) as central:
        yield central


def _leave_unsent(stores: Stores, drafts: Iterator[SaleDraft]) -> None:
    """Sales of days without a network; many in one transaction, which no till does."""
    sales = Sales(stores)
    for _ in range(FACTS // _TOGETHER):
        with stores.journal_write() as conn:
            for _ in range(_TOGETHER):
                sales._book(conn, next(drafts), now())


def _check(stores: Stores) -> None:
    """What the clock was stopped for is true."""
    counts = Catalog(stores).counts()
    if any(counts[it] != ARTICLES for it in ("product", "variant", "price")):
        raise RuntimeError(f"the till was said to be filled with {counts}")
    accepted = Journal(stores).state().accepted_through
    if accepted < FACTS:
        raise RuntimeError(f"only {accepted} facts were taken")


def _judged(
    alone: list[float],
    calm: list[float],
    busy: list[float],
    stalls: list[float],
    took: list[float],
) -> Result:
    p99, alone_p99 = quantile(busy, 0.99), quantile(alone, 0.99)
    late, stalled = (
        sum(it > limit for it in seen) for seen, limit in ((busy, _LATE_MS), (stalls, _STALL_MS))
    )
    return Result(
        "commit_busy",
        "ms",
        round(quantile(busy, 0.5), 4),
        round(p99, 4),
        round(quantile(alone, 0.5), 4),
        round(p99 / alone_p99, 2),
        "p99 <= 4 x p99 alone, no sale over 100 ms, no GUI stall over 50 ms (ratio is of the p99)",
        p99 <= _RATIO * alone_p99 and not late and not stalled,
        f"alone p99 {alone_p99:.2f} max {max(alone):.1f}; busy max {max(busy):.1f}, {late} of"
        f" {len(busy)} sales over 100 ms; GUI late p99 {quantile(stalls, 0.99):.1f} max"
        f" {max(stalls):.1f}, {stalled} over 50 ms (alone p99 {quantile(calm, 0.99):.1f} max"
        f" {max(calm):.1f}); {FACTS} facts and {3 * ARTICLES} rows in {quantile(took, 0.5):.1f} s",
    )
