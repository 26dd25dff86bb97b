"""What a shop decides centrally and every till of it follows."""

from dataclasses import dataclass

from pos_app.domain.money import Currency, Money
from pos_app.domain.tax import TaxPolicy

EURO = Currency("EUR", 2)
TAX_INSIDE = TaxPolicy()


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """Layout of in-store codes that carry a weight or a price, one letter for each digit.

    Digits of `pattern` are literal; I item number, W weight, P price, N count of pieces, C check
    digit of the value, K check digit of the whole code, X ignored: "02IIIIICPPPPK". `decimals`
    belong to the weight in kg (None: 3) or to the price (None: as many as the currency has).
    """

    pattern: str
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """Settings of one store as its tills see them; every field has a value that sells."""

    shop_name: str = ""
    currency: Currency = EURO
    policy: TaxPolicy = TAX_INSIDE
    locale: str = "en"
    time_zone: str = ""
    """IANA name; empty is the zone of the machine."""
    receipt_header: tuple[str, ...] = ()
    receipt_footer: tuple[str, ...] = ()
    logo_png: bytes = b""
    measure_rules: tuple[MeasureRule, ...] = ()
    notes: tuple[Money, ...] = ()
    """Banknotes in minor units; empty: no note sums are suggested."""
    coins: tuple[Money, ...] = ()
    max_change: Money = 100_000
    idle_lock_s: int = 120
    quick_cash: bool = True
