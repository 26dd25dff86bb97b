"""What simulated seeds have found, each once more by itself."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind
from pos_app.integrity.lives import Why, next_life
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from sync.wire_commands import CommandAnswer
from tests.services.shop import JANA, Shop, open_shop
from tests.simulation.sim.model import Book
from tests.simulation.sim.network import Line
from tests.simulation.sim.pickups import PickupDesk
from tests.simulation.sim.world import World


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(tmp_path / "data")
    yield opened
    opened.close()


def test_a_basket_that_outlives_its_till_is_sold_under_ids_of_its_own(stores: Stores) -> None:
    shop = _with_a_basket(open_shop(stores))
    before = shop.till.basket

    next_life(stores, 2, 1, Why("journal_behind_mark"), shop.clock())
    after = shop.restarted().till

    assert [line.sku for line in after.basket.lines] == [line.sku for line in before.lines]
    assert after.basket.basket_id != before.basket_id
    assert after.basket.lines[0].line_id != before.lines[0].line_id
    assert [it.amount for it in after.tenders] == [100]
    assert Journal(stores).verify() is None


class Late:
    """A line whose answers were given in the epoch `e1`."""

    def command(self, _command_id: str, _wish: Mapping[str, Any]) -> CommandAnswer:
        return CommandAnswer(epoch="e1", server_time_ms=0, status="granted", version=2)


@pytest.mark.parametrize(("known", "times"), [(None, 1), ("e1", 1), ("e2", 0)])
def test_nothing_is_handed_over_for_a_permission_that_a_restore_has_overtaken(
    stores: Stores, known: str | None, times: int
) -> None:
    """This till has told the restored central that it has handed over nothing."""
    clock, book = open_shop(stores).clock, Book()
    if known is not None:
        Journal(stores).acknowledged(0, 0, known)

    PickupDesk(World(0), book, "s-one-1").act(stores, cast(Line, Late()), clock)

    assert len(book.handed_over) == times


def _with_a_basket(shop: Shop) -> Shop:
    shop.till.sign_in(JANA)
    shop.till.open_shift(0)
    shop.till.add_variant("SOCK", ONE)
    shop.till.take_tender(TenderKind.CARD_EXTERNAL, 100)
    return shop
