"""make killpoints: every point RUNS times, each time at another call of it."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.simulation.kill_points.grounds import grounds
from tests.simulation.kill_points.points import CENTRAL, TILL


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make killpoints", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args(words)
    dice, start, wrong = Random(options.seed), time.monotonic(), 0
    print(
        f"{len(TILL + CENTRAL)} points, {options.runs} times each, seed {options.seed}", flush=True
    )
    with TemporaryDirectory(prefix="omnitill-points-") as name, grounds(Path(name)) as place:
        for point in (TILL + CENTRAL) * options.runs:
            found = place.kill_at(point, dice)
            wrong += len(found)
            for complaint in found:
                print(f"  wrong: {complaint}", flush=True)
    kills = len(TILL + CENTRAL) * options.runs
    print(f"{kills} kills in {time.monotonic() - start:.0f} s, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
