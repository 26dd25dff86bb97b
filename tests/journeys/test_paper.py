"""Paper and drawer follow the commit, never lead it; and no printer can undo a sale."""

from collections.abc import Callable

import pytest

from hardware.emulators.paper import Paper
from hardware.emulators.virtual_printer import VirtualPrinter
from hardware.status import JobState
from pos_app.domain.sale import Sale, TenderKind
from pos_app.store.prints import PrintJobs, PrintRow
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until
from tests.journeys.witness import PULSE, WitnessPrinter


@pytest.fixture
def counter(shop: Shop, printer: VirtualPrinter) -> Counter:
    return shop.till(printer_port=printer.port).open_for()


def sell(counter: Counter, shop: Shop, *kinds: TenderKind) -> Sale:
    """A sale in equal parts by these means."""
    till = counter.till
    till.scan(goods.ean13(shop.server))
    for kind in kinds[:-1]:
        till.take_tender(kind, till.settlement.cash_due // 200 * 100)
    last = kinds[-1]
    rest = till.settlement.cash_due if last is TenderKind.CASH else till.settlement.due
    sale = till.take_tender(last, rest)
    assert sale is not None
    return sale


def jobs(counter: Counter, sale: Sale) -> list[PrintRow]:
    counter.pump()
    return list(PrintJobs(counter.stores).of_sale(sale.sale_id))


def states(counter: Counter, sale: Sale) -> list[str]:
    return [it.state for it in jobs(counter, sale)]


def is_copy(paper: Paper) -> bool:
    """In the shop's language; wide letters stand apart in the text."""
    text = paper.to_text().replace(" ", "")
    return "COPY" in text or "KOPIE" in text


CASH, CARD = TenderKind.CASH, TenderKind.CARD_EXTERNAL
PAID = {"cash": ((CASH,), 1), "card": ((CARD,), 0), "card, then cash": ((CARD, CASH), 1)}


@pytest.mark.parametrize(("kinds", "pulses"), PAID.values(), ids=PAID)
def test_nothing_reaches_the_printer_before_the_sale_is_on_the_disk(
    shop: Shop, kinds: tuple[TenderKind, ...], pulses: int
) -> None:
    with WitnessPrinter(shop.folder / "till" / "journal.db") as witness:
        counter = shop.till(printer_port=witness.port).open_for()
        sales = [sell(counter, shop, *kinds) for _ in range(3)]
        until(lambda: states(counter, sales[-1]) == ["printed"])
        counter.close()

    arrived = witness.all_but_questions()
    came = b"".join(it.data for it in arrived)
    for sale in sales:
        paper = [it for it in arrived if sale.receipt_no.encode() in it.data]
        assert paper
        assert all(sale.receipt_no in it.booked for it in paper)
    assert all(it.booked for it in arrived if PULSE in it.data)
    assert came.count(PULSE) == 3 * pulses


def test_the_drawer_opens_once_for_cash_and_never_for_card_or_copies(
    shop: Shop, counter: Counter, printer: VirtualPrinter
) -> None:
    sale = sell(counter, shop, CARD)
    counter.printing.print_again(sale)
    until(lambda: states(counter, sale) == ["printed", "printed"])
    assert printer.pulses == []

    cash = sell(counter, shop, CARD, CASH)
    counter.printing.print_again(cash)

    until(lambda: states(counter, cash) == ["printed", "printed"])
    assert len(printer.pulses) == 1
    assert [is_copy(it) for it in printer.papers] == [False, True, False, True]


def paper_out(printer: VirtualPrinter) -> None:
    printer.faults.paper_out = True


def cover_open(printer: VirtualPrinter) -> None:
    printer.faults.cover_open = True


def refusing(printer: VirtualPrinter) -> None:
    printer.faults.refuse = True


def cut_in_the_middle(printer: VirtualPrinter) -> None:
    printer.faults.cut_after = 400


def stalling(printer: VirtualPrinter) -> None:
    printer.faults.stall = True


def mended(printer: VirtualPrinter) -> None:
    printer.faults.paper_out = printer.faults.cover_open = printer.faults.refuse = False
    printer.faults.stall, printer.faults.cut_after = False, None


Fault = Callable[[VirtualPrinter], None]
WAITING = {"paper out": paper_out, "cover open": cover_open, "not reached": refusing}


@pytest.mark.parametrize("fault", WAITING.values(), ids=WAITING)
def test_a_printer_that_cannot_print_delays_the_paper_and_nothing_else(
    shop: Shop, counter: Counter, printer: VirtualPrinter, fault: Fault
) -> None:
    fault(printer)
    counter.connect()

    sale = sell(counter, shop, CASH)
    until(lambda: shop.server.receipts() == [(sale.receipt_no, sale.total)])
    assert printer.papers == []
    mended(printer)

    until(lambda: states(counter, sale) == ["printed"])
    assert [sale.receipt_no in it.to_text() for it in printer.papers] == [True]
    assert not is_copy(printer.papers[0])


def test_a_printer_that_goes_in_the_middle_leaves_a_job_only_a_person_repeats(
    shop: Shop, counter: Counter, printer: VirtualPrinter
) -> None:
    cut_in_the_middle(printer)
    sale = sell(counter, shop, CASH)
    until(lambda: states(counter, sale) == ["unknown"])

    mended(printer)
    (row,) = jobs(counter, sale)
    again = sell(counter, shop, CASH)
    until(lambda: states(counter, again) == ["printed"])
    assert states(counter, sale) == ["unknown"]
    assert counter.printing.retry(row)

    until(lambda: states(counter, sale) == ["printed"])
    assert counter.sales.by_id(sale.sale_id) == sale
    assert sum(it.to_text().count(sale.receipt_no) > 0 for it in printer.papers) >= 1


def test_a_printer_gone_for_good_leaves_the_sale_and_a_job_to_send_elsewhere(shop: Shop) -> None:
    with VirtualPrinter() as printer:
        counter = shop.till(printer_port=printer.port).open_for()
        first = sell(counter, shop, CASH)
        until(lambda: states(counter, first) == ["printed"])
    sale = sell(counter, shop, CASH)

    until(lambda: states(counter, sale) == ["failed"])
    assert counter.sales.last() == sale
    assert counter.printing.after_restart() == tuple(jobs(counter, sale))


def test_paper_an_earlier_run_owed_is_offered_after_a_restart(
    shop: Shop, printer: VirtualPrinter
) -> None:
    refusing(printer)
    counter = shop.till(printer_port=printer.port).open_for()
    sale = sell(counter, shop, CASH)
    counter.close()
    mended(printer)

    again = shop.till(printer_port=printer.port)
    (owed,) = again.printing.after_restart()
    assert (owed.sale_id, owed.state) == (sale.sale_id, JobState.UNKNOWN)
    assert again.printing.retry(owed)

    until(lambda: len(printer.papers) == 1)
    assert sale.receipt_no in printer.papers[0].to_text()


def test_the_receipt_says_what_was_booked(
    shop: Shop, counter: Counter, printer: VirtualPrinter
) -> None:
    counter.till.scan(goods.weight_label(642))
    sale = sell(counter, shop, CASH)
    until(lambda: printer.papers)

    text = printer.papers[0].to_text()
    assert sale.receipt_no in text
    assert sale.fingerprint in text
    assert f"{sale.total // 100}" in text.replace("\xa0", "").replace(" ", "")
    assert printer.papers[0].qr == [f"OMNI:R:{sale.receipt_no}:{sale.sale_id}"]
