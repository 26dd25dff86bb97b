"""Rule violations a caller must handle.

RuleError
├── QuantityOutOfRange   a quantity of nothing, or more than a line can hold
├── AmountOutOfRange     a sum beyond what the till can book
├── DiscountTooLarge     a discount above the amount it reduces
├── TenderRefused        a tender that cannot pay this sale
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
    """The tender cannot pay this sale; `reason` is one of zero, above_due, change_too_large."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SaleDoesNotAddUp(RuleError):
    """The figures of a finished sale contradict each other."""
