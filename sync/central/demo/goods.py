"""The demo shop's goods: more than two thousand articles, the same on every machine."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pos_app.domain.catalog import Unit
from pos_app.domain.gtin import code_key
from pos_app.domain.money import Money
from pos_app.domain.tax import TaxRate
from sync.central.demo.numbers import ean8, ean13, price_label, weight_label
from sync.central.demo.words import Words, rows, words
from sync.central.importers.articles import Catalogue, NewProduct, NewVariant

SEED = 14
RATES = (
    TaxRate("standard", "VAT 21 %", 210_000),
    TaxRate("reduced-rate", "VAT 12 %", 120_000),
    TaxRate("zero-rate", "VAT 0 %", 0),
)
GROCERY_BRANDS = 3
FIRST_ITEM = 20_001
"""Item number of the first weighed article; a cashier may type it."""
SHARED_COLOURS = ("Blue", "Red")
"""Goods whose variants left the factory with one barcode: the till asks which."""


@dataclass(slots=True)
class _Shelf:
    """What has been made so far, and the next free numbers."""

    chance: random.Random
    words: Words
    products: list[NewProduct] = field(default_factory=list)
    variants: list[NewVariant] = field(default_factory=list)
    long_codes: int = 0
    short_codes: int = 0

    def ean13(self) -> str:
        self.long_codes += 1
        return code_key(ean13(self.long_codes))

    def ean8(self) -> str:
        self.short_codes += 1
        return code_key(ean8(self.short_codes))

    def add(self, product: NewProduct, variants: list[NewVariant]) -> None:
        self.products.append(product)
        self.variants += variants


def goods(crowns: int = 1) -> Catalogue:
    """Products and variants of the whole demo shop; `crowns` make one unit of its currency."""
    chance = random.Random(SEED)  # noqa: S311 names and prices, no secrets
    shelf = _Shelf(chance, words())
    _clothes(shelf)
    _groceries(shelf)
    _weighed(shelf)
    _plain(shelf)
    variants = (replace(it, price=it.price and it.price // crowns) for it in shelf.variants)
    return Catalogue(tuple(shelf.products), tuple(variants), RATES)


def _clothes(shelf: _Shelf) -> None:
    """Kinds times models, each in some colours and all sizes of its kind."""
    for number, row in enumerate(rows("clothes.csv"), 1):
        models, first_colour = _models(shelf, row)
        for model in models:
            key = f"{row['category'][:3].upper()}{number:02d}{len(shelf.products) + 1:03d}"
            colours = shelf.chance.sample(shelf.words.colours, int(row["colours"]))
            if model is models[0] and first_colour:
                colours = [first_colour, *(it for it in colours if it != first_colour)]
            _garment(shelf, row, key, model, colours)


def _models(shelf: _Shelf, row: dict[str, str]) -> tuple[list[str], str]:
    """Chance decides, but `first` may want a certain model (or none) in a certain colour."""
    first, _, colour = row["first"].partition(":")
    models = shelf.chance.sample(
        [it for it in shelf.words.models if it != first], int(row["models"])
    )
    return ([first, *models[1:]] if colour else models), colour


def _garment(shelf: _Shelf, row: dict[str, str], key: str, model: str, colours: list[str]) -> None:
    sizes = shelf.words.sizes[row["sizes"]]
    product = NewProduct(
        product_id=key.lower(),
        name=f"{row['kind']} {model}".strip(),
        category=row["category"],
        brand=shelf.chance.choice(shelf.words.brands["clothes"]),
        axes=("Colour", "Size") if sizes else ("Colour",),
    )
    variants = []
    for sort, (colour, size) in enumerate(_combinations(colours, sizes)):
        options = (("Colour", colour), ("Size", size)) if size else (("Colour", colour),)
        mark = f"{colour[0]}{colour[-1]}".upper()
        sku = "-".join(part for part in (key, mark, size.replace("–", "")) if part)
        price = int(row["price"]) * 100
        variants.append(_variant(product, sku, price, "standard", (shelf.ean13(),), options, sort))
    shelf.add(product, variants)


def _combinations(colours: list[str], sizes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return ((colour, size) for colour in colours for size in sizes or ("",))


def _groceries(shelf: _Shelf) -> None:
    """Every kind and size from a few brands; the smallest packages carry the short EAN-8."""
    for row in rows("groceries.csv"):
        group = "household" if row["category"] == "Household" else "grocery"
        for brand in shelf.chance.sample(shelf.words.brands[group], GROCERY_BRANDS):
            for kind in row["kinds"].split("|"):
                for place, package in enumerate(row["sizes"].split("|")):
                    size, price = package.split("=")
                    name = " ".join(part for part in (brand, row["name"], kind, size) if part)
                    small = place == 0 and shelf.chance.random() < 0.08
                    code = shelf.ean8() if small else shelf.ean13()
                    minor = _varied(shelf.chance, _minor(price))
                    _single(shelf, "GRO", name, row, brand, minor, (code,))


def _weighed(shelf: _Shelf) -> None:
    """Priced by the kilogram; found by the scale's label, or by its item number typed in."""
    for number, row in enumerate(rows("weighed.csv"), FIRST_ITEM):
        item = str(number)
        labels = (weight_label(item, 0), price_label(item, 0))
        codes = (*(code_key(label) for label in labels), item)
        row = row | {"tax": "reduced-rate"}
        _single(shelf, "KG", row["name"], row, "", _minor(row["price"]), codes, Unit.KG)


def _plain(shelf: _Shelf) -> None:
    """Gifts, books and services; those without a price are asked for it at the till."""
    for row in rows("plain.csv"):
        price = None if row["price"] == "open" else _minor(row["price"])
        if row["code"] == "shared":
            _shared(shelf, row, price)
        else:
            codes = (shelf.ean13(),) if row["code"] == "yes" else ()
            _single(shelf, "ART", row["name"], row, "", price, codes)


def _shared(shelf: _Shelf, row: dict[str, str], price: Money | None) -> None:
    key = f"ART{len(shelf.products) + 1:04d}"
    product = NewProduct(key.lower(), row["name"], row["category"], "", ("Colour",))
    codes = (shelf.ean13(),)
    variants = [
        _variant(product, f"{key}-{colour}", price, row["tax"], codes, (("Colour", colour),), sort)
        for sort, colour in enumerate(SHARED_COLOURS)
    ]
    shelf.add(product, variants)


def _single(
    shelf: _Shelf,
    prefix: str,
    name: str,
    row: dict[str, str],
    brand: str,
    price: Money | None,
    codes: tuple[str, ...],
    unit: Unit = Unit.PIECE,
) -> None:
    """A product that is its own only variant."""
    sku = f"{prefix}{len(shelf.products) + 1:04d}"
    product = NewProduct(sku.lower(), name, row["category"], brand, ())
    shelf.add(product, [_variant(product, sku, price, row["tax"], codes, unit=unit)])


def _variant(
    product: NewProduct,
    sku: str,
    price: Money | None,
    tax_code: str,
    codes: tuple[str, ...],
    options: tuple[tuple[str, str], ...] = (),
    sort: int = 0,
    unit: Unit = Unit.PIECE,
) -> NewVariant:
    return NewVariant(
        sku=sku,
        product_id=product.product_id,
        name=product.name,
        options=options,
        unit=unit,
        tax_code=tax_code,
        codes=codes,
        category=product.category,
        is_active=True,
        sort=sort,
        price=price,
        stock=None,
    )


def _minor(text: str) -> Money:
    """499 or 29.90 as hundredths."""
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def _varied(chance: random.Random, price: Money) -> Money:
    """Brands differ by up to two crowns, in steps of a half."""
    return price + 50 * chance.randrange(-4, 5)
