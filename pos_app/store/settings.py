"""The shop's settings: rows of the stream `setting` become one frozen value."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from pos_app.domain.money import Currency
from pos_app.domain.settings import MeasureRule, ShopSettings
from pos_app.domain.tax import TaxMode, TaxPolicy, TaxRounding

_ISO_4217: Final = 3
"""Letters of a currency's code."""
_MOST_DIGITS: Final = 4


def shop_settings(rows: Mapping[str, str]) -> ShopSettings:
    """Names are those of ShopSettings' fields, values JSON; unknown or unusable ones are left out."""
    values: dict[str, Any] = {}
    for name, read in _READ.items():
        if name in rows:
            try:
                values[name] = read(orjson.loads(rows[name]))
            except (ValueError, TypeError, KeyError, OSError):
                continue  # the default sells; central shows who typed what
    return ShopSettings(**values)


def _lines(value: Any) -> tuple[str, ...]:
    return tuple(value.splitlines()) if isinstance(value, str) else tuple(map(str, value))


def _policy(value: Any) -> TaxPolicy:
    return TaxPolicy(TaxMode(value["mode"]), TaxRounding(value["rounding"]))


def _currency(value: Any) -> Currency:
    found = Currency(str(value["code"]), int(value["digits"]), int(value.get("cash_step", 1)))
    if len(found.code) != _ISO_4217 or not 0 <= found.digits <= _MOST_DIGITS or found.cash_step < 1:
        raise ValueError(f"{found} is no currency to sell in")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value} is not a text")
    return value


def _time_zone(value: Any) -> str:
    name = _text(value)
    return ZoneInfo(name).key if name else ""


def _positive(value: Any) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(f"{number} is below zero")
    return number


def _rules(value: Any) -> tuple[MeasureRule, ...]:
    return tuple(MeasureRule(str(it["pattern"]), it.get("decimals")) for it in value)


def _sums(value: Any) -> tuple[int, ...]:
    return tuple(sorted(it for it in map(int, value) if it > 0))


_READ: dict[str, Callable[[Any], Any]] = {
    "shop_name": _text,
    "currency": _currency,
    "policy": _policy,
    "locale": _text,
    "time_zone": _time_zone,
    "receipt_header": _lines,
    "receipt_footer": _lines,
    "logo_png": base64.b64decode,
    "measure_rules": _rules,
    "notes": _sums,
    "coins": _sums,
    "max_change": _positive,
    "idle_lock_s": _positive,
    "quick_cash": bool,
}
