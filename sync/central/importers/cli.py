"""`omnitill-central import catalog FILE`: its arguments. What does the work is loaded when it runs."""

import argparse
import sys
from pathlib import Path

from sqlalchemy import Engine

from sync.central import commands
from sync.central.importers.applying import StockMode
from sync.central.importers.choices import SEPARATOR_NAMES, Format
from sync.central.importers.encodings import ALLOWED


def add_commands(every: commands.Subparsers) -> None:
    """Declare `import catalog`."""
    kinds = every.add_parser("import", help="read another program's data").add_subparsers(
        required=True, metavar="what"
    )
    words = "products or tax rates from a CSV; a dry run unless --apply is said"
    add = commands.add(kinds, "catalog", _catalog, words).add_argument
    add("file", type=Path, help="CSV of products, or of WooCommerce tax rates")
    add("--store-currency", required=True, metavar="CODE", help="currency of the prices, as CZK")
    add("--format", choices=[str(it) for it in Format], default="auto")
    add("--mapping", type=Path, metavar="FILE.toml", help="what the columns of another CSV mean")
    add("--apply", action="store_true", help="write; without it nothing is changed")
    add("--strict", action="store_true", help="import nothing if any row is refused")
    add("--report", type=Path, metavar="FILE.csv", help="every refusal and notice as CSV")
    add("--encoding", choices=ALLOWED, help="without it, detected")
    add("--separator", choices=SEPARATOR_NAMES, help="without it, found in the header")
    add("--decimal", choices=[",", "."], help="decimal mark of the prices")
    add("--tax", default="standard", metavar="CODE[=PERCENT]", help="tax rate of rows naming none")
    add("--country", metavar="CC", help="take only the tax rates of this country")
    add("--tenant", metavar="ID", help="which shop, where the database has several")
    add("--price-list", metavar="NAME", help="without it, the only one there is")
    add("--place", metavar="ID", help="where the stock figures of the file lie")
    add("--stock", choices=[str(it) for it in StockMode], default="opening")


def _catalog(engine: Engine, options: argparse.Namespace) -> int:
    # Babel and the mapping models are a third of a second that other commands do not need
    from sync.central.importers.catalog_import import run

    return run(engine, options, _say)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
