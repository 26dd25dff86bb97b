"""What the tour does and what must be true after it."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler

from hardware.emulators.paper import Paper
from pos_app import app as till_app
from pos_app.app import TillApp
from pos_app.central_process import CentralProcessError
from pos_app.demo import Demo
from pos_app.demo_codes import BANANAS, UNKNOWN, weight_label
from pos_app.domain.catalog import Unit, Variant
from pos_app.domain.events import CodeUnknown
from pos_app.domain.money import ONE
from pos_app.domain.sale import Sale
from pos_app.enrolment import key_file
from pos_app.services.till import Till
from pos_app.store.errors import StoreError
from pos_app.store.journal import Journal
from pos_app.tour_hand import Hand, TourFailed
from sync.client import CentralClient
from sync.errors import CentralError
from sync.keys import load_or_create

FAILURES = (TourFailed, CentralProcessError, CentralError, StoreError, OSError)
GRAMS = 642
Step = tuple[str, Callable[[], object]]


class Tour:
    """One shop, one till, one sale. Steps share what they have found out so far."""

    def __init__(
        self, root: Path, folder: Path, catalog: Path | None, say: Callable[[str], object]
    ) -> None:
        self._root, self._folder, self._say = root, folder, say
        self._catalog = catalog
        self._stack = ExitStack()
        self._papers: list[Paper] = []
        self._events: list[object] = []
        self._sale: Sale | None = None

    def __enter__(self) -> "Tour":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def steps(self) -> list[Step]:
        return [
            ("seed the shop, start central, enrol the till", self._prepare),
            ("open the till", self._open),
            ("sign in", self._sign_in),
            ("open the shift", self._open_shift),
            ("scan a plain EAN (serial scanner)", self._plain),
            ("scan a variant (keyboard wedge)", self._variant),
            ("scan a weighed article", self._weighed),
            ("key a quantity, then scan", self._quantity),
            ("scan an unknown code", self._unknown),
            ("go to payment", self._pay),
            ("take cash", self._cash),
            ("print the receipt", self._receipt),
            ("the central server confirms the sale", self._confirmed),
            ("close the till", self._close),
        ]

    def last_picture(self) -> None:
        """What the screen showed when it went wrong."""
        if hasattr(self, "_hand"):
            self._hand.picture("failed")

    @property
    def _till(self) -> Till:
        assembly = self._app.assembly
        if assembly is None or assembly.till is None:
            raise TourFailed("the till is not there")
        return assembly.till

    def _prepare(self) -> str:
        currency = "CZK" if self._catalog is None else "EUR"
        self._demo = Demo(self._root, catalog=self._catalog, currency=currency)
        self._stack.enter_context(self._demo)
        self._demo.on_paper = self._papers.append
        self._config = self._demo.prepare(lambda _text: None)
        return self._demo.central.url

    def _open(self) -> str:
        qInstallMessageHandler(_tell_what_matters)
        app = till_app.new_application()
        self._app = TillApp(app, self._config)
        self._stack.callback(self._app.close)
        self._hand = Hand(self._app.window, self._folder)
        is_ready: list[bool] = []
        self._app.ready.connect(lambda: is_ready.append(True))
        self._app.signals.till_event.connect(self._events.append)
        self._app.show(1366, 768)
        self._hand.until("a till that is ready", lambda: is_ready)
        self._hand.until("the staff list", lambda: self._hand.button("Jana"))
        self._hand.until("the catalogue", self._is_filled, 120)
        self._hand.picture("sign-in")
        return f"{self._goods()} articles"

    def _is_filled(self) -> bool:
        """First fill done: the last page says so, and the index answers."""
        assembly = self._app.assembly
        return assembly is not None and assembly.is_filled and bool(self._till.catalog.search("a"))

    def _goods(self) -> int:
        assembly = self._app.assembly
        return assembly.catalog.counts()["variant"] if assembly else 0

    def _sign_in(self) -> str:
        self._hand.tap("Jana")
        for digit in "1111":
            self._hand.tap(digit)
        self._hand.until("the shift screen", lambda: self._app.window.place == "open_shift")
        staff = self._till.staff
        return staff.name if staff else ""

    def _open_shift(self) -> str:
        self._hand.picture("open-shift")
        self._hand.tap("Start selling")
        self._hand.until("the register", lambda: self._app.window.place == "sell")
        self._hand.picture("register-empty")
        shift = self._till.shift
        if shift is None:
            raise TourFailed("no shift is open")
        return f"shift {shift.number}"

    def _plain(self) -> str:
        variant = self._some(lambda it: not it.options)
        self._demo.scan(variant.code.lstrip("0").rjust(13, "0"))
        self._hand.until(f"a line of {variant.name}", lambda: self._has(variant, ONE))
        self._hand.picture("first-line")
        return variant.name

    def _variant(self) -> str:
        variant = self._some(lambda it: len(it.options) > 1)
        self._hand.wedge(variant.code.lstrip("0").rjust(13, "0"))
        self._hand.until(f"a line of {variant.name}", lambda: self._has(variant, ONE))
        return f"{variant.name} {variant.detail}"

    def _weighed(self) -> str:
        before = len(self._till.basket.lines)
        self._demo.scan(weight_label(BANANAS, GRAMS))
        self._hand.until("a weighed line", lambda: len(self._till.basket.lines) > before)
        line = self._till.basket.lines[-1]
        if line.qty != GRAMS:
            raise TourFailed(f"{line.qty} g were rung up instead of {GRAMS}")
        self._hand.picture("weighed")
        return f"{line.name} {line.qty} g"

    def _quantity(self) -> str:
        variant = self._some(lambda it: not it.options and not self._has(it, ONE))
        self._hand.type_slowly("3")
        self._hand.until("a pending quantity", lambda: self._till.pending_qty == 3 * ONE)
        self._demo.scan(variant.code.lstrip("0").rjust(13, "0"))
        self._hand.until(f"three of {variant.name}", lambda: self._has(variant, 3 * ONE))
        return f"3 × {variant.name}"

    def _unknown(self) -> str:
        before = len(self._till.basket.lines)
        self._demo.scan(UNKNOWN)
        self._hand.until("the server's no", self._server_said_no)
        if len(self._till.basket.lines) != before:
            raise TourFailed("an unknown code changed the basket")
        self._hand.picture("unknown-code")
        return UNKNOWN

    def _server_said_no(self) -> bool:
        return any(isinstance(it, CodeUnknown) and it.asked_central for it in self._events)

    def _pay(self) -> str:
        self._hand.picture("register-full")
        self._hand.key(Qt.Key.Key_F12)
        self._hand.until("the payment screen", lambda: self._app.window.place == "payment")
        self._hand.picture("payment")
        return str(self._till.basket.total)

    def _cash(self) -> str:
        """One note more than needed, so that there is change to give."""
        total, lines = self._till.basket.total, len(self._till.basket.lines)
        self._hand.tap(self._note_button())
        self._hand.until("a booked sale", lambda: self._till.last_sale is not None)
        sale = self._sale = self._till.last_sale
        if sale is None or sale.total != total or len(sale.lines) != lines:
            raise TourFailed(f"the sale is {sale}, the basket came to {total} in {lines} lines")
        self._hand.until("the change screen", lambda: self._app.window.place == "change")
        self._hand.picture("change")
        return f"{sale.receipt_no}: total {sale.total}, change {sale.change}"

    def _note_button(self) -> str:
        from pos_app.ui.format import short_amount

        amounts = self._till.quick_cash()
        return short_amount(amounts[-1])

    def _receipt(self) -> str:
        self._hand.until("paper", lambda: self._papers)
        text, sale = self._papers[-1].to_text(), self._booked()
        for wanted in (sale.receipt_no, sale.fingerprint, *(line.name[:12] for line in sale.lines)):
            if wanted not in text:
                raise TourFailed(f"{wanted} is not on the receipt")
        (self._folder / "receipt.txt").write_text(text, encoding="utf-8")
        (self._folder / "receipt.png").write_bytes(self._papers[-1].to_png())
        return f"{len(text.splitlines())} lines"

    def _confirmed(self) -> str:
        sale, assembly = self._booked(), self._app.assembly
        if assembly is None or assembly.stores is None:
            raise TourFailed("the till is not there")
        journal = Journal(assembly.stores)
        self._hand.until("all facts to be sent", lambda: journal.unsent()[0] == 0)
        device = journal.device()
        key = load_or_create(key_file(self._config.data_dir))
        client = CentralClient(self._demo.central.url, device.device_id if device else "", key)
        self._stack.callback(client.close)
        said = client.sale(sale.sale_id)
        if said is None or said["total_minor"] != sale.total:
            raise TourFailed(f"central has {said} for {sale.sale_id}")
        self._hand.until("the badge to say so", self._is_online)
        self._hand.picture("sent")
        return f"central has {said['receipt_no']}"

    def _is_online(self) -> bool:
        assembly = self._app.assembly
        return (
            assembly is not None
            and assembly.sync_state is not None
            and (assembly.sync_state.connection == "online")
        )

    def _close(self) -> str:
        assembly = self._app.assembly
        if assembly is None or assembly.stores is None:
            raise TourFailed("the till is not there")
        bad = Journal(assembly.stores).verify(limit=10_000)
        if bad is not None:
            raise TourFailed(f"fact {bad} breaks the chain")
        self._app.close()
        return "journal verified"

    def _booked(self) -> Sale:
        if self._sale is None:
            raise TourFailed("no sale was booked")
        return self._sale

    def _has(self, variant: Variant, qty: int) -> bool:
        return any(line.sku == variant.sku and line.qty == qty for line in self._till.basket.lines)

    def _some(self, wanted: Callable[[Variant], bool]) -> Variant:
        """An article with a code and a price that is what the step needs."""
        catalog = self._till.catalog
        for text in "abcdefghijklmnoprst":
            for hit in catalog.search(text, 50):
                variant = catalog.by_sku(hit.sku)
                if variant and _is_plain(variant) and wanted(variant):
                    return variant
        raise TourFailed("no article of the kind this step needs")


def _is_plain(variant: Variant) -> bool:
    """Sold by the piece, with a price and a code of its own."""
    return variant.unit is Unit.PIECE and bool(variant.price) and variant.code.isdigit()


def _tell_what_matters(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """The offscreen platform says at every window that it has no window manager."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(text + "\n")
