"""Mapping files: any CSV, and clear words where the mapping itself is wrong."""

from pathlib import Path

import pytest

from pos_app.domain.catalog import Unit
from sync.central.importers.errors import ImportStopped
from sync.central.importers.mapping import read_mapping
from tests.central.importers.reading import MAPPINGS, read, refusals, the_one

MINIMAL = 'title = "t"\n[columns]\nsku = "code"\nname = "what"\nprice = ["now", "before"]\n'


def both(tmp_path: Path, mapping: str, rows: str) -> tuple[Path, Path]:
    toml, table = tmp_path / "m.toml", tmp_path / "t.csv"
    toml.write_text(mapping, encoding="utf-8")
    table.write_text(rows, encoding="utf-8")
    return toml, table


def test_the_first_price_column_that_holds_something_counts(tmp_path: Path) -> None:
    toml, table = both(tmp_path, MINIMAL, "Code,What,Now,Before\nA,Tea,,5.00\nB,Milk,4.00,5.00\n")

    assert [it.price for it in read(table, mapping=toml).variants] == [500, 400]


def test_a_missing_price_is_refused_or_open_as_the_mapping_says(tmp_path: Path) -> None:
    toml, table = both(tmp_path, MINIMAL, "code,what,now,before\nA,Tea,,\n")
    assert refusals(read(table, mapping=toml)) == [(2, "the row has no price")]

    toml.write_text('missing_price = "open"\n' + MINIMAL)

    catalogue = read(table, mapping=toml)
    assert the_one(catalogue).price is None
    assert [found.kind for found in catalogue.report.notices] == ["open price"]


def test_units_are_mapped_and_weighed_goods_cost_by_the_kilogram(tmp_path: Path) -> None:
    mapping = (
        MINIMAL + 'unit = "u"\n[units]\nST = "piece"\nkg = "kg"\n[price_of_unit]\nkg = "per_kg"\n'
    )
    rows = "code,what,now,before,u,per_kg\nA,Tea,5,,st,9\nB,Ham,5,,KG,20\nC,Rope,5,,m,1\n"
    toml, table = both(tmp_path, mapping, rows)

    catalogue = read(table, mapping=toml)

    assert [(it.unit, it.price) for it in catalogue.variants] == [
        (Unit.PIECE, 500),
        (Unit.KG, 2_000),
    ]
    assert refusals(catalogue) == [(4, 'the unit "m" is not in the mapping')]


def test_variants_by_parent_column_take_the_name_of_the_head(tmp_path: Path) -> None:
    mapping = MINIMAL + 'parent = "of"\n[options]\nSize = "size"\n'
    rows = "code,what,now,before,of,size\nTEE,Tee,,,,\nT-S,Tee S,9,,TEE,S\nT-X,,9,,GONE,X\n"
    toml, table = both(tmp_path, mapping, rows)

    catalogue = read(table, mapping=toml)

    (variant,) = catalogue.variants
    assert (variant.name, variant.product_id, variant.options) == ("Tee", "TEE", (("Size", "S"),))
    assert refusals(catalogue) == [(4, 'its parent "GONE" is not in the file')]
    assert catalogue.report.headings == 1


def test_rows_with_one_product_key_are_variants_of_it(tmp_path: Path) -> None:
    mapping = MINIMAL + 'product = "style"\nbarcode = ["ean", "ean2"]\n[options]\nSize = "size"\n'
    rows = (
        "code,what,now,before,style,size,ean,ean2\nA,Tee,9,,T1,S,40170725,12345\nB,Tee,9,,T1,M,,\n"
    )
    toml, table = both(tmp_path, mapping, rows)

    catalogue = read(table, mapping=toml)

    assert [it.product_id for it in catalogue.products] == ["T1"]
    assert catalogue.variants[0].codes == ("00000040170725", "12345")


def test_a_column_the_file_does_not_have_stops_the_import_and_lists_what_it_has(
    tmp_path: Path,
) -> None:
    toml, table = both(tmp_path, MINIMAL, "code,what,price\nA,Tea,5\n")

    with pytest.raises(ImportStopped, match=r"now, before.*It has: code, what, price"):
        read(table, mapping=toml)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("title = ", "cannot be read"),
        ('title = "t"\n', "wrong at columns: Field required"),
        (MINIMAL + '[unit]\nst = "piece"\n', "wrong at unit: Extra inputs"),
        (MINIMAL + '[units]\nst = "bag"\n', "wrong at units.st"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_entry(tmp_path: Path, mapping: str, words: str) -> None:
    toml, _ = both(tmp_path, mapping, "")

    with pytest.raises(ImportStopped) as caught:
        read_mapping(toml)

    assert words in str(caught.value)


def test_a_mapping_in_another_currency_stops_the_import(tmp_path: Path) -> None:
    toml, table = both(tmp_path, 'currency = "CZK"\n' + MINIMAL, "code,what,now,before\nA,T,5,\n")

    with pytest.raises(ImportStopped, match="in CZK, the shop's are in EUR"):
        read(table, mapping=toml)


def test_the_shops_own_tax_rate_outweighs_the_mappings(tmp_path: Path) -> None:
    mapping = MINIMAL + '[[tax_rate]]\ncode = "standard"\nname = "Theirs"\npercent = "99"\n'
    toml, table = both(tmp_path, mapping, "code,what,now,before\nA,Tea,5,\n")

    assert [rate.ppm for rate in read(table, mapping=toml).tax_rates] == [200_000]


def test_without_any_fitting_tax_rate_nothing_is_read(tmp_path: Path) -> None:
    toml, table = both(tmp_path, MINIMAL, "code,what,now,before\nA,Tea,5,\n")

    with pytest.raises(ImportStopped, match="--tax standard=21"):
        read(table, mapping=toml, known_rates={})


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_mapping_we_ship_is_sound(path: Path) -> None:
    assert read_mapping(path).rates()


def test_unknown_columns_without_a_mapping_ask_for_one(tmp_path: Path) -> None:
    _, table = both(tmp_path, "", "code,what\nA,Tea\n")

    with pytest.raises(ImportStopped, match=r"--mapping\. The file has: code, what"):
        read(table)
