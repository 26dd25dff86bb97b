"""make races, make hunt: the races in full, on real databases, each beside the control that must fail."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from sync.central import db
from tests.central import shop
from tests.central.postgres import EMPTY, SHOP, Postgres, prepare, running_postgres
from tests.central.races import refunds
from tests.central.races.hunt import Hunt
from tests.central.races.losing import Losing

BUILD = Path(__file__).resolve().parents[3] / "build"
_CONNECTIONS = 40


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when a rule was broken, or a control was not."""
    parser = argparse.ArgumentParser(prog="tests.central.races", description=__doc__)
    parser.add_argument("what", choices=["refunds", "hunt"])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    with running_postgres() as server:
        found = _refunds(server, options) if options.what == "refunds" else _hunt(server, options)
    BUILD.mkdir(exist_ok=True)
    path = BUILD / f"{'races' if options.what == 'refunds' else 'hunt'}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"written to {path}\n")
    return 0 if all(it["met"] for it in found) else 1


def _refunds(server: Postgres, options: argparse.Namespace) -> list[dict[str, Any]]:
    size = options.lines, options.clients
    found = []
    for engine in _postgres(server, SHOP):
        outcome = refunds.run(engine, *size, refunds.by_request, options.seed)
        is_right = not outcome.over and not outcome.two_answers and not outcome.odd
        found.append(_said("postgres", is_right, asdict(outcome)))
    for engine in _postgres(server, SHOP):
        fault = Losing(engine, 0.15, options.seed)
        outcome = refunds.run(engine, *size, refunds.by_request, options.seed, fault)
        is_right = not outcome.over and not outcome.two_answers and not outcome.odd
        seen = asdict(outcome) | {"commits": dict(fault.seen)}
        found.append(_said("postgres, commits lost and repeated", is_right, seen))
    for engine in _sqlite(shop.seed):
        outcome = refunds.run(engine, *size, refunds.by_request, options.seed)
        is_right = not outcome.over and not outcome.two_answers and not outcome.odd
        found.append(_said("sqlite", is_right, asdict(outcome)))
    for engine in _postgres(server, SHOP):
        outcome = refunds.run(engine, *size, refunds.by_reading_first, options.seed)
        found.append(_said("control that reads first", outcome.over > 0, asdict(outcome)))
    return found


def _hunt(server: Postgres, options: argparse.Namespace) -> list[dict[str, Any]]:
    found = []
    for engine in chain(_postgres(server, EMPTY), _sqlite()):
        catch = Hunt(engine, options.rows, options.writers, options.seed).run()
        missed = {
            "missed": catch.missed,
            "missed_by_serial": catch.naive_rows - catch.by_serial,
            "missed_by_time": catch.naive_rows - catch.by_time,
        }
        is_right = not catch.missed and not catch.gaps and catch.rows == options.rows
        # one writer at a time: a number taken inside SQLite's transaction cannot be overtaken
        sees = missed["missed_by_time"] > 0 and (
            db.is_sqlite(engine) or missed["missed_by_serial"] > 0
        )
        found.append(_said(engine.dialect.name, is_right and sees, asdict(catch) | missed))
    return found


def _said(name: str, is_met: bool, figures: dict[str, Any]) -> dict[str, Any]:
    words = ", ".join(f"{key} {value}" for key, value in figures.items() if key != "heads")
    sys.stdout.write(f"{name:36} {'yes' if is_met else 'NO '}  {words}\n")
    sys.stdout.flush()
    return {"name": name, "met": is_met, "at": int(time.time())} | figures


def _postgres(server: Postgres, template: str) -> Iterator[Engine]:
    with server.database(template) as address, _engine(address) as engine:
        yield engine


def _sqlite(*steps: Any) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="omnitill-races-") as folder:
        address = f"sqlite:///{folder}/central.db"
        prepare(address, *steps)
        with _engine(address) as engine:
            yield engine


@contextmanager
def _engine(address: str) -> Iterator[Engine]:
    engine = db.create_engine(address, pool_size=_CONNECTIONS)
    try:
        yield engine
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
