"""omnitill-central: serve a shop's tills, certify the server, admit a till, seed the demo."""

import argparse
import ipaddress
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from sync import invitation
from sync.central import (
    auth,
    authority,
    authority_commands,
    commands,
    config,
    db,
    export,
    identity,
    migrate,
)
from sync.central.compacting import command as compact
from sync.central.errors import CommandError
from sync.central.holds import lost, recovery, registry
from sync.central.office import commands as office
from sync.central.office import deciding, people
from sync.scrubbing import Scrubbing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what cannot be done is one sentence and exit code 1."""
    handler = logging.StreamHandler()
    handler.setFormatter(Scrubbing(logging.Formatter("%(asctime)s %(levelname)s %(message)s")))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (CommandError, SQLAlchemyError, OSError, ValueError) as error:
        sys.stderr.write(f"omnitill-central: {str(error).partition(chr(10))[0]}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="omnitill-central", description=__doc__)
    every = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add(every, "serve", _serve, "serve tills over HTTPS, or HTTP on this machine")
    serve.add_argument("--host", default=config.HOST, help="address to listen on")
    serve.add_argument("--port", type=_port, default=config.PORT, help="0 takes any free port")
    serve.add_argument("--port-file", type=Path, help="write the port here once it listens")
    serve.add_argument("--workers", type=_count, default=1, help="processes behind the address")
    serve.add_argument("--tls-dir", type=Path, help="what make-certificate wrote: speak HTTPS")
    serve.add_argument(
        "--behind-tls",
        action="store_true",
        help="something in front of it speaks HTTPS with the tills",
    )
    serve.add_argument(
        "--with-parent",
        action="store_true",
        help="end when standard input closes: its parent is gone",
    )
    serve.add_argument(
        "--snapshots", type=Path, help="folder for first loads (default: beside a SQLite file)"
    )
    serve.add_argument(
        "--no-compact", action="store_true", help="leave the daily `compact` to somebody else"
    )
    commands.add(every, "migrate", migrate.command, "bring the database up to date")
    code = commands.add(every, "enrol-code", _enrol_code, "a code that admits one till, once")
    code.add_argument("--store", required=True, help="number of the store, as in 014")
    code.add_argument("--till", required=True, help="number of the till in the store")
    code.add_argument("--url", help="where tills reach this server: shows all of it as a QR code")
    code.add_argument("--tls-dir", type=Path, help="as for serve: the QR code says whom to believe")
    authority_commands.add_commands(every)
    revoke = commands.add(
        every, "revoke", _revoke, "take a till's access away (a lost machine: till-lost)"
    )
    revoke.add_argument("device", help="id of the till")
    epoch = commands.add(
        every, "new-epoch", _new_epoch, "after restoring a backup: ask all tills again"
    )
    epoch.add_argument("--registry", type=Path, help="what `registry` wrote before the loss")
    commands.add(every, "registry", _registry, "print every till's lives, to keep beside backups")
    commands.add(every, "recovery", _recovery, "print who is waited for after a restore")
    lost = commands.add(every, "till-lost", _till_lost, "a machine will never report again")
    lost.add_argument("device", help="id of the till")
    lost.add_argument("--by", required=True, help="who says so")
    lost.add_argument("--approved-by", required=True, help="who else answers for it")
    commands.add(every, "compact", compact, "what serve does daily: tombstones nobody needs go")
    commands.add(every, "replay", _replay, "try quarantined facts again, after an update")
    office.add_commands(every)
    facts = commands.add(every, "export-facts", export.command, "a till's facts as JSON lines")
    facts.add_argument("--store", required=True, help="number of the store, as in 014")
    facts.add_argument("--till", required=True, help="number of the till in the store")
    facts.add_argument("file", help="where they go; omnitill verify --export proves them")
    shop = commands.add(every, "demo", _demo, "fill the database with the demo shop")
    shop.add_argument("--currency", default="CZK", help="CZK or EUR")
    shop.add_argument("--bare", action="store_true", help="stores and people, but no goods")
    _add_importers(every)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text} is not a number of processes: 1 to 256")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**16:
        raise argparse.ArgumentTypeError(f"{text} is not a port: those are 0 to 65535")
    return int(text)


def _add_importers(every: commands.Subparsers) -> None:
    # here, not at the top: the importers are built on this package
    from sync.central.importers import cli

    cli.add_commands(every)


def _serve(engine: Engine, options: argparse.Namespace) -> int:
    # a web framework is half a second that the other commands do not need
    from sync.central.app import create_app
    from sync.central.server import CentralServer, serve_only

    if not (options.tls_dir or options.behind_tls or _is_loopback(options.host)):
        raise CommandError(f"{options.host} is reached by others: give --tls-dir or --behind-tls")
    if options.workers > 1:
        return _serve_many(options)
    tls_dir = options.tls_dir
    shown = authority.shown(tls_dir) if tls_dir else None
    context = authority.server_context(tls_dir) if tls_dir else None
    compacts = not options.no_compact
    app = create_app(engine, snapshots_in=options.snapshots, authority=shown, compacts=compacts)
    server = CentralServer(app, options.host, options.port, options.port_file, context)
    if options.with_parent:
        server.end_with(sys.stdin.buffer)
    serve_only()
    server.run()
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _serve_many(options: argparse.Namespace) -> int:
    from sync.central.workers import Workers

    where = options.database, options.host, options.port
    folders = options.tls_dir, options.snapshots
    files = options.port_file, *folders
    workers = Workers(*where, options.workers, *files, compacts=not options.no_compact)
    if options.with_parent:
        workers.end_with(sys.stdin.buffer)
    return workers.run()


def _enrol_code(engine: Engine, options: argparse.Namespace) -> None:
    pins = authority.shown(options.tls_dir).pins if options.tls_dir else ()
    # an address that no till would take must not cost a code
    blank = invitation.Invitation(options.url, "0000", pins) if options.url else None
    if blank:
        invitation.read(blank.text())
    made = db.write(
        engine, lambda c: auth.new_code(c, options.store, options.till, identity.now_ms())
    )
    code = f"{made[:4]}-{made[4:]}"
    sys.stdout.write(f"{code}\n")
    if blank:
        from sync.central import inviting

        inviting.show(replace(blank, code=code), sys.stdout)


def _revoke(engine: Engine, options: argparse.Namespace) -> None:
    db.write(engine, lambda c: auth.revoke(c, options.device))


def _new_epoch(engine: Engine, options: argparse.Namespace) -> None:
    lines = options.registry.read_bytes().splitlines() if options.registry else []

    def work(conn: Connection) -> str:
        registry.learn(conn, lines)
        return identity.new_epoch(conn)

    sys.stdout.write(f"epoch {db.write(engine, work)}\n")


def _registry(engine: Engine, _: argparse.Namespace) -> None:
    with db.reading(engine) as conn:
        sys.stdout.write(registry.export(conn).decode())


_CANNOT_REPORT = {
    "revoked": "  revoked: it may have paid back before, and is heard no more; till-lost",
    None: "  not in this database: enrolled since the backup; enrol it anew, then till-lost",
}


def _recovery(engine: Engine, _: argparse.Namespace) -> None:
    with db.reading(engine) as conn:
        found = recovery.awaited(conn)
    for it in found:
        life = f"store {it.store_no}  till {it.till_no}  {it.device_id}  life {it.incarnation}"
        sys.stdout.write(f"{life}{_CANNOT_REPORT.get(it.state, '')}\n")
    if not found:
        sys.stdout.write("nobody is waited for\n")


def _till_lost(engine: Engine, options: argparse.Namespace) -> None:
    who = options.device, options.by, options.approved_by
    freed = db.write(engine, lambda c: lost.declare_lost(c, *who, identity.now_ms()))
    sys.stdout.write(f"{options.device} is lost; {freed} of its holds are released\n")


def _replay(engine: Engine, _: argparse.Namespace) -> None:
    by = people.COMMAND_LINE
    tried, done = db.write(engine, lambda c: deciding.replay(c, by, identity.now_ms()))
    sys.stdout.write(f"{done} of {tried} quarantined facts are applied now\n")


def _demo(engine: Engine, options: argparse.Namespace) -> None:
    from sync.central import demo_shop

    demo_shop.seed(engine, currency=options.currency, with_goods=not options.bare)


if __name__ == "__main__":
    sys.exit(main())
