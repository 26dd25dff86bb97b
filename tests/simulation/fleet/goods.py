"""Sales made beforehand: a till of the fleet puts its ids and its number in and is done."""

from dataclasses import dataclass
from random import Random

import orjson

from pos_app.domain.basket import Basket, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.money import ONE
from pos_app.domain.sale import Tender, TenderKind
from pos_app.domain.tax import TaxPolicy
from tests.central.tills import VAT, payload_of

ARTICLES = 60
_NUMBER = 987_654_321
_PATTERNS = 48


def sku_of(article: int) -> str:
    return f"ART-{article:03d}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A basket's payload as text with places to fill, its total, and the pieces by SKU."""

    text: str
    total: int
    pieces: tuple[tuple[str, int], ...]

    def filled(self, till: "Places", number: int, sale_id: str) -> str:
        """The payload of a new sale."""
        return (
            self.text.replace("@sale", sale_id)
            .replace("@store", till.store_id)
            .replace("@place", till.place_id)
            .replace("@receipt", f"{till.prefix}-{number:06d}")
            .replace(str(_NUMBER), str(number))
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Whose sale it is."""

    store_id: str
    place_id: str
    prefix: str


def patterns() -> tuple[Pattern, ...]:
    """Baskets of one to five articles, the same ones in every run."""
    dice = Random(7)
    return tuple(_pattern(dice) for _ in range(_PATTERNS))


def _pattern(dice: Random) -> Pattern:
    basket = Basket("@sale", TaxPolicy())
    pieces = []
    for row, article in enumerate(dice.sample(range(ARTICLES), dice.randint(1, 5))):
        sku, count = sku_of(article), dice.randint(1, 3)
        pieces.append((sku, count))
        basket.add(
            Line(f"@sale-{row}", sku, sku, "", Unit.PIECE, count * ONE, 99 + article, VAT, "")
        )
    tender = Tender("@sale-t", TenderKind.CASH, basket.total + 500)
    payload = payload_of(basket, tender, "@store", _NUMBER) | {"receipt_no": "@receipt"}
    for line in payload["lines"]:
        line["stock_loc"] = "@place"
    return Pattern(orjson.dumps(payload).decode(), basket.total, tuple(pieces))
