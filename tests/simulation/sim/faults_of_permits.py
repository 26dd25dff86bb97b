"""Mutants of what else central permits: stored value and orders to be fetched."""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, update

from sync.central.facts import ReadFact
from sync.central.holds import effects, orders, releasing, requests, value
from sync.central.holds.asking import Asked, Verdict
from sync.central.holds.tables import pickup_order, value_account
from sync.central.origin import Origin
from sync.central.recompute import Finding
from sync.wire_commands import OrderTransitionArgs
from sync.wire_facts import HoldUsedV1
from tests.simulation.sim.bug_bank import Plant, mutant


@mutant("only what is spent comes off a card")
def held_value_not_counted(plant: Plant) -> None:
    free = releasing._free

    def hold_amount(conn: Connection, asked: Asked) -> Verdict:
        verdict = value.hold_amount(conn, asked)
        conn.execute(update(value_account).values(held=0))
        return verdict

    def free_others(conn: Connection, found: Row[Any]) -> None:
        if found.kind != "value":
            free(conn, found)

    plant(requests, "_DECIDE", requests._DECIDE | {"value.hold": hold_amount})
    plant(releasing, "_free", free_others)


@mutant("a card that was not used keeps its amount reserved for the next time")
def held_value_never_freed(plant: Plant) -> None:
    free = releasing._free

    def free_spent(conn: Connection, found: Row[Any]) -> None:
        row = releasing.find(conn, found.store_id, found.hold_id)
        if found.kind != "value" or (row is not None and row.state == "confirmed"):
            free(conn, found)

    plant(releasing, "_free", free_spent)


@mutant("a hold that central does not know has spent nothing")
def lost_holds_not_posted(plant: Plant) -> None:
    post = effects._post

    def post_known(
        conn: Connection, origin: Origin, fact: ReadFact, used: HoldUsedV1, currency: str
    ) -> list[Finding]:
        found = releasing.find(conn, origin.who.store_id, used.hold_id)
        return post(conn, origin, fact, used, currency) if found else []

    plant(effects, "_post", post_known)


@mutant("a card is a card, whatever was taken off it")
def card_charged_a_penny(plant: Plant) -> None:
    post = value.post

    def penny(conn: Connection, entry: dict[str, object]) -> value.Account | None:
        return post(conn, entry | {"delta": -1} if entry["kind"] == "spend" else entry)

    plant(value, "post", penny)


@mutant("a restored central knows what is left on every card")
def cards_spent_in_recovery(plant: Plant) -> None:
    plant(value, "recovery", SimpleNamespace(waits_for=lambda _conn, _tenant_id: ""))


@mutant("whoever has the goods in hand knows where the order stands")
def order_moved_from_anywhere(plant: Plant) -> None:
    def transition(conn: Connection, asked: Asked) -> Verdict:
        args = asked.read(OrderTransitionArgs)
        c = pickup_order.c
        move = update(pickup_order).where(orders._order(asked, args.order_id))
        values: dict[str, Any] = {"state": args.to, "version": c.version + 1}
        done = conn.execute(move.values(values).returning(c.version)).one()
        return Verdict("granted", version=done.version)

    plant(requests, "_DECIDE", requests._DECIDE | {"order.transition": transition})


@mutant("a restored central knows which orders are still to be fetched")
def orders_move_in_recovery(plant: Plant) -> None:
    plant(orders, "recovery", SimpleNamespace(waits_for=lambda _conn, _tenant_id: ""))
