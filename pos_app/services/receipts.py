"""From a sale to the paper a customer takes home."""

from collections.abc import Iterator

from hardware.document import (
    Align,
    Block,
    Columns,
    Cut,
    Document,
    DrawerPulse,
    Feed,
    Logo,
    QrCode,
    Rule,
    Text,
)
from pos_app.domain.catalog import Unit
from pos_app.domain.money import ONE
from pos_app.domain.sale import Sale, SaleLine, Tender, TenderKind
from pos_app.domain.settings import ShopSettings
from pos_app.domain.tax import TaxMode
from pos_app.services.codes import RECEIPT_PREFIX
from pos_app.services.paper_text import PaperText, paper_text

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def receipt(sale: Sale, settings: ShopSettings, *, copy_no: int = 0) -> Document:
    """The receipt of a sale; from the second printing on (`copy_no` 1 and up) marked COPY."""
    text = paper_text(settings, sale.currency)
    blocks = [
        *_head(settings),
        *_copy_mark(text, copy_no),
        *_facts(sale, text),
        Rule(),
        *(block for line in sale.lines for block in _line(line, sale, text)),
        Rule(),
        *_totals(sale, text),
        *_payment(sale, text),
        Rule(),
        *_taxes(sale, text),
        *_foot(sale, settings),
        *_copy_mark(text, copy_no),
        Feed(2),
        Cut(),
    ]
    return Document(f"Receipt {sale.receipt_no}", tuple(blocks))


def pays_cash(sale: Sale) -> bool:
    """Whether the drawer has to open for it."""
    return any(tender.kind is TenderKind.CASH for tender in sale.tenders)


def drawer() -> Document:
    """Opens the drawer and prints nothing."""
    return Document("Drawer", (DrawerPulse(),))


def test_page(settings: ShopSettings, till_name: str, printed_at_ms: int) -> Document:
    """Shows at a glance what a printer can do: widths, accents, figures, a code, the cutter."""
    text = paper_text(settings)
    return Document(
        "Test page",
        (
            *_head(settings),
            Text(text.say("Test page"), Align.CENTER, bold=True, scale=2),
            Columns(till_name, text.date_time(printed_at_ms)),
            Rule(),
            Columns(text.say("Amount"), text.amount(123456789, with_currency=True)),
            Columns("0123456789 ÁČĎĚŇŘŠŤŮŽ", "ąćęłńóśźż"),
            Columns("ÆØÅ æøå ÄÖÜß", "ñ € %"),
            Rule(),
            QrCode("OMNI:TEST"),
            Feed(2),
            Cut(),
        ),
    )


def receipt_code(sale: Sale) -> str:
    """The QR code of a receipt: finds the sale at any till, by number for people, by id for sure."""
    return f"{RECEIPT_PREFIX}{sale.receipt_no}:{sale.sale_id}"


def _head(settings: ShopSettings) -> Iterator[Block]:
    if settings.logo_png:
        yield Logo(settings.logo_png)
    if settings.shop_name:
        yield Text(settings.shop_name, Align.CENTER, bold=True)
    for line in settings.receipt_header:
        yield Text(line, Align.CENTER)
    yield Feed(1)


def _copy_mark(text: PaperText, copy_no: int) -> Iterator[Block]:
    if copy_no:
        yield Text(f"{text.say('COPY')} {copy_no}", Align.CENTER, bold=True, scale=2)


def _facts(sale: Sale, text: PaperText) -> Iterator[Block]:
    yield Columns(text.say("Receipt"), sale.receipt_no)
    yield Columns(text.date_time(sale.completed_at_ms), sale.cashier_name)


def _line(line: SaleLine, sale: Sale, text: PaperText) -> Iterator[Block]:
    """Name and amount; below it what is worth knowing: quantity and price, options, discount."""
    yield Columns(line.name, f"{text.amount(line.amount)} {_letter(line, sale)}")
    if line.detail:
        yield Text(f"  {line.detail}")
    if line.qty != ONE or line.unit is not Unit.PIECE:
        yield Text(f"  {text.qty(line.qty, line.unit)} x {text.amount(line.unit_price)}")
    if line.discount:
        reason = f"{text.say('Discount')} {line.discount_reason}".rstrip()
        yield Columns(f"  {reason}", f"{text.amount(-line.discount)}  ")


def _letter(line: SaleLine, sale: Sale) -> str:
    """The letter of the line's rate in the tax table."""
    rates = [(total.code, total.ppm) for total in sale.taxes]
    return LETTERS[rates.index((line.tax_code, line.tax_ppm)) % len(LETTERS)]


def _totals(sale: Sale, text: PaperText) -> Iterator[Block]:
    if sale.policy.mode is TaxMode.EXCLUSIVE:
        yield Columns(text.say("Subtotal"), text.amount(sale.total - sale.tax))
        yield Columns(text.say("Tax"), text.amount(sale.tax))
    total = text.amount(sale.total, with_currency=True)
    yield Columns(text.say("TOTAL"), total, bold=True, scale=2)
    if sale.discount:
        yield Columns(text.say("You save"), text.amount(sale.discount))


def _payment(sale: Sale, text: PaperText) -> Iterator[Block]:
    if sale.rounding:
        yield Columns(text.say("Rounding"), text.amount(sale.rounding))
        yield Columns(text.say("To pay"), text.amount(sale.total + sale.rounding))
    for tender in sale.tenders:
        yield Columns(_tender_name(tender, text), text.amount(tender.amount))
    if sale.change:
        yield Columns(text.say("Change"), text.amount(sale.change), bold=True)


def _tender_name(tender: Tender, text: PaperText) -> str:
    name = {TenderKind.CASH: "Cash", TenderKind.CARD_EXTERNAL: "Card"}[tender.kind]
    return f"{text.say(name)} {tender.ref}".rstrip()


def _taxes(sale: Sale, text: PaperText) -> Iterator[Block]:
    """One row for each rate: letter, rate and net on the left, tax on the right."""
    yield Columns(f"{text.say('Tax rate')}, {text.say('net')}", text.say("Tax"))
    for index, total in enumerate(sale.taxes):
        rate = f"{LETTERS[index % len(LETTERS)]} {text.rate(total.ppm)}"
        yield Columns(f"{rate}, {text.amount(total.net)}", text.amount(total.tax))


def _foot(sale: Sale, settings: ShopSettings) -> Iterator[Block]:
    yield Feed(1)
    for line in settings.receipt_footer:
        yield Text(line, Align.CENTER)
    yield QrCode(receipt_code(sale))
    if sale.fingerprint:
        yield Text(sale.fingerprint[:8], Align.CENTER)
