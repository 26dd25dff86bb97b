"""Making this installation a till of a shop: a one-time code, a key of its own, an identity."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_app.store.db import Stores, open_stores
from pos_app.store.errors import KeyDamaged
from pos_app.store.identity import Device
from sync.errors import EnrolRefused, Unreachable, Untrusted, UpgradeRequired
from sync.invitation import BadInvitation, Invitation, is_invitation, read

if TYPE_CHECKING:  # a start that knows who it is asks nobody: httpx is not for it
    from sync.keys import DeviceKey
    from sync.trust import ServerTrust
    from sync.wire import EnrolAnswer

KEY_BYTES = 32


def key_file(data_dir: Path, device_id: str = "") -> Path:
    """Where the till's private key lies; only its user may read it.

    An installation that was enrolled once more, after a fork, has a key for each device it was.
    """
    own = data_dir / f"device-{device_id}.key"
    return own if device_id and own.exists() else data_dir / "device.key"


def check_key(data_dir: Path, device_id: str) -> None:
    """KeyDamaged unless the till's key can be used; one that is not there yet will be made."""
    path = key_file(data_dir, device_id)
    try:
        size = len(path.read_bytes())
    except FileNotFoundError:
        return
    except OSError as error:
        raise KeyDamaged(f"{path}: {error.strerror}") from error
    if size != KEY_BYTES:
        raise KeyDamaged(f"{path} holds {size} bytes, a key has {KEY_BYTES}")


def trust_file(data_dir: Path) -> Path:
    """Beside the key: which authority may certify the server."""
    return data_dir / "authority.json"


def trust_of(
    data_dir: Path, central_keys: Callable[[], Sequence[str]] = tuple, allows_plain: bool = False
) -> "ServerTrust":
    """Whom the till in this folder believes to be its server."""
    from sync.trust import ServerTrust, read_trust

    path = trust_file(data_dir)
    return ServerTrust(read_trust(path), path, central_keys, allows_plain)


def invited_trust(data_dir: Path, invitation: Invitation, allows_plain: bool) -> "ServerTrust":
    """Whom to believe while enrolling: as the invitation says, kept by `keep_trust` once it went well."""
    from sync.trust import ServerTrust, Trust

    if not invitation.pins:
        return trust_of(data_dir, allows_plain=allows_plain)
    return ServerTrust(Trust(invitation.pins), allows_plain=allows_plain)


def keep_trust(trust: "ServerTrust", data_dir: Path) -> None:
    if trust.trust.pins:
        trust.keep_in(trust_file(data_dir))


def request_device(data_dir: Path, invitation: Invitation, allows_plain: bool = False) -> Device:
    """Ask central with the code; CentralError or OSError says why not. Safe to repeat."""
    from sync.client import enrol

    trust = invited_trust(data_dir, invitation, allows_plain)
    key = _first_key(key_file(data_dir))
    answer = enrol(invitation.url, invitation.code, key, app="omnitill", trust=trust)
    keep_trust(trust, data_dir)
    return device_of(answer, invitation.url)


def _first_key(path: Path) -> "DeviceKey":
    """A till that is not enrolled loses nothing with a damaged key: it is put aside."""
    from sync.keys import load_or_create

    try:
        return load_or_create(path)
    except (ValueError, IsADirectoryError):
        path.rename(path.with_name(path.name + ".damaged"))
        return load_or_create(path)


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


def enrol_till(data_dir: Path, url: str, code: str, pins: tuple[str, ...] = ()) -> Device:
    """Enrol a till that is not running."""
    data_dir.mkdir(parents=True, exist_ok=True)
    device = request_device(data_dir, Invitation(url, code, pins))
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
        case Untrusted(reason=reason):
            return reason
        case Unreachable():
            return "unreachable"
        case UpgradeRequired():
            return "upgrade"
        case EnrolRefused(reason=reason):
            return "code" if reason == "unknown_code" else "used"
        case BadInvitation(field=field):
            return f"bad_{field or 'text'}"
        case OSError():
            return "files"
        case _:
            return "server"


def fields_of(text: str) -> tuple[str, str, str] | None:
    """Address, code and pins of an invitation; None for another text, BadInvitation for a broken one."""
    if not is_invitation(text):
        return None
    found = read(text)
    return found.url, found.code, ",".join(found.pins)
