"""make wires: a till and a central with a wire that cuts, swallows, stops and drips, for MINUTES.

The exchange's own waiting times are cut to a twelfth, so that a minute here is many of a real day.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.simulation.wires.proxy import FAULTS, Proxy
from tests.simulation.wires.storm import Ends, Outcome, admit, hurried, shop_served, storm

_LEAST = 100
"""Sales, 40 prices for five of them."""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make wires", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--share", type=float, default=0.3, help="of the requests meets a fault")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args(words)
    print(f"seed {options.seed}", flush=True)
    with TemporaryDirectory(prefix="omnitill-wires-") as name:
        outcome, proxy = play(Path(name), options.minutes * 60, options.share, options.seed)
    for fault, count in sorted(proxy.done.items()):
        print(f"  {count:6} x {fault}")
    for complaint in outcome.complaints:
        print(f"  wrong: {complaint}")
    print(
        f"{outcome.sales} sales, {outcome.prices} prices, the badge said {sorted(outcome.seen)},"
        f" the same on both ends {outcome.healed_s:.1f} s after; {len(outcome.complaints)} wrong"
    )
    return 1 if outcome.complaints else 0


def play(folder: Path, seconds: float, share: float, seed: int) -> tuple[Outcome, Proxy]:
    """Everything from empty databases on, over SQLite."""
    dice = Random(seed)
    with shop_served(folder) as (engine, central), hurried():
        proxy = Proxy(central.port, dice)

        def spoil(much: float) -> None:
            proxy.share = share * much

        admit(engine, central.address, folder / "till")

        def is_enough(sales: int) -> bool:
            return sales > _LEAST and all(proxy.done[it] for it in FAULTS)

        with proxy.running() as wire, Ends(engine, folder / "till", wire) as ends:
            return storm(ends, spoil, seconds, dice, is_enough), proxy


if __name__ == "__main__":
    sys.exit(main())
