"""What the back office does at central meanwhile: prices, tiles that come and go, deliveries."""

from sqlalchemy import Connection

from sync.central import schema, stock
from sync.central.feed import Changes, prices_stream, store_stream
from tests.simulation.sim.asked import ServerCrashed
from tests.simulation.sim.central import Central
from tests.simulation.sim.shop import PRICES, SKUS, STORES
from tests.simulation.sim.world import World


class BackOffice:
    """Somebody with rights at central. What they did is noted there, where it may be restored."""

    def __init__(self, world: World, central: Central) -> None:
        self._world, self._central = world, central
        self._deliveries = 0

    def act(self) -> None:
        """Something changes; a crash of the server loses it or does not."""
        dice = self._world.dice
        act = dice.choices((self._price, self._tile, self._delivery), (3, 5, 3))[0]
        try:
            act()
        except ServerCrashed:
            self._world.note("the server crashed under the back office")

    def _price(self) -> None:
        sku, amount = self._world.dice.choice(SKUS), self._world.dice.randrange(100, 5_000)

        def work(conn: Connection) -> None:
            mine = schema.price.c.price_list == PRICES, schema.price.c.sku == sku
            row = {"price_list": PRICES, "sku": sku, "amount": amount}
            conn.execute(schema.price.delete().where(*mine))
            conn.execute(schema.price.insert().values(row))
            changes = Changes()
            changes.put(prices_stream(PRICES), "price", [(sku, amount)])
            changes.write(conn)

        self._central.write(work)

    def _tile(self) -> None:
        """Tiles come and go, so that tombstones travel; what goes was there, if anything was."""
        dice = self._world.dice
        here = sorted(key for key, places in self._central.tiles.items() if None not in places)
        is_gone = dice.random() < 0.5
        if here and is_gone:
            stream, tile_id = dice.choice(here)
        else:
            stream, tile_id = store_stream(dice.choice(STORES)[0]), f"tile-{dice.randrange(5)}"
        position = dice.randrange(50)
        before = self._central.tiles.get((stream, tile_id), {None})
        after: set[int | None] = {None if is_gone else position}
        either = self._central.tiles[stream, tile_id] = before | after

        def work(conn: Connection) -> None:
            changes = Changes()
            if is_gone:
                changes.delete(stream, "tile", [tile_id])
            else:
                changes.put(stream, "tile", [(tile_id, "", position, SKUS[0], "")])
            changes.write(conn)

        self._central.write(work)
        if (
            self._central.tiles.get((stream, tile_id)) is either
        ):  # or somebody changed or restored it since
            self._central.tiles[stream, tile_id] = after

    def _delivery(self) -> None:
        """Goods arrive at the second store; the first one's stock only ever falls, which is checked."""
        store_id, sku = STORES[1][0], self._world.dice.choice(SKUS)
        self._deliveries += 1
        move = stock.Move(
            store_id, sku, 5_000, "delivery", f"delivery-{self._deliveries}", self._world.now_ms
        )

        def work(conn: Connection) -> None:
            changes = Changes()
            stock.book(conn, store_id, [move], self._world.now_ms, changes)
            changes.write(conn)

        # counted before the commit: after a crash nobody knows whether it was booked
        self._central.delivered[store_id, sku] = (
            self._central.delivered.get((store_id, sku), 0) + move.delta
        )
        self._central.write(work)
