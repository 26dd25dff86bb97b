"""The messages between till and central, version 1. Shared by both ends; the meaning never changes.

Money is whole minor units, quantities are thousandths, times are UTC milliseconds. The payload of a
fact travels as a string, so that its hash never depends on re-serialising.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PROTO = 1
SCHEMA = 2
"""Which streams a till can keep: 2 added customers and verdicts on its own facts. Central sends no
other, so a till that learns of one later has nothing of it and gets it from its first row."""
MAX_FACTS = 200
"""Facts in one push."""
MAX_PUSH_BYTES = 512 * 1024
MAX_PAYLOAD = 2 * 1024 * 1024
"""Room for the largest sale a till can make: 500 lines with the longest texts."""
PAGE_ROWS = 4000
"""Rows the till asks for in one page of changes; it writes them in chunks of at most 500."""

Minor = Annotated[int, Field(ge=-(10**15), le=10**15)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
"""How many, or a place in a sequence; 0 is before the first."""
Moment = Annotated[int, Field(ge=0, lt=2**53)]
"""UTC milliseconds; a difference of two is a number that a database column can hold."""
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
    server_time_ms: Moment


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
    incarnation: Annotated[int, Field(ge=1, lt=2**31)] = 1
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
    expires_in_s: Annotated[int, Field(ge=0, le=24 * 3600)]


class TimeAnswer(Answer):
    """`sig` is central's over `omnitill-time|nonce|server_time_ms`; empty if no nonce was sent."""

    sig: Annotated[str, Field(max_length=100)] = ""


class AuthorityAnswer(Answer):
    """Who certifies this server. `certificate` is PEM; `pins` are the authority's keys as of
    `made_at_ms`, signed by central (`sync.keys.pins_message`)."""

    certificate: Annotated[str, Field(max_length=8192)]
    pins: Annotated[list[Annotated[str, Field(pattern="^[0-9A-Za-z_-]{43}$")]], Field(max_length=2)]
    made_at_ms: Annotated[int, Field(ge=0, lt=2**63)]
    sig: Annotated[str, Field(max_length=100)]


class HelloRequest(Message):
    device_id: Ident
    incarnation: Annotated[int, Field(ge=1, lt=2**31)]
    last_seq: Annotated[int, Field(ge=0, lt=2**63)]
    last_hash: Hex32
    known_through: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """How far a life that has ended is known to have got, where the till has not all of it."""
    epoch: str | None = None
    cursor: Annotated[str, Field(max_length=4096)] = ""
    """As of the last page: what central has told this till; with less than that it was restored."""
    proto: list[int]
    app: Name = ""


class HelloAnswer(Answer):
    """`behind`: central knows more facts of this till than the till does (a restored backup)."""

    state: Literal["ok", "behind", "fork", "revoked", "upgrade"]
    recovering: bool = False
    next_expected: Count
    accepted_through: Count
    durable_through: Count
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
    epoch: str | None = None
    """Central's, as the till knows it: a batch of before a restore says nothing about after it."""
    events: Annotated[list[WireFact], Field(min_length=1, max_length=MAX_FACTS)]


class OwnFactsAnswer(Answer):
    """A till's own facts, as it once sent them."""

    events: list[WireFact]


class FactResult(Message):
    """Only facts that are not plain OK are listed."""

    seq: int
    status: Literal["exception", "quarantined"]
    code: str
    detail: str = ""


class PushAnswer(Answer):
    accepted_through: Count
    durable_through: Count
    next_expected: Count
    results: list[FactResult] = []
    checkpoint: Checkpoint | None = None


class ForkAnswer(Answer):
    """Body of a 409: the till's history and central's part at `seq`; or a gap to send from."""

    error: Literal["fork", "gap"]
    seq: Count
    next_expected: Count


class Block(Message):
    """Rows of one entity of one stream as arrays; each row is [seq, op, *cols], op is put or del.

    A `del` row has its key columns only; the key is the first column.
    """

    stream: str
    entity: str
    cols: list[str]
    rows: list[Annotated[list[object], Field(min_length=3)]]
    counted: list[int] = []
    """As in a page, of an answer to a look-up."""


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
    counted: list[int] = []
    """Life and seq: of this till's facts, the figures of stock on this page hold those up to here."""
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


Amount = Annotated[int, Field(ge=1, le=10**15)]
