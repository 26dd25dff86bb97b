"""Shifts: opened with their fact, remembered after a restart."""

import orjson

from pos_app.domain.shift import Shift, ShiftFigures
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from pos_app.store.shifts import Shifts
from sync.wire_facts import ShiftOpenedV1
from tests.store.pages import block, page
from tests.store.till import SHIFT, at


def test_there_is_no_shift_at_first(stores: Stores) -> None:
    shifts = Shifts(stores)

    assert (shifts.current(), shifts.last_number(), shifts.last_close_cash()) == (None, 0, None)
    assert shifts.figures("none") == ShiftFigures()


def test_an_open_shift_is_remembered_and_told(stores: Stores, journal: Journal) -> None:
    crowns = '{"code": "CZK", "digits": 2, "cash_step": 100}'
    Replica(stores).apply(page(block("setting", [("currency", crowns)])))

    Shifts(stores).open(SHIFT, at(1_000))

    fact = journal.batch(1, 1, 1)[0]
    said = ShiftOpenedV1(**orjson.loads(fact["payload"]))
    assert Shifts(stores).current() == SHIFT
    assert Shifts(stores).figures(SHIFT.shift_id) == ShiftFigures()
    assert (fact["type"], fact["id"]) == ("shift.opened.v1", SHIFT.shift_id)
    assert (said.float_minor, said.currency, said.business_on) == (20_000, "CZK", "2026-11-21")


def test_the_cash_of_the_last_close_is_known(stores: Stores) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
    stores.journal.exec_driver_sql("UPDATE shift SET closed_at_ms = 9, close_cash = 21500")
    Shifts(stores).open(Shift("shift-2", 2, "jana", "Jana", 2, 0, "2026-11-22"), at(2_000))

    assert Shifts(stores).last_close_cash() == 21_500
    assert Shifts(stores).last_number() == 2
