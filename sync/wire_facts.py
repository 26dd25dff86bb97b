"""Payloads of facts, version 1: what happened at a till, as it is booked for ever."""

from typing import Annotated, Literal

from pydantic import Field

from sync.wire import Amount, Ident, Message, Minor, Name, Whole


class SaleLineV1(Message):
    line_id: Ident
    sku: Name
    name: Name
    detail: Name = ""
    code: Name = ""
    unit: Literal["piece", "kg"]
    qty: Whole
    unit_minor: Minor
    amount_minor: Minor
    disc_minor: Minor
    disc_reason: Name = ""
    net_minor: Minor
    tax_code: Name
    tax_ppm: Whole
    tax_minor: Minor
    stock_loc: Ident


class TenderV1(Message):
    tender_id: Ident
    kind: Name
    amount_minor: Minor
    ref: Name = ""


class TaxTotalV1(Message):
    code: Name
    name: Name
    ppm: Whole
    net_minor: Minor
    tax_minor: Minor


class HoldUsedV1(Message):
    """A hold that a sale uses up, and for what: central may have been restored to before it was given.

    `subject` is the account, `amount` in its `currency` (empty: the sale's); or a coupon's code, and
    how many uses.
    """

    hold_id: Ident
    kind: Literal["value", "coupon"]
    subject: Ident
    amount: Amount
    currency: Annotated[str, Field(max_length=8)] = ""


class SaleCompletedV1(Message):
    """`sale.completed.v1`: everything printed on the receipt and nothing that must be looked up."""

    sale_id: Ident
    receipt_no: Name
    number: Whole
    store_id: Ident
    till_id: Ident
    shift_id: Ident
    cashier_id: Ident
    cashier_name: Name
    currency: Annotated[str, Field(min_length=3, max_length=3)]
    digits: Whole
    cash_step: Whole
    tax_mode: Literal["inclusive", "exclusive"]
    tax_rounding: Literal["line", "document"]
    completed_at_ms: Whole
    lines: Annotated[list[SaleLineV1], Field(min_length=1, max_length=2000)]
    taxes: list[TaxTotalV1]
    tenders: list[TenderV1]
    holds: Annotated[list[HoldUsedV1], Field(max_length=100)] = Field(default=[])
    subtotal_minor: Minor
    discount_minor: Minor
    tax_minor: Minor
    total_minor: Minor
    rounding_minor: Minor
    change_minor: Minor


class ShiftOpenedV1(Message):
    """`shift.opened.v1`."""

    shift_id: Ident
    number: Whole
    cashier_id: Ident
    cashier_name: Name
    opened_at_ms: Whole
    business_on: str
    float_minor: Minor
    currency: str


class AuthEventV1(Message):
    """`auth.event.v1`: signed_in, signed_out, refused, locked_out, drawer_opened, basket_voided."""

    what: Name
    staff_id: str = ""
    detail: str = ""


class DeviceRecoveredV1(Message):
    """`device.recovered.v1`: the first fact of a life that follows another one, and why it does."""

    reason: Name
    known_through: Whole = 0
    """How far the old life is known to have got."""
    old_device_id: Ident
    old_incarnation: Whole
    told_again_from: Whole | None = None
    """From this fact of the old life on, its facts follow once more in the new one."""


class ClockEventV1(Message):
    """`clock.event.v1`: the wall clock went back behind the last fact."""

    back_ms: Whole
    last_fact_ms: Whole


class RefundLineV1(Message):
    line_id: Ident
    qty: Amount
    amount_minor: Minor


class RefundCompletedV1(Message):
    """`refund.completed.v1`: money was paid back. `store_id` sold it; `hold_ids` are resolved by it,
    none for a sale that never left this till."""

    refund_id: Ident
    sale_id: Ident
    store_id: Ident
    shift_id: Ident
    cashier_id: Ident
    lines: Annotated[list[RefundLineV1], Field(min_length=1, max_length=2000)]
    tenders: list[TenderV1]
    hold_ids: list[Ident] = Field(default=[])
    currency: Annotated[str, Field(min_length=3, max_length=3)]
    total_minor: Minor
    completed_at_ms: Whole
    reason: Name = ""


class HoldReleasedV1(Message):
    """`hold.released.v1`: the till did not use the hold; it writes this at start for each it left."""

    hold_id: Ident
    reason: Name = ""


class ValueIssuedV1(Message):
    """`value.issued.v1`: a gift card or credit was issued or topped up."""

    entry_id: Ident
    account_id: Ident
    kind: Literal["gift_card", "store_credit", "points"]
    currency: Annotated[str, Field(min_length=3, max_length=8)]
    amount_minor: Amount
    issued_at_ms: Whole


class OrderHandedOverV1(Message):
    """`order.handed_over.v1`: these lines of a pickup order left the house."""

    order_id: Ident
    line_ids: Annotated[list[Ident], Field(min_length=1, max_length=2000)]
    fence: Annotated[int, Field(ge=0, lt=2**63)] = 0
    handed_over_at_ms: Whole
