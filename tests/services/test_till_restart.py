"""What a cashier saw is what there is after a crash."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.errors import NotNow, RuleError
from pos_app.domain.events import BasketReplaced, BasketSuspended
from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind
from pos_app.store.db import open_stores
from tests.services.shop import JANA, SOCK, TEE, Shop, label, open_shop

TEN_PERCENT = Discount(DiscountKind.PERCENT, 100_000, "WEB10")
CODES = (TEE, SOCK, "FREE-1", label("21", "1234500352"), "4006381333932", "")


def state(shop: Shop) -> object:
    till = shop.till
    return till.basket.basket_id, till.basket.lines, till.basket.discount, till.tenders


def test_a_sale_in_progress_survives_a_crash(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.scan(SOCK)
    shop.till.set_line_discount(0, TEN_PERCENT)
    shop.till.set_discount(TEN_PERCENT)
    shop.till.take_tender(TenderKind.CARD_EXTERNAL, 10_000, "4471")

    again = shop.restarted()

    assert state(again) == state(shop)
    assert again.till.settlement == shop.till.settlement
    assert again.till.shift == shop.till.shift
    assert again.till.staff is None


def test_after_a_finished_sale_a_restart_shows_an_empty_basket(shop: Shop) -> None:
    shop.till.scan(TEE)
    sale = shop.till.take_tender(TenderKind.CASH, 49_900)

    again = shop.restarted()

    assert (again.till.basket.lines, again.till.last_sale) == ([], sale)


def test_a_suspended_basket_names_itself_and_comes_back(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.scan(SOCK)
    before = shop.till.basket.lines
    shop.told()

    shop.till.suspend()
    (held,) = shop.till.suspended()

    assert (held.label, held.by, held.count, held.total) == (
        "Merino crew tee",
        "Jana N.",
        2,
        69_800,
    )
    assert shop.told() == [BasketReplaced(), BasketSuspended(held.basket_id, "Merino crew tee")]
    shop.till.resume(held.basket_id)
    assert (shop.till.basket.basket_id, shop.till.basket.lines) == (held.basket_id, before)
    assert shop.till.suspended() == ()


def test_a_basket_in_front_is_not_replaced_by_a_held_one(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.suspend("blue bag")
    shop.till.scan(SOCK)

    with pytest.raises(NotNow, match="basket_in_use"):
        shop.till.resume(shop.till.suspended()[0].basket_id)
    shop.till.void_basket()
    with pytest.raises(NotNow, match="not_held"):
        shop.till.resume("id-of-nothing")


def test_suspended_baskets_survive_a_crash(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.suspend()
    shop.till.scan(SOCK)

    again = shop.restarted()

    assert [held.label for held in again.till.suspended()] == ["Merino crew tee"]
    assert [line.sku for line in again.till.basket.lines] == ["SOCK"]


class Crashes(RuleBasedStateMachine):
    """Whatever a cashier does, a till started on the same files shows the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="omnitill-crashes-"))
        self.stores = open_stores(self.folder)
        self.shop = open_shop(self.stores)
        self.shop.till.sign_in(JANA)
        self.shop.till.open_shift(0)

    def teardown(self) -> None:
        self.stores.close()
        shutil.rmtree(self.folder)

    @rule(code=st.sampled_from(CODES))
    def scan(self, code: str) -> None:
        self.shop.till.scan(code)

    @precondition(lambda self: self.shop.till.basket.lines)
    @rule(row=st.integers(0, 5), qty=st.integers(-1, 5), step=st.sampled_from([ONE, 1]))
    def change_qty(self, row: int, qty: int, step: int) -> None:
        self.attempt("change_qty", row % len(self.shop.till.basket.lines), qty * step)

    @precondition(lambda self: self.shop.till.basket.lines)
    @rule(row=st.integers(0, 5))
    def remove(self, row: int) -> None:
        self.attempt("remove_line", row % len(self.shop.till.basket.lines))

    @rule(name=st.sampled_from(["undo_remove", "suspend", "void_basket"]))
    def without_more(self, name: str) -> None:
        self.attempt(name)

    @rule(value=st.integers(0, 60_000), kind=st.sampled_from(DiscountKind))
    def discount(self, value: int, kind: DiscountKind) -> None:
        self.attempt("set_discount", Discount(kind, value, "because"))

    @rule(kind=st.sampled_from(TenderKind), share=st.integers(1, 12))
    def pay(self, kind: TenderKind, share: int) -> None:
        due = self.shop.till.settlement.cash_due
        self.attempt("take_tender", kind, due * share // 10 // 100 * 100)

    @rule()
    def take_back(self) -> None:
        if self.shop.till.tenders:
            self.attempt("remove_tender", self.shop.till.tenders[-1].tender_id)

    @rule()
    def resume(self) -> None:
        for held in self.shop.till.suspended()[:1]:
            self.attempt("resume", held.basket_id)

    @invariant()
    def a_restart_shows_the_same(self) -> None:
        again = self.shop.restarted()
        lines, tenders = again.till.basket.lines, again.till.tenders
        assert (lines, tenders) == (self.shop.till.basket.lines, self.shop.till.tenders)
        if lines:
            assert state(again) == state(self.shop)

    def attempt(self, name: str, *args: object) -> None:
        """A refused command must leave everything as it was; the invariant looks."""
        before = state(self.shop)
        try:
            getattr(self.shop.till, name)(*args)
        except RuleError:
            assert state(self.shop) == before


TestCrashes = Crashes.TestCase
TestCrashes.settings = settings(max_examples=15, stateful_step_count=30)
