"""Requests that need permission, and their answers (protocol.md 4.2, 9)."""

from typing import Annotated, Literal

from pydantic import Field

from sync.wire import Amount, Answer, Ident, Message

CommandType = Literal[
    "refund.hold",
    "value.hold",
    "coupon.hold",
    "hold.release",
    "order.claim",
    "order.transition",
    "custody.transfer",
]


class CommandRequest(Message):
    """Body of `PUT /v1/commands/{id}`. The id is made and kept by the till before it asks; what it
    reserves is held under the same id. The same id with anything else in this body is a 422."""

    type: CommandType
    args: dict[str, object]
    expected_version: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class CommandAnswer(Answer):
    """`granted` and `refused` are final for ever; `pending` is to be asked again, same id.

    `valid_for_ms` counts from the sending of the request, on the till's monotonic clock.
    """

    status: Literal["granted", "refused", "pending"]
    code: str = ""
    detail: str = ""
    retry_after_ms: int | None = None
    hold_id: str | None = None
    valid_for_ms: int | None = None
    version: int | None = None
    fence: int | None = None


class LineQty(Message):
    line_id: Ident
    qty: Amount


class RefundHoldArgs(Message):
    """`refund.hold`; `store_id` is the store that sold, the till's own if empty."""

    sale_id: Ident
    lines: Annotated[list[LineQty], Field(min_length=1, max_length=2000)]
    store_id: Annotated[str, Field(max_length=64)] = ""


class ValueHoldArgs(Message):
    """`value.hold`: gift card, store credit or points."""

    account_id: Ident
    amount_minor: Amount
    currency: Annotated[str, Field(min_length=3, max_length=8)]


class CouponHoldArgs(Message):
    code: Ident


class HoldReleaseArgs(Message):
    hold_id: Ident


class OrderClaimArgs(Message):
    """`order.claim`: a lease of 90 s; asked again under a new id it is renewed."""

    order_id: Ident


class OrderTransitionArgs(Message):
    """`order.transition`: needs `expected_version`, and the fence of a claim if there is one."""

    order_id: Ident
    to: Literal[
        "allocated",
        "picking",
        "ready",
        "handed_over",
        "cancelled",
        "not_collected",
        "returned",
    ]
    fence: Annotated[int, Field(ge=0, lt=2**63)] = 0


class CustodyTransferArgs(Message):
    """`custody.transfer`: the owner gives an order to another till of its store."""

    order_id: Ident
    to_device_id: Ident
