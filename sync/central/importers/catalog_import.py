"""Importing one file from the command line: read, compare, report and, when asked, write."""

import argparse
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, Engine

from pos_app.domain.tax import TaxRate
from sync.central import db
from sync.central.feed import Changes
from sync.central.identity import now_ms
from sync.central.importers.applying import StockMode, apply
from sync.central.importers.articles import Catalogue
from sync.central.importers.choices import SEPARATOR_NAMES, Choices, Format
from sync.central.importers.difference import Difference, difference
from sync.central.importers.errors import ImportStopped, RowRefused
from sync.central.importers.figures import ppm_of
from sync.central.importers.reading import read_catalogue
from sync.central.importers.report import summary, write_csv
from sync.central.importers.rules import currency_of
from sync.central.importers.target import Target, rates_of, resolve


def run(engine: Engine, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Read, compare, report and, when asked, write all good rows in one transaction.

    Returns the exit code; ImportStopped (a CommandError) carries the sentence of a full stop.
    """
    choices = _choices(options)
    with db.reading(engine) as conn:
        target = _target(options, conn, choices)
        choices = replace(choices, known_rates=rates_of(conn, target.tenant_id))
    catalogue = read_catalogue(options.file, choices)
    for line in summary(catalogue.report):
        say(line)
    if options.report:
        write_csv(catalogue.report, options.report)
    if options.strict and catalogue.report.refused:
        raise ImportStopped(f"{len(catalogue.report.refused)} rows are refused: nothing imported.")
    what = _write(engine, catalogue, target, options) if options.apply else None
    if what is None:
        with db.reading(engine) as conn:
            what = difference(conn, catalogue, target)
    for line in (*what.lines(), *_last_words(options, catalogue, target)):
        say(line)
    return 0


def _choices(options: argparse.Namespace) -> Choices:
    code, _, percent = options.tax.partition("=")
    try:
        rates = (TaxRate(code, f"Tax {percent} %", ppm_of(percent).value),) if percent else ()
    except RowRefused as refused:
        raise ImportStopped(f"--tax: {refused}.") from None
    return Choices(
        currency=currency_of(options.store_currency),
        format=Format(options.format),
        mapping=options.mapping,
        encoding=options.encoding,
        separator=SEPARATOR_NAMES.get(options.separator),
        decimal=options.decimal,
        country=options.country,
        tax_code=code,
        new_rates=rates,
    )


def _target(options: argparse.Namespace, conn: Connection, choices: Choices) -> Target:
    return resolve(conn, choices.currency.code, options.tenant, options.price_list, options.place)


def _write(
    engine: Engine, catalogue: Catalogue, target: Target, options: argparse.Namespace
) -> Difference:
    def work(conn: Connection) -> Difference:
        what = difference(conn, catalogue, target)
        changes = Changes()
        apply(conn, catalogue, what, target, now_ms(), changes, StockMode(options.stock))
        changes.write(conn)
        return what

    return db.write(engine, work)


def _last_words(options: argparse.Namespace, catalogue: Catalogue, target: Target) -> list[str]:
    figures = sum(it.stock is not None for it in catalogue.variants)
    words = []
    if figures and not target.place_id:
        words.append(f"{figures} stock figures are left out: say where with --place.")
    done = "Imported." if options.apply else "Dry run: nothing was changed. Import with --apply."
    return [*words, done]
