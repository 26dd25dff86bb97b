"""The receipt: everything of the sale on paper, in the shop's language."""

from dataclasses import replace

import pytest

from hardware.document import Columns, Cut, Document, DrawerPulse, QrCode, Text
from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.money import ONE, Currency
from pos_app.domain.sale import Sale, Tender, TenderKind
from pos_app.domain.settings import ShopSettings
from pos_app.domain.tax import TaxMode
from pos_app.services import receipts
from pos_app.services.codes import CodeKind, read_code
from pos_app.services.paper_text import paper_text
from tests.services.shop import CZK, SOCK, TEE, Shop, label
from tests.services.vector_sales import booked
from tests.vectors_loader import SaleVector, sales


def rows(document: Document) -> list[tuple[str, str]]:
    """What stands on each line of paper: left and right."""
    return [
        (block.start, block.end) if isinstance(block, Columns) else (block.text, "")
        for block in document.blocks
        if isinstance(block, Columns | Text)
    ]


@pytest.fixture
def sale(shop: Shop) -> Sale:
    till = shop.till
    till.scan(TEE)
    till.scan(SOCK)
    till.change_qty(1, 2 * ONE)
    till.scan(label("21", "1234500352"))
    till.set_line_discount(0, Discount(DiscountKind.PERCENT, 100_000, "WEB10"))
    till.take_tender(TenderKind.CARD_EXTERNAL, 50_000, "4471")
    sold = till.take_tender(TenderKind.CASH, 40_000)
    assert sold is not None
    return sold


def test_a_czech_receipt_reads_as_one(shop: Shop, sale: Sale) -> None:
    assert rows(receipts.receipt(sale, shop.till.settings)) == [
        ("Outdoor Brno", ""),
        ("Masarykova 1", ""),
        ("DIČ CZ12345678", ""),
        ("Účtenka", "014-2-000001"),
        ("21.11.25 17:00", "Jana N."),
        ("Merino crew tee", "499,00 A"),
        ("  Navy / M", ""),
        ("  Sleva WEB10", "-49,90  "),
        ("Trail sock 3-pack", "398,00 A"),
        ("  2 x 199,00", ""),
        ("Bananas", "12,28 B"),
        ("  0,352 kg x 34,90", ""),
        ("CELKEM", "859,38 Kč"),
        ("Ušetříte", "49,90"),
        ("Zaokrouhlení", "-0,38"),
        ("K úhradě", "859,00"),
        ("Karta 4471", "500,00"),
        ("Hotovost", "400,00"),
        ("Vráceno", "41,00"),
        ("Sazba DPH, základ", "DPH"),
        ("A 21 %, 700,08", "147,02"),
        ("B 12 %, 10,96", "1,32"),
        ("Děkujeme za nákup", ""),
        (sale.fingerprint, ""),
    ]
    assert len(sale.fingerprint) == 8


def test_the_code_on_a_receipt_leads_back_to_its_sale(shop: Shop, sale: Sale) -> None:
    document = receipts.receipt(sale, shop.till.settings)
    (code,) = [block.data for block in document.blocks if isinstance(block, QrCode)]

    read = read_code(code)

    assert (read.kind, read.keys) == (CodeKind.RECEIPT, (f"{sale.receipt_no}:{sale.sale_id}",))


def test_only_copies_say_so_and_which_one(shop: Shop, sale: Sale) -> None:
    original = receipts.receipt(sale, shop.till.settings)
    copy = receipts.receipt(sale, shop.till.settings, copy_no=2)

    assert not any("KOPIE" in text for text, _ in rows(original))
    assert rows(copy).count(("KOPIE 2", "")) == 2


def test_a_receipt_never_opens_the_drawer_and_always_ends_with_a_cut(
    shop: Shop, sale: Sale
) -> None:
    document = receipts.receipt(sale, shop.till.settings)

    assert not any(isinstance(block, DrawerPulse) for block in document.blocks)
    assert document.blocks[-1] == Cut()
    assert receipts.pays_cash(sale)
    card = (Tender("t", TenderKind.CARD_EXTERNAL, sale.total),)
    assert not receipts.pays_cash(replace(sale, tenders=card, change=0, rounding=0))


@pytest.mark.parametrize("vector", sales(), ids=lambda vector: vector.name)
def test_every_figure_of_a_sale_is_on_its_receipt(vector: SaleVector) -> None:
    sale = booked(vector)
    settings = ShopSettings(currency=vector.currency, locale="en_US")
    text = paper_text(settings)

    shown = [end for _, end in rows(receipts.receipt(sale, settings))]

    assert text.amount(sale.total, with_currency=True) in shown
    assert all(text.amount(total.tax) in shown for total in sale.taxes)
    assert all(text.amount(tender.amount) in shown for tender in sale.tenders)
    assert not sale.change or text.amount(sale.change) in shown
    if vector.policy.mode is TaxMode.EXCLUSIVE:
        assert text.amount(sale.total - sale.tax) in shown


@pytest.mark.parametrize(
    ("locale", "currency", "amount", "shown"),
    [
        ("cs_CZ", CZK, 205_800, "2 058,00 Kč"),
        ("nb_NO", Currency("NOK", 2, 100), -12_900, "-129,00 kr"),
        ("de_CH", Currency("CHF", 2, 5), 123_456_785, "CHF 1'234'567.85"),
        ("ja_JP", Currency("JPY", 0), 1_250, "￥1,250"),
        ("en_US", Currency("KWD", 3), 1_250, "KWD1.250"),
        ("xx_XX", Currency("EUR", 2), 250, "€2.50"),
    ],
)
def test_amounts_look_as_people_there_write_them(
    locale: str, currency: Currency, amount: int, shown: str
) -> None:
    text = paper_text(ShopSettings(locale=locale, currency=currency))

    assert text.amount(amount, with_currency=True) == shown


@pytest.mark.parametrize("locale", ["cs", "pl", "nb", "fil"])
def test_receipts_speak_our_languages(locale: str) -> None:
    text = paper_text(ShopSettings(locale=locale))

    assert text.say("Receipt") != "Receipt"
    assert text.say("a word nobody translated") == "a word nobody translated"


def test_a_test_page_shows_accents_figures_a_code_and_cuts(shop: Shop) -> None:
    document = receipts.test_page(shop.till.settings, "014 · Till 2", shop.clock.wall_ms)

    assert ("014 · Till 2", "21.11.25 17:00") in rows(document)
    assert {QrCode("OMNI:TEST"), Cut()} <= set(document.blocks)
