"""Amounts, dates and words on paper: the shop's locale and language, in characters printers have."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from pos_app.domain.catalog import Unit
from pos_app.domain.money import ONE, Currency, Money, Qty
from pos_app.domain.settings import ShopSettings
from pos_app.domain.tax import MILLION
from pos_app.services.clock import local_time

PLAIN = str.maketrans(
    {
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{MINUS SIGN}": "-",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)
"""What CLDR writes beautifully and a receipt printer's code page lacks."""


@dataclass(frozen=True, slots=True)
class PaperText:
    """How one shop writes on paper."""

    locale: str
    time_zone: str
    currency: Currency

    def amount(self, amount: Money, *, with_currency: bool = False) -> str:
        """2 058,00, or 2 058,00 Kč: the one place where a receipt turns minor units into text."""
        from babel.numbers import format_currency, format_decimal

        value = Decimal(amount).scaleb(-self.currency.digits)
        if with_currency:
            return format_currency(value, self.currency.code, locale=self.locale).translate(PLAIN)
        pattern = "#,##0" + ("." + "0" * self.currency.digits if self.currency.digits else "")
        return format_decimal(value, pattern, locale=self.locale).translate(PLAIN)

    def qty(self, qty: Qty, unit: Unit) -> str:
        """2 for pieces, 0,352 kg for goods by weight."""
        from babel.numbers import format_decimal

        if unit is Unit.PIECE:
            return format_decimal(qty // ONE, locale=self.locale).translate(PLAIN)
        kg = format_decimal(Decimal(qty) / ONE, "#,##0.000", locale=self.locale)
        return f"{kg} kg".translate(PLAIN)

    def rate(self, ppm: int) -> str:
        """21 %, 8,875 %."""
        from babel.numbers import format_percent

        rate = format_percent(
            Decimal(ppm) / MILLION, locale=self.locale, decimal_quantization=False
        )
        return rate.translate(PLAIN)

    def date_time(self, at_ms: int) -> str:
        from babel.dates import format_datetime

        at = local_time(at_ms, self.time_zone)
        return format_datetime(at, "short", locale=self.locale).translate(PLAIN)

    def say(self, text: str) -> str:
        """The text in the shop's language, or as it is in English."""
        return _words(self.locale.replace("-", "_").partition("_")[0]).get(text, text)


def paper_text(settings: ShopSettings, currency: Currency | None = None) -> PaperText:
    """The shop's way of writing."""
    locale = known_locale(settings.locale)
    return PaperText(locale, settings.time_zone, currency or settings.currency)


def known_locale(name: str) -> str:
    """As CLDR writes it; a locale that CLDR does not know is taken for English."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return "en"


@lru_cache(maxsize=8)
def _words(language: str) -> dict[str, str]:
    """The words of receipts in one language: a gettext catalogue, read as it is."""
    from babel.messages.pofile import read_po

    catalogue = files("resources").joinpath("i18n", "receipts", f"{language}.po")
    if not catalogue.is_file():
        return {}
    with catalogue.open("rb") as file:
        return {str(it.id): str(it.string) for it in read_po(file) if it.id and it.string}
