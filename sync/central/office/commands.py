"""omnitill-central office-user: who may sign in to the office."""

import argparse
import getpass
import sys

from sqlalchemy import Engine

from sync.central import commands, db, identity
from sync.central.errors import CommandError
from sync.central.office import people


def add_commands(every: commands.Subparsers) -> None:
    user = every.add_parser("office-user", help="who may sign in to the office's pages")
    does = user.add_subparsers(required=True, metavar="what")
    words = "a person, or a new password and other stores for one; asks for the password"
    add = commands.add(does, "add", _add, words)
    add.add_argument("name")
    add.add_argument("--store", action="append", default=[], help="only this one; may be repeated")
    add.add_argument("--tenant", default="", help="whose stores, if there are several tenants")
    block = commands.add(does, "block", _block, "shut a person out at once")
    block.add_argument("name")


def _add(engine: Engine, options: argparse.Namespace) -> None:
    from argon2 import PasswordHasher  # the other commands need none of it

    kept = PasswordHasher().hash(_password())
    who = options.name, kept, options.store, options.tenant
    db.write(engine, lambda c: people.add(c, *who, identity.now_ms()))
    sys.stdout.write(f"{people.plain(options.name)} may sign in at /office\n")


def _block(engine: Engine, options: argparse.Namespace) -> None:
    db.write(engine, lambda c: people.block(c, options.name, identity.now_ms()))
    sys.stdout.write(f"{people.plain(options.name)} is shut out\n")


def _password() -> str:
    """Never on the command line, where other users of the machine could read it."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise CommandError("the two passwords are not the same")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not people.SHORTEST_PASSWORD <= len(password) <= people.LONGEST_PASSWORD:
        raise CommandError(f"a password has at least {people.SHORTEST_PASSWORD} characters")
    return password
