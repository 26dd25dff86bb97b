"""omnitill: the till, its demo and its tour; verify, recover and enrol work on a till's files."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for; what cannot be done is one sentence and exit code 1."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words and words[0] in _COMMANDS:
        return _command(words)
    options = _parser().parse_args(words)
    if options.version:
        from pos_app.app import VERSION

        sys.stdout.write(f"omnitill {VERSION}\n")
        return 0
    if options.tour:
        return _tour(options)
    if options.reset_demo:
        return _reset_demo()
    if options.demo:
        return _demo()
    return _till(options)


_COMMANDS = frozenset({"verify", "enrol", "recover"})


def _command(words: Sequence[str]) -> int:
    """What is done to a till's files without a window."""
    from pos_app.integrity import commands

    return commands.run(words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="omnitill", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="folder of the till's files")
    parser.add_argument("--demo", action="store_true", help="a till with its own server and shop")
    parser.add_argument("--reset-demo", action="store_true", help="throw the demo away")
    parser.add_argument("--tour", action="store_true", help="play a first sale and check it")
    parser.add_argument("--out", type=Path, help="where the tour puts its pictures")
    parser.add_argument("--catalog", type=Path, help="product file the tour imports first")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    parser.add_argument("--report-start", type=int, help=argparse.SUPPRESS)
    return parser


def _till(options: argparse.Namespace) -> int:
    from pos_app.memory import start_without_collecting

    start_without_collecting()
    from pos_app import app, config
    from pos_app.logs import start_log

    data_dir = options.data_dir or config.default_data_dir() / "till"
    try:
        found = config.load(data_dir)
    except config.ConfigError as error:
        return _refuse(error)
    if options.report_start:
        return app.report_start(found, options.report_start)
    start_log(data_dir)
    return app.run(replace(found, marks_dir=config.default_marks_dir()))


def _demo() -> int:
    from pos_app.config import default_data_dir
    from pos_app.demo_till import run

    return run(default_data_dir() / "demo")


def _reset_demo() -> int:
    from pos_app.config import default_data_dir
    from pos_app.demo import forget

    root = default_data_dir() / "demo"
    forget(root)
    sys.stdout.write(f"The demo in {root} is gone; the next start makes a new one.\n")
    return 0


def _tour(options: argparse.Namespace) -> int:
    from pos_app.tour import play

    return play(options.out, options.catalog)


def _refuse(error: Exception) -> int:
    sys.stderr.write(f"omnitill: {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
