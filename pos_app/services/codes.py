"""What a scanned code says: which article, how much of it, at what price, or why it cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pos_app.domain.money import Money, Qty
from pos_app.domain.settings import MeasureRule


class CodeKind(StrEnum):
    PRODUCT = "product"
    STAFF_BADGE = "staff_badge"
    RECEIPT = "receipt"
    PICKUP = "pickup"
    EMPTY = "empty"
    GARBLED = "garbled"
    TOO_LONG = "too_long"
    CHECK_DIGIT = "check_digit"
    """Looks like a GTIN or a label, but a check digit is wrong; `keys` still finds in-house codes."""


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A code that was understood. `keys` are to be looked up in order; the first hit counts."""

    kind: CodeKind
    text: str
    keys: tuple[str, ...] = ()
    qty: Qty | None = None
    price: Money | None = None


def read_code(raw: str | bytes, rules: Sequence[MeasureRule] = (), digits: int = 2) -> CodeRead:
    """Understand a code as a scanner sent it; `digits` are those of the shop's currency."""
    text = raw.decode() if isinstance(raw, bytes) else raw
    return CodeRead(CodeKind.PRODUCT, text, (text,))
