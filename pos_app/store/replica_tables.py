"""Tables of replica.db: what can be downloaded again. Like `pos_app.store.schema` in all else."""

from sqlalchemy import Column, Index, MetaData, Table, Text

from pos_app.store.columns import clustered, key, maybe, rowid, table, text, whole, zero

replica = MetaData()


def _from_feed(name: str, *items: Column[int] | Column[str]) -> Table:
    """Rows of a stream: `seq` decides which is newer, `gen` which snapshot they belong to."""
    return clustered(name, replica, *items, whole("seq"), whole("gen"))


table(
    "product",
    replica,
    rowid("id"),
    text("product_id"),
    text("name"),
    text("category"),
    text("brand"),
    text("axes"),
    whole("seq"),
    whole("gen"),
    Index("ix_product_id", "product_id", unique=True),
)
"""`id` rises in order of arrival, which is the order of search results of equal rank."""

table(
    "variant",
    replica,
    rowid("id"),
    text("sku"),
    text("product_id"),
    text("name"),
    text("options"),
    text("unit"),
    text("tax_code"),
    text("codes"),
    text("category"),
    whole("active"),
    whole("sort"),
    whole("seq"),
    whole("gen"),
    Index("ix_variant_sku", "sku", unique=True),
    Index("ix_variant_product", "product_id"),
)

clustered("code", replica, key("code"), rowid("variant"))
"""Every code of every variant; one code may stand on several."""

_from_feed("tax_rate", key("code"), text("name"), whole("ppm"))
_from_feed("price", key("sku"), maybe("amount"))
clustered(
    "stock",
    replica,
    key("sku"),
    key("place_id"),
    whole("qty"),
    whole("as_of_ms"),
    whole("seq"),
    whole("gen"),
    zero("own_life"),
    zero("own_seq"),
)
"""`qty` was counted when central had own facts up to `own_seq` of the life `own_life`; life 0: as
`counted` says of the row's generation."""
_from_feed("place", key("place_id"), text("name"), text("kind"))
_from_feed("setting", key("name"), text("value"))
_from_feed(
    "staff",
    key("staff_id"),
    text("name"),
    text("role"),
    text("rights"),
    text("pin_hash"),
    whole("pin_length"),
    whole("active"),
)
_from_feed(
    "tile",
    key("tile_id"),
    text("page_category"),
    whole("position"),
    text("product_id"),
    text("label"),
)
table(
    "customer",
    replica,
    rowid("id"),
    text("customer_id"),
    text("name"),
    text("email"),
    text("phone"),
    text("loyalty_no"),
    text("consents"),
    whole("points"),
    text("tier"),
    whole("version"),
    whole("seq"),
    whole("gen"),
    Index("ix_customer_id", "customer_id", unique=True),
    Index("ix_customer_email", "email"),
    Index("ix_customer_phone", "phone"),
    Index("ix_customer_loyalty_no", "loyalty_no"),
)
"""The shop's customers of this store's area. E-mail is in small letters, a phone number is digits
after an optional plus: as somebody asks, so it is compared. `consents` is a JSON list."""

_from_feed(
    "verdict",
    key("verdict_id"),
    whole("incarnation"),
    whole("fact_seq"),
    text("status"),
    text("code"),
    text("detail"),
    whole("at_ms"),
)
"""Own facts that wait at central for a person: `status` is exception or quarantined."""

table(
    "pull",
    replica,
    rowid("id"),
    text("cursor"),
    maybe("pulled_at_ms"),
    whole("refused_rows"),
    Column("epoch", Text),
)
"""One row. Rows that could not be stored are counted, never a reason to stop pulling. `epoch` is the
history of central that the rows are of, none before the first page."""

table("counted", replica, rowid("gen"), whole("own_life"), whole("own_seq"))
"""The same of all rows of stock of a generation, since the last page that brought all there was."""

clustered("snapshot", replica, key("entity"), whole("gen"), whole("open"))
"""`open`: rows of older generations go when the page with has_more false has been applied."""

table("search_range", replica, rowid("id"), text("entity"), whole("low"), whole("high"))
"""Rowids of new products or variants that the search index lacks: one row for each chunk."""

table("search_todo", replica, rowid("product"))
"""Products to index, again or for the first time. It survives a restart."""

table(
    "search_face",
    replica,
    rowid("product"),
    text("product_id"),
    text("sku"),
    text("name"),
    text("detail"),
    text("unit"),
    whole("variant_count"),
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
