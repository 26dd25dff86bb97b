"""The shared worked examples as booked sales."""

from pos_app.domain.checkout import draft
from pos_app.domain.sale import Sale, settle
from pos_app.domain.shift import Shift
from tests.services.shop import JANA
from tests.vectors_loader import SaleVector

SHIFT = Shift("shift-1", 1, JANA.staff_id, JANA.name, 0, 0, "2025-11-21")


def booked(vector: SaleVector) -> Sale:
    basket = vector.basket()
    paid = draft(
        basket,
        vector.tenders,
        settle(basket.total, vector.tenders, vector.currency),
        vector.currency,
        store_id="store-014",
        till_id="till-0001",
        shift=SHIFT,
        cashier=JANA,
        completed_at_ms=1_763_740_800_000,
    )
    return paid.booked("014-2-000001", 1, "a1b2c3d4")
