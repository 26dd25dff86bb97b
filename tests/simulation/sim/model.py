"""What really happened in the shop, kept outside of every program under test."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pos_app.domain.sale import Sale


class Violation(AssertionError):
    """An invariant of protocol.md 10.1 does not hold; the message begins with its name."""


def require(holds: bool, invariant: str, words: str) -> None:
    if not holds:
        raise Violation(f"{invariant}: {words}")


@dataclass(frozen=True, slots=True)
class Booked:
    """A sale that is in a till's journal, told to the cashier or found there after a crash."""

    sale_id: str
    store_id: str
    device_id: str
    shift_id: str
    receipt_no: str
    total: int
    paid: int
    lines: tuple[tuple[str, str, int], ...]
    """Line id, SKU and quantity."""

    def sold(self, line_id: str) -> int:
        return sum(qty for at, _, qty in self.lines if at == line_id)


@dataclass(slots=True)
class Book:
    """All sales of all tills. `told` are those a cashier has seen complete."""

    sales: dict[str, Booked] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    sold: Counter[tuple[str, str]] = field(default_factory=Counter)
    own: Counter[tuple[str, str]] = field(default_factory=Counter)
    elsewhere: set[str] = field(default_factory=set)
    """Sales that only central still has: their till was put back."""
    put_back: set[str] = field(default_factory=set)
    """Tills whose newest facts may have died with a disk."""
    gone: dict[str, Booked] = field(default_factory=dict)
    """Sales whose only disk is gone; a message with one of them may still be on its way."""
    died: set[str] = field(default_factory=set)
    """Refunds whose facts died with a disk: central has them or their holds, or nobody knows."""
    refunds: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    lost_refunds: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """Refunds nobody knew any more; a late message or another backup may bring them to central."""

    issued: dict[str, tuple[str, int]] = field(default_factory=dict)
    """What was put on which gift card, by entry."""
    spent: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """Off which gift card a sale took how much, and by which hold: (card, hold, amount)."""
    restores: int = 0
    """How often central was put back to a backup."""
    handed_over: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Orders that left the house: which till gave them away, and when."""

    def tell(self, device_id: str, sale: Sale) -> None:
        """The cashier sees the change screen: from here on the sale must never be lost."""
        self.find(device_id, sale)
        self.told.add(sale.sale_id)

    def find(self, device_id: str, sale: Sale) -> None:
        """A sale that is in the journal, whether anybody was told or not."""
        known = self.sales.get(sale.sale_id)
        booked = _booked(device_id, sale)
        require(known in (None, booked), "I1", f"sale {sale.sale_id} was {known}, is {booked}")
        if known is None:
            self.gone.pop(sale.sale_id, None)
            # a basket put back is sold under the id it had, and perhaps not for that card
            self.spent.pop(sale.sale_id, None)
            self.sales[sale.sale_id] = booked
            for _, sku, qty in booked.lines:
                self.sold[sale.store_id, sku] += qty
                self.own[device_id, sku] += qty

    def forget_the_dead(self, is_known: Callable[[str], bool]) -> None:
        """What central does not know either, such as after a restore, may be paid out once more."""
        for refund_id in sorted(self.died):
            if refund_id in self.refunds and not is_known(refund_id):
                self.lost_refunds[refund_id] = self.refunds.pop(refund_id)

    def may_lack(self, refund_id: str) -> bool:
        """Whether central may never hear of this refund."""
        return any(f"-{device_id}-" in refund_id for device_id in self.put_back)

    def forget(self, sale_id: str) -> None:
        """Nobody has it any more, and nobody could have: the only disk it was on is gone."""
        sale = self.gone[sale_id] = self.sales.pop(sale_id)
        self.told.discard(sale_id)
        self.elsewhere.discard(sale_id)
        for _, sku, qty in sale.lines:
            self.own[sale.device_id, sku] -= qty

    def remember(self, sale_id: str) -> None:
        """A late message brought it to central after all."""
        sale = self.sales[sale_id] = self.gone.pop(sale_id)
        self.elsewhere.add(sale_id)
        for _, sku, qty in sale.lines:
            self.own[sale.device_id, sku] += qty

    def pay_back(self, refund_id: str, sale_id: str, line_id: str, qty: int) -> None:
        """I5, at the moment when the money leaves a drawer; one refund is counted once."""
        self.refunds[refund_id] = (sale_id, line_id, qty)
        if sale_id not in self.sales:
            return
        paid, sold = self.paid_back(sale_id, line_id), self.sales[sale_id].sold(line_id)
        require(paid <= sold, "I5", f"{paid} of {sold} paid back: {sale_id} {line_id}, {refund_id}")

    def hand_over(self, order_id: str, device_id: str, at_ms: int) -> None:
        """I6, when the goods cross the counter; a till whose disk died may have told nobody."""
        known = self.handed_over.setdefault(order_id, (device_id, at_ms))
        require(
            known == (device_id, at_ms) or known[0] in self.put_back,
            "I6",
            f"{order_id} left the house at {known}, and again at {(device_id, at_ms)}",
        )

    def paid_back(self, sale_id: str, line_id: str) -> int:
        """By all tills together."""
        return sum(qty for *of, qty in self.refunds.values() if of == [sale_id, line_id])


def _booked(device_id: str, sale: Sale) -> Booked:
    return Booked(
        sale.sale_id,
        sale.store_id,
        device_id,
        sale.shift_id,
        sale.receipt_no,
        sale.total,
        sum(it.amount for it in sale.tenders) - sale.change - sale.rounding,
        tuple((line.line_id, line.sku, line.qty) for line in sale.lines),
    )
