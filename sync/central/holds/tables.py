"""Tables of requests and holds, beside `sync.central.schema` and in the same metadata.

Whatever lies on a sale's path has `store_id` first in its key. Accounts and coupons are spent in
any store of a tenant, so `tenant_id` comes first there.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text

from sync.central.schema import metadata as metadata


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _must(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _int(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


command = Table(
    "command",
    metadata,
    _key("store_id"),
    _key("command_id"),
    _must("device_id"),
    _must("type"),
    _must("digest"),
    _must("status"),
    _text("answer_json"),
    _int("asked_at_ms"),
    _int("answered_at_ms"),
)
"""Every request ever made; `status` is pending, granted or refused, the last two for ever. One without
a `type` and a `digest` has not come yet: a fact has ended its hold before."""

hold = Table(
    "hold",
    metadata,
    _key("store_id"),
    _key("hold_id"),
    _must("kind"),
    _must("state"),
    _must("tenant_id"),
    _must("device_id"),
    _must("subject"),
    _text("subject_store"),
    _int("amount"),
    _int("granted_at_ms"),
    _int("due_at_ms"),
    Column("resolved_at_ms", BigInteger, nullable=True),
    _text("resolved_by"),
    Index(None, "store_id", "state", "due_at_ms"),
    Index(None, "tenant_id", "kind", "subject"),
)
"""`kind` is refund, value or coupon; `subject` the sale, account or code it reserves something of.
`state` is held, confirmed, released, expired or orphaned. Its id is the id of the request."""

hold_line = Table(
    "hold_line", metadata, _key("store_id"), _key("hold_id"), _key("line_id"), _int("qty")
)

refund_line = Table(
    "refund_line",
    metadata,
    _key("store_id"),
    _key("sale_id"),
    _key("line_id"),
    _key("refund_id"),
    _must("device_id"),
    _text("actor"),
    _int("qty"),
    _int("amount_minor"),
    _int("occurred_at_ms"),
)
"""Each refund of each line, once; `store_id` is the store that sold it."""

value_account = Table(
    "value_account",
    metadata,
    _key("tenant_id"),
    _key("account_id"),
    _must("kind"),
    _must("currency"),
    _int("balance"),
    _int("held"),
    CheckConstraint("held >= 0", name="ck_value_account_held"),
)
"""Gift cards, store credit and points. `balance` is the sum of the ledger; facts may push it below
zero, which raises an exception; a hold never does."""

value_ledger = Table(
    "value_ledger",
    metadata,
    _key("tenant_id"),
    _key("account_id"),
    _key("kind"),
    _key("ref_id"),
    _int("delta"),
    _must("store_id"),
    _must("device_id"),
    _int("occurred_at_ms"),
)
"""Signed entries, each posted once: `kind` is issue or spend, `ref_id` the entry or the hold."""

coupon = Table(
    "coupon",
    metadata,
    _key("tenant_id"),
    _key("code"),
    Column("allowed", Integer, nullable=False, server_default="1"),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("used", Integer, nullable=False, server_default="0"),
    CheckConstraint("held >= 0 AND used >= 0", name="ck_coupon_counts"),
)

coupon_use = Table(
    "coupon_use",
    metadata,
    _key("tenant_id"),
    _key("code"),
    _key("ref_id"),
    _must("store_id"),
    _must("device_id"),
    _int("occurred_at_ms"),
)

pickup_order = Table(
    "pickup_order",
    metadata,
    _key("store_id"),
    _key("order_id"),
    _must("state"),
    _int("version"),
    _text("custody"),
    _text("lease_device"),
    _int("lease_until_ms"),
    _int("fence"),
)
"""`version` is compared and set by every transition; `custody` is the till that may hand the goods
over while offline; `fence` grows with every claim by another till, so an old claim is told apart."""

pickup_line = Table(
    "pickup_line",
    metadata,
    _key("store_id"),
    _key("order_id"),
    _key("line_id"),
    _must("sku"),
    _int("qty"),
)

handover = Table(
    "handover",
    metadata,
    _key("store_id"),
    _key("line_id"),
    _must("order_id"),
    _must("device_id"),
    _text("actor"),
    _int("occurred_at_ms"),
)
"""A line leaves the house once, whoever says so how often."""

device_registry = Table(
    "device_registry",
    metadata,
    _key("tenant_id"),
    _key("store_id"),
    _key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
)
"""Lives of tills this database was told of: a copy kept outside its backups knows those enrolled since."""

recovery = Table(
    "recovery",
    metadata,
    _key("epoch"),
    _key("tenant_id"),
    _key("store_id"),
    _key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    _must("state"),
)
"""Who has still to send again what it has, after a new epoch: waiting, sent or lost."""

lost_till = Table(
    "lost_till",
    metadata,
    _key("store_id"),
    _key("device_id"),
    _int("declared_at_ms"),
    _must("declared_by"),
    _must("approved_by"),
)
