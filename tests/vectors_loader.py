"""The arithmetic that till and central share, as examples both sides' tests read."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pos_app.domain.basket import Basket, Discount, DiscountKind, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.money import Currency
from pos_app.domain.sale import Tender, TenderKind
from pos_app.domain.tax import TaxMode, TaxPolicy, TaxRate, TaxRounding

FOLDER = Path(__file__).with_name("vectors")


@dataclass(frozen=True, slots=True)
class SaleVector:
    """One worked sale. `expect` holds the figures under their names in sync.wire."""

    name: str
    why: str
    currency: Currency
    policy: TaxPolicy
    lines: tuple[Line, ...]
    discount: Discount | None
    tenders: tuple[Tender, ...]
    expect: dict[str, Any]

    def basket(self) -> Basket:
        return Basket("basket-1", self.policy, list(self.lines), self.discount)


@lru_cache(maxsize=1)
def sales() -> tuple[SaleVector, ...]:
    """Hand-made sales with the figures they come to."""
    return tuple(_sale(raw) for raw in rows("sales"))


def rows(name: str) -> list[dict[str, Any]]:
    """The raw content of one file of vectors."""
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def currency_of(raw: dict[str, Any]) -> Currency:
    return Currency(raw["code"], raw["digits"], raw["cash_step"])


def _sale(raw: dict[str, Any]) -> SaleVector:
    return SaleVector(
        name=raw["name"],
        why=raw["why"],
        currency=currency_of(raw["currency"]),
        policy=TaxPolicy(TaxMode(raw["tax_mode"]), TaxRounding(raw["tax_rounding"])),
        lines=tuple(_line(number, line) for number, line in enumerate(raw["lines"], 1)),
        discount=_discount(raw["discount"]),
        tenders=tuple(_tender(number, it) for number, it in enumerate(raw["tenders"], 1)),
        expect=raw["expect"],
    )


def _line(number: int, raw: dict[str, Any]) -> Line:
    rate = TaxRate(raw["tax_code"], raw["tax_code"], raw["tax_ppm"])
    return Line(
        line_id=f"line-{number}",
        sku=f"SKU-{number}",
        name=f"Article {number}",
        detail="",
        unit=Unit(raw["unit"]),
        qty=raw["qty"],
        unit_price=raw["unit_minor"],
        tax=rate,
        discount=_discount(raw["discount"]),
    )


def _tender(number: int, raw: dict[str, Any]) -> Tender:
    return Tender(f"tender-{number}", TenderKind(raw["kind"]), raw["amount_minor"])


def _discount(raw: dict[str, Any] | None) -> Discount | None:
    return Discount(DiscountKind(raw["kind"]), raw["value"], "because") if raw else None
