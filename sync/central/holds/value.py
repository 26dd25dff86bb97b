"""Stored value: gift cards, store credit and points as a ledger with amounts held."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select, update

from sync.central import db
from sync.central.holds import recovery, releasing
from sync.central.holds.asking import HOLD_MS, Asked, Verdict, pending, refused
from sync.central.holds.tables import hold, value_account, value_ledger
from sync.wire_commands import ValueHoldArgs


def hold_amount(conn: Connection, asked: Asked) -> Verdict:
    """Reserve an amount for 15 minutes."""
    args = asked.read(ValueHoldArgs)
    own = hold.c.tenant_id == asked.who.tenant_id, hold.c.kind == "value"
    releasing.sweep(conn, asked.at_ms, *own, hold.c.subject == args.account_id)
    if waits := recovery.waits_for(conn, asked.who.tenant_id):
        return pending("recovering", waits)
    c = value_account.c
    account = and_(_is(asked.who.tenant_id, args.account_id), c.currency == args.currency)
    statement = update(value_account).where(account, c.balance - c.held >= args.amount_minor)
    if conn.execute(statement.values(held=c.held + args.amount_minor)).rowcount != 1:
        return _why(conn, account)
    conn.execute(
        hold.insert().values(
            store_id=asked.who.store_id,
            hold_id=asked.command_id,
            kind="value",
            state="held",
            tenant_id=asked.who.tenant_id,
            device_id=asked.who.device_id,
            subject=args.account_id,
            amount=args.amount_minor,
            granted_at_ms=asked.at_ms,
            due_at_ms=asked.at_ms + HOLD_MS,
        )
    )
    return Verdict("granted", hold_id=asked.command_id, valid_for_ms=HOLD_MS)


def _why(conn: Connection, account: ColumnElement[bool]) -> Verdict:
    found = conn.execute(select(value_account.c.account_id).where(account)).one_or_none()
    return refused("not_enough") if found else refused("unknown_account")


class Account(NamedTuple):
    balance: int
    currency: str


def post(conn: Connection, entry: dict[str, object]) -> Account | None:
    """Add an entry of `value_ledger` and return what the account is now; None if it was posted before.

    An account nobody knows yet must have been opened (`open_account`).
    """
    fresh = db.insert(conn, value_ledger).values(entry).on_conflict_do_nothing()
    if conn.execute(fresh.returning(value_ledger.c.ref_id)).one_or_none() is None:
        return None
    account = _is(str(entry["tenant_id"]), str(entry["account_id"]))
    statement = update(value_account).where(account)
    add = statement.values(balance=value_account.c.balance + entry["delta"])
    c = value_account.c
    return Account(*conn.execute(add.returning(c.balance, c.currency)).one())


def open_account(
    conn: Connection, tenant_id: str, account_id: str, kind: str, currency: str
) -> None:
    """An empty account, unless there is one. Its issue says of what kind it is and in which currency:
    until then the kind is "" and the currency that of the first spend."""
    row = {"tenant_id": tenant_id, "account_id": account_id, "kind": kind, "currency": currency}
    conn.execute(db.insert(conn, value_account).values(row).on_conflict_do_nothing())
    if kind:
        unnamed = and_(_is(tenant_id, account_id), value_account.c.kind == "")
        conn.execute(update(value_account).where(unnamed).values(kind=kind, currency=currency))


def currency_of(conn: Connection, tenant_id: str, account_id: str) -> str | None:
    """None for an account nobody knows yet."""
    query = select(value_account.c.currency).where(_is(tenant_id, account_id))
    return conn.execute(query).scalar_one_or_none()


def _is(tenant_id: str, account_id: str) -> ColumnElement[bool]:
    return and_(value_account.c.tenant_id == tenant_id, value_account.c.account_id == account_id)
