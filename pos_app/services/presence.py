"""Who is at the till, what they may do, and the facts they leave behind."""

from collections.abc import Callable

from pos_app.domain.clock import Now
from pos_app.domain.errors import NotAllowed, NotNow
from pos_app.domain.staff import Right, Staff
from pos_app.services.needs import FactLog


class Presence:
    """`staff` is None while the till is locked."""

    def __init__(self, facts: FactLog, now: Callable[[], Now]) -> None:
        self._facts, self._now = facts, now
        self.staff: Staff | None = None

    def may(self, right: Right) -> bool:
        return self.staff is not None and self.staff.may(right)

    def allow(self, right: Right) -> Staff:
        """The person signed in, or NotNow("locked"), or NotAllowed."""
        if self.staff is None:
            raise NotNow("locked")
        if not self.staff.may(right):
            raise NotAllowed(right)
        return self.staff

    def record(self, what: str, detail: str = "") -> None:
        """Write down that the person signed in did something without a fact of its own."""
        if self.staff is None:
            raise NotNow("locked")
        staff_id = self.staff.staff_id
        payload = {"what": what, "staff_id": staff_id, "detail": detail}
        self._facts.record("auth.event.v1", staff_id, payload, self._now())
