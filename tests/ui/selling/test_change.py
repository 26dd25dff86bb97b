"""After the sale: change, what to give, drawer and paper; the next scan is the next customer."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from hardware.document import Document, DrawerPulse
from hardware.status import JobState, PrintJob, Reason
from pos_app.domain.sale import TenderKind
from tests.ui.press import key, tap
from tests.ui.selling.shop import SOCK, TEE, Shop
from tests.ui.selling.test_register import rows


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """One tee, paid with a note of a thousand."""
    shop.scan(TEE)
    shop.till.take_tender(TenderKind.CASH, 100_000)
    return shop


def job(shop: Shop, state: JobState, reason: Reason = Reason.NONE) -> PrintJob:
    sale = shop.till.last_sale
    assert sale is not None
    return PrintJob("job-1", f"Receipt {sale.receipt_no}", "till", state=state, reason=reason)


def test_it_shows_change_received_total_and_what_to_give(sold: Shop) -> None:
    change = sold.change

    assert sold.window.place == "change"
    assert change._change.text == "501,00\N{NO-BREAK SPACE}Kč"
    assert change._sums.text() == "Received 1\N{NO-BREAK SPACE}000,00   Total 499,00"
    assert change._give.text() == "Give 1 × 500   1 × 1"
    assert "done" in sold.sounds


def test_rounding_is_shown_so_that_the_sums_add_up(shop: Shop) -> None:
    shop.till.add_variant("BANANA", 642)
    shop.till.take_tender(TenderKind.CASH, 5_000)
    change = shop.change

    assert change._sums.text() == "Received 50,00   Total 22,41"
    assert change._rounding.text() == "Rounding \N{MINUS SIGN}0,41"
    assert change._change.text == "28,00\N{NO-BREAK SPACE}Kč"


def test_the_next_scan_starts_the_next_sale(sold: Shop) -> None:
    sold.scan(SOCK)

    assert sold.window.place == "sell"
    assert rows(sold) == ["1× Trail sock 3-pack"]


@pytest.mark.parametrize("which", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_enter_or_escape_start_the_next_sale(sold: Shop, which: Qt.Key) -> None:
    key(sold.window, which)

    assert sold.window.place == "sell"


def test_new_sale_starts_the_next_sale(sold: Shop) -> None:
    tap(sold.change.new_sale)

    assert sold.window.place == "sell"


def test_a_receipt_that_came_out_says_printed(sold: Shop) -> None:
    sold.signals.printer_state.emit(job(sold, JobState.PRINTED))

    assert sold.change._printed.text.text() == "Printed"


@pytest.mark.parametrize(
    ("state", "reason", "title", "help_"),
    [
        (
            JobState.QUEUED,
            Reason.PAPER_OUT,
            "The printer has no paper.",
            "The sale is saved. Put in a roll: the receipt then prints by itself.",
        ),
        (
            JobState.FAILED,
            Reason.NO_ANSWER,
            "The printer does not answer.",
            "The sale is saved. Check its power and cable, then Print again.",
        ),
        (
            JobState.UNKNOWN,
            Reason.CUT_OFF,
            "We do not know if the receipt was printed.",
            "The sale is saved. Look at the paper; if it is not whole, Print again.",
        ),
    ],
)
def test_paper_trouble_says_that_the_sale_is_saved(
    sold: Shop, state: JobState, reason: Reason, title: str, help_: str
) -> None:
    sold.signals.printer_state.emit(job(sold, state, reason))

    assert sold.change._printed.text.text() == title
    assert sold.change._printed.help.text() == help_


def test_a_printer_that_waits_is_said_of_the_next_sale_too(sold: Shop) -> None:
    waits = job(sold, JobState.QUEUED, Reason.PAPER_OUT)
    sold.signals.printer_state.emit(waits)
    sold.scan(TEE)
    sold.till.take_tender(TenderKind.CASH, 100_000)
    title = sold.change._printed.text.text()

    sold.signals.printer_state.emit(replace(waits, state=JobState.PRINTED, reason=Reason.NONE))
    sold.scan(TEE)
    sold.till.take_tender(TenderKind.CASH, 100_000)

    assert title == "The printer has no paper."
    assert sold.change._printed.text.text() == "The receipt goes to the printer"


def test_jobs_of_other_receipts_change_nothing(sold: Shop) -> None:
    before = sold.change._printed.text.text()

    sold.signals.printer_state.emit(PrintJob("x", "Test page", "till", state=JobState.FAILED))

    assert sold.change._printed.text.text() == before


def test_a_drawer_that_stays_shut_is_said(sold: Shop) -> None:
    drawer = Document("Drawer", (DrawerPulse(),))

    sold.signals.printer_state.emit(
        PrintJob("d", drawer.title, "till", drawer, state=JobState.FAILED)
    )

    assert sold.change._drawer.text.text() == "The drawer did not open."


def test_print_again_prints_a_copy_of_this_sale(sold: Shop) -> None:
    tap(sold.change.again)

    assert sold.copies == [sold.till.last_sale]
    assert sold.change._printed.text.text() == "It goes to the printer again"


def test_a_card_sale_shows_no_change_and_leaves_by_itself(shop: Shop) -> None:
    shop.scan(TEE)
    shop.till.take_tender(TenderKind.CARD_EXTERNAL, 49_900, "4471")
    change = shop.change
    shown = (change._word.text(), change._cards.text(), change._leave.isActive())

    change._leave.timeout.emit()

    assert shown == ("PAID BY CARD", "By card 499,00 4471", True)
    assert shop.window.place == "sell"


def test_with_the_drawer_open_a_person_decides_when_it_is_done(sold: Shop) -> None:
    assert not sold.change._leave.isActive()
