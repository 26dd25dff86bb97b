"""Once a day the whole record is proven: how the file is built, and every fact, sale and total in it.

A fresh copy is read, which has the same bytes: the till's own file, its cache and its sales are left
alone. What was found is kept beside the copies, so that it is known after a restart too.
"""

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

import orjson
import pysqlite3.dbapi2 as sqlite

from pos_app.domain.safety import Proof
from pos_app.integrity.mark import flush_folder
from pos_app.store.errors import Interrupted, StoreDamaged
from pos_app.store.faults import store_error

_NAME = "proof.json"
_DAY_MS = 24 * 60 * 60 * 1000
_AT_ONCE, _REST_S = 20, 0.01
"""A millisecond of work and ten of rest: nobody at the till feels it. 50,000 facts take half a minute,
as many sales the same once more."""

log = logging.getLogger(__name__)
Row = TypeVar("Row")


class Stopped(Exception):
    """The till closes; the next one proves its record."""


def last_proof(folder: Path) -> Proof | None:
    """None if there is none that can be read. OSError when the folder cannot be used."""
    try:
        return Proof(**orjson.loads((folder / _NAME).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def is_due(folder: Path, now_ms: int) -> bool:
    """Also when the clock was set back."""
    last = last_proof(folder)
    return last is None or not 0 <= now_ms - last.at_ms < _DAY_MS


def prove_copy(copy: Path, now_ms: int, stopping: threading.Event) -> Proof:
    """Prove a copy that nobody writes, and keep what came of it in its folder.

    On a thread of its own, unhurried; Stopped when `stopping` is set meanwhile, OSError when nothing
    can be kept.
    """
    facts, wrong = _look(copy, stopping)
    if stopping.is_set():
        raise Stopped
    if wrong:
        log.error("the record of sales is not as it was written: %s", wrong)
    proof = Proof(now_ms, facts, wrong)
    fresh = copy.with_name(_NAME + ".new")
    fresh.write_bytes(orjson.dumps(asdict(proof)))
    fresh.replace(copy.with_name(_NAME))
    flush_folder(copy.parent)
    return proof


def _look(copy: Path, stopping: threading.Event) -> tuple[int, str]:
    """How many facts are as written, and the first thing that is wrong; "" for nothing."""
    try:
        with closing(sqlite.connect(f"{copy.resolve().as_uri()}?immutable=1", uri=True)) as conn:
            conn.set_progress_handler(stopping.is_set, 20_000)
            verdict = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
        return (0, str(verdict)) if verdict != "ok" else _content(copy, stopping)
    except sqlite.Error as error:
        known = store_error(error)
        if isinstance(known, StoreDamaged | Interrupted):
            return 0, str(known)
        raise


def _content(copy: Path, stopping: threading.Event) -> tuple[int, str]:
    # a till that sells needs these only here
    from pos_app.integrity import verify
    from pos_app.integrity.sources import JournalReader, Unusable

    try:
        with closing(JournalReader(copy, is_still=True)) as journal:
            report = verify.check(
                replace(life, facts=_unhurried(life.facts, stopping))
                for life in journal.to_verify()
            )
            wrong = chain(
                verify.compare_sales(report, _unhurried(journal.sales(), stopping)),
                verify.compare_shifts(report, _unhurried(journal.shifts(), stopping)),
            )
            bad = report.first_bad or next(wrong, None)
    except Unusable as error:
        return 0, str(error)
    return report.facts, str(bad) if bad else ""


def _unhurried(rows: Iterable[Row], stopping: threading.Event) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count % _AT_ONCE == 0 and stopping.wait(_REST_S):
            return
        yield row
