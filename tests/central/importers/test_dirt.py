"""What real files hold: each oddity is kept and told, or refused and told."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.central.importers.errors import ImportStopped
from tests.central.importers.reading import notices, one_row, read, refusals, shopify_file, the_one


def reading(tmp_path: Path, *rows: tuple[str, ...]) -> Path:
    return shopify_file(tmp_path / "shopify.csv", *rows)


def test_a_clean_row_is_an_article_without_a_word(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(barcode="4006381333931", stock="7")))

    it = the_one(catalogue)
    assert (it.sku, it.name, it.price, it.stock) == ("MUG", "Mug", 990, 7_000)
    assert (it.codes, it.options, it.tax_code) == (("04006381333931",), (), "standard")
    assert catalogue.report.findings == []


@pytest.mark.parametrize(
    ("price", "why"),
    [
        ("", "no price"),
        ("-1", "negative"),
        ("free", "not a number"),
        ("NaN", "not a number"),
        ("1e30", "not a number"),
        ("99999999999999999", "beyond"),
    ],
)
def test_a_price_that_cannot_be_charged_is_refused(tmp_path: Path, price: str, why: str) -> None:
    catalogue = read(reading(tmp_path, one_row(price=price), one_row(sku="GOOD")))

    ((line, message),) = refusals(catalogue)
    assert line == 2
    assert why in message
    assert [it.sku for it in catalogue.variants] == ["GOOD"]


def test_a_price_of_nothing_is_kept_and_told(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(price="0.00")))

    assert the_one(catalogue).price == 0
    assert notices(catalogue) == [(2, "price 0")]


def test_without_a_sku_one_is_made_of_handle_and_options_and_stays_the_same(tmp_path: Path) -> None:
    row = ("rain-jacket", "Rain jacket", "Size", "M / tall", "", "", "99", "")
    first, second = (read(reading(tmp_path, row)) for _ in range(2))

    assert the_one(first).sku == the_one(second).sku == "rain-jacket-m-tall"
    assert notices(first) == [(2, "no SKU")]


def test_made_up_skus_differ_where_only_lost_letters_differ(tmp_path: Path) -> None:
    rows = [
        ("čaj", "Čaj", "Kind", kind, "", "", "9", "") for kind in ("łaz", "az", "Чай", "чёрный")
    ]

    catalogue = read(reading(tmp_path, *rows))

    assert refusals(catalogue) == []
    assert len({it.sku for it in catalogue.variants}) == 4
    assert all(it.sku.isascii() for it in catalogue.variants)


def test_a_barcode_on_two_articles_stays_on_both(tmp_path: Path) -> None:
    rows = [one_row(sku=sku, barcode="4006381333931") for sku in ("A", "B")]
    catalogue = read(reading(tmp_path, *rows))

    assert [it.codes for it in catalogue.variants] == [("04006381333931",)] * 2
    assert (3, "shared barcode") in notices(catalogue)


@pytest.mark.parametrize(
    ("barcode", "kept", "kind"),
    [
        ("144500203", ("144500203",), "short barcode"),
        ("30955168463", ("30955168463",), "short barcode"),
        ("4006381333932", ("4006381333932",), "wrong check digit"),
        ("2145739000001", ("02145739000001",), "in-store code"),
        ("4.00638E+12", (), "barcode left out"),
        ("see box", (), "barcode left out"),
    ],
)
def test_odd_barcodes_are_told(
    tmp_path: Path, barcode: str, kept: tuple[str, ...], kind: str
) -> None:
    catalogue = read(reading(tmp_path, one_row(barcode=barcode)))

    assert the_one(catalogue).codes == kept
    assert notices(catalogue) == [(2, kind)]


@pytest.mark.parametrize("barcode", ["12345", "ABC-12", "'4006381333931", "4006 3813 33931"])
def test_in_house_codes_and_harmless_spellings_need_no_word(tmp_path: Path, barcode: str) -> None:
    catalogue = read(reading(tmp_path, one_row(barcode=barcode)))

    assert len(the_one(catalogue).codes) == 1
    assert notices(catalogue) == []


def test_a_lost_leading_zero_is_pointed_out(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(barcode="30955168463")))

    assert "030955168463 would be right" in catalogue.report.notices[0].message


def test_negative_stock_is_kept_and_told(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(stock="-3")))

    assert the_one(catalogue).stock == -3_000
    assert notices(catalogue) == [(2, "negative stock")]


@pytest.mark.parametrize("stock", ["plenty", "1e9", "9999999999"])
def test_stock_that_cannot_be_read_leaves_the_article(tmp_path: Path, stock: str) -> None:
    catalogue = read(reading(tmp_path, one_row(stock=stock)))

    assert the_one(catalogue).stock is None
    assert notices(catalogue) == [(2, "stock left out")]


def test_the_second_row_of_a_sku_is_refused_and_names_the_first(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(), one_row(title="Other mug")))

    assert refusals(catalogue) == [(3, 'the SKU "MUG" is already on line 2')]
    assert the_one_kept(catalogue.variants) == "Mug"


def test_a_refused_row_does_not_take_its_sku(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(price=""), one_row()))

    assert [it.price for it in catalogue.variants] == [990]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("<b>Mug</b> &amp; <i>saucer</i>", "Mug & saucer"),
        ("Mug<script>alert(1)</script>", "Mug"),
        ("&lt;b&gt;Mug&lt;/b&gt;", "Mug"),
        ("Mars HeatTech&trade; Pullover", "Mars HeatTech™ Pullover"),
    ],
)
def test_markup_in_names_is_taken_away(tmp_path: Path, title: str, name: str) -> None:
    catalogue = read(reading(tmp_path, one_row(title=title)))

    assert the_one(catalogue).name == name
    assert notices(catalogue) == [(2, "markup in a name")]


@pytest.mark.parametrize("title", ["Salt & pepper", "Size < 5 cm", "I <3 Brno", "3 > 2"])
def test_signs_that_are_no_markup_stay(tmp_path: Path, title: str) -> None:
    catalogue = read(reading(tmp_path, one_row(title=title)))

    assert the_one(catalogue).name == title
    assert notices(catalogue) == []


def test_control_and_direction_characters_never_reach_a_name(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(title="M\x07ug\u202e blue\u200b\ttea")))

    assert the_one(catalogue).name == "M ug blue tea"


def test_an_over_long_name_is_cut_and_told(tmp_path: Path) -> None:
    catalogue = read(reading(tmp_path, one_row(title="very " * 20_000)))

    assert len(the_one(catalogue).name) == 200
    assert notices(catalogue) == [(2, "long name")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (one_row(title=""), "no name"),
        (one_row(title="<br>\u200b"), "no name"),
        (one_row(sku="S" * 101), "101 characters"),
        (one_row(sku="A\nB"), "control characters"),
    ],
)
def test_a_row_without_a_usable_name_or_sku_is_refused(
    tmp_path: Path, row: tuple[str, ...], why: str
) -> None:
    ((_, message),) = refusals(read(reading(tmp_path, row)))

    assert why in message


def the_one_kept(variants: tuple[object, ...]) -> str:
    (variant,) = variants
    return str(getattr(variant, "name", ""))


CELLS = ["", "tee", "9.90", "-1", "S", "Title", "<b>", "40170725", "'", "NaN", "\u202e", "ł" * 300]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.sampled_from(CELLS) | st.text(max_size=30), min_size=8, max_size=8), min_size=1
    )
)
def test_no_row_breaks_the_import_and_every_row_is_accounted_for(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    with suppress(ImportStopped):
        catalogue = read(reading(tmp_path, *(tuple(row) for row in rows)))

        report = catalogue.report
        assert report.read == report.accepted + len(report.refused) + report.headings
        assert len({it.sku for it in catalogue.variants}) == len(catalogue.variants)
        assert all(it.sku and it.name and (it.price or 0) >= 0 for it in catalogue.variants)
