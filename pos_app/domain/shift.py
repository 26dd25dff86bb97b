"""A cashier's shift at a drawer and its running figures."""

from dataclasses import dataclass, field

from pos_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class Shift:
    """An open or closed shift; times are UTC milliseconds."""

    shift_id: str
    number: int
    cashier_id: str
    cashier_name: str
    opened_at_ms: int
    float_amount: Money
    business_on: str


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """Figures so far: count and sum of sales, and what each tender kind took (net of change)."""

    sale_count: int = 0
    total: Money = 0
    rounding: Money = 0
    tenders: dict[str, Money] = field(default_factory=dict)

    def expected_cash(self, float_amount: Money) -> Money:
        return float_amount + self.tenders.get("cash", 0)
