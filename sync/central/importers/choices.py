"""What a person may say about a file: its format, encoding, currency and tax."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pos_app.domain.money import Currency
from pos_app.domain.tax import TaxRate

SEPARATOR_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


class Format(StrEnum):
    AUTO = "auto"
    WOO = "woo"
    SHOPIFY = "shopify"
    MAPPING = "mapping"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person said about the file. `known_rates` are the shop's, `new_rates` added ones;
    `tax_code` is for rows that name no tax class."""

    currency: Currency
    format: Format = Format.AUTO
    mapping: Path | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    country: str | None = None
    tax_code: str = "standard"
    new_rates: tuple[TaxRate, ...] = ()
    known_rates: Mapping[str, TaxRate] = field(default_factory=dict)
