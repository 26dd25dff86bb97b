"""A cashier doing anything in any order: figures never contradict each other."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pos_app.domain.basket import Discount, Line
from pos_app.domain.errors import RuleError
from pos_app.domain.money import Currency, cash_rounded
from pos_app.domain.sale import Settlement, Tender, TenderKind, check_tender, settle
from pos_app.domain.tax import TaxPolicy
from tests.domain.goods import a_basket, currencies, discounts, lines, policies
from tests.domain.test_basket import assert_adds_up
from tests.domain.test_sale import sold

rows = st.integers(0, 20)


class Cashier(RuleBasedStateMachine):
    """Goods may change only while no tender is taken, as at the till."""

    def __init__(self) -> None:
        super().__init__()
        self.basket = a_basket()
        self.tenders: list[Tender] = []
        self.currency = Currency("EUR", 2)
        self.removed: list[tuple[int, Line]] = []

    @property
    def settlement(self) -> Settlement:
        return settle(self.basket.total, self.tenders, self.currency)

    def row(self, wish: int) -> int:
        return wish % len(self.basket.lines)

    @precondition(lambda self: not self.tenders)
    @rule(line=lines())
    def add(self, line: Line) -> None:
        before = self.basket.piece_count
        self.basket.add(line)
        assert self.basket.piece_count > before

    @precondition(lambda self: self.basket.lines and not self.tenders)
    @rule(wish=rows, qty=st.integers(-1000, 100_000))
    def change_qty(self, wish: int, qty: int) -> None:
        self.try_or_stay(lambda: self.basket.set_qty(self.row(wish), qty))

    @precondition(lambda self: self.basket.lines and not self.tenders)
    @rule(wish=rows, discount=discounts(10_000))
    def discount_line(self, wish: int, discount: Discount | None) -> None:
        self.try_or_stay(lambda: self.basket.set_line_discount(self.row(wish), discount))

    @precondition(lambda self: self.basket.lines and not self.tenders)
    @rule(discount=discounts(100_000))
    def discount_basket(self, discount: Discount | None) -> None:
        self.try_or_stay(lambda: self.basket.set_discount(discount))

    @precondition(lambda self: self.basket.lines and not self.tenders)
    @rule(wish=rows)
    def remove(self, wish: int) -> None:
        row = self.row(wish)
        self.removed.append((row, self.basket.lines[row]))
        self.basket.remove(row)

    @precondition(lambda self: self.removed and not self.tenders)
    @rule()
    def undo(self) -> None:
        self.basket.insert(*self.removed.pop())

    @precondition(lambda self: self.basket.lines and not self.settlement.is_complete)
    @rule(kind=st.sampled_from(TenderKind), share=st.integers(0, 150))
    def pay(self, kind: TenderKind, share: int) -> None:
        amount = cash_rounded(self.settlement.due * share // 100, self.currency)
        tender = Tender(f"tender-{len(self.tenders)}", kind, amount)
        try:
            check_tender(tender, self.settlement, self.currency, 10**12)
        except RuleError:
            return
        self.tenders.append(tender)

    @precondition(lambda self: self.tenders)
    @rule(wish=rows)
    def take_back(self, wish: int) -> None:
        self.tenders.pop(wish % len(self.tenders))

    @precondition(lambda self: self.tenders and self.settlement.is_complete)
    @rule(policy=policies, currency=currencies)
    def next_customer(self, policy: TaxPolicy, currency: Currency) -> None:
        self.basket, self.tenders, self.removed = a_basket(policy=policy), [], []
        self.currency = currency

    @invariant()
    def figures_add_up(self) -> None:
        assert_adds_up(self.basket)
        sold(self.basket, self.currency)

    @invariant()
    def money_adds_up(self) -> None:
        settlement = self.settlement
        paid = sum(tender.amount for tender in self.tenders)
        if settlement.is_complete and self.tenders:
            assert paid - settlement.change == settlement.total + settlement.rounding
        else:
            assert settlement.due == self.basket.total - paid >= 0

    def try_or_stay(self, change: Callable[[], object]) -> None:
        before = (self.basket.memo(), self.basket.figures)
        try:
            change()
        except RuleError:
            assert (self.basket.memo(), self.basket.figures) == before


TestCashier = Cashier.TestCase
