"""The messages between till and central, version 1. Shared by both ends; the meaning never changes.

Money is whole minor units, quantities are thousandths, times are UTC milliseconds. The payload of a
fact travels as a string, so that its hash never depends on re-serialising.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PROTO = 1
MAX_FACTS = 200
"""Facts in one push."""
MAX_PUSH_BYTES = 512 * 1024
MAX_PAYLOAD = 256 * 1024
PAGE_ROWS = 4000
"""Rows the till asks for in one page of changes; it writes them in chunks of at most 500."""

Minor = Annotated[int, Field(ge=-(10**15), le=10**15)]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""Any number a database column can hold."""
Name = Annotated[str, Field(max_length=512)]
Ident = Annotated[str, Field(min_length=1, max_length=64)]
Hex32 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Message(BaseModel):
    """Unknown fields are ignored, types are strict, nothing is changed after reading."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Answer(Message):
    """What every answer carries."""

    epoch: str
    server_time_ms: int


class Checkpoint(Message):
    """Central's word that this till's facts reach `seq` with this hash (sync.seals)."""

    seq: Annotated[int, Field(ge=0, lt=2**63)]
    hash: Hex32
    sig: Annotated[str, Field(max_length=100)]


class EnrolRequest(Message):
    """`pubkey` is the raw Ed25519 public key in base64."""

    code: Annotated[str, Field(min_length=4, max_length=64)]
    pubkey: Annotated[str, Field(min_length=40, max_length=64)]
    app: Name = ""
    hw: Name = ""


class EnrolAnswer(Answer):
    device_id: Ident
    store_id: Ident
    store_no: Ident
    store_name: Name
    till_no: Ident
    pin_pepper: str
    incarnation: int = 1
    """One more for every earlier device of this till, so that no receipt number repeats."""
    central_key: str = ""
    """Central's raw Ed25519 public key in base64: what its checkpoints are proven with."""


class TokenRequest(Message):
    """`sig` is Ed25519 over `omnitill-token|device_id|nonce|ts_ms`, base64; a nonce works once."""

    device_id: Ident
    nonce: Annotated[str, Field(min_length=16, max_length=64)]
    ts_ms: int
    sig: Annotated[str, Field(min_length=80, max_length=100)]


class TokenAnswer(Answer):
    token: str
    expires_in_s: int


class HelloRequest(Message):
    device_id: Ident
    incarnation: Annotated[int, Field(ge=1, lt=2**31)]
    last_seq: Annotated[int, Field(ge=0, lt=2**63)]
    last_hash: Hex32
    epoch: str | None = None
    proto: list[int]
    app: Name = ""


class HelloAnswer(Answer):
    """`behind`: central knows more facts of this till than the till does (a restored backup)."""

    state: Literal["ok", "behind", "fork", "revoked", "upgrade"]
    recovering: bool = False
    next_expected: int
    accepted_through: int
    durable_through: int
    heads: dict[str, int]
    checkpoint: Checkpoint | None = None
    """Of the last fact central has; None before the first."""
    central_key: str = ""
    """For tills that enrolled before there were checkpoints."""


class WireFact(Message):
    seq: Annotated[int, Field(ge=1, lt=2**63)]
    id: Ident
    type: Annotated[str, Field(min_length=1, max_length=64)]
    occurred_at_ms: Whole
    mono_ms: Whole
    boot_id: Annotated[str, Field(max_length=64)]
    clock_offset_ms: Whole
    actor: Annotated[str, Field(max_length=64)]
    payload: Annotated[str, Field(max_length=MAX_PAYLOAD)]
    hash: Hex32
    sig: str | None = None


class PushRequest(Message):
    device_id: Ident
    incarnation: Annotated[int, Field(ge=1, lt=2**31)]
    from_seq: Annotated[int, Field(ge=1, lt=2**63)]
    prev_hash: Hex32
    journal_head: Annotated[int, Field(ge=0, lt=2**63)]
    events: Annotated[list[WireFact], Field(min_length=1, max_length=MAX_FACTS)]


class FactResult(Message):
    """Only facts that are not plain OK are listed."""

    seq: int
    status: Literal["exception", "quarantined"]
    code: str
    detail: str = ""


class PushAnswer(Answer):
    accepted_through: int
    durable_through: int
    next_expected: int
    results: list[FactResult] = []
    checkpoint: Checkpoint | None = None


class ForkAnswer(Answer):
    """Body of a 409: the till's history and central's part at `seq`; or a gap to send from."""

    error: Literal["fork", "gap"]
    seq: int
    next_expected: int


class Block(Message):
    """Rows of one entity of one stream as arrays; each row is [seq, op, *cols], op is put or del.

    A `del` row has its key columns only; the key is the first column.
    """

    stream: str
    entity: str
    cols: list[str]
    rows: list[list[object]]


class ChangesAnswer(Answer):
    """A page. The till checks `from_cursor` against its own, then applies rows and `next_cursor`
    in one transaction. `resnapshot` names streams that start again from nothing: rows of theirs
    that do not come back are gone. `heads` and `positions` say how far there is to go."""

    from_cursor: str
    next_cursor: str
    blocks: list[Block]
    row_count: int
    has_more: bool
    includes_own_through: int = 0
    resnapshot: list[str] = []
    positions: dict[str, int] = {}
    heads: dict[str, int] = {}


class Head(Message):
    """Data of the `head` event of GET /v1/notify: a stream has got this far."""

    stream: str
    seq: int


class LookupAnswer(Answer):
    """What central knows of one scanned code: the same blocks as a page, without a cursor."""

    blocks: list[Block]


class EntityDigest(Message):
    """How many rows there are, and the sum of their hashes (sync.digests)."""

    count: Annotated[int, Field(ge=0)]
    sum: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]


class StreamDigest(Message):
    at: int
    """The stream's head that this is true of."""
    entities: dict[str, EntityDigest]


class DigestAnswer(Answer):
    """By stream; one that moved on since the till's cursor is not there."""

    digests: dict[str, StreamDigest]


class SnapshotManifest(Answer):
    """A ready-made file for the first load: zstd around a SQLite file with a table for each entity,
    `seq` and the columns of the wire. `sig` is central's over name, hash and size (sync.seals);
    pages go on from `cursor`."""

    name: Annotated[str, Field(pattern="^[0-9a-f]{16}-[0-9a-f]{16}$")]
    sha256: Hex32
    size: Annotated[int, Field(ge=1)]
    sig: Annotated[str, Field(max_length=100)]
    rows: Annotated[int, Field(ge=0)]
    cursor: Annotated[str, Field(min_length=1)]
    includes_own_through: Annotated[int, Field(ge=0)]


class Problem(Message):
    """Body of every refusal: a key for programs, words for people."""

    error: str
    detail: str = ""


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
    hold_ids: list[str] = []
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


class ClockEventV1(Message):
    """`clock.event.v1`: the wall clock went back behind the last fact."""

    back_ms: Whole
    last_fact_ms: Whole


CommandType = Literal[
    "refund.hold",
    "value.hold",
    "coupon.hold",
    "hold.release",
    "order.claim",
    "order.transition",
    "custody.transfer",
]
Amount = Annotated[int, Field(ge=1, le=10**15)]


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
    hold_ids: list[Ident] = []
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
