"""Central's tables, for SQLite and PostgreSQL alike.

Whatever lies on a sale's path has `store_id` first in its key, so that a sharded database can keep
a store together. Money is minor units, quantities are thousandths, times are UTC milliseconds.
Columns ending in `_json` hold JSON text and travel to the tills as that text.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    column,
    event,
    table,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _must(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _int(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def _flag(name: str, default: int) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default))


server_state = Table("server_state", metadata, _key("name"), _must("value"))
"""`epoch` (the id of this database's history) and `secret` (signs tokens and cursors)."""

# --- who is who ---

tenant = Table("tenant", metadata, _key("tenant_id"), _must("name"), _must("pin_pepper"))

place = Table(
    "place",
    metadata,
    _key("place_id"),
    _must("tenant_id"),
    _must("area"),
    _must("name"),
    _must("kind"),
)
"""Where stock lies; `kind` is store or warehouse, `area` names the stream its figures go to."""

store = Table(
    "store",
    metadata,
    _key("store_id"),
    _must("tenant_id"),
    _must("store_no"),
    _must("name"),
    _must("price_list"),
    _must("area"),
    _must("place_id"),
    UniqueConstraint("tenant_id", "store_no"),
)

staff = Table(
    "staff",
    metadata,
    _key("store_id"),
    _key("staff_id"),
    _must("name"),
    _must("role"),
    _must("rights_json"),
    _must("pin_hash"),
    Column("pin_length", Integer, nullable=False),
    _flag("active", 1),
)

customer = Table(
    "customer",
    metadata,
    _key("tenant_id"),
    _key("customer_id"),
    _must("name"),
    _text("email"),
    _text("phone"),
    _text("city"),
    _text("locale"),
    _int("created_at_ms"),
    _text("area"),
    _text("loyalty_no"),
    Column("consents_json", Text, nullable=False, server_default="[]"),
    _int("points"),
    _text("tier"),
    _flag("version", 1),
)
"""`area` names the stream that tells the tills; `version` counts the states they have been told.
`consents_json` lists what the customer has allowed (`marketing.email`, …); all else is not."""

# --- what can be sold ---

tax_rate = Table(
    "tax_rate",
    metadata,
    _key("tenant_id"),
    _key("code"),
    _must("name"),
    Column("ppm", Integer, nullable=False),
)

product = Table(
    "product",
    metadata,
    _key("tenant_id"),
    _key("product_id"),
    _must("name"),
    _text("category"),
    _text("brand"),
    Column("axes_json", Text, nullable=False, server_default="[]"),
)

variant = Table(
    "variant",
    metadata,
    _key("tenant_id"),
    _key("sku"),
    _must("product_id"),
    _must("name"),
    Column("options_json", Text, nullable=False, server_default="[]"),
    _must("unit"),
    _must("tax_code"),
    _text("category"),
    _flag("active", 1),
    _int("sort"),
    Index(None, "tenant_id", "product_id"),
)

barcode = Table(
    "barcode",
    metadata,
    _key("tenant_id"),
    _key("code_key"),
    _key("sku"),
    Index(None, "tenant_id", "sku"),
)
"""One code may stand on several variants: the till asks which."""

price = Table(
    "price",
    metadata,
    _key("price_list"),
    _key("sku"),
    Column("amount", BigInteger, nullable=True),
)
"""NULL is an open price, asked for at the till."""

setting = Table("setting", metadata, _key("store_id"), _key("name"), _must("value_json"))

tile = Table(
    "tile",
    metadata,
    _key("store_id"),
    _key("tile_id"),
    _must("page_category"),
    Column("position", Integer, nullable=False),
    _must("product_id"),
    _text("label"),
)

# --- tills ---

device = Table(
    "device",
    metadata,
    _key("store_id"),
    _key("device_id"),
    _must("till_no"),
    _must("pubkey"),
    _must("state"),
    Column("incarnation", Integer, nullable=False),
    _text("app"),
    _text("hw"),
    _int("enrolled_at_ms"),
    _int("seen_at_ms"),
    Index(None, "device_id"),
)
"""`state` is active or revoked; `incarnation` is the newest one that has spoken."""

chain = Table(
    "chain",
    metadata,
    _key("store_id"),
    _key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    _int("seq"),
    _must("hash"),
    _int("journal_head"),
)
"""How far each incarnation of a till has been accepted."""

enrolment = Table(
    "enrolment",
    metadata,
    _key("code_hash"),
    _must("store_id"),
    _must("till_no"),
    _int("expires_at_ms"),
    Column("used_at_ms", BigInteger, nullable=True),
    _text("device_id"),
)

nonce = Table(
    "nonce",
    metadata,
    _key("device_id"),
    _key("nonce"),
    _int("expires_at_ms"),
    Index(None, "expires_at_ms"),
)

# --- what happened ---

inbox = Table(
    "inbox",
    metadata,
    _key("store_id"),
    _key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _must("id"),
    _must("type"),
    _int("occurred_at_ms"),
    _int("mono_ms"),
    _text("boot_id"),
    _int("clock_offset_ms"),
    _text("actor"),
    _must("payload"),
    _must("hash"),
    Column("sig", Text, nullable=True),
    _int("received_at_ms"),
    _must("status"),
    _text("code"),
    _text("detail"),
    Index(None, "store_id", "status"),
)
"""Every fact ever accepted; `status` is applied, exception or quarantined. Never deleted: it is the
permanent dedupe key."""

fact_exception = Table(
    "fact_exception",
    metadata,
    _key("store_id"),
    _key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _key("code"),
    _text("detail"),
    _int("raised_at_ms"),
    Column("resolved_at_ms", BigInteger, nullable=True),
    Index(None, "store_id", "resolved_at_ms"),
)
"""A rule that a recorded fact breaks, for a person to look at."""

shift = Table(
    "shift",
    metadata,
    _key("store_id"),
    _key("shift_id"),
    _must("device_id"),
    _int("number"),
    _must("cashier_id"),
    _must("cashier_name"),
    _int("opened_at_ms"),
    _must("business_on"),
    _must("currency"),
    _int("float_minor"),
)

sale = Table(
    "sale",
    metadata,
    _key("store_id"),
    _key("sale_id"),
    _must("device_id"),
    Column("incarnation", Integer, nullable=False),
    _int("seq"),
    _must("receipt_no"),
    _int("number"),
    _must("till_id"),
    _must("shift_id"),
    _must("cashier_id"),
    _must("cashier_name"),
    _must("currency"),
    Column("digits", Integer, nullable=False),
    _int("cash_step"),
    _must("tax_mode"),
    _must("tax_rounding"),
    _int("completed_at_ms"),
    _int("subtotal_minor"),
    _int("discount_minor"),
    _int("tax_minor"),
    _int("total_minor"),
    _int("rounding_minor"),
    _int("change_minor"),
    _int("received_at_ms"),
    Index(None, "store_id", "receipt_no"),
    Index(None, "store_id", "completed_at_ms"),
)

sale_line = Table(
    "sale_line",
    metadata,
    _key("store_id"),
    _key("sale_id"),
    _key("line_id"),
    _flag("position", 0),
    _text("sku"),
    _text("name"),
    _text("detail"),
    _text("code"),
    _text("unit"),
    _int("qty"),
    _int("unit_minor"),
    _int("amount_minor"),
    _int("disc_minor"),
    _text("disc_reason"),
    _int("net_minor"),
    _text("tax_code"),
    _int("tax_ppm"),
    _int("tax_minor"),
    _text("stock_loc"),
    Column("sold", BigInteger, nullable=True),
    _int("held"),
    _int("refunded"),
    _int("over_refunded"),
    CheckConstraint(
        "held >= 0 AND refunded >= 0 AND over_refunded >= 0 AND held + refunded <= sold",
        name="ck_sale_line_refundable",
    ),
)
"""The last four say what of a line may still be paid back. `sold` is NULL, and the rest empty, while
only a refund of the line is known: nothing can be held then. What facts paid back beyond `sold` is
counted in `over_refunded`."""

sale_tender = Table(
    "sale_tender",
    metadata,
    _key("store_id"),
    _key("sale_id"),
    _key("tender_id"),
    Column("position", Integer, nullable=False),
    _must("kind"),
    _int("amount_minor"),
    _text("ref"),
)

# --- stock ---

stock_move = Table(
    "stock_move",
    metadata,
    _key("store_id"),
    _key("kind"),
    _key("ref_id"),
    _must("place_id"),
    _must("sku"),
    _int("delta"),
    _int("occurred_at_ms"),
    Index(None, "place_id", "sku"),
)
"""Signed movements, each booked once: `kind` says what moved (opening, delivery, ...), `ref_id` which
one (`place|sku`). `store_id` is who booked it; a warehouse books under its place id. A sold line
is a movement itself and stands only in `sale_line`."""

_LEDGER_VIEW = """CREATE VIEW stock_ledger AS
 SELECT store_id, kind, ref_id, place_id, sku, delta, occurred_at_ms FROM stock_move
 UNION ALL
 SELECT sale_line.store_id, 'sale', line_id, stock_loc, sku, -qty, completed_at_ms
 FROM sale_line JOIN sale
 ON sale.store_id = sale_line.store_id AND sale.sale_id = sale_line.sale_id
 WHERE sold IS NOT NULL"""

stock_ledger = table(
    "stock_ledger",
    *(column(it.name, it.type) for it in stock_move.columns),
)
"""Every movement, to be read: a view over sold lines and the rest."""


@event.listens_for(metadata, "after_create")
def _create_view(_metadata: MetaData, conn: Connection, **_options: object) -> None:
    conn.exec_driver_sql(_LEDGER_VIEW)


@event.listens_for(metadata, "before_drop")
def _drop_view(_metadata: MetaData, conn: Connection, **_options: object) -> None:
    conn.exec_driver_sql("DROP VIEW IF EXISTS stock_ledger")


stock_level = Table(
    "stock_level",
    metadata,
    _key("place_id"),
    _key("sku"),
    _int("qty"),
    _int("as_of_ms"),
)
"""Always the sum of the ledger's deltas."""

# --- streams to the tills ---

stream_head = Table("stream_head", metadata, _key("stream"), _int("seq"), _int("min_seq"))
"""Bumped last in a writer's transaction and locked until its commit: seq order is visibility order.
A till that is behind `min_seq` may have missed a row that went: its tombstone is not kept for ever."""

stream_mark = Table(
    "stream_mark",
    metadata,
    _key("stream"),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _int("at_ms"),
)
"""Where a stream was at which time, noted by `compact`: how old a row of the feed is at least."""

feed = Table(
    "feed",
    metadata,
    _key("stream"),
    _key("entity"),
    _key("entity_id"),
    _int("seq"),
    _must("body"),
    UniqueConstraint("stream", "seq"),
)
"""The newest row of every entity as the tills will read it: `body` is the JSON text `[seq, op, *cols]`."""
