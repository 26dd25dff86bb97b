"""Fast numbers are the locale's numbers, for every amount."""

from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.money import Currency
from pos_app.ui.format import Formats
from pos_app.ui.number_template import NumberTemplate

LOCALES = ("cs_CZ", "pl_PL", "nb_NO", "fil_PH", "en_US", "de_CH", "en_IN", "ar_EG", "hr_HR")
CURRENCIES = (Currency("CZK", 2), Currency("JPY", 0), Currency("KWD", 3))
FORMATS = {
    (locale, currency.code): Formats(locale, currency)
    for locale in LOCALES
    for currency in CURRENCIES
}


@given(
    st.sampled_from(LOCALES),
    st.sampled_from(CURRENCIES),
    st.integers(-(10**12), 10**12) | st.integers(-2000, 2000),
)
def test_every_amount_is_written_as_babel_writes_it(
    locale: str, currency: Currency, amount: int
) -> None:
    formats = FORMATS[locale, currency.code]

    assert formats.money(amount) == formats._money(amount)
    assert formats.amount(amount) == formats._amount(amount)
    assert formats.count(amount) == formats._count(amount)


def test_babel_is_asked_once_for_each_number_of_digits() -> None:
    asked: list[int] = []

    def write(number: int) -> str:
        asked.append(number)
        return f"{number / 100:.2f} Kč"

    template = NumberTemplate(write, least=3)

    assert [template(number) for number in (5, 129, 999, 1_000)] == [
        "0.05 Kč",
        "1.29 Kč",
        "9.99 Kč",
        "10.00 Kč",
    ]
    assert asked == [111, 1_111]
