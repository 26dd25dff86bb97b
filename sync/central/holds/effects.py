"""What facts do to holds and to what holds reserve. Additions only, each keyed by its business key."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Row, select, update

from sync.central import db
from sync.central.facts import ReadFact
from sync.central.holds import coupons, locks, paid_back, releasing, value
from sync.central.holds.tables import handover, pickup_line, pickup_order
from sync.central.origin import Origin
from sync.central.recompute import Finding
from sync.wire_facts import (
    HoldReleasedV1,
    HoldUsedV1,
    OrderHandedOverV1,
    RefundCompletedV1,
    SaleCompletedV1,
    ValueIssuedV1,
)

_MOST_USES = 1_000
"""Of one coupon in one sale: what says more has mistaken money for a count."""


def apply_sales(
    conn: Connection, sales: Sequence[tuple[Origin, ReadFact, SaleCompletedV1]]
) -> None:
    """The holds that sales name are confirmed, and what they spent is posted: known here or not."""
    for origin, fact, payload in sales:
        for used in payload.holds:
            _use(conn, origin, fact, used, used.currency or payload.currency)


def apply_issues(conn: Connection, told: Sequence[tuple[Origin, ReadFact]]) -> None:
    """What was put on cards, before anything is spent: of a card nobody knows yet both may come at once.

    Locks every hold, account and coupon that issues and sales name, for the sales too (`locks`).
    """
    locks.take(conn, told)
    for origin, fact in told:
        if isinstance(fact.payload, ValueIssuedV1):
            _issue(conn, origin, fact, fact.payload)


def apply_rest(conn: Connection, told: Iterable[tuple[Origin, ReadFact]]) -> None:
    """Facts that are about holds, refunds and hand-overs."""
    for origin, fact in told:
        match fact.payload:
            case RefundCompletedV1():
                _refund(conn, origin, fact, fact.payload)
            case HoldReleasedV1():
                _release(conn, origin, fact, fact.payload.hold_id)
            case OrderHandedOverV1():
                _hand_over(conn, origin, fact, fact.payload)
            case _:
                pass


def _name(origin: Origin, fact: ReadFact) -> str:
    """Names the fact that resolved a hold."""
    return f"{origin.who.device_id}/{origin.incarnation}/{fact.wire.seq}"


def _refund(conn: Connection, origin: Origin, fact: ReadFact, payload: RefundCompletedV1) -> None:
    """The holds first: what they reserved becomes what was paid."""
    for hold_id in dict.fromkeys(payload.hold_ids):
        _confirm(conn, origin, fact, hold_id, "refund")
    for line in sorted(payload.lines, key=lambda it: it.line_id):
        refund = {
            "store_id": payload.store_id,
            "sale_id": payload.sale_id,
            "line_id": line.line_id,
            "refund_id": payload.refund_id,
            "device_id": origin.who.device_id,
            "actor": fact.wire.actor,
            "qty": line.qty,
            "amount_minor": line.amount_minor,
            "occurred_at_ms": payload.completed_at_ms,
        }
        fact.findings += paid_back.refunded(conn, refund)


def _confirm(
    conn: Connection, origin: Origin, fact: ReadFact, hold_id: str, kind: str
) -> Row[tuple[object, ...]] | None:
    """Resolve the hold by this fact, and return it if there is one of this kind.

    Without one no less is booked: central may have been restored since it was given.
    """
    found = releasing.find_or_forestall(conn, origin.who, hold_id, origin.at_ms)
    if found is None:
        fact.findings.append(Finding("unknown_hold", hold_id))
        return None
    if found.device_id != origin.who.device_id:
        fact.findings.append(Finding("foreign_hold", hold_id))
    if found.kind != kind:
        fact.findings.append(Finding("hold_differs", f"{hold_id}: of kind {found.kind}"))
        return None
    if not releasing.resolve(conn, found, "confirmed", _name(origin, fact), origin.at_ms):
        state = releasing.state_of(conn, found)
        if state == "released":
            fact.findings.append(Finding("released_hold", hold_id))
        if state == "confirmed" and kind == "refund":  # of the others the ledgers know it
            fact.findings.append(Finding("hold_used", hold_id))
    return found


def _use(conn: Connection, origin: Origin, fact: ReadFact, used: HoldUsedV1, currency: str) -> None:
    """End the hold and post what the sale says it was used for. Less than was held is fine."""
    found = _confirm(conn, origin, fact, used.hold_id, used.kind)
    if found and (found.subject != used.subject or found.amount < used.amount):
        held = f"{used.hold_id}: {found.amount} of {found.subject}"
        fact.findings.append(Finding("hold_differs", held))
    fact.findings += _post(conn, origin, fact, used, currency)


def _post(
    conn: Connection, origin: Origin, fact: ReadFact, used: HoldUsedV1, currency: str
) -> list[Finding]:
    """Once for ever, also after the hold's expiry: it has happened."""
    row: dict[str, object] = {
        "tenant_id": origin.who.tenant_id,
        "ref_id": used.hold_id,
        "store_id": origin.who.store_id,
        "device_id": origin.who.device_id,
        "occurred_at_ms": fact.wire.occurred_at_ms,
    }
    if used.kind == "coupon":
        times = min(used.amount, _MOST_USES)
        excess = coupons.use(conn, row | {"code": used.subject}, times)
        if excess is None:
            return [Finding("hold_used", used.hold_id)]
        return [Finding("coupon_overused", used.hold_id)] if excess else []
    value.open_account(conn, origin.who.tenant_id, used.subject, "", currency)
    entry = {"account_id": used.subject, "kind": "spend", "delta": -used.amount}
    account = value.post(conn, row | entry)
    if account is None:
        return [Finding("hold_used", used.hold_id)]
    found = []
    if account.currency != currency:
        detail = f"{used.hold_id}: {currency}, the account is in {account.currency}"
        found.append(Finding("other_currency", detail))
    if account.balance < 0:
        found.append(Finding("negative_balance", f"{used.hold_id}: {account.balance}"))
    return found


def _release(conn: Connection, origin: Origin, fact: ReadFact, hold_id: str) -> None:
    found = releasing.find_or_forestall(conn, origin.who, hold_id, origin.at_ms)
    if found is None:
        fact.findings.append(Finding("unknown_hold", hold_id))
    elif found.device_id != origin.who.device_id:
        # another till cannot know that the money was not paid
        fact.findings.append(Finding("foreign_hold", hold_id))
    else:
        releasing.resolve(conn, found, "released", _name(origin, fact), origin.at_ms)
        if releasing.state_of(conn, found) == "confirmed":
            fact.findings.append(Finding("hold_used", hold_id))


def _issue(conn: Connection, origin: Origin, fact: ReadFact, payload: ValueIssuedV1) -> None:
    tenant_id = origin.who.tenant_id
    before = value.currency_of(conn, tenant_id, payload.account_id)
    value.open_account(conn, tenant_id, payload.account_id, payload.kind, payload.currency)
    entry: dict[str, object] = {
        "tenant_id": tenant_id,
        "account_id": payload.account_id,
        "kind": "issue",
        "ref_id": payload.entry_id,
        "delta": payload.amount_minor,
        "store_id": origin.who.store_id,
        "device_id": origin.who.device_id,
        "occurred_at_ms": payload.issued_at_ms,
    }
    if value.post(conn, entry) is None:
        fact.findings.append(Finding("duplicate_entry", payload.entry_id))
    elif before not in (None, payload.currency):
        detail = f"{payload.entry_id}: {payload.currency}, the account was in {before}"
        fact.findings.append(Finding("other_currency", detail))


def _hand_over(
    conn: Connection, origin: Origin, fact: ReadFact, payload: OrderHandedOverV1
) -> None:
    """A second hand-over of a line is kept as an exception and moves nothing."""
    store_id = origin.who.store_id
    for line_id in sorted(set(payload.line_ids)):
        row = {
            "store_id": store_id,
            "line_id": line_id,
            "order_id": payload.order_id,
            "device_id": origin.who.device_id,
            "actor": fact.wire.actor,
            "occurred_at_ms": payload.handed_over_at_ms,
        }
        fresh = db.insert(conn, handover).values(row).on_conflict_do_nothing()
        if conn.execute(fresh.returning(handover.c.line_id)).one_or_none() is None:
            fact.findings.append(Finding("duplicate_hand_over", line_id))
    if not _is_left_over(conn, store_id, payload.order_id):
        c = pickup_order.c
        done = update(pickup_order).where(
            c.store_id == store_id, c.order_id == payload.order_id, c.state != "handed_over"
        )
        conn.execute(done.values(state="handed_over", version=c.version + 1))


def _is_left_over(conn: Connection, store_id: str, order_id: str) -> bool:
    own = handover.c.store_id == pickup_line.c.store_id, handover.c.line_id == pickup_line.c.line_id
    query = (
        select(pickup_line.c.line_id)
        .outerjoin(handover, own[0] & own[1])
        .where(
            pickup_line.c.store_id == store_id,
            pickup_line.c.order_id == order_id,
            handover.c.line_id.is_(None),
        )
        .limit(1)
    )
    return conn.execute(query).one_or_none() is not None
