"""Making this installation a till of a shop: a one-time code, a key of its own, an identity."""

from pathlib import Path
from typing import TYPE_CHECKING

from pos_app.store.db import Stores, open_stores
from pos_app.store.identity import Device
from sync.errors import EnrolRefused, Unreachable, UpgradeRequired

if TYPE_CHECKING:  # a start that knows who it is asks nobody: httpx is not for it
    from sync.wire import EnrolAnswer


def key_file(data_dir: Path, device_id: str = "") -> Path:
    """Where the till's private key lies; only its user may read it.

    An installation that was enrolled once more, after a fork, has a key for each device it was.
    """
    own = data_dir / f"device-{device_id}.key"
    return own if device_id and own.exists() else data_dir / "device.key"


def request_device(data_dir: Path, url: str, code: str) -> Device:
    """Ask central with the code; CentralError says why not. Safe to repeat with the same code."""
    from sync.client import enrol
    from sync.keys import load_or_create

    return device_of(enrol(url, code, load_or_create(key_file(data_dir)), app="omnitill"), url)


def device_of(answer: "EnrolAnswer", url: str) -> Device:
    return Device(
        device_id=answer.device_id,
        store_id=answer.store_id,
        store_no=answer.store_no,
        store_name=answer.store_name,
        till_no=answer.till_no,
        incarnation=answer.incarnation,
        server_url=url,
        pin_pepper=answer.pin_pepper,
        central_key=answer.central_key,
    )


def enrol_till(data_dir: Path, url: str, code: str) -> Device:
    """Enrol a till that is not running."""
    data_dir.mkdir(parents=True, exist_ok=True)
    device = request_device(data_dir, url, code)
    stores = open_stores(data_dir)
    try:
        stores.enrol(device)
    finally:
        stores.close()
    return device


def enrolled_at(data_dir: Path) -> Device | None:
    """Who the till in this folder is; None for a new folder."""
    if not (data_dir / "journal.db").exists():
        return None
    stores: Stores = open_stores(data_dir)
    try:
        return stores.identity.device if stores.identity else None
    finally:
        stores.close()


def explain(error: Exception) -> str:
    """Why a till was not enrolled, as a key the enrolment screen has words for."""
    match error:
        case Unreachable():
            return "unreachable"
        case UpgradeRequired():
            return "upgrade"
        case EnrolRefused(reason=reason):
            return "code" if reason == "unknown_code" else "used"
        case _:
            return "server"
