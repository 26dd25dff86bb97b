"""Who may use the till and what they may do."""

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    SELL = "sell"
    OPEN_SHIFT = "open_shift"
    OPEN_DRAWER = "open_drawer"
    DISCOUNT = "discount"
    OPEN_PRICE = "open_price"
    VOID_BASKET = "void_basket"
    DEVICES = "devices"


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of this store; the PIN hash never leaves the store package."""

    staff_id: str
    name: str
    role: str
    rights: frozenset[Right]
    pin_length: int

    def may(self, right: Right) -> bool:
        return right in self.rights


@dataclass(frozen=True, slots=True)
class SignInResult:
    """What came of a PIN: `staff` when it was right, else tries left and the wait before the next."""

    ok: bool
    staff: Staff | None
    tries_left: int = 0
    wait_s: int = 0
