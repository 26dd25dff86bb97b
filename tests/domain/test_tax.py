"""Tax of lines and documents under every policy."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.tax import MILLION, TaxMode, TaxPolicy, TaxRate, TaxRounding, tax_of, taxed
from tests.domain.goods import RATES, policies, rates

taxable = st.lists(st.tuples(st.integers(-(10**9), 10**9), rates), max_size=20)
Amounts = list[tuple[int, TaxRate]]


def exact_tax(amount: int, ppm: int, mode: TaxMode) -> Fraction:
    return Fraction(amount * ppm, MILLION + (ppm if mode is TaxMode.INCLUSIVE else 0))


@given(taxable, policies)
def test_lines_sum_to_the_totals_of_their_rates(amounts: Amounts, policy: TaxPolicy) -> None:
    lines, totals = taxed(amounts, policy)

    assert sum(line.net for line in lines) == sum(total.net for total in totals)
    assert sum(line.tax for line in lines) == sum(total.tax for total in totals)
    assert [total.code for total in totals] == list(dict.fromkeys(r.code for _, r in amounts))


@given(taxable, policies)
def test_the_stated_amount_stays_what_it_was(amounts: Amounts, policy: TaxPolicy) -> None:
    lines, _ = taxed(amounts, policy)

    inclusive = policy.mode is TaxMode.INCLUSIVE
    assert [line.gross if inclusive else line.net for line in lines] == [a for a, _ in amounts]


@given(taxable, policies)
def test_each_line_is_taxed_with_less_than_a_unit_of_error(
    amounts: Amounts, policy: TaxPolicy
) -> None:
    lines, _ = taxed(amounts, policy)

    for (amount, rate), line in zip(amounts, lines, strict=True):
        assert abs(line.tax - exact_tax(amount, rate.ppm, policy.mode)) < 1 + Fraction(1, 2)


@given(st.lists(st.tuples(st.integers(0, 10**9), rates), max_size=20), st.sampled_from(TaxMode))
def test_per_document_each_rate_is_rounded_once(amounts: Amounts, mode: TaxMode) -> None:
    _, totals = taxed(amounts, TaxPolicy(mode, TaxRounding.DOCUMENT))

    for total in totals:
        whole = sum(amount for amount, rate in amounts if rate.code == total.code)
        assert total.tax == tax_of(whole, total.ppm, mode)


@given(taxable, policies)
def test_a_return_is_taxed_as_the_mirror_of_its_sale(amounts: Amounts, policy: TaxPolicy) -> None:
    lines, _ = taxed(amounts, policy)
    mirrored, _ = taxed([(-amount, rate) for amount, rate in amounts], policy)

    assert [-line.tax for line in lines] == [line.tax for line in mirrored]


@given(st.lists(st.integers(0, 10**9), max_size=20), policies)
def test_goods_without_tax_stay_without_tax(amounts: list[int], policy: TaxPolicy) -> None:
    lines, totals = taxed([(amount, RATES[0]) for amount in amounts], policy)

    assert not any(line.tax for line in lines)
    assert not any(total.tax for total in totals)


@given(st.lists(st.tuples(st.integers(0, 10**9), rates), max_size=20), policies)
def test_neither_net_nor_tax_of_goods_is_ever_negative(amounts: Amounts, policy: TaxPolicy) -> None:
    lines, _ = taxed(amounts, policy)

    assert all(line.net >= 0 and line.tax >= 0 for line in lines)
