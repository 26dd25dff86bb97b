"""make-ca, rotate-ca, make-certificate: commands about the shop's authority, which need no database."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from sync.central import authority
from sync.central.commands import Subparsers

_MOST_DAYS = 825
Run = Callable[[argparse.Namespace], int]


def add_commands(every: Subparsers) -> None:
    ca = _add(every, "make-ca", _make_ca, "the shop's own certificate authority, made once")
    ca.add_argument("--name", default="Omnitill", help="whose it is (default: %(default)s)")
    _add(every, "rotate-ca", _rotate_ca, "let the authority's spare key take over")
    leaf = _add(every, "make-certificate", _make_certificate, "what this server shows to tills")
    leaf.add_argument("hosts", nargs="+", metavar="host", help="names and addresses tills ask for")
    leaf.add_argument("--tls-dir", type=Path, required=True, help="folder for serve --tls-dir")
    leaf.add_argument(
        "--days", type=_days, default=authority.LEAF_DAYS, help="valid for (default: %(default)s)"
    )


def _add(every: Subparsers, name: str, run: Run, words: str) -> argparse.ArgumentParser:
    parser = every.add_parser(name, help=words, description=words)
    where = "folder of the authority's keys: keep it apart from the server, and a copy of it"
    parser.add_argument("--ca-dir", type=Path, required=True, help=where)
    parser.set_defaults(run=run)
    return parser


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text} is not a number of days: 1 to {_MOST_DAYS}")
    return int(text)


def _make_ca(options: argparse.Namespace) -> int:
    return _say(authority.make_ca(options.ca_dir, options.name))


def _rotate_ca(options: argparse.Namespace) -> int:
    return _say(authority.rotate_ca(options.ca_dir))


def _make_certificate(options: argparse.Namespace) -> int:
    authority.make_certificate(options.ca_dir, options.tls_dir, options.hosts, options.days)
    sys.stdout.write(f"{options.tls_dir}: restart the server to show it\n")
    return 0


def _say(pins: tuple[str, ...]) -> int:
    for role, pin in zip((authority.CURRENT, authority.SPARE), pins, strict=True):
        sys.stdout.write(f"{role} {pin}\n")
    return 0
