"""WooCommerce's tax rates as ours."""

from pathlib import Path

from sync.central.importers.articles import Catalogue
from tests.central.importers.reading import notices, read, refusals

HEADER = "Country Code,State Code,ZIP/Postcode,City,Rate %,Tax Name,Priority,Compound,Shipping,Tax Class\n"
GB = "GB,*,*,*,20.0000,VAT,1,1,1,\nGB,*,*,*,5.0000,VAT,1,1,1,reduced-rate\n"
US = "US,*,*,*,10.0000,US,1,1,1,\n"


def rates(tmp_path: Path, rows: str, country: str | None = None) -> Catalogue:
    path = tmp_path / "rates.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return read(path, country=country)


def test_one_country_gives_the_plain_class_names(tmp_path: Path) -> None:
    found = rates(tmp_path, GB).tax_rates

    assert [(it.code, it.name, it.ppm) for it in found] == [
        ("standard", "VAT 20 %", 200_000),
        ("reduced-rate", "VAT 5 %", 50_000),
    ]


def test_several_countries_stand_before_the_class(tmp_path: Path) -> None:
    found = rates(tmp_path, GB + US).tax_rates

    assert [it.code for it in found] == ["gb-standard", "gb-reduced-rate", "us-standard"]


def test_one_country_can_be_picked(tmp_path: Path) -> None:
    catalogue = rates(tmp_path, GB + US, country="us")

    assert [it.code for it in catalogue.tax_rates] == ["standard"]
    assert refusals(catalogue) == [(2, "the rate is for GB"), (3, "the rate is for GB")]


def test_compound_taxes_are_taken_on_each_other_and_others_added(tmp_path: Path) -> None:
    rows = US + "US,AL,*,*,2.0000,AL,2,1,1,\nUS,TX,*,*,2.0000,TX,2,0,1,\n"

    found = {it.code: it.ppm for it in rates(tmp_path, rows).tax_rates}

    assert found == {"standard": 100_000, "al-standard": 122_000, "tx-standard": 120_000}


def test_a_rate_of_one_town_is_kept_and_told(tmp_path: Path) -> None:
    catalogue = rates(tmp_path, "US,AL,12345; 123456,*,2.0000,AL,1,0,1,\n")

    assert notices(catalogue) == [(2, "place")]
    assert "12345; 123456" in catalogue.report.notices[0].message


def test_wrong_and_double_rates_are_refused(tmp_path: Path) -> None:
    rows = GB + "GB,*,*,*,19,VAT,1,1,1,\nGB,*,*,*,101,VAT,1,1,1,x\nGB,*,*,*,abc,VAT,1,1,1,y\n"

    assert {line for line, _ in refusals(rates(tmp_path, rows))} == {4, 5, 6}
