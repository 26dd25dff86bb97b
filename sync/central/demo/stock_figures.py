"""How much of everything lies where in the demo shop, the same on every machine."""

import random
from collections.abc import Iterable, Iterator

from pos_app.domain.catalog import Unit
from pos_app.domain.money import ONE, Qty
from sync.central.demo.goods import SEED
from sync.central.importers.articles import NewVariant

SOLD_OUT = 0.12
"""Share of articles a store has run out of, so that the warehouse is seen to help."""


def opening(
    variants: Iterable[NewVariant], place_id: str, *, is_warehouse: bool
) -> Iterator[tuple[str, Qty]]:
    """SKU and thousandths of everything that can be counted or weighed."""
    chance = random.Random(f"{SEED} {place_id}")  # noqa: S311 stock of a demo, no secrets
    for it in variants:
        if it.price is None or it.category == "Services":
            continue
        yield it.sku, _qty(chance, it, is_warehouse=is_warehouse)


def _qty(chance: random.Random, it: NewVariant, *, is_warehouse: bool) -> Qty:
    if not is_warehouse and chance.random() < SOLD_OUT:
        return 0
    most = 60 if is_warehouse else 12
    if it.unit is Unit.KG:
        return chance.randrange(2 * ONE, 4 * most * ONE)
    if not it.options:
        most *= 4
    return chance.randrange(1, most) * ONE
