"""The folder with ready snapshots. Several processes may share it: files get their names when whole."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from sqlalchemy import Engine

from sync.central import db
from sync.central.feed import floors_of, heads_of
from sync.central.identity import identity, signing_key
from sync.central.snapshots.building import Content, build, pack
from sync.seals import snapshot_message

WORTH_ROWS = 20_000
"""A smaller shop is there by pages as soon as by a file."""
_STALE_PART = 0.05
_STALE_ROWS = 5_000
"""Built again when more rows than both have changed: the rest comes by the feed."""
_FRESH_S = 24 * 3600
"""Built again when it is older and anything has changed: who was forgotten is not in it for long."""
_KEEP_S = 6 * 3600
"""A till that began an older file may finish it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A file on the shelf, and all a till is told of it but its cursor."""

    name: str
    sha256: str
    size: int
    sig: str
    content: Content


def class_of(streams: Sequence[str]) -> str:
    """Tills with the same streams share a file."""
    return hashlib.sha256("|".join(streams).encode()).hexdigest()[:16]


class Shelf:
    """Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite.zst"

    def ready(self, streams: Sequence[str]) -> Ready | None:
        """The newest file for these streams."""
        try:
            it = orjson.loads(self._note(streams).read_bytes())
        except FileNotFoundError:
            return None
        own = {device: (life, seq) for device, (life, seq) in it["content"]["own"].items()}
        return Ready(**(it | {"content": Content(**(it["content"] | {"own": own}))}))

    def refresh(self, engine: Engine, streams: Sequence[str], worth: int = WORTH_ROWS) -> bool:
        """Build where there is none or an old one, and it pays; whether one was built."""
        with db.reading(engine) as conn:
            epoch, heads = identity(conn).epoch, heads_of(conn, streams)
            floors = floors_of(conn, streams)
        old, head = self.ready(streams), sum(heads.values())
        if old and old.content.epoch == epoch:
            if self._is_good(old.content, streams, head, floors):
                return False
        elif head < worth:
            return False
        self._build(engine, streams)
        self._tidy(streams)
        return True

    def _is_good(
        self, content: Content, streams: Sequence[str], head: int, floors: dict[str, int]
    ) -> bool:
        """A till that begins with it has little to fetch afterwards, and nothing twice."""
        if any(content.positions.get(stream, 0) < floor for stream, floor in floors.items()):
            return False
        moved = head - sum(content.positions.values())
        age_s = time.time() - self._note(streams).stat().st_mtime
        most = max(_STALE_ROWS, _STALE_PART * content.rows) if age_s < _FRESH_S else 0
        return 0 <= moved <= most

    def _build(self, engine: Engine, streams: Sequence[str]) -> None:
        self._folder.mkdir(0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._folder) as name:
            plain, packed = Path(name, "plain"), Path(name, "packed")
            with db.reading(engine) as conn:
                content = build(conn, streams, plain)
            sha256, size = pack(plain, packed)
            own_name = f"{class_of(streams)}-{sha256[:16]}"
            key = db.write(engine, signing_key)
            sig = key.sign(snapshot_message(own_name, sha256, size))
            ready = Ready(own_name, sha256, size, sig, content)
            packed.replace(self.path(own_name))
            note = Path(name, "note")
            note.write_bytes(orjson.dumps(asdict(ready)))
            note.replace(self._note(streams))

    def _tidy(self, streams: Sequence[str]) -> None:
        """Files that are not the newest, once nobody can still be fetching them."""
        newest = self.ready(streams)
        for file in self._folder.glob(f"{class_of(streams)}-*.sqlite.zst"):
            is_newest = newest is not None and file == self.path(newest.name)
            if not is_newest and time.time() - file.stat().st_mtime > _KEEP_S:
                file.unlink(missing_ok=True)

    def _note(self, streams: Sequence[str]) -> Path:
        return self._folder / f"{class_of(streams)}.json"
