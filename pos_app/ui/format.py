"""Money, quantities, dates and times as text in the shop's locale.

Babel brings the patterns and is imported at the first use, which comes after the first paint.
The `Formats` in force hangs on the QApplication, as the units do.
"""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

from pos_app.domain.money import ONE, Currency, Money, Qty
from pos_app.ui.number_template import NumberTemplate

_PROPERTY: Final = "omnitill_formats"
MINUS: Final = "\N{MINUS SIGN}"
_MILLION: Final = 1_000_000


class Formats:
    """How this shop writes things: a CLDR locale such as cs_CZ, and its currency."""

    def __init__(
        self, locale: str = "en_US", currency: Currency | None = None, time_zone: str = ""
    ) -> None:
        """`time_zone` is an IANA name; empty is the zone of the machine."""
        self.wanted_locale = locale
        self._time_zone = time_zone
        self.currency = currency or Currency("EUR", 2)
        digits = self.currency.digits + 1
        self.money = NumberTemplate(self._money, digits)
        self.amount = NumberTemplate(self._amount, digits)
        self.count = NumberTemplate(self._count)
        """A whole number with its groups: 84 112."""
        self.short_amount = lru_cache(4096)(self._short_amount)

    @cached_property
    def locale(self) -> str:
        """One that Babel knows, whatever central says: an odd setting must not hide prices."""
        from pos_app.services.paper_text import known_locale

        return known_locale(self.wanted_locale)

    def qty(self, qty: Qty, unit: str = "piece") -> str:
        """2 for pieces, 0,352 kg for weighed goods."""
        from babel.numbers import format_decimal

        if unit == "piece" and qty % ONE == 0:
            return self.count(qty // ONE)
        text = format_decimal(Decimal(qty) / ONE, "#,##0.000", locale=self.locale)
        return self._signed(text if unit == "piece" else f"{text}\N{NO-BREAK SPACE}{unit}")

    def _count(self, number: int) -> str:
        from babel.numbers import format_decimal

        return self._signed(format_decimal(number, locale=self.locale))

    def percent(self, ppm: int) -> str:
        """Parts per million as a percentage with no more digits than needed."""
        from babel.numbers import format_percent

        return self._signed(format_percent(Decimal(ppm) / _MILLION, "#,##0.###%", self.locale))

    def time(self, at_ms: int) -> str:
        """The clock time where the shop is, hours and minutes."""
        from babel.dates import format_time

        return format_time(self._local(at_ms), "short", locale=self.locale)

    def date(self, at_ms: int) -> str:
        from babel.dates import format_date

        return format_date(self._local(at_ms), "medium", locale=self.locale)

    def date_time(self, at_ms: int) -> str:
        from babel.dates import format_datetime

        return format_datetime(self._local(at_ms), "short", locale=self.locale)

    def parse_amount(self, text: str) -> Money | None:
        """What a person typed, with a comma or a point; None when it is no amount."""
        plain = "".join(sign for sign in text if not sign.isspace()).replace(",", ".")
        head, point, tail = plain.rpartition(".")
        digits = self.currency.digits
        try:
            value = Decimal(f"{head.replace('.', '')}{point}{tail}")
            minor = value.scaleb(digits)
        except InvalidOperation:
            return None
        return int(minor) if minor.is_finite() and minor == int(minor) else None

    def _money(self, amount: Money) -> str:
        from babel.numbers import format_currency

        text = format_currency(self._decimal(amount), self.currency.code, locale=self.locale)
        return self._signed(text)

    def _amount(self, amount: Money) -> str:
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * self.currency.digits if self.currency.digits else "")
        return self._signed(format_decimal(self._decimal(amount), pattern, locale=self.locale))

    def _short_amount(self, amount: Money) -> str:
        if amount % 10**self.currency.digits:
            return self._amount(amount)
        return self.count(amount // 10**self.currency.digits)

    def short_money(self, amount: Money) -> str:
        """The currency without decimals where there are none to show."""
        from babel.numbers import format_currency

        if amount % 10**self.currency.digits:
            return self.money(amount)
        text = format_currency(
            self._decimal(amount),
            self.currency.code,
            self._pattern_without_decimals(),
            locale=self.locale,
            currency_digits=False,
        )
        return self._signed(text)

    def _pattern_without_decimals(self) -> str:
        from babel import Locale

        pattern = Locale.parse(self.locale).currency_formats["standard"].pattern
        return str(pattern).split(";", maxsplit=1)[0].replace(".00", "")

    def _decimal(self, amount: Money) -> Decimal:
        return Decimal(amount).scaleb(-self.currency.digits)

    @staticmethod
    def _signed(text: str) -> str:
        return text.replace("-", MINUS)

    def now(self) -> QDateTime:
        """Date and time on the shop's wall."""
        local = datetime.now(tz=UTC).astimezone(_zone(self._time_zone))
        time = QTime(local.hour, local.minute, local.second, local.microsecond // 1000)
        return QDateTime(QDate(local.year, local.month, local.day), time)

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone(_zone(self._time_zone))


@lru_cache(8)
def _zone(name: str) -> tzinfo | None:
    # not needed before somebody is signed in
    from zoneinfo import ZoneInfo

    return ZoneInfo(name) if name else None


def formats() -> Formats:
    """The formats in force."""
    app = QCoreApplication.instance()
    found = app.property(_PROPERTY) if app else None
    return found if isinstance(found, Formats) else Formats()


def set_formats(new: Formats) -> None:
    """When the shop's settings are known, and whenever they change."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("formats need a QApplication")
    app.setProperty(_PROPERTY, new)
    # what Qt writes by itself, as the clock, follows the shop too
    QLocale.setDefault(QLocale(new.wanted_locale))


def money(amount: Money) -> str:
    """2 058,00 Kč."""
    return formats().money(amount)


def amount(value: Money) -> str:
    """2 058,00: the currency is clear from its place."""
    return formats().amount(value)


def short_money(value: Money) -> str:
    """500 Kč: a note, or another whole amount with its currency."""
    return formats().short_money(value)


def short_amount(value: Money) -> str:
    """499 for a whole amount, 19,90 for another: where room is short, as on tiles."""
    return formats().short_amount(value)


def qty(value: Qty, unit: str = "piece") -> str:
    return formats().qty(value, unit)
