"""The rules one article must meet, one function a field; what is kept but odd becomes a note."""

import re
from collections.abc import Iterable
from typing import TypeAlias

from pos_app.domain.gtin import GTIN_LENGTHS, code_key, has_valid_check_digit
from pos_app.domain.money import Money, Qty
from sync.central.importers.articles import Article
from sync.central.importers.errors import RowRefused
from sync.central.importers.figures import price_of, stock_of
from sync.central.importers.rules import Rules
from sync.central.importers.wording import MAX_NAME, has_markup, is_control, plain, shortened, slug

Notes: TypeAlias = list[tuple[str, str]]
"""Pairs of kind and sentence."""

MAX_SKU = 100
MAX_CODE = 80
LOST_DIGIT_LENGTHS = frozenset({7, 9, 10, 11})
"""Digits of these lengths are mostly a GTIN that lost a leading zero or its check digit."""

_SPREADSHEET = re.compile(r"\d[.,]\d+e\+?\d+", re.IGNORECASE | re.ASCII)


def name_of(raw: str, notes: Notes) -> str:
    name = plain(raw)
    if not name:
        raise RowRefused("name", "the row has no name")
    if has_markup(raw):
        notes.append(("markup in a name", f'read as "{shortened(name, 60)}"'))
    if len(name) > MAX_NAME:
        notes.append(("long name", f"cut from {len(name)} to {MAX_NAME} characters"))
    return shortened(name)


def sku_of(article: Article, notes: Notes) -> str:
    """The SKU of the file; without one, a stable one of product and options."""
    sku = article.sku
    if any(is_control(letter) for letter in sku):
        raise RowRefused("sku", "the SKU contains control characters")
    if len(sku) > MAX_SKU:
        raise RowRefused("sku", f"the SKU has {len(sku)} characters, at most {MAX_SKU} can be kept")
    if sku:
        return sku
    parts = [article.group or article.name, *(value for _, value in article.options)]
    sku = slug(" ".join(parts), MAX_SKU)
    notes.append(("no SKU", f'the row has no SKU: "{sku}" was made from product and options'))
    return sku


def price_in(article: Article, rules: Rules, notes: Notes) -> Money | None:
    """Minor units, or None for an open price."""
    if not article.price:
        if not article.is_open_price:
            raise RowRefused("price", "the row has no price")
        notes.append(("open price", "no price in the file: the till will ask for it"))
        return None
    price = price_of(article.price, rules.currency, rules.decimal)
    if not price.exact:
        notes.append(("rounded price", f"{article.price} was rounded to whole minor units"))
    if price.value == 0:
        notes.append(("price 0", "the price is 0: the article is given away"))
    return price.value


def stock_in(article: Article, rules: Rules, notes: Notes) -> Qty | None:
    """Thousandths; a figure that cannot be read is left out, the article is still sold."""
    if not article.stock:
        return None
    try:
        stock = stock_of(article.stock, rules.decimal)
    except RowRefused as refused:
        notes.append(("stock left out", str(refused)))
        return None
    if stock.value < 0:
        notes.append(("negative stock", f"the stock is {article.stock}"))
    return stock.value


def codes_of(barcodes: Iterable[str], notes: Notes) -> tuple[str, ...]:
    """The keys under which a scan finds the article, each once."""
    keys = (_code(barcode, notes) for barcode in barcodes)
    return tuple(dict.fromkeys(key for key in keys if key))


def _code(raw: str, notes: Notes) -> str:
    """A spreadsheet's apostrophe and the blanks people type into numbers are no part of a code."""
    code = plain(raw).lstrip("'")
    bare = code.replace(" ", "").replace("-", "")
    if bare.isascii() and bare.isdigit() and has_valid_check_digit(bare):
        if bare.startswith("2") and len(bare) == 13:
            notes.append(("in-store code", f"{bare} is from the range each shop gives out itself"))
        return code_key(bare)
    if " " in code or len(code) > MAX_CODE or _SPREADSHEET.fullmatch(code):
        notes.append(
            ("barcode left out", f'"{shortened(code, 40)}" cannot be the code on a package')
        )
        return ""
    if trouble := _trouble(code):
        notes.append(trouble)
    return code


def _trouble(code: str) -> tuple[str, str] | None:
    """What is odd about digits that are no GTIN; they are kept as they are."""
    if not (code.isascii() and code.isdigit()):
        return None
    if len(code) in GTIN_LENGTHS:
        return (
            "wrong check digit",
            f"the barcode {code} has a wrong last digit; kept as a plain code",
        )
    if len(code) not in LOST_DIGIT_LENGTHS:
        return None
    longer = f"0{code}"
    hint = f"; {longer} would be right" if has_valid_check_digit(longer) else ""
    return "short barcode", f"the barcode {code} has {len(code)} digits{hint}; kept as a plain code"
