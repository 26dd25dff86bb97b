"""Sign-in: who is using this till, by PIN or badge. Nothing personal is shown before it."""

from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import ClassVar, Final, Protocol

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.staff import Staff
from pos_app.ui.background import Call
from pos_app.ui.layout import Metrics, arrange
from pos_app.ui.screen import Screen
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.clock_face import ClockFace
from pos_app.ui.widgets.numpad import NumberPad, PadOrder
from pos_app.ui.widgets.pin_dots import PinDots
from pos_app.ui.widgets.staff_board import StaffBoard
from pos_app.ui.widgets.staff_tile import StaffFace
from pos_app.ui.widgets.text import ElidedLabel, TextLabel

_LONGEST_PIN: Final = 6
_BLOCK_WIDE: Final = 1200
_BLOCK_TALL: Final = 720
_CARD_WIDE: Final = 400
_MOST: Final = 1000


class PinAnswer(Protocol):
    """The store's answer to a PIN (store.signin.SignInResult)."""

    @property
    def ok(self) -> bool: ...
    @property
    def staff(self) -> Staff | None: ...
    @property
    def tries_left(self) -> int: ...
    @property
    def wait_s(self) -> int: ...


Verify = Callable[[str, str], PinAnswer]
"""Staff id and PIN; runs off the GUI thread, because Argon2 takes its time on purpose."""
Badge = Callable[[bytes | str], Staff | None]
"""A scanned code; the person whose badge it is."""


class SignInScreen(Screen):
    """Painted before the store is open: a PIN typed early waits until `ready` is called."""

    has_rail: ClassVar[bool] = False
    needs_staff: ClassVar[bool] = False
    shows_banner: ClassVar[bool] = False
    retry_asked = Signal()
    """There is no staff list: look for it again."""
    devices_asked = Signal()
    refused = Signal()
    """A PIN was wrong: the ear should know it too."""

    def __init__(self, staff: Sequence[StaffFace] = (), version: str = "") -> None:
        super().__init__()
        self._verify: Verify | None = None
        self._accept: Callable[[Staff], object] | None = None
        self._badge: Badge | None = None
        self._pin = ""
        self._checking = ""
        self._locked_until: dict[str, float] = {}
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._show_wait)
        self._build(version)
        self.set_staff(staff)

    def _build(self, version: str) -> None:
        self.board = StaffBoard()
        self.board.chosen.connect(self._choose)
        self.board.retry_asked.connect(self.retry_asked)
        pad = self.pad = NumberPad(PadOrder.PIN)
        pad.typed.connect(self._type)
        pad.erased.connect(self._erase)
        pad.cleared.connect(self._clear)
        self._who = ElidedLabel("", "title", align=Qt.AlignmentFlag.AlignHCenter)
        self._dots = PinDots()
        self._news = TextLabel("", "strong", wraps=True)
        self._news.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._news.setMinimumHeight(u(56))
        self._face = ClockFace()
        self._face.hide()
        self._block = QWidget()
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._block)
        self._halves.setContentsMargins(u(24), u(24), u(24), u(24))
        self._halves.setSpacing(u(24))
        self._halves.addWidget(self.board, 1)
        self._halves.addWidget(self._pin_card(pad))
        # in the middle, and never wider or taller than an arm reaches
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self._block, _MOST)
        across.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._face, 1)
        outer.addStretch(1)
        outer.addLayout(across, _MOST)
        outer.addStretch(1)
        self._fill_bar(version)

    def _pin_card(self, pad: NumberPad) -> QFrame:
        card = self._card = QFrame()
        card.setProperty("pane", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(u(32), u(16), u(32), u(8))
        column.setSpacing(u(12))
        column.addStretch(1)
        column.addWidget(self._who)
        column.addWidget(self._dots)
        column.addWidget(pad, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._news)
        column.addStretch(1)
        return card

    def _fill_bar(self, version: str) -> None:
        later = self.tr("Not part of this version yet")
        price_check = TouchButton(self.tr("Price check only"), Kind.SECONDARY, "search")
        price_check.set_available(False, later)
        clock = TouchButton(self.tr("Clock in / out"), Kind.SECONDARY, "clock")
        clock.set_available(False, later)
        devices = TouchButton(self.tr("Device health"), Kind.SECONDARY, "plug")
        devices.tapped.connect(self.devices_asked)
        self.action_bar.add_secondary(price_check, clock)
        self.action_bar.add_strong(TextLabel(version, "label", "soft"), devices)

    def set_staff(self, staff: Sequence[StaffFace]) -> None:
        """The people of this store, those on shift today first."""
        self.board.set_staff(staff)
        self._choose(self.board.current)

    def ready(
        self, verify: Verify, accept: Callable[[Staff], object], badge: Badge | None = None
    ) -> None:
        """PINs can be checked now. `accept` gets who signed in: till.sign_in."""
        self._verify, self._accept, self._badge = verify, accept, badge
        self._face.show_time()
        self._submit_if_whole()

    def choose(self, staff_id: str) -> None:
        """Put a person in front, as the one who locked the till."""
        self.board.choose(staff_id)

    def enter(self) -> None:
        super().enter()
        self._clear()

    def set_metrics(self, metrics: Metrics) -> None:
        arrange(self._halves, metrics, stacks=True)
        edge = 12 if metrics.is_compact else 24
        self._halves.setContentsMargins(u(edge), u(edge), u(edge), u(edge))
        self._halves.setSpacing(u(edge))
        self._block.setMaximumSize(
            u(_BLOCK_WIDE), u(_BLOCK_TALL * (2 if metrics.is_portrait else 1))
        )
        self.board.set_columns(2 if metrics.is_compact else 3)
        self._face.setVisible(metrics.is_portrait)
        # a fixed width: words that come and go must not push the tiles about
        self._card.setMinimumWidth(0 if metrics.is_portrait else u(_CARD_WIDE))
        self._card.setMaximumWidth(u(_BLOCK_WIDE if metrics.is_portrait else _CARD_WIDE))

    def scan(self, raw: bytes | str, source: str) -> bool:
        """A badge signs in; anything else is for the window to refuse."""
        staff = self._badge(raw) if self._badge else None
        if staff is None or self._accept is None:
            return False
        self._accept(staff)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.board.take_key(event):
            super().keyPressEvent(event)

    @Slot(object)
    def _choose(self, staff: StaffFace | None) -> None:
        self._pin = ""
        if staff is None or staff.staff_id != self._checking:
            self._checking = ""
        self._second.stop()
        if staff is None:
            self._who.set_text(self.tr("Choose your name"))
        else:
            self._who.set_text(self.tr("{} — enter PIN").format(staff.name))
        self._tell("")
        self._show_digits()
        self._show_wait()

    @Slot(str)
    def _type(self, digits: str) -> None:
        staff = self.board.current
        if staff is None:
            self._tell(self.tr("Choose your name first, then enter your PIN."), "attention")
        if staff is None or self._checking or self._wait_left() or len(self._pin) >= _LONGEST_PIN:
            return
        self._tell("")
        self._pin = (self._pin + digits)[: staff.pin_length]
        self._show_digits()
        self._submit_if_whole()

    @Slot()
    def _erase(self) -> None:
        if not self._checking:
            self._pin = self._pin[:-1]
            self._show_digits()

    @Slot()
    def _clear(self) -> None:
        if not self._checking:
            self._pin = ""
            self._tell("")
            self._show_digits()
            self._show_wait()

    def _submit_if_whole(self) -> None:
        staff = self.board.current
        if staff is None or self._checking or len(self._pin) < staff.pin_length:
            return
        if self._verify is None:
            self._tell(self.tr("One moment, the till is starting."), "soft")
            return
        self._checking = staff.staff_id
        work = partial(self._verify, staff.staff_id, self._pin)
        Call(self, work, partial(self._judge, staff.staff_id), self._failed)

    def _judge(self, staff_id: str, answer: PinAnswer) -> None:
        if answer.wait_s:
            self._locked_until[staff_id] = monotonic() + answer.wait_s
        if self._checking != staff_id:
            # somebody else's name was tapped meanwhile: that tap counts
            return
        self._checking = ""
        self._pin = ""
        if answer.ok and answer.staff is not None and self._accept is not None:
            self._tell("")
            self._show_digits()
            self._accept(answer.staff)
            return
        self.refused.emit()
        if not answer.wait_s:
            left = self.tr("Tries left: {}.").format(answer.tries_left)
            hint = self.tr("Try again, or scan your badge." if self._badge else "Try again.")
            self._tell(self.tr("PIN not recognised. {} {}").format(left, hint), "danger")
        self._show_digits(wrong=True)
        self._show_wait()

    def _failed(self, error: Exception) -> None:
        """The store cannot be read now; the person can only try again."""
        self._checking = ""
        self._pin = ""
        self._show_digits()
        text = self.tr("The PIN could not be checked, the till's files are busy. Try again.")
        self._tell(text, "danger")

    def _wait_left(self) -> int:
        staff = self.board.current
        until = self._locked_until.get(staff.staff_id, 0.0) if staff else 0.0
        return max(0, int(until - monotonic() + 0.999))

    @Slot()
    def _show_wait(self) -> None:
        """Count a lock-out down; the pad says why it does not answer."""
        left = self._wait_left()
        if left:
            clock = f"{left // 60}:{left % 60:02d}"
            self._tell(self.tr("Too many wrong PINs. Wait {}.").format(clock), "danger")
            self._second.start()
        elif self._second.isActive():
            self._second.stop()
            self._tell(self.tr("You can try again now."), "soft")

    def _show_digits(self, *, wrong: bool = False) -> None:
        staff = self.board.current
        length = staff.pin_length if staff else 4
        self._dots.show_digits(len(self._pin), length, wrong=wrong)

    def _tell(self, text: str, tone: str = "") -> None:
        self._news.setText(text)
        self._news.set_tone(tone)
