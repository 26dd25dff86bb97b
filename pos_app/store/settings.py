"""The shop's settings: rows of the stream `setting` become one frozen value."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from pos_app.domain.money import Currency
from pos_app.domain.settings import MeasureRule, ShopSettings
from pos_app.domain.tax import TaxMode, TaxPolicy, TaxRounding


def shop_settings(rows: Mapping[str, str]) -> ShopSettings:
    """Names are those of ShopSettings' fields, values JSON; unknown or unusable ones are left out."""
    values: dict[str, Any] = {}
    for name, read in _READ.items():
        if name in rows:
            try:
                values[name] = read(orjson.loads(rows[name]))
            except (ValueError, TypeError, KeyError):
                continue  # the default sells; central shows who typed what
    return ShopSettings(**values)


def _lines(value: Any) -> tuple[str, ...]:
    return tuple(value.splitlines()) if isinstance(value, str) else tuple(map(str, value))


def _policy(value: Any) -> TaxPolicy:
    return TaxPolicy(TaxMode(value["mode"]), TaxRounding(value["rounding"]))


def _currency(value: Any) -> Currency:
    return Currency(str(value["code"]), int(value["digits"]), int(value.get("cash_step", 1)))


def _rules(value: Any) -> tuple[MeasureRule, ...]:
    return tuple(MeasureRule(str(it["pattern"]), it.get("decimals")) for it in value)


def _sums(value: Any) -> tuple[int, ...]:
    return tuple(sorted(int(it) for it in value))


_READ: dict[str, Callable[[Any], Any]] = {
    "shop_name": str,
    "currency": _currency,
    "policy": _policy,
    "locale": str,
    "time_zone": str,
    "receipt_header": _lines,
    "receipt_footer": _lines,
    "logo_png": base64.b64decode,
    "measure_rules": _rules,
    "notes": _sums,
    "coins": _sums,
    "max_change": int,
    "idle_lock_s": int,
    "quick_cash": bool,
}
