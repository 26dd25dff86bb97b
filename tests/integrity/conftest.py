"""Real tills of the demo shop behind a real central, and bare journals in files."""

from tests.journeys.conftest import Shop, filled, seeded, shop
from tests.store.conftest import journal, open_shift, stores

__all__ = ["Shop", "filled", "journal", "open_shift", "seeded", "shop", "stores"]
