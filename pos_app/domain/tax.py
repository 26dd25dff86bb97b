"""Tax of lines and of the whole document, inclusive or exclusive, rounded per line or per document."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pos_app.domain.money import Money, rounded, split

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax class with its rate in parts per million: 21 % is 210000, 8.875 % is 88750."""

    code: str
    name: str
    ppm: int


class TaxMode(StrEnum):
    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class TaxRounding(StrEnum):
    LINE = "line"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class TaxPolicy:
    """How a shop states and rounds tax."""

    mode: TaxMode = TaxMode.INCLUSIVE
    rounding: TaxRounding = TaxRounding.DOCUMENT


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """Net, tax and gross of one line; gross is always net plus tax."""

    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """All lines of one rate together."""

    code: str
    name: str
    ppm: int
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


def tax_of(amount: Money, ppm: int, mode: TaxMode) -> Money:
    """The tax inside (inclusive) or on top of (exclusive) an amount, half away from zero."""
    if mode is TaxMode.INCLUSIVE:
        return rounded(amount * ppm, MILLION + ppm)
    return rounded(amount * ppm, MILLION)


def taxed(
    amounts: Sequence[tuple[Money, TaxRate]], policy: TaxPolicy
) -> tuple[list[TaxedAmount], list[TaxTotal]]:
    """Tax every line amount (after discounts; gross if inclusive, net if exclusive).

    Per document the tax of a rate is computed once on its sum and apportioned to the lines by
    largest remainder, so lines sum to totals under either rounding. Totals keep the order in
    which rates first appear.
    """
    groups: dict[TaxRate, list[int]] = {}
    for index, (_, rate) in enumerate(amounts):
        groups.setdefault(rate, []).append(index)
    taxes = [0] * len(amounts)
    for rate, indexes in groups.items():
        if policy.rounding is TaxRounding.LINE:
            for index in indexes:
                taxes[index] = tax_of(amounts[index][0], rate.ppm, policy.mode)
        else:
            _share_document_tax(amounts, indexes, rate, policy.mode, taxes)
    lines = [
        _one(amount, tax, policy.mode) for (amount, _), tax in zip(amounts, taxes, strict=True)
    ]
    totals = [
        TaxTotal(
            rate.code,
            rate.name,
            rate.ppm,
            sum(lines[i].net for i in indexes),
            sum(lines[i].tax for i in indexes),
        )
        for rate, indexes in groups.items()
    ]
    return lines, totals


def _share_document_tax(
    amounts: Sequence[tuple[Money, TaxRate]],
    indexes: list[int],
    rate: TaxRate,
    mode: TaxMode,
    taxes: list[Money],
) -> None:
    """Positive and negative lines (returns in one basket) are two groups: each has one sign."""
    for chosen in (
        [i for i in indexes if amounts[i][0] >= 0],
        [i for i in indexes if amounts[i][0] < 0],
    ):
        whole = sum(amounts[i][0] for i in chosen)
        parts = split(tax_of(whole, rate.ppm, mode), [abs(amounts[i][0]) for i in chosen])
        for index, part in zip(chosen, parts, strict=True):
            taxes[index] = part


def _one(amount: Money, tax: Money, mode: TaxMode) -> TaxedAmount:
    if mode is TaxMode.INCLUSIVE:
        return TaxedAmount(amount - tax, tax)
    return TaxedAmount(amount, tax)
