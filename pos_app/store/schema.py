"""Tables of journal.db and replica.db; only a new file and a migration load them.

Money is minor units, quantities are thousandths, times are UTC milliseconds. All tables are STRICT,
so a value of a wrong type is refused by SQLite itself. A change here needs a migration, and a new
revision at the end of the list in `revisions`.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, text


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _int(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _zero(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _maybe(name: str) -> Column[int]:
    return Column(name, Integer)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _rowid(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _table(name: str, metadata: MetaData, *items: Column[int] | Column[str] | Index) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True)


def _clustered(name: str, metadata: MetaData, *items: Column[int] | Column[str]) -> Table:
    """A table that is its primary key's index."""
    return Table(name, metadata, *items, sqlite_strict=True, sqlite_with_rowid=False)


# --- journal.db: what happened here and exists nowhere else yet ---

journal = MetaData()

_table(
    "device",
    journal,
    _rowid("id"),
    _text("device_id"),
    _text("store_id"),
    _text("store_no"),
    _text("store_name"),
    _text("till_no"),
    _int("incarnation"),
    _int("base"),
    _text("server_url"),
    _text("pin_pepper"),
    _int("clock_suspect"),
)
"""One row. `base` + seq is the position of a fact of the current incarnation; `clock_suspect` while
the wall clock is behind the last fact."""

_table(
    "outbox",
    journal,
    _rowid("id"),
    _int("in_flight_through"),
    _int("accepted_through"),
    _int("durable_through"),
    Column("epoch", Text),
)
"""One row: how far central has got with the current incarnation."""

Table(
    "fact",
    journal,
    _rowid("position"),
    _int("incarnation"),
    _int("seq"),
    _text("id"),
    _text("type"),
    _int("occurred_at_ms"),
    _int("mono_ms"),
    _text("boot_id"),
    _int("clock_offset_ms"),
    _text("actor"),
    _text("payload"),
    Column("hash", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""The chain, which is also the outbox. Positions rise by one for ever; seq starts again with each
incarnation."""

_table("life", journal, _rowid("base"), _text("device_id"), _int("incarnation"))
"""Whose the facts after each `base` are: one row for every identity this journal has had."""

_table("central_key", journal, _key("public"), _int("since_ms"))
"""What central's checkpoints are proven with, as it was given at enrolment."""

_clustered(
    "checkpoint",
    journal,
    _key("device_id"),
    _rowid("incarnation"),
    _rowid("seq"),
    _text("hash"),
    _text("sig"),
    _int("at_ms"),
)
"""Central's signed word that the facts reached this far with this hash."""

_table(
    "shift",
    journal,
    _key("shift_id"),
    _int("number"),
    _text("cashier_id"),
    _text("cashier_name"),
    _int("opened_at_ms"),
    _int("float_amount"),
    _text("business_on"),
    _maybe("closed_at_ms"),
    _maybe("close_cash"),
    _int("sale_count"),
    _int("total"),
    _int("rounding"),
)

_clustered("shift_tender", journal, _key("shift_id"), _key("kind"), _int("amount"))
"""What each kind of tender took, net of change."""

_table(
    "sale",
    journal,
    Column("position", ForeignKey("fact.position"), primary_key=True, autoincrement=False),
    _text("sale_id"),
    _text("receipt_no"),
    _int("number"),
    _int("incarnation"),
    _text("store_id"),
    _text("till_id"),
    _text("shift_id"),
    _text("cashier_id"),
    _text("cashier_name"),
    _text("currency"),
    _int("digits"),
    _int("cash_step"),
    _text("tax_mode"),
    _text("tax_rounding"),
    _int("completed_at_ms"),
    _int("subtotal"),
    _int("discount"),
    _int("tax"),
    _int("total"),
    _int("rounding"),
    _int("change"),
    _text("taxes"),
    _text("fingerprint"),
    Index("ix_sale_id", "sale_id", unique=True),
    Index("ix_sale_receipt", "receipt_no", unique=True),
)
"""`position` is that of its fact; `taxes` is JSON [[code, name, ppm, net, tax]]."""

_clustered(
    "sale_line",
    journal,
    Column("position", ForeignKey("sale.position"), primary_key=True),
    _rowid("row"),
    _text("line_id"),
    _text("sku"),
    _text("name"),
    _text("detail"),
    _text("unit"),
    _int("qty"),
    _int("unit_price"),
    _int("amount"),
    _int("discount"),
    _text("tax_code"),
    _int("tax_ppm"),
    _int("net"),
    _int("tax"),
    _text("discount_reason"),
    _text("code"),
)
"""Clustered by fact: what central's stock figures do not include yet is the tail of this table."""

_clustered(
    "sale_tender",
    journal,
    Column("position", ForeignKey("sale.position"), primary_key=True),
    _rowid("row"),
    _text("tender_id"),
    _text("kind"),
    _int("amount"),
    _text("ref"),
)

_table(
    "basket",
    journal,
    _key("basket_id"),
    _text("state"),
    _text("label"),
    _text("by"),
    _int("at_ms"),
    Column("discount_kind", Text),
    _int("discount_value"),
    _text("discount_reason"),
)
"""`state` is open (at most one) or suspended."""

_clustered(
    "basket_line",
    journal,
    Column("basket_id", ForeignKey("basket.basket_id", ondelete="CASCADE"), primary_key=True),
    _key("line_id"),
    _int("row"),
    _text("sku"),
    _text("name"),
    _text("detail"),
    _text("unit"),
    _int("qty"),
    _int("unit_price"),
    _text("tax_code"),
    _text("tax_name"),
    _int("tax_ppm"),
    _text("code"),
    Column("discount_kind", Text),
    _int("discount_value"),
    _text("discount_reason"),
    _int("own_row"),
)

_clustered(
    "basket_tender",
    journal,
    Column("basket_id", ForeignKey("basket.basket_id", ondelete="CASCADE"), primary_key=True),
    _rowid("row"),
    _text("tender_id"),
    _text("kind"),
    _int("amount"),
    _text("ref"),
)

_table("signin_lock", journal, _key("staff_id"), _int("failures"), _int("since_ms"), _text("run"))
"""Failed PINs in a row; `since_ms` is the last one on the monotonic clock of process `run`."""

_table(
    "print_job",
    journal,
    _key("job_id"),
    _text("sale_id"),
    _text("kind"),
    _text("printer"),
    _text("state"),
    _text("detail"),
    _int("created_ms"),
    _int("copy_no"),
    Index("ix_print_job_state", "state"),
)

# --- replica.db: what can be downloaded again ---

replica = MetaData()


def _from_feed(name: str, *items: Column[int] | Column[str]) -> Table:
    """Rows of a stream: `seq` decides which is newer, `gen` which snapshot they belong to."""
    return _clustered(name, replica, *items, _int("seq"), _int("gen"))


_table(
    "product",
    replica,
    _rowid("id"),
    _text("product_id"),
    _text("name"),
    _text("category"),
    _text("brand"),
    _text("axes"),
    _int("seq"),
    _int("gen"),
    Index("ix_product_id", "product_id", unique=True),
)
"""`id` rises in order of arrival, which is the order of search results of equal rank."""

_table(
    "variant",
    replica,
    _rowid("id"),
    _text("sku"),
    _text("product_id"),
    _text("name"),
    _text("options"),
    _text("unit"),
    _text("tax_code"),
    _text("codes"),
    _text("category"),
    _int("active"),
    _int("sort"),
    _int("seq"),
    _int("gen"),
    Index("ix_variant_sku", "sku", unique=True),
    Index("ix_variant_product", "product_id"),
)

_clustered("code", replica, _key("code"), _rowid("variant"))
"""Every code of every variant; one code may stand on several."""

_from_feed("tax_rate", _key("code"), _text("name"), _int("ppm"))
_from_feed("price", _key("sku"), _maybe("amount"))
_clustered(
    "stock",
    replica,
    _key("sku"),
    _key("place_id"),
    _int("qty"),
    _int("as_of_ms"),
    _int("seq"),
    _int("gen"),
    _zero("own_life"),
    _zero("own_seq"),
)
"""`qty` was counted when central had own facts up to `own_seq` of the life `own_life`; life 0: as
`counted` says of the row's generation."""
_from_feed("place", _key("place_id"), _text("name"), _text("kind"))
_from_feed("setting", _key("name"), _text("value"))
_from_feed(
    "staff",
    _key("staff_id"),
    _text("name"),
    _text("role"),
    _text("rights"),
    _text("pin_hash"),
    _int("pin_length"),
    _int("active"),
)
_from_feed(
    "tile",
    _key("tile_id"),
    _text("page_category"),
    _int("position"),
    _text("product_id"),
    _text("label"),
)
_table(
    "customer",
    replica,
    _rowid("id"),
    _text("customer_id"),
    _text("name"),
    _text("email"),
    _text("phone"),
    _text("loyalty_no"),
    _text("consents"),
    _int("points"),
    _text("tier"),
    _int("version"),
    _int("seq"),
    _int("gen"),
    Index("ix_customer_id", "customer_id", unique=True),
    Index("ix_customer_email", "email"),
    Index("ix_customer_phone", "phone"),
    Index("ix_customer_loyalty_no", "loyalty_no"),
)
"""The shop's customers of this store's area. E-mail is in small letters, a phone number is digits
after an optional plus: as somebody asks, so it is compared. `consents` is a JSON list."""

_from_feed(
    "verdict",
    _key("verdict_id"),
    _int("incarnation"),
    _int("fact_seq"),
    _text("status"),
    _text("code"),
    _text("detail"),
    _int("at_ms"),
)
"""Own facts that wait at central for a person: `status` is exception or quarantined."""

_table(
    "pull",
    replica,
    _rowid("id"),
    _text("cursor"),
    _maybe("pulled_at_ms"),
    _int("refused_rows"),
)
"""One row. Rows that could not be stored are counted, never a reason to stop pulling."""

_table("counted", replica, _rowid("gen"), _int("own_life"), _int("own_seq"))
"""The same of all rows of stock of a generation, since the last page that brought all there was."""

_clustered("snapshot", replica, _key("entity"), _int("gen"), _int("open"))
"""`open`: rows of older generations go when the page with has_more false has been applied."""

_table("search_range", replica, _rowid("id"), _text("entity"), _int("low"), _int("high"))
"""Rowids of new products or variants that the search index lacks: one row for each chunk."""

_table("search_todo", replica, _rowid("product"))
"""Products to index, again or for the first time. It survives a restart."""

_table(
    "search_face",
    replica,
    _rowid("product"),
    _text("product_id"),
    _text("sku"),
    _text("name"),
    _text("detail"),
    _text("unit"),
    _int("variant_count"),
)
"""What a search result shows of a product, ready to paint; prices are joined."""

SEARCH_TABLES = (
    "CREATE VIRTUAL TABLE search_name USING fts5(words, content='', contentless_delete=1,"
    " detail=none, prefix='1 2 3 4 5 6 7 8',"
    " tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co'\")",
    "CREATE VIRTUAL TABLE search_code USING fts5(codes, content='', contentless_delete=1,"
    " detail=none, tokenize='trigram')",
)
"""Both are fed folded text. Rowids are those of product and of variant.

A query for a prefix that has no index of its own first collects every row of every such word: with
a million products 6 ms instead of 0.2. Eight lengths cost a fifth more room than five."""

WHOLE = {
    "journal": (journal, ("INSERT INTO outbox VALUES (1, 0, 0, 0, NULL)",)),
    "replica": (replica, (*SEARCH_TABLES, "INSERT INTO pull VALUES (1, '', NULL, 0)")),
}
"""What a new file is made of: its tables, and what else is run."""
