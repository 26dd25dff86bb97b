"""Opening a shift."""

from pos_app.domain.clock import Now
from pos_app.domain.errors import AmountOutOfRange, NotNow
from pos_app.domain.money import MAX_MONEY, Money
from pos_app.domain.settings import ShopSettings
from pos_app.domain.shift import Shift
from pos_app.domain.staff import Staff
from pos_app.services.clock import local_time
from pos_app.services.needs import ShiftStore


def open_shift(
    store: ShiftStore,
    shift_id: str,
    staff: Staff,
    float_amount: Money,
    now: Now,
    settings: ShopSettings,
) -> Shift:
    """Open a shift with its float; NotNow("shift_open") when there is one already."""
    if store.current() is not None:
        raise NotNow("shift_open")
    if not 0 <= float_amount <= MAX_MONEY:
        raise AmountOutOfRange(f"a float of {float_amount}")
    shift = Shift(
        shift_id=shift_id,
        number=store.last_number() + 1,
        cashier_id=staff.staff_id,
        cashier_name=staff.name,
        opened_at_ms=now.wall_ms,
        float_amount=float_amount,
        business_on=local_time(now.wall_ms, settings.time_zone).date().isoformat(),
    )
    store.open(shift, now, settings.currency.code)
    return shift
