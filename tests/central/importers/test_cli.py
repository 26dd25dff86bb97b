"""`omnitill-central import catalog` as a person types it."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.central import db, demo_shop
from sync.central.__main__ import main
from tests.central.importers.reading import one_row, shopify_file
from tests.central.importers.shop import bare_shop, count


@pytest.fixture
def shop(empty_engine: Engine) -> Engine:
    bare_shop(empty_engine)
    return empty_engine


def command(database: str, path: Path, *words: str, currency: str = "EUR") -> int:
    first = ["import", "catalog", str(path), "--database", database, "--store-currency", currency]
    return main([*first, *words])


def two_rows(tmp_path: Path) -> Path:
    return shopify_file(tmp_path / "in.csv", one_row(stock="3"), one_row(sku="BAD", price="free"))


def test_without_apply_nothing_is_changed_and_everything_is_told(
    shop: Engine, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(database, two_rows(tmp_path)) == 0

    said = capsys.readouterr().out
    assert "2 rows: 1 accepted, 1 refused, 0 headings" in said
    assert 'line 3 (BAD): the price "free" is not a number' in said
    assert "1 new variants, 0 changed, 0 as they were" in said
    assert "1 stock figures are left out: say where with --place." in said
    assert said.endswith("Dry run: nothing was changed. Import with --apply.\n")
    assert count(shop, "variant") == 0


def test_apply_imports_the_good_rows(
    shop: Engine, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(database, two_rows(tmp_path), "--apply", "--place", "s014") == 0

    assert capsys.readouterr().out.endswith("Imported.\n")
    assert count(shop, "variant") == 1
    assert count(shop, "stock_level") == 1


def test_strict_imports_all_or_nothing(
    shop: Engine, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(database, two_rows(tmp_path), "--apply", "--strict") == 1

    assert capsys.readouterr().err == "omnitill-central: 1 rows are refused: nothing imported.\n"
    assert count(shop, "variant") == 0


def test_the_report_can_be_had_as_csv(shop: Engine, database: str, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"

    command(database, two_rows(tmp_path), "--report", str(report))

    rows = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["line"], row["level"], row["sku"]) for row in rows] == [("3", "refused", "BAD")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--place", "nowhere"], "There is no place nowhere; there are: dc-jihlava, s011, s014"),
        (["--price-list", "x", "--tenant", "y"], "There is no shop y; there are: demo."),
        (["--tax", "luxury"], 'There is no tax rate "luxury"'),
        (["--tax", "x=abc"], '--tax: the rate "abc" is not a number.'),
        (["--format", "mapping"], "Write a mapping file and name it with --mapping."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    shop: Engine,
    database: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    assert command(database, two_rows(tmp_path), *words) == 1

    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_prices_in_another_currency_than_the_tills_stop_the_import(
    shop: Engine, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(database, two_rows(tmp_path), currency="CZK") == 1
    assert command(database, two_rows(tmp_path), currency="XYZ") == 1

    first, second = capsys.readouterr().err.splitlines()
    assert "sells in EUR, the file is in CZK." in first
    assert second.endswith("XYZ is not a currency of ISO 4217.")


def test_a_missing_file_and_an_empty_database_are_told(
    empty_engine: Engine, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(database, two_rows(tmp_path)) == 1
    demo_shop.seed(empty_engine, currency="EUR", with_goods=False)
    assert command(database, tmp_path / "gone.csv") == 1

    first, second = capsys.readouterr().err.splitlines()
    assert "The database has no shop yet." in first
    assert "The file cannot be opened: No such file or directory." in second


def test_a_rate_named_on_the_command_line_is_brought_along(
    shop: Engine, database: str, tmp_path: Path
) -> None:
    assert command(database, two_rows(tmp_path), "--apply", "--tax", "luxury=30") == 0

    with db.reading(shop) as conn:
        ppm = conn.exec_driver_sql("SELECT ppm FROM tax_rate WHERE code = 'luxury'").scalar_one()
    assert ppm == 300_000
