"""The real till in its window, offscreen, and a person who touches, types and scans."""

import time
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from shiboken6 import delete, isValid

from pos_app.app import TillApp, new_application
from pos_app.assembly import Assembly
from pos_app.config import Config
from pos_app.domain.events import Event, SaleCompleted
from pos_app.domain.sale import Sale
from pos_app.services.printing import SETTLED
from pos_app.services.till import Till
from tests.ui import press

PATIENCE_MS = 60_000


class Desk:
    """One TillApp and what it told."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.app = TillApp(new_application(), config)
        self.window = self.app.window
        self.events: list[Event] = []
        self.is_ready = False
        self._is_closed = False
        self.app.ready.connect(self._note_ready)
        self.app.signals.till_event.connect(self.events.append)
        self.app.show(1366, 768)

    def __enter__(self) -> "Desk":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        assembly = self.app.assembly
        self.app.close()
        # in a process of its own the till would be gone now, with all that is still queued for it
        for part in (assembly, self.window, self.app.signals, self.app):
            if part is not None and isValid(part):
                delete(part)

    @property
    def assembly(self) -> Assembly:
        assert self.app.assembly is not None, "the till is not put together yet"
        return self.app.assembly

    @property
    def till(self) -> Till:
        assert self.assembly.till is not None
        return self.assembly.till

    @property
    def place(self) -> str:
        return self.window.place

    def ready(self) -> "Desk":
        self.until(lambda: self.is_ready, "a till that takes PINs and scans")
        return self

    def sign_in(self, name: str = "Jana", pin: str = "1111") -> "Desk":
        """By touch: the name, then each digit."""
        self.ready()
        self.tap(name)
        for digit in pin:
            self.tap(digit)
        return self

    def selling(self) -> "Desk":
        """Signed in with an open shift, at the register."""
        self.sign_in()
        self.until(lambda: self.place in ("open_shift", "sell"), "a place to work")
        if self.place == "open_shift":
            self.tap("Start selling")
        self.until(lambda: self.place == "sell", "the register")
        return self

    def paper_settled(self) -> None:
        """Every print job has come to its end, and that is written down."""
        stores = self.assembly.stores
        assert stores is not None
        ends = ", ".join(f"'{it}'" for it in SETTLED)
        open_jobs = f"SELECT count(*) FROM print_job WHERE state NOT IN ({ends})"
        self.until(lambda: not stores.journal.exec_driver_sql(open_jobs).scalar(), "the printer")

    def scan(self, code: str | bytes) -> None:
        """As every scanner's code arrives on the GUI thread."""
        self.app.signals.scanned.emit(code, "serial")
        self.settle()

    def said(self, text: str) -> bool:
        """Whether these words can be read anywhere in the window."""
        return any(text in it for it in self.words())

    def words(self) -> list[str]:
        """Labels, and what painted widgets tell a screen reader."""
        seen = [it for it in self.window.findChildren(QWidget) if it.isVisible()]
        labels = [it.text() for it in seen if isinstance(it, QLabel | QAbstractButton)]
        spoken = [it.accessibleName() or it.accessibleDescription() for it in seen]
        return [it for it in (*labels, *spoken) if it]

    def button(self, name: str) -> QAbstractButton | None:
        """A visible button that says this, or else one that begins so."""
        seen = [it for it in self.window.findChildren(QAbstractButton) if it.isVisible()]
        said = [((it.accessibleName() or it.text()).casefold(), it) for it in seen]
        exact = [it for text, it in said if text == name.casefold()]
        alike = [it for text, it in said if text.startswith(name.casefold())]
        return next(iter((*exact, *alike)), None)

    def tap(self, name: str) -> None:
        self.until(lambda: self.button(name), f"a button {name}")
        found = self.button(name)
        assert found is not None
        press.tap(found)

    def double_tap(self, name: str) -> None:
        """Twice so fast that nothing can happen in between."""
        self.until(lambda: self.button(name), f"a button {name}")
        found = self.button(name)
        assert found is not None
        press.tap(found)
        QTest.mouseDClick(found, Qt.MouseButton.LeftButton)
        press.tap(found)

    def key(self, key: Qt.Key) -> None:
        press.key(self.window, key)
        QTest.qWait(60)

    def type(self, text: str) -> None:
        """As a person types: no scanner is that slow."""
        press.type_text(self.window, text)

    def sales(self) -> list[Sale]:
        """Every sale the till has told of."""
        return [it.sale for it in self.events if isinstance(it, SaleCompleted)]

    def settle(self) -> None:
        """Let everything happen that is due."""
        QTest.qWait(20)

    def until(
        self, holds: Callable[[], object], what: str = "it", timeout_ms: int = PATIENCE_MS
    ) -> None:
        end = time.monotonic() + timeout_ms / 1000
        while not holds():
            assert time.monotonic() < end, f"waited in vain for {what}; to be read: {self.words()}"
            QTest.qWait(5)

    def _note_ready(self) -> None:
        self.is_ready = True
