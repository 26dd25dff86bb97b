"""Goods, baskets and strategies for tests of the domain."""

from hypothesis import strategies as st

from pos_app.domain.basket import Basket, Discount, DiscountKind, Line, line_of
from pos_app.domain.catalog import Unit, Variant
from pos_app.domain.money import ONE, Money, Qty
from pos_app.domain.tax import MILLION, TaxMode, TaxPolicy, TaxRate, TaxRounding
from pos_app.services.currencies import all_currencies

RATES = tuple(
    TaxRate(f"T{ppm}", f"{ppm / 10_000} %", ppm)
    for ppm in (0, 21_000, 50_000, 81_000, 88_750, 120_000, 210_000, 250_000, 270_000)
)
POLICIES = tuple(TaxPolicy(mode, rounding) for mode in TaxMode for rounding in TaxRounding)

currencies = st.sampled_from(all_currencies())
policies = st.sampled_from(POLICIES)
rates = st.sampled_from(RATES)
prices = st.one_of(st.integers(0, 2_000), st.integers(0, 10_000_000))
piece_qtys = st.integers(1, 500).map(lambda count: count * ONE)
weights = st.integers(1, 40_000)


def a_variant(
    sku: str = "TEE-NAVY-M",
    price: Money | None = 49_900,
    rate: TaxRate = RATES[6],
    unit: Unit = Unit.PIECE,
) -> Variant:
    return Variant(sku, sku.partition("-")[0], "Merino crew tee", (), unit, price, rate)


def a_line(
    price: Money = 49_900,
    qty: Qty = ONE,
    rate: TaxRate = RATES[6],
    line_id: str = "line-1",
    unit: Unit = Unit.PIECE,
) -> Line:
    return line_of(a_variant(f"SKU-{line_id}", price, rate, unit), line_id, qty)


def a_basket(*lines: Line, policy: TaxPolicy = POLICIES[0]) -> Basket:
    return Basket("basket-1", policy, list(lines))


def percent(value: float) -> Discount:
    return Discount(DiscountKind.PERCENT, round(value * 10_000), "because")


def amount_off(value: Money) -> Discount:
    return Discount(DiscountKind.AMOUNT, value, "because")


@st.composite
def discounts(draw: st.DrawFn, largest: Money) -> Discount | None:
    """One that fits an amount, or none."""
    kind = draw(st.sampled_from([None, *DiscountKind]))
    if kind is None:
        return None
    most = MILLION if kind is DiscountKind.PERCENT else largest
    return Discount(kind, draw(st.integers(0, most)), "because")


@st.composite
def lines(draw: st.DrawFn) -> Line:
    unit = draw(st.sampled_from(list(Unit)))
    qty = draw(piece_qtys if unit is Unit.PIECE else weights)
    line_id = f"{draw(st.integers(0, 10**9)):x}"
    line = a_line(draw(prices), qty, draw(rates), line_id, unit)
    return Line(
        **{name: getattr(line, name) for name in line.__slots__ if name != "discount"},
        discount=draw(discounts(line.amount)),
    )


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    """Any basket that can be: goods, discounts of both kinds, any tax policy."""
    goods = draw(st.lists(lines(), max_size=12))
    left = sum(line.amount - line.line_discount for line in goods)
    discount = draw(discounts(left)) if goods else None
    return Basket("basket-1", draw(policies), goods, discount)
