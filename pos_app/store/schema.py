"""Tables of journal.db, what happened here and exists nowhere else yet, and what new files are made of.

Only a new file and a migration load this.

Money is minor units, quantities are thousandths, times are UTC milliseconds. All tables are STRICT,
so a value of a wrong type is refused by SQLite itself. A change here needs a migration, and a new
revision at the end of the list in `revisions`.
"""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, MetaData, Table, Text

from pos_app.store.columns import clustered, key, maybe, rowid, table, text, whole
from pos_app.store.replica_tables import SEARCH_TABLES, replica

journal = MetaData()

table(
    "device",
    journal,
    rowid("id"),
    text("device_id"),
    text("store_id"),
    text("store_no"),
    text("store_name"),
    text("till_no"),
    whole("incarnation"),
    whole("base"),
    text("server_url"),
    text("pin_pepper"),
    whole("clock_suspect"),
)
"""One row. `base` + seq is the position of a fact of the current incarnation; `clock_suspect` while
the wall clock is behind the last fact."""

table(
    "outbox",
    journal,
    rowid("id"),
    whole("in_flight_through"),
    whole("accepted_through"),
    whole("durable_through"),
    Column("epoch", Text),
)
"""One row: how far central has got with the current incarnation."""

Table(
    "fact",
    journal,
    rowid("position"),
    whole("incarnation"),
    whole("seq"),
    text("id"),
    text("type"),
    whole("occurred_at_ms"),
    whole("mono_ms"),
    text("boot_id"),
    whole("clock_offset_ms"),
    text("actor"),
    text("payload"),
    Column("hash", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""The chain, which is also the outbox. Positions rise by one for ever; seq starts again with each
incarnation."""

table("life", journal, rowid("base"), text("device_id"), whole("incarnation"))
"""Whose the facts after each `base` are: one row for every identity this journal has had."""

table("central_key", journal, key("public"), whole("since_ms"))
"""What central's checkpoints are proven with, as it was given at enrolment."""

clustered(
    "checkpoint",
    journal,
    key("device_id"),
    rowid("incarnation"),
    rowid("seq"),
    text("hash"),
    text("sig"),
    whole("at_ms"),
)
"""Central's signed word that the facts reached this far with this hash."""

table(
    "shift",
    journal,
    key("shift_id"),
    whole("number"),
    text("cashier_id"),
    text("cashier_name"),
    whole("opened_at_ms"),
    whole("float_amount"),
    text("business_on"),
    maybe("closed_at_ms"),
    maybe("close_cash"),
    whole("sale_count"),
    whole("total"),
    whole("rounding"),
)

clustered("shift_tender", journal, key("shift_id"), key("kind"), whole("amount"))
"""What each kind of tender took, net of change."""

table(
    "sale",
    journal,
    Column("position", ForeignKey("fact.position"), primary_key=True, autoincrement=False),
    text("sale_id"),
    text("receipt_no"),
    whole("number"),
    whole("incarnation"),
    text("store_id"),
    text("till_id"),
    text("shift_id"),
    text("cashier_id"),
    text("cashier_name"),
    text("currency"),
    whole("digits"),
    whole("cash_step"),
    text("tax_mode"),
    text("tax_rounding"),
    whole("completed_at_ms"),
    whole("subtotal"),
    whole("discount"),
    whole("tax"),
    whole("total"),
    whole("rounding"),
    whole("change"),
    text("taxes"),
    text("fingerprint"),
    Index("ix_sale_id", "sale_id", unique=True),
    Index("ix_sale_receipt", "receipt_no", unique=True),
)
"""`position` is that of its fact; `taxes` is JSON [[code, name, ppm, net, tax]]."""

clustered(
    "sale_line",
    journal,
    Column("position", ForeignKey("sale.position"), primary_key=True),
    rowid("row"),
    text("line_id"),
    text("sku"),
    text("name"),
    text("detail"),
    text("unit"),
    whole("qty"),
    whole("unit_price"),
    whole("amount"),
    whole("discount"),
    text("tax_code"),
    whole("tax_ppm"),
    whole("net"),
    whole("tax"),
    text("discount_reason"),
    text("code"),
)
"""Clustered by fact: what central's stock figures do not include yet is the tail of this table."""

clustered(
    "sale_tender",
    journal,
    Column("position", ForeignKey("sale.position"), primary_key=True),
    rowid("row"),
    text("tender_id"),
    text("kind"),
    whole("amount"),
    text("ref"),
)

table(
    "basket",
    journal,
    key("basket_id"),
    text("state"),
    text("label"),
    text("by"),
    whole("at_ms"),
    Column("discount_kind", Text),
    whole("discount_value"),
    text("discount_reason"),
)
"""`state` is open (at most one) or suspended."""

clustered(
    "basket_line",
    journal,
    Column("basket_id", ForeignKey("basket.basket_id", ondelete="CASCADE"), primary_key=True),
    key("line_id"),
    whole("row"),
    text("sku"),
    text("name"),
    text("detail"),
    text("unit"),
    whole("qty"),
    whole("unit_price"),
    text("tax_code"),
    text("tax_name"),
    whole("tax_ppm"),
    text("code"),
    Column("discount_kind", Text),
    whole("discount_value"),
    text("discount_reason"),
    whole("own_row"),
)

clustered(
    "basket_tender",
    journal,
    Column("basket_id", ForeignKey("basket.basket_id", ondelete="CASCADE"), primary_key=True),
    rowid("row"),
    text("tender_id"),
    text("kind"),
    whole("amount"),
    text("ref"),
)

table("signin_lock", journal, key("staff_id"), whole("failures"), whole("since_ms"), text("run"))
"""Failed PINs in a row; `since_ms` is the last one on the monotonic clock of process `run`."""

table(
    "print_job",
    journal,
    key("job_id"),
    text("sale_id"),
    text("kind"),
    text("printer"),
    text("state"),
    text("detail"),
    whole("created_ms"),
    whole("copy_no"),
    Index("ix_print_job_state", "state"),
)

WHOLE = {
    "journal": (journal, ("INSERT INTO outbox VALUES (1, 0, 0, 0, NULL)",)),
    "replica": (replica, (*SEARCH_TABLES, "INSERT INTO pull VALUES (1, '', NULL, 0, NULL)")),
}
"""What a new file is made of: its tables, and what else is run."""
