"""make fleet: so many tills at one real central for so many minutes, with answers lost on the way.

Each sells once a second on average and pushes at once; what it sold while central was busy goes in
one batch, as from a real till. Tills neither pull nor listen here: `make freshness` does that.
Writes build/fleet.json.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sync.central import db, migrate
from tests.simulation.fleet import shop
from tests.simulation.fleet.day import Plan, play
from tests.simulation.fleet.served import postgres, served

RESULT = Path(__file__).resolve().parents[3] / "build" / "fleet.json"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    parser.add_argument("--tills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between a till's sales")
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(words)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    plan = Plan(options.tills, options.minutes * 60, options.every, seed=int(time.time()))
    before = os.getloadavg()[0]
    with TemporaryDirectory(prefix="omnitill-fleet-") as name:
        found = fleet(plan, options.database, options.workers, Path(name))
    given = {"database": options.database, "workers": options.workers}
    given |= {"minutes": options.minutes, "every_s": options.every}
    found = given | {"load": [round(before, 1), round(os.getloadavg()[0], 1)]} | found
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 0 if found["met"] else 1


def fleet(plan: Plan, kind: str, workers: int, folder: Path) -> dict[str, Any]:
    """One day from an empty database on."""
    with _database(kind, folder) as address:
        engine = db.create_engine(address)
        try:
            migrate.upgrade(engine)
            db.write(engine, lambda c: shop.seed(c, plan.shops))
            with served(address, folder, workers=workers) as central:
                return asyncio.run(play(plan, central, engine)).report()
        finally:
            engine.dispose()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'central.db'}"
        return
    with postgres(folder) as address:
        yield address


if __name__ == "__main__":
    sys.exit(main())
