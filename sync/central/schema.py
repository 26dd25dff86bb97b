"""Central's tables, for SQLite and PostgreSQL alike.

What is a store's own has `store_id` first in its key, so that a sharded database can keep a store
together; stock levels and streams are shared (tests/central/test_sharding.py). Money is minor units,
quantities are thousandths, times are UTC milliseconds.
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

from sync.central.columns import flag, key, must, text, whole
from sync.central.columns import metadata as metadata
from sync.central.feed_tables import feed as feed
from sync.central.feed_tables import stream_head as stream_head

server_state = Table("server_state", metadata, key("name"), must("value"))
"""`epoch` (the id of this database's history) and `secret` (signs tokens and cursors)."""

# --- who is who ---

tenant = Table("tenant", metadata, key("tenant_id"), must("name"), must("pin_pepper"))

place = Table(
    "place",
    metadata,
    key("place_id"),
    must("tenant_id"),
    must("area"),
    must("name"),
    must("kind"),
)
"""Where stock lies; `kind` is store or warehouse, `area` names the stream its figures go to."""

store = Table(
    "store",
    metadata,
    key("store_id"),
    must("tenant_id"),
    must("store_no"),
    must("name"),
    must("price_list"),
    must("area"),
    must("place_id"),
    UniqueConstraint("tenant_id", "store_no"),
)

staff = Table(
    "staff",
    metadata,
    key("store_id"),
    key("staff_id"),
    must("name"),
    must("role"),
    must("rights_json"),
    must("pin_hash"),
    Column("pin_length", Integer, nullable=False),
    flag("active", 1),
)

customer = Table(
    "customer",
    metadata,
    key("tenant_id"),
    key("customer_id"),
    must("name"),
    text("email"),
    text("phone"),
    text("city"),
    text("locale"),
    whole("created_at_ms"),
    text("area"),
    text("loyalty_no"),
    Column("consents_json", Text, nullable=False, server_default="[]"),
    whole("points"),
    text("tier"),
    flag("version", 1),
)
"""`area` names the stream that tells the tills; `version` counts the states they have been told.
`consents_json` lists what the customer has allowed (`marketing.email`, …); all else is not."""

# --- what can be sold ---

tax_rate = Table(
    "tax_rate",
    metadata,
    key("tenant_id"),
    key("code"),
    must("name"),
    Column("ppm", Integer, nullable=False),
)

product = Table(
    "product",
    metadata,
    key("tenant_id"),
    key("product_id"),
    must("name"),
    text("category"),
    text("brand"),
    Column("axes_json", Text, nullable=False, server_default="[]"),
)

variant = Table(
    "variant",
    metadata,
    key("tenant_id"),
    key("sku"),
    must("product_id"),
    must("name"),
    Column("options_json", Text, nullable=False, server_default="[]"),
    must("unit"),
    must("tax_code"),
    text("category"),
    flag("active", 1),
    whole("sort"),
    Index(None, "tenant_id", "product_id"),
)

barcode = Table(
    "barcode",
    metadata,
    key("tenant_id"),
    key("code_key"),
    key("sku"),
    Index(None, "tenant_id", "sku"),
)
"""One code may stand on several variants: the till asks which."""

price = Table(
    "price",
    metadata,
    key("price_list"),
    key("sku"),
    Column("amount", BigInteger, nullable=True),
)
"""NULL is an open price, asked for at the till."""

setting = Table("setting", metadata, key("store_id"), key("name"), must("value_json"))

tile = Table(
    "tile",
    metadata,
    key("store_id"),
    key("tile_id"),
    must("page_category"),
    Column("position", Integer, nullable=False),
    must("product_id"),
    text("label"),
)

# --- tills ---

device = Table(
    "device",
    metadata,
    key("store_id"),
    key("device_id"),
    must("till_no"),
    must("pubkey"),
    must("state"),
    Column("incarnation", Integer, nullable=False),
    text("app"),
    text("hw"),
    whole("enrolled_at_ms"),
    whole("seen_at_ms"),
    Index(None, "device_id"),
)
"""`state` is active or revoked; `incarnation` is the newest one that has spoken."""

chain = Table(
    "chain",
    metadata,
    key("store_id"),
    key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    whole("seq"),
    must("hash"),
    whole("journal_head"),
)
"""How far each incarnation of a till has been accepted."""

enrolment = Table(
    "enrolment",
    metadata,
    key("code_hash"),
    must("store_id"),
    must("till_no"),
    whole("expires_at_ms"),
    Column("used_at_ms", BigInteger, nullable=True),
    text("device_id"),
)

nonce = Table(
    "nonce",
    metadata,
    key("device_id"),
    key("nonce"),
    whole("expires_at_ms"),
    Index(None, "expires_at_ms"),
)

# --- what happened ---

inbox = Table(
    "inbox",
    metadata,
    key("store_id"),
    key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    must("id"),
    must("type"),
    whole("occurred_at_ms"),
    whole("mono_ms"),
    text("boot_id"),
    whole("clock_offset_ms"),
    text("actor"),
    must("payload"),
    must("hash"),
    Column("sig", Text, nullable=True),
    whole("received_at_ms"),
    must("status"),
    text("code"),
    text("detail"),
    Index(None, "store_id", "status"),
)
"""Every fact ever accepted; `status` is applied, exception or quarantined. Never deleted: it is the
permanent dedupe key."""

fact_exception = Table(
    "fact_exception",
    metadata,
    key("store_id"),
    key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    key("code"),
    text("detail"),
    whole("raised_at_ms"),
    Column("resolved_at_ms", BigInteger, nullable=True),
    Index(None, "store_id", "resolved_at_ms"),
)
"""A rule that a recorded fact breaks, for a person to look at."""

shift = Table(
    "shift",
    metadata,
    key("store_id"),
    key("shift_id"),
    must("device_id"),
    whole("number"),
    must("cashier_id"),
    must("cashier_name"),
    whole("opened_at_ms"),
    must("business_on"),
    must("currency"),
    whole("float_minor"),
)

sale = Table(
    "sale",
    metadata,
    key("store_id"),
    key("sale_id"),
    must("device_id"),
    Column("incarnation", Integer, nullable=False),
    whole("seq"),
    must("receipt_no"),
    whole("number"),
    must("till_id"),
    must("shift_id"),
    must("cashier_id"),
    must("cashier_name"),
    must("currency"),
    Column("digits", Integer, nullable=False),
    whole("cash_step"),
    must("tax_mode"),
    must("tax_rounding"),
    whole("completed_at_ms"),
    whole("subtotal_minor"),
    whole("discount_minor"),
    whole("tax_minor"),
    whole("total_minor"),
    whole("rounding_minor"),
    whole("change_minor"),
    whole("received_at_ms"),
    Index(None, "store_id", "receipt_no"),
    Index(None, "store_id", "completed_at_ms"),
)

sale_line = Table(
    "sale_line",
    metadata,
    key("store_id"),
    key("sale_id"),
    key("line_id"),
    flag("position", 0),
    text("sku"),
    text("name"),
    text("detail"),
    text("code"),
    text("unit"),
    whole("qty"),
    whole("unit_minor"),
    whole("amount_minor"),
    whole("disc_minor"),
    text("disc_reason"),
    whole("net_minor"),
    text("tax_code"),
    whole("tax_ppm"),
    whole("tax_minor"),
    text("stock_loc"),
    Column("sold", BigInteger, nullable=True),
    whole("held"),
    whole("refunded"),
    whole("over_refunded"),
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
    key("store_id"),
    key("sale_id"),
    key("tender_id"),
    Column("position", Integer, nullable=False),
    must("kind"),
    whole("amount_minor"),
    text("ref"),
)

# --- stock ---

stock_move = Table(
    "stock_move",
    metadata,
    key("store_id"),
    key("kind"),
    key("ref_id"),
    must("place_id"),
    must("sku"),
    whole("delta"),
    whole("occurred_at_ms"),
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
    "stock_level", metadata, key("place_id"), key("sku"), whole("qty"), whole("as_of_ms")
)
"""Always the sum of the ledger's deltas."""
