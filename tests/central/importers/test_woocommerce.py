"""WooCommerce's export: parents, variations, and what is not sold at a till."""

from dataclasses import replace
from pathlib import Path

from pos_app.domain.tax import TaxRate
from tests.central.importers.reading import CHOICES, STANDARD, notices, read, refusals, the_one

HEADER = (
    "ID,Type,SKU,Name,Published,Tax status,Tax class,Stock,Sale price,Regular price,Categories,Parent,"
    "Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)"
)
PARENT = '1,variable,TEE,Tee,1,taxable,,,,,"Clothing > Tees, Sale",,Colour,"Red, Blue",Size,"S, M"'


def woo_file(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "woo.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_variations_take_name_and_category_of_their_parent(tmp_path: Path) -> None:
    path = woo_file(
        tmp_path,
        "2,variation,TEE-R,Tee - Red,1,taxable,parent,4,,20,,TEE,Colour,Red,Size,S",
        PARENT,
    )

    catalogue = read(path)

    it = the_one(catalogue)
    assert (it.name, it.category, it.product_id) == ("Tee", "Tees", "TEE")
    assert it.options == (("Colour", "Red"), ("Size", "S"))
    assert catalogue.report.headings == 1


def test_a_parent_without_a_sku_is_named_by_its_id(tmp_path: Path) -> None:
    path = woo_file(
        tmp_path,
        PARENT.replace(",TEE,", ",,", 1),
        "2,variation,TEE-R,,1,taxable,,,,20,,id:1,Colour,Red,Size,S",
    )

    assert the_one(read(path)).product_id == "id:1"


def test_any_is_no_axis_where_no_variation_tells_apart(tmp_path: Path) -> None:
    path = woo_file(
        tmp_path,
        PARENT,
        "2,variation,R,,1,taxable,,,,20,,TEE,Colour,Red,Size,",
        "3,variation,B,,1,taxable,,,,20,,TEE,Colour,,Size,",
    )

    catalogue = read(path)

    assert catalogue.products[0].axes == ("Colour",)
    assert [it.options for it in catalogue.variants] == [
        (("Colour", "Red"),),
        (("Colour", "Any"),),
    ]
    assert {kind for _, kind in notices(catalogue)} == {"any value"}


def test_what_cannot_be_handed_over_is_refused_with_its_reason(tmp_path: Path) -> None:
    rows = [
        f'{number},"{kind}",S{number},Name,1,taxable,,,,5,,,,,,'
        for number, kind in enumerate(
            ["grouped", "external", "simple, downloadable, virtual", "variable", "simple, virtual"]
        )
    ]

    catalogue = read(woo_file(tmp_path, *rows))

    assert [line for line, _ in refusals(catalogue)] == [2, 3, 4, 5]
    assert [it.sku for it in catalogue.variants] == ["S4"]


def test_an_orphan_is_refused(tmp_path: Path) -> None:
    path = woo_file(tmp_path, "2,variation,X,,1,taxable,,,,20,,GONE,Colour,Red,,")

    ((line, message),) = refusals(read(path))

    assert line == 2
    assert "GONE" in message


def test_a_sale_price_counts_unless_it_has_dates(tmp_path: Path) -> None:
    header = f"{HEADER},Date sale price starts"
    path = woo_file(
        tmp_path,
        "1,simple,A,A,1,taxable,,,15,20,,,,,,,",
        "2,simple,B,B,1,taxable,,,15,20,,,,,,,2030-01-01",
        header=header,
    )

    catalogue = read(path)

    assert [it.price for it in catalogue.variants] == [1_500, 2_000]
    assert notices(catalogue) == [(2, "sale price"), (3, "dated sale price")]


def test_tax_classes_are_looked_up_and_unknown_ones_refused(tmp_path: Path) -> None:
    reduced = TaxRate("reduced-rate", "VAT 5 %", 50_000)
    choices = replace(CHOICES, known_rates={"standard": STANDARD, reduced.code: reduced})
    path = woo_file(
        tmp_path,
        "1,simple,A,A,1,taxable,reduced-rate,,,5,,,,,,",
        "2,simple,B,B,1,none,,,,5,,,,,,",
        "3,simple,C,C,1,taxable,luxury,,,5,,,,,,",
    )

    catalogue = read(path, choices)

    assert [it.tax_code for it in catalogue.variants] == ["reduced-rate", "untaxed"]
    assert refusals(catalogue) == [(4, 'there is no tax rate "luxury"')]
    assert {rate.code for rate in catalogue.tax_rates} == {"reduced-rate", "untaxed"}


def test_the_gtin_column_of_newer_versions_is_read(tmp_path: Path) -> None:
    header = HEADER + ',"GTIN, UPC, EAN, or ISBN"'
    path = woo_file(tmp_path, "1,simple,A,A,1,taxable,,,,5,,,,,,,40170725", header=header)

    assert the_one(read(path)).codes == ("00000040170725",)
