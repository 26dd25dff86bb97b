"""What central found when a fact of this till reached it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fact that waits at central for a person. What happened is booked or kept; nothing is lost.

    `status` is exception (booked, breaks a rule) or quarantined (kept, not booked yet); `code` names
    the rule, `detail` is central's figures about it. `receipt_no` is empty when it was no sale.
    """

    incarnation: int
    fact_seq: int
    status: str
    code: str
    detail: str
    at_ms: int
    receipt_no: str
