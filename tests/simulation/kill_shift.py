"""Kill a selling till at random moments, again and again, and see that it keeps its word.

`python -m tests.simulation.kill_shift --runs 200`
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from hardware.emulators.virtual_printer import VirtualPrinter
from tests.simulation.shift_audit import Slip, Verdict, audit, slip_of

ROOT = Path(__file__).parents[2]
START_S = 0.8
# Of a hundred lives, some end while the files are opened or repaired, most amid the first sales, and
# some last until receipts have come out.
ENDS = ((15, "early", START_S), (60, "short", 0.4), (25, "long", 1.6))


class TillFell(Exception):
    """The till ended by itself; the message is what it said last."""


def kill_shifts(runs: int, folder: Path, seed: int = 1) -> Verdict:
    """Let the till live and die `runs` times on one folder, then once in peace, and audit it."""
    dice, slips = Random(seed), list[Slip]()
    with VirtualPrinter(on_paper=lambda paper: slips.append(slip_of(paper))) as printer:
        for life in range(runs):
            live_and_die(life_command(folder, life, dice, printer.port), dice)
            printer.papers.clear()
        last = life_command(folder, runs, dice, printer.port)
        done = subprocess.run([*last, "--calm"], cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise TillFell(f"the last life ended with {done.returncode}")
    return audit(folder, slips)


def live_and_die(command: list[str], dice: Random) -> None:
    """One life, ended by SIGKILL: mostly while it sells, sometimes while it starts."""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as till:
        assert till.stdout is not None
        assert till.stderr is not None
        ((_, end, at_most_s),) = dice.choices(ENDS, [share for share, *_ in ENDS])
        if end != "early":
            till.stdout.readline()
        time.sleep(dice.uniform(0, at_most_s))
        fell = till.poll()
        till.kill()
        if fell is not None:
            raise TillFell(f"it ended with {fell}: {till.stderr.read()[-2000:]}")


def life_command(folder: Path, life: int, dice: Random, port: int) -> list[str]:
    words = [str(folder), str(life), str(dice.randrange(1 << 30)), str(port)]
    return [sys.executable, "-m", "tests.simulation.shift_life", *words]


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args(words)
    print(f"{asked.runs} lives, seed {asked.seed}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="omnitill-crash-") as folder:
        verdict = kill_shifts(asked.runs, Path(folder), asked.seed)
    for complaint in verdict.complaints:
        print(f"  wrong: {complaint}")
    print(
        f"{asked.runs} kills in {time.monotonic() - start:.0f} s: {verdict.sales} sales booked,"
        f" {verdict.told} told, {verdict.slips} receipts printed, {verdict.restored} restarts seen;"
        f" {len(verdict.complaints)} lost, doubled or wrong"
    )
    return 1 if verdict.complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
