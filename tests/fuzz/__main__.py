"""make fuzz: at least so many generated requests to a real central; no answer may be a server error.

Exit code 1 with Schemathesis' report when one is, or when an answer is not what OpenAPI says.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.shooting import shoot
from tests.fuzz.target import target

RESULT = Path(__file__).resolve().parents[2] / "build" / "fuzz.json"
_BASE = 550
"""About so many cases come with every volley: the edges of each parameter, and the stateful ones."""
_OPERATIONS = 15
_MOST = 150
"""Cases for each operation in one volley: a token lives for half an hour."""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first volley")
    options = parser.parse_args(words)
    start, seed, cases, is_clean = time.monotonic(), options.seed, 0, True
    while is_clean and cases < options.cases:
        sent, is_clean = _volley(options.cases - cases, seed)
        cases, seed = cases + sent, seed + 1
        print(f"{cases} cases", flush=True)
    took = round(time.monotonic() - start, 1)
    found = {"cases": cases, "is_clean": is_clean, "seeds": [options.seed, seed - 1], "s": took}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found) + "\n", encoding="utf-8")
    print(json.dumps(found))
    return 0 if is_clean else 1


def _volley(wanted: int, seed: int) -> tuple[int, bool]:
    """Requests with this seed to a fresh server; how many were sent, and whether all was well."""
    with TemporaryDirectory() as name, target(Path(name)) as aim:
        each = min(_MOST, max(1, (wanted - _BASE) // _OPERATIONS))
        outcome = shoot(aim, Path(name), each, seed)
    if not (outcome.is_clean and outcome.cases):
        print(outcome.words)
    return outcome.cases, outcome.is_clean and outcome.cases > 0


if __name__ == "__main__":
    sys.exit(main())
