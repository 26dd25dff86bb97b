"""The nine product files that came with the task: what each gives, verified by reading them.

The folder lies beside the repository. Where it is missing these tests are skipped and say so.
"""

from pathlib import Path

import pytest

from pos_app.domain.catalog import Unit
from pos_app.domain.tax import TaxRate
from sync.central.importers.articles import Catalogue
from tests.central.importers.reading import MAPPINGS, counts, read

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the folder shared/data beside the repository is not there"
)


def catalogue_of(name: str, mapping: str = "") -> Catalogue:
    """A file of a shop that has tax rates, or one whose mapping brings them along."""
    if mapping:
        return read(DATA / f"{name}.csv", mapping=MAPPINGS / f"{mapping}.toml", known_rates={})
    return read(DATA / f"{name}.csv")


def rows(catalogue: Catalogue) -> tuple[int, int, int, int]:
    """Read, accepted, refused, headings."""
    report = catalogue.report
    assert report.read == report.accepted + len(report.refused) + report.headings
    return report.read, report.accepted, len(report.refused), report.headings


def test_the_grocery_list_is_taken_whole() -> None:
    catalogue = catalogue_of("grocery_konzum_hr", "konzum")

    assert rows(catalogue) == (13_160, 13_160, 0, 0)
    assert len({code for it in catalogue.variants for code in it.codes}) == 13_160
    assert sum(it.unit is Unit.KG for it in catalogue.variants) == 405
    assert min(it.price or 0 for it in catalogue.variants) == 10
    assert max(it.price or 0 for it in catalogue.variants) == 73_070
    assert counts(catalogue.report.notices) == {
        "in-store code": 2,
        "markup in a name": 1,
        "rounded price": 1,
    }


def test_grocery_prices_are_the_ones_to_pay() -> None:
    variants = catalogue_of("grocery_konzum_hr", "konzum").variants
    priced = {it.codes[0]: (it.unit, it.price) for it in variants}

    special, three_decimals, by_weight = "03850108052862", "00000080629580", "03858890209709"
    assert priced[special] == (Unit.KG, 2_399)
    assert priced[three_decimals] == (Unit.PIECE, 459)
    assert priced[by_weight] == (Unit.KG, 346)


def test_names_without_prices_become_articles_with_an_open_price() -> None:
    catalogue = catalogue_of("grocery_openfoodfacts_names", "openfoodfacts_names")

    assert rows(catalogue) == (50_000, 50_000, 0, 0)
    assert {it.price for it in catalogue.variants} == {None}
    assert counts(catalogue.report.notices) == {"markup in a name": 121, "open price": 50_000}
    assert not any("&quot;" in it.name for it in catalogue.variants)


def test_magentos_configurable_products_become_products_with_variants() -> None:
    catalogue = catalogue_of("magento_configurable_products", "magento")

    assert rows(catalogue) == (1_994, 1_847, 0, 147)
    assert len(catalogue.products) == 147
    assert {it.axes for it in catalogue.products} == {("Color", "Size")}
    hoodie = next(it for it in catalogue.variants if it.sku == "MH01-XS-Black")
    assert (hoodie.name, hoodie.price, hoodie.stock) == ("Chaz Kangeroo Hoodie", 5_200, 100_000)
    assert hoodie.options == (("Color", "Black"), ("Size", "XS"))
    assert hoodie.category == "Hoodies & Sweatshirts"


def test_snow_sports_get_skus_of_their_own() -> None:
    catalogue = catalogue_of("sports_snow_variants")

    assert rows(catalogue) == (622, 621, 1, 0)
    assert [(it.line, it.sku) for it in catalogue.report.refused] == [(380, "undefined-1")]
    assert len(catalogue.products) == 278
    assert counts(catalogue.report.notices) == {
        "negative stock": 1,
        "no SKU": 619,
        "price 0": 4,
        "shared barcode": 3,
        "short barcode": 38,
        "wrong check digit": 1,
    }


def test_fashion_keeps_its_in_house_numbers() -> None:
    catalogue = catalogue_of("fashion_variants")

    assert rows(catalogue) == (3_684, 3_676, 8, 0)
    assert [it.line for it in catalogue.report.refused] == [
        1942, 2172, 2959, 3283, 3355, 3356, 3459, 3552,
    ]  # fmt: skip
    assert len(catalogue.products) == 997
    assert counts(catalogue.report.notices) == {
        "negative stock": 5,
        "shared barcode": 30,
        "short barcode": 6,
    }


def test_bicycles_lose_only_rows_whose_sku_is_used_twice() -> None:
    catalogue = catalogue_of("bicycle_variants")

    assert rows(catalogue) == (1_121, 1_080, 41, 0)
    assert counts(catalogue.report.refused) == {"double": 41}
    assert counts(catalogue.report.notices) == {
        "negative stock": 18,
        "no SKU": 3,
        "price 0": 2,
        "shared barcode": 25,
        "short barcode": 57,
    }


def test_woocommerces_sample_shop() -> None:
    catalogue = catalogue_of("woo_sample_products")

    assert rows(catalogue) == (25, 19, 4, 2)
    assert [(it.line, it.kind) for it in catalogue.report.refused] == [
        (14, "downloadable"),
        (15, "downloadable"),
        (24, "grouped"),
        (25, "external"),
    ]
    axes = {it.name: it.axes for it in catalogue.products if it.axes}
    assert axes == {"V-Neck T-Shirt": ("Color",), "Hoodie": ("Color", "Logo")}
    prices = {it.sku: it.price for it in catalogue.variants}
    assert (prices["woo-beanie"], prices["woo-vneck-tee-blue"]) == (1_800, 1_500)


def test_woocommerces_fashion_sample() -> None:
    catalogue = catalogue_of("woo_experimental_fashion_sample_9_products")

    assert rows(catalogue) == (9, 6, 3, 0)
    assert [it.kind for it in catalogue.report.refused] == [
        "no variations",
        "price",
        "no variations",
    ]
    stock = {it.sku: it.stock for it in catalogue.variants}
    assert stock["woo-fashion-shirt"] == 10_000
    assert stock["woo-fashion-hat"] is None


def test_woocommerces_tax_rates() -> None:
    catalogue = catalogue_of("woo_sample_tax_rates")

    assert rows(catalogue) == (5, 5, 0, 0)
    assert catalogue.tax_rates == (
        TaxRate("gb-standard", "VAT 20 %", 200_000),
        TaxRate("gb-reduced-rate", "VAT 5 %", 50_000),
        TaxRate("gb-zero-rate", "VAT 0 %", 0),
        TaxRate("us-standard", "US 10 %", 100_000),
        TaxRate("us-al-standard", "US AL 12.2 %", 122_000),
    )


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("grocery_konzum_hr", "Konzum grocery price list"),
        ("grocery_openfoodfacts_names", "Open Food Facts names"),
        ("magento_configurable_products", "Magento configurable products"),
    ],
)
def test_the_files_we_have_mappings_for_are_recognised(name: str, title: str) -> None:
    catalogue = read(DATA / f"{name}.csv", known_rates={})

    assert f'mapping "{title}"' in catalogue.report.reading
    assert catalogue.report.refused == []
