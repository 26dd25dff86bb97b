"""The first load of a till: one ready-made file instead of some hundred pages, if central has one.

Whatever is wrong with the file, pages are right: they bring the same rows.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from sync.client import CentralClient
from sync.errors import Rejected, ServerBroken, Unreachable
from sync.seals import is_of_central
from sync.wire import SnapshotManifest

_PIECE = 1 << 20
_BROUGHT = {"product", "variant", "tax_rate", "price", "stock", "place", "customer"}
_ATTEMPTS = 5
"""Cuts in a row, without a byte between them, before the round ends and its waiting begins."""

log = logging.getLogger(__name__)


class Unfit(Exception):
    """The file cannot become the replica; nothing of it is left there."""


class Target(Protocol):
    """The till's store. Used by the sync thread alone."""

    def is_wanted(self) -> bool:
        """Whether there is next to nothing yet."""
        ...

    def show(self, blocks: Sequence[dict[str, Any]]) -> None:
        """Rows that cannot wait: who may sign in, what the shop is called."""
        ...

    def take(self, packed: Path, cursor: str, includes_own_through: int) -> None:
        """Copy the rows of the file and go on from the cursor; Unfit when that cannot be done."""
        ...


class FirstLoad:
    """Used by the sync thread alone. A download that was cut goes on where it was."""

    def __init__(
        self,
        client: CentralClient,
        target: Target,
        folder: Path,
        central_keys: Callable[[], Sequence[str]],
    ) -> None:
        self._client = client
        self._target = target
        self._folder = folder
        self._central_keys = central_keys
        self._is_over = False

    def run(self, on_part: Callable[[int, int], None]) -> set[str]:
        """Do it if there is anything to do; entities that have rows now.

        `on_part(done, all)` is told how many rows' worth has come. CentralError when central cannot
        be reached; the next run goes on from there.
        """
        if self._is_over:
            return set()
        if not self._target.is_wanted():
            self._end()
            return set()
        try:
            return self._load(on_part)
        except (Rejected, ServerBroken, Unfit, OSError) as error:
            log.info("no first load from a file: %s", error)
            self._is_over = True
            return set()

    def _end(self) -> None:
        """Nothing of a load that was killed stays: the file names people."""
        self._is_over = True
        for left in self._folder.glob("snapshot-*.p*"):
            left.unlink(missing_ok=True)

    def _load(self, on_part: Callable[[int, int], None]) -> set[str]:
        manifest = self._client.snapshot()
        message = manifest.name, manifest.sha256, manifest.size
        if not any(is_of_central(key, *message, manifest.sig) for key in self._central_keys()):
            raise Unfit("it is not signed by our central")
        shown = self._show_store()
        packed = self._fetch(manifest, on_part)
        try:
            self._target.take(packed, manifest.cursor, manifest.includes_own_through)
        finally:
            packed.unlink(missing_ok=True)
        return shown | _BROUGHT

    def _show_store(self) -> set[str]:
        """Staff and settings come first, as with pages; they are few."""
        heads = self._client.changes("", 1)["heads"]
        count = next((seq for it, seq in heads.items() if it.startswith("store:")), 0)
        blocks = self._client.changes("", max(1, min(count, 4000)))["blocks"]
        own = [it for it in blocks if it["stream"].startswith("store:")]
        self._target.show(own)
        return {it["entity"] for it in own}

    def _fetch(self, manifest: SnapshotManifest, on_part: Callable[[int, int], None]) -> Path:
        """The whole file, proven; a part of it stays where a later run finds it."""
        part = self._folder / f"snapshot-{manifest.name}.part"
        for other in self._folder.glob("snapshot-*.part"):
            if other != part:
                other.unlink()
        fruitless = 0
        while (size := part.stat().st_size if part.exists() else 0) < manifest.size:
            try:
                self._go_on(manifest, part, size, on_part)
            except Unreachable:
                fruitless = 0 if part.exists() and part.stat().st_size > size else fruitless + 1
                if fruitless == _ATTEMPTS:
                    raise
        if part.stat().st_size != manifest.size or _sha256(part) != manifest.sha256:
            part.unlink()
            raise Unfit("its bytes are not those that were signed")
        return part

    def _go_on(
        self,
        manifest: SnapshotManifest,
        part: Path,
        start: int,
        on_part: Callable[[int, int], None],
    ) -> None:
        part.touch(0o600)
        with part.open("ab") as file:
            told = at = start
            for piece in self._client.snapshot_bytes(manifest.name, start):
                at += len(piece)
                if at > manifest.size:
                    raise ServerBroken("more bytes than were announced")
                file.write(piece)
                if at - told >= _PIECE:
                    told = at
                    on_part(manifest.rows * at // manifest.size, manifest.rows)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
