"""Which measurements there are, and what each needs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.perf.measure import Result


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that one process measures together. `run` gets the folder for data and the rounds."""

    rows: tuple[str, ...]
    run: Callable[[Path, int], list[Result]]
    rounds: int
    is_long: bool = False
    """Only when asked for by name."""


def _gtin_lookup(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.lookup import gtin_lookup

    return gtin_lookup(folder, rounds)


def _search_100k(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.lookup import search

    return search("search_100k", 100_000, folder, rounds)


def _search_1m(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.lookup import search

    return search("search_1m", 1_000_000, folder, rounds)


def _sale_commit(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.commit import sale_commit

    return sale_commit(folder, rounds)


def _start(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.shop import till_with
    from tests.perf.start import measure

    return measure(till_with(100_000, folder), rounds)


def _scan_100k(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.scan import scan

    return scan("scan_100k", 100_000, folder, rounds)


def _scan_1m(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.scan import scan

    return scan("scan_1m", 1_000_000, folder, rounds)


def _first_fill(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.fill import first_fill

    return first_fill(folder, rounds)


def _first_load(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.first_load import first_load

    return first_load(folder, rounds)


def _sale_during_load(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.first_load import sale_during_load

    return sale_during_load(folder, rounds)


def _sale_during_fill(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.fill import sale_during_fill

    return sale_during_fill(folder, rounds)


def _commit_busy(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.busy import commit_busy

    return commit_busy(folder, rounds)


def _receipt_bytes(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.receipt import receipt_bytes

    return receipt_bytes(rounds)


def _wedge_200(folder: Path, rounds: int) -> list[Result]:
    from tests.perf.wedge import wedge_200

    return wedge_200(folder, rounds)


def _ingest_pg(_folder: Path, rounds: int) -> list[Result]:
    from tests.perf.central_ingest import measure

    return measure(rounds)


# imports are in the functions: a process loads only what it measures
GROUPS = (
    Group(("scan_100k",), _scan_100k, 400),
    Group(("scan_1m",), _scan_1m, 400),
    Group(("search_100k",), _search_100k, 1500),
    Group(("search_1m",), _search_1m, 1500),
    Group(("sale_commit",), _sale_commit, 600),
    Group(("gtin_lookup", "gtin_lookup_100k", "gtin_lookup_1m"), _gtin_lookup, 3000),
    Group(("start_paint", "start_ready", "memory_idle"), _start, 15),
    Group(("first_fill", "fill_searchable"), _first_fill, 5),
    Group(("first_load", "load_bytes_per_row"), _first_load, 5),
    Group(("sale_during_fill",), _sale_during_fill, 3),
    Group(("sale_during_load",), _sale_during_load, 12),
    Group(("commit_busy",), _commit_busy, 2),
    Group(("receipt_bytes",), _receipt_bytes, 400),
    Group(("ingest_pg", "ingest_pg_tills"), _ingest_pg, 40),
    Group(("wedge_200",), _wedge_200, 200, is_long=True),
)


def named(name: str) -> list[Group]:
    """The group with this row; without a name all that do not take minutes."""
    if name:
        return [group for group in GROUPS if name in group.rows]
    return [group for group in GROUPS if not group.is_long]
