"""Who this till is, as enrolment at central made it."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from pos_app.store.faults import translated


@dataclass(frozen=True, slots=True)
class Device:
    """One enrolled installation. `incarnation` counts the lives of its journal."""

    device_id: str
    store_id: str
    store_no: str
    store_name: str
    till_no: str
    incarnation: int
    server_url: str
    pin_pepper: str = field(default="", repr=False)
    central_key: str = field(default="", compare=False)
    """What enrolment brings: central's public key. Kept beside the identity, see store/proofs.py."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The device, and where its facts start: position = base + seq."""

    device: Device
    base: int


_COLUMNS = (
    "device_id, store_id, store_no, store_name, till_no, incarnation, server_url, pin_pepper, base"
)


def load(conn: Connection) -> Identity | None:
    """None before enrolment."""
    with translated:
        row = conn.exec_driver_sql(f"SELECT {_COLUMNS} FROM device").fetchone()
    return Identity(Device(*row[:-1]), row[-1]) if row else None


def save(conn: Connection, device: Device) -> Identity:
    """Inside the caller's transaction. A new incarnation starts its own chain, with nothing sent."""
    old = load(conn)
    if old and _same_life(old.device, device):
        base = old.base
    else:
        base = conn.exec_driver_sql("SELECT coalesce(max(position), 0) FROM fact").scalar() or 0
        conn.exec_driver_sql(
            "UPDATE outbox SET in_flight_through = 0, accepted_through = 0,"
            " durable_through = 0, epoch = NULL"
        )
        # an identity that recorded nothing leaves no trace
        conn.exec_driver_sql(
            "INSERT OR REPLACE INTO life VALUES (?, ?, ?)",
            (base, device.device_id, device.incarnation),
        )
    conn.exec_driver_sql("DELETE FROM device")
    conn.exec_driver_sql(
        f"INSERT INTO device (id, {_COLUMNS}, clock_suspect) VALUES (1,?,?,?,?,?,?,?,?,?,0)",
        (
            device.device_id,
            device.store_id,
            device.store_no,
            device.store_name,
            device.till_no,
            device.incarnation,
            device.server_url,
            device.pin_pepper,
            base,
        ),
    )
    if device.central_key:
        conn.exec_driver_sql(
            "INSERT OR IGNORE INTO central_key VALUES (?, ?)", (device.central_key, 0)
        )
    return Identity(device, base)


def _same_life(old: Device, new: Device) -> bool:
    return (old.device_id, old.incarnation) == (new.device_id, new.incarnation)
