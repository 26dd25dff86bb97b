"""Rule violations a caller must handle.

RuleError
├── QuantityOutOfRange   a quantity of nothing, or more than a line can hold
├── AmountOutOfRange     a sum beyond what the till can book
├── DiscountTooLarge     a discount above the amount it reduces
├── TenderRefused        a tender that cannot pay this sale
├── NotAllowed           the person signed in lacks the right
├── NotNow               right action, wrong moment (tenders taken, no shift, nobody signed in)
└── SaleDoesNotAddUp     figures of a finished sale contradict each other (a bug, never a user's fault)
"""


class RuleError(ValueError):
    """A rule of selling forbids this; the message says which, in English, for logs."""


class QuantityOutOfRange(RuleError):
    """The quantity is zero, negative or more than a line can hold."""


class AmountOutOfRange(RuleError):
    """The sum is beyond what the till can book."""


class DiscountTooLarge(RuleError):
    """The discount is above the amount it reduces."""


class TenderRefused(RuleError):
    """The tender cannot pay this sale; `reason` is a key the screen has words for.

    One of: zero, above_due, change_too_large, no_such_coins.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SaleDoesNotAddUp(RuleError):
    """The figures of a finished sale contradict each other."""


class NotAllowed(RuleError):
    """The person signed in lacks a right; `right` is its key (domain.staff.Right)."""

    def __init__(self, right: str) -> None:
        super().__init__(f"the right {right} is missing")
        self.right = right


class NotNow(RuleError):
    """The till is not in the state for this; `reason` is a key the screen has words for.

    One of: locked, no_shift, shift_open, tenders_taken, empty, basket_in_use, unknown_article,
    price_wanted, weight_wanted, not_held.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"not now: {reason}")
        self.reason = reason
