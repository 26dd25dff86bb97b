"""What is checked while a seed runs: own stock never lies, rows never go back, told sales stay."""

from collections.abc import Callable

from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.identity import Device
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from sync.ports import Page
from tests.simulation.sim.central import Central
from tests.simulation.sim.model import Book, require
from tests.simulation.sim.shop import OPENING, SKUS
from tests.simulation.sim.world import World

_SEQS = (
    "SELECT 'price ' || sku, seq FROM price"
    " UNION ALL SELECT 'stock ' || place_id || ' ' || sku, seq FROM stock"
)


class WatchedReplica(Replica):
    """Remembers which history of central its rows are from."""

    epoch = ""
    is_filling = False
    """Rows of a history that is over may still be among those of the new one."""
    on_whole: Callable[[], None]
    """Told when everything there is has come."""

    def apply(self, page: Page) -> set[str]:
        swept = super().apply(page)
        self.epoch, self.is_filling = page["epoch"], page["has_more"]
        if not self.is_filling:
            self.on_whole()
        return swept


class Watcher:
    """Looks at one life of a till."""

    def __init__(
        self, book: Book, device: Device, stores: Stores, central: Central, world: World
    ) -> None:
        self._book, self._device, self._stores = book, device, stores
        self._central, self._world = central, world
        self._catalog = Catalog(stores)
        self._seqs: dict[str, int] = {}
        self._epoch = ""

    def look(self) -> None:
        """I12 for one article: the figure shown holds every sale of this till exactly once."""
        sku = SKUS[self._world.steps % len(SKUS)]
        store_id = self._device.store_id
        mine = [it.qty for it in self._catalog.stock(sku) if it.place_id == store_id]
        if not mine:
            return  # the replica is being filled
        delivered = self._central.delivered.get((store_id, sku), 0)
        most = OPENING + delivered - self._book.own[self._device.device_id, sku]
        least = OPENING - self._book.sold[store_id, sku]
        require(
            least <= mine[0] <= most,
            "I12",
            f"{self._device.device_id} shows {mine[0]} of {sku}, which is not {least} to {most}",
        )

    def look_closely(self, replica: WatchedReplica) -> None:
        """I9 after a round: within an epoch no row is ever replaced by an older one."""
        self.look()
        epoch = replica.epoch
        if replica.is_filling or not epoch:  # before its first page a life may be filling still
            return
        rows = self._stores.replica.exec_driver_sql(_SEQS)
        seqs = {row[0]: row[1] for row in rows}
        if epoch == self._epoch:
            for key, seq in self._seqs.items():
                require(
                    seqs.get(key, seq) >= seq, "I9", f"{key} went from {seq} to {seqs.get(key)}"
                )
        self._seqs, self._epoch = seqs, epoch

    def find_sales(self, sales: Sales, boxed: set[str] | None) -> None:
        """I1 at a restart: every sale this till has told is in the journal, unchanged.

        `boxed` is what the black box holds when the folder was put back: a sale that neither it nor
        central has died with the old disk, one that only central has is missing here.
        """
        rows = self._stores.journal.exec_driver_sql("SELECT sale_id FROM sale").fetchall()
        here, book = {row[0] for row in rows}, self._book
        own = {it for it, sale in book.sales.items() if sale.device_id == self._device.device_id}
        missing = own - here - book.elsewhere
        if boxed is not None:
            for sale_id in sorted(missing):
                if self._central.has(sale_id):
                    book.elsewhere.add(sale_id)
                elif sale_id not in boxed:
                    book.forget(sale_id)
            missing &= set(book.sales) - book.elsewhere
        require(not missing, "I1", f"{self._device.device_id} lost {sorted(missing)}")
        for sale_id in sorted(here):
            sale = sales.by_id(sale_id)
            assert sale is not None
            book.elsewhere.discard(sale_id)
            book.find(self._device.device_id, sale)
