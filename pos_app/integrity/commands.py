"""omnitill verify, recover and enrol: work on a till's files, without a window."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from pos_app import config
from pos_app.clocks import Clocks
from pos_app.config import default_data_dir
from pos_app.integrity import verify
from pos_app.integrity.copies import hourly_copies
from pos_app.integrity.sources import Claim, JournalReader, Unusable, exported, report_facts
from pos_app.opening import central_for, places
from pos_app.store.db import open_stores
from pos_app.store.errors import StoreError
from sync import invitation

FINE, BAD, UNKNOWN = 0, 1, 2


def run(words: Sequence[str]) -> int:
    """The first word is the command's name."""
    return _COMMANDS[words[0]](words[1:])


def verify_command(words: Sequence[str]) -> int:
    """Is every known fact here, and as it was written? Exit code 0: yes, 1: no, 2: it cannot be told."""
    options = _verify_parser().parse_args(words)
    start = time.perf_counter()
    try:
        report = _exported(options) if options.export else _journal(options)
    except (Unusable, config.ConfigError, OSError, sqlite.DatabaseError) as error:
        sys.stderr.write(f"omnitill: {error}\n")
        return UNKNOWN
    spent = max(time.perf_counter() - start, 0.001)
    sys.stdout.write(f"{report_facts(report)}; {report.facts / spent:.0f} facts/s\n")
    bad = report.first_bad
    if bad is None:
        sys.stdout.write("every fact is as it was written\n")
        return FINE
    sys.stdout.write(f"{bad}\n")
    return BAD


def enrol_command(words: Sequence[str]) -> int:
    """Make this folder's till known to central; once more after a fork. Exit code 0 or 1."""
    # the exchange's libraries cost half a second that verifying does not need
    from pos_app.reenrolment import enrol_again
    from sync.errors import CentralError

    options = _enrol_parser().parse_args(words)
    folder = options.data_dir or default_data_dir() / "till"
    try:
        with closing(open_stores(folder)) as stores:
            known = stores.identity.device.server_url if stores.identity else ""
            told = config.load(folder)
            asked = (
                invitation.read(options.code)
                if invitation.is_invitation(options.code)
                else invitation.typed(options.url or told.server_url or known, options.code, "")
            )
            now, allows_plain = Clocks().now(), told.plain_http_for_tests
            device = enrol_again(stores, folder, asked, now, allows_plain)
    except (StoreError, CentralError, config.ConfigError, ValueError, OSError) as error:
        sys.stderr.write(f"omnitill: {error}\n")
        return BAD
    sys.stdout.write(f"till {device.till_no} of {device.store_no} {device.store_name}\n")
    return FINE


def recover_command(words: Sequence[str]) -> int:
    """Make a damaged journal anew. Exit code 0: whole, 1: facts are lost or wrong, 2: it cannot be."""
    from pos_app.integrity.recover import CannotRecover, recover

    options = _recover_parser().parse_args(words)
    folder = options.data_dir or default_data_dir() / "till"
    try:
        told = config.load(folder)
        kept = places(folder, options.black_box or told.second_dir)
        url = options.url or told.server_url
        ask = partial(central_for, folder, url) if options.server else None
        rescue = recover(folder, kept, Clocks().now(), hourly_copies(kept.box_folder), ask)
    except (CannotRecover, config.ConfigError, StoreError, OSError) as error:
        sys.stderr.write(f"omnitill: {error}\n")
        return UNKNOWN
    runs = (str(first) if first == last else f"{first}-{last}" for first, last in rescue.gaps)
    lost = f" (seq {', '.join(runs)})" if rescue.gaps else ""
    sys.stdout.write(
        f"{rescue.facts} facts, {rescue.sales} sales of {rescue.total} minor units in all\n"
        f"{rescue.lost} facts lost{lost}, {rescue.told_again} told again\n"
        f"incarnation {rescue.incarnation}{', a new one' if rescue.is_new_life else ''}\n"
        f"the damaged file is {rescue.kept_aside.name}\n"
    )
    if rescue.unanswered:
        sys.stderr.write(f"omnitill: central was asked in vain: {rescue.unanswered}\n")
    if rescue.bad:
        sys.stdout.write(f"not as written: {rescue.bad.what} {rescue.bad.detail}\n")
    return BAD if rescue.bad or rescue.lost or rescue.unanswered else FINE


def _recover_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="omnitill recover", description=recover_command.__doc__)
    parser.add_argument("--data-dir", type=Path, help="folder of the till's files")
    parser.add_argument(
        "--black-box",
        type=Path,
        help="folder of the black box and the copies, if not as in till.toml",
    )
    parser.add_argument("--server", action="store_true", help="ask central for what is missing")
    parser.add_argument("--url", default="", help="where central is, if not as before")
    return parser


def _enrol_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="omnitill enrol", description=enrol_command.__doc__)
    parser.add_argument("--data-dir", type=Path, help="folder of the till's files")
    parser.add_argument("--url", default="", help="where central is, if not as before")
    parser.add_argument(
        "--code", required=True, help="the one-time code central gave, or all of omnitill://enrol?…"
    )
    return parser


def _verify_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="omnitill verify", description=verify_command.__doc__)
    parser.add_argument("--data-dir", type=Path, help="folder of the till's files")
    parser.add_argument("--export", type=Path, help="facts as central exported them, JSON lines")
    parser.add_argument("--device", default="", help="whose facts they are, if they do not say")
    parser.add_argument("--incarnation", type=int, default=1)
    parser.add_argument("--key", default="", help="the till's public key, in base64")
    return parser


def _exported(options: argparse.Namespace) -> verify.Report:
    claim = Claim(options.device, options.incarnation, options.key)
    return verify.check(exported(options.export, claim))


def _journal(options: argparse.Namespace) -> verify.Report:
    folder = options.data_dir or default_data_dir() / "till"
    with closing(JournalReader(folder / "journal.db")) as journal:
        device_id = journal.lives()[-1].device_id
    second_dir, marks_dir = config.load(folder).second_dir, config.default_marks_dir()
    # before the facts are: the till may be running
    known = places(folder, second_dir, marks_dir, device_id).known()
    with closing(JournalReader(folder / "journal.db")) as journal:
        report = verify.check(journal.to_verify())
        if report.first_bad is None:
            wrong = chain(verify.compare_marks(journal.held(known)), journal.wrong_rows(report))
            report.first_bad = next(wrong, None)
        return report


_COMMANDS = {"verify": verify_command, "enrol": enrol_command, "recover": recover_command}
