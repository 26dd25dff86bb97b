"""What a shop decides before an import: its currency, tax codes, and how numbers are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from babel.core import UnknownLocaleError
from babel.numbers import UnknownCurrencyError, get_currency_precision, is_currency

from pos_app.domain.money import Currency
from pos_app.domain.tax import TaxRate
from sync.central.importers.errors import ImportStopped

UNTAXED = TaxRate("untaxed", "No tax", 0)
"""For goods that a file says are not taxable: a rate of nothing needs no decision."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`tax_code` is for goods whose row names no tax class; `rates` are the codes that exist."""

    currency: Currency
    tax_code: str = "standard"
    rates: Mapping[str, TaxRate] = field(default_factory=dict)
    decimal: str | None = None


def currency_of(code: str) -> Currency:
    """An ISO 4217 currency with the digits CLDR gives it."""
    try:
        known = is_currency(code.upper(), "en")
    except (UnknownCurrencyError, UnknownLocaleError):
        known = False
    if not known:
        raise ImportStopped(f"{code} is not a currency of ISO 4217.")
    return Currency(code.upper(), get_currency_precision(code.upper()))
