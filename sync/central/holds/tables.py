"""Tables of requests and holds, beside `sync.central.schema` and in the same metadata.

What is a store's own has `store_id` first in its key. Accounts and coupons are spent in
any store of a tenant, so `tenant_id` comes first there.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table

from sync.central.columns import key, metadata, must, text, whole

command = Table(
    "command",
    metadata,
    key("store_id"),
    key("command_id"),
    must("device_id"),
    must("type"),
    must("digest"),
    must("status"),
    text("answer_json"),
    whole("asked_at_ms"),
    whole("answered_at_ms"),
)
"""Every request ever made; `status` is pending, granted or refused, the last two for ever. One without
a `type` and a `digest` has not come yet: a fact has ended its hold before."""

hold = Table(
    "hold",
    metadata,
    key("store_id"),
    key("hold_id"),
    must("kind"),
    must("state"),
    must("tenant_id"),
    must("device_id"),
    must("subject"),
    text("subject_store"),
    whole("amount"),
    whole("granted_at_ms"),
    whole("due_at_ms"),
    Column("resolved_at_ms", BigInteger, nullable=True),
    text("resolved_by"),
    Index(None, "store_id", "state", "due_at_ms"),
    Index(None, "tenant_id", "kind", "subject"),
)
"""`kind` is refund, value or coupon; `subject` the sale, account or code it reserves something of.
`state` is held, confirmed, released, expired or orphaned. Its id is the id of the request."""

hold_line = Table(
    "hold_line", metadata, key("store_id"), key("hold_id"), key("line_id"), whole("qty")
)

refund_line = Table(
    "refund_line",
    metadata,
    key("store_id"),
    key("sale_id"),
    key("line_id"),
    key("refund_id"),
    must("device_id"),
    text("actor"),
    whole("qty"),
    whole("amount_minor"),
    whole("occurred_at_ms"),
)
"""Each refund of each line, once; `store_id` is the store that sold it."""

value_account = Table(
    "value_account",
    metadata,
    key("tenant_id"),
    key("account_id"),
    must("kind"),
    must("currency"),
    whole("balance"),
    whole("held"),
    CheckConstraint("held >= 0", name="ck_value_account_held"),
)
"""Gift cards, store credit and points. `balance` is the sum of the ledger; facts may push it below
zero, which raises an exception; a hold never does. `kind` is empty while only spends are known."""

value_ledger = Table(
    "value_ledger",
    metadata,
    key("tenant_id"),
    key("account_id"),
    key("kind"),
    key("ref_id"),
    whole("delta"),
    must("store_id"),
    must("device_id"),
    whole("occurred_at_ms"),
)
"""Signed entries, each posted once: `kind` is issue or spend, `ref_id` the entry or the hold."""

coupon = Table(
    "coupon",
    metadata,
    key("tenant_id"),
    key("code"),
    Column("allowed", Integer, nullable=False, server_default="1"),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("used", Integer, nullable=False, server_default="0"),
    CheckConstraint("held >= 0 AND used >= 0", name="ck_coupon_counts"),
)
"""A sale may name one that is not here any more: it is entered with no use `allowed`."""

coupon_use = Table(
    "coupon_use",
    metadata,
    key("tenant_id"),
    key("code"),
    key("ref_id"),
    must("store_id"),
    must("device_id"),
    whole("occurred_at_ms"),
)

pickup_order = Table(
    "pickup_order",
    metadata,
    key("store_id"),
    key("order_id"),
    must("state"),
    whole("version"),
    text("custody"),
    text("lease_device"),
    whole("lease_until_ms"),
    whole("fence"),
)
"""`version` is compared and set by every transition; `custody` is the till that may hand the goods
over while offline; `fence` grows with every claim by another till, so an old claim is told apart."""

pickup_line = Table(
    "pickup_line",
    metadata,
    key("store_id"),
    key("order_id"),
    key("line_id"),
    must("sku"),
    whole("qty"),
)

handover = Table(
    "handover",
    metadata,
    key("store_id"),
    key("line_id"),
    must("order_id"),
    must("device_id"),
    text("actor"),
    whole("occurred_at_ms"),
)
"""A line leaves the house once, whoever says so how often."""

device_registry = Table(
    "device_registry",
    metadata,
    key("tenant_id"),
    key("store_id"),
    key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
)
"""Lives of tills this database was told of: a copy kept outside its backups knows those enrolled since."""

recovery = Table(
    "recovery",
    metadata,
    key("epoch"),
    key("tenant_id"),
    key("store_id"),
    key("device_id"),
    Column("incarnation", Integer, primary_key=True, autoincrement=False),
    must("state"),
)
"""Who has still to send again what it has, after a new epoch: waiting, sent or lost."""

lost_till = Table(
    "lost_till",
    metadata,
    key("store_id"),
    key("device_id"),
    whole("declared_at_ms"),
    must("declared_by"),
    must("approved_by"),
)
