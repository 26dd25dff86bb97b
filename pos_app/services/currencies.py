"""Currencies as plain values, copied from CLDR: their digits and the smallest sum coins can pay."""

from functools import lru_cache

from pos_app.domain.money import Currency


@lru_cache(maxsize=512)
def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code; ValueError for a code CLDR has never heard of."""
    # importing Babel takes longer than painting the first screen's widgets
    from babel.core import get_global
    from babel.numbers import is_currency

    if not is_currency(code):
        raise ValueError(f"{code} is not a currency")
    fractions = get_global("currency_fractions")
    digits, _, cash_digits, cash_rounding = fractions.get(code, fractions["DEFAULT"])
    return Currency(code, digits, max(cash_rounding, 1) * 10 ** (digits - cash_digits))


def all_currencies() -> tuple[Currency, ...]:
    """Every currency of CLDR, old ones included, by code."""
    from babel.numbers import list_currencies

    return tuple(currency(code) for code in sorted(list_currencies()))
