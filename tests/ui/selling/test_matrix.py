"""The variant matrix: axes, cells, what is here and elsewhere, by finger and by keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pos_app.domain.catalog import Product, Stock, Unit, Variant
from pos_app.domain.tax import TaxRate
from pos_app.ui.models.matrix import Shape, chip_axes, matrix
from tests.ui.press import key, tap
from tests.ui.selling.hands import tap_row
from tests.ui.selling.shop import Shop
from tests.ui.selling.test_register import rows

RATE = TaxRate("S", "VAT", 210_000)


def variant(sku: str, *options: tuple[str, str], price: int = 100) -> Variant:
    return Variant(sku, "P", "Shirt", options, Unit.PIECE, price, RATE)


def product(*variants: Variant) -> Product:
    axes = tuple(axis for axis, _ in variants[0].options)
    return Product("P", "Shirt", axes, variants)


def by(colours: int, sizes: int) -> Product:
    return product(
        *(
            variant(f"{colour}-{size}", ("Colour", f"c{colour}"), ("Size", f"s{size}"))
            for colour in range(colours)
            for size in range(sizes)
        )
    )


@pytest.fixture
def jacket(shop: Shop) -> Shop:
    """Its matrix is open."""
    shop.till.choose_product("JKT")
    return shop


def cell(shop: Shop, colour: str, size: str) -> int:
    shown = shop.register.questions.matrix._cells
    names = [shown.row_at(n).name for n in range(shown.rowCount())]  # type: ignore[union-attr]
    return names.index(f"{colour}, {size}")


def test_two_axes_are_a_grid_with_gaps_where_nothing_is_made(jacket: Shop) -> None:
    shown = jacket.register.questions.matrix.grid._matrix

    assert shown.shape is Shape.GRID
    assert (shown.lines, shown.columns) == (
        ("Red", "Black", "Forest", "Sand"),
        ("S", "M", "L", "XL"),
    )
    assert [it.here for it in shown.cells[:4]] == ["1", "5", "0", "4"]
    assert shown.cells[cell(jacket, "Black", "XL")].sku == ""


def test_a_tap_adds_one_and_closes(jacket: Shop) -> None:
    tap_row(jacket.register.questions.matrix.grid, cell(jacket, "Red", "M"))

    assert rows(jacket) == ["1× Rain jacket Lofoten"]
    assert jacket.till.basket.lines[0].sku == "JKT-RED-M"
    assert jacket.register.questions.open_sheet is None


def test_arrows_digits_and_enter_do_the_same(jacket: Shop) -> None:
    for which in (Qt.Key.Key_Down, Qt.Key.Key_Right, "1", "2", Qt.Key.Key_Return):
        key(jacket.window, which)

    assert rows(jacket) == ["12× Rain jacket Lofoten"]
    assert jacket.till.basket.lines[0].sku == "JKT-BLA-M"


def test_a_quantity_keyed_before_is_taken_over(shop: Shop) -> None:
    key(shop.window, "3")
    shop.till.choose_product("JKT")

    tap_row(shop.register.questions.matrix.grid, cell(shop, "Red", "M"))

    assert rows(shop) == ["3× Rain jacket Lofoten"]


def test_a_cell_that_is_not_made_does_nothing(jacket: Shop) -> None:
    tap_row(jacket.register.questions.matrix.grid, cell(jacket, "Sand", "S"))

    assert rows(jacket) == []
    assert jacket.register.questions.matrix.isVisible()


def test_none_here_says_who_has_it_and_can_be_sold_anyway(jacket: Shop) -> None:
    sheet = jacket.register.questions.matrix
    tap_row(sheet.grid, cell(jacket, "Red", "L"))
    told = sheet._where.text()

    tap(sheet._anyway)

    assert told.startswith("Red, L: none here by the books. Others have: Web warehouse 8 (")
    assert jacket.till.basket.lines[0].sku == "JKT-RED-L"


def test_escape_closes_and_adds_nothing(jacket: Shop) -> None:
    key(jacket.window, Qt.Key.Key_Escape)

    assert rows(jacket) == []
    assert jacket.register.questions.open_sheet is None


def test_one_axis_is_a_row_of_large_chips(shop: Shop) -> None:
    shop.till.choose_product("LINER")
    shown = shop.register.questions.matrix.grid._matrix

    assert shown.shape is Shape.CHIPS
    assert [it.label for it in shown.cells] == ["36–38", "39–42", "43–46"]


def test_more_than_eight_values_are_chips_and_a_list() -> None:
    goods = by(9, 3)

    assert chip_axes(goods) == ("Colour",)
    assert matrix(goods, {}, {"Colour": "c0"}).shape is Shape.CHIPS
    assert chip_axes(by(8, 8)) == ()


def test_a_third_axis_is_chips_above_the_grid() -> None:
    goods = product(
        *(
            variant(f"{a}{b}{c}", ("Colour", a), ("Size", b), ("Length", c))
            for a in "RB"
            for b in "SM"
            for c in "xy"
        )
    )

    assert chip_axes(goods) == ("Length",)
    assert matrix(goods, {}, {"Length": "x"}).shape is Shape.GRID


def test_two_variants_in_one_cell_are_both_listed() -> None:
    goods = product(
        variant("1", ("Colour", "Red"), ("Size", "S")),
        variant("2", ("Colour", "Red"), ("Size", "S")),
    )

    shown = matrix(goods, {}, {})

    assert shown.shape is Shape.LIST
    assert [it.sku for it in shown.cells] == ["1", "2"]


def test_prices_show_only_where_they_differ() -> None:
    same = by(2, 2)
    first = replace(same.variants[0], price=200)
    different = replace(same, variants=(first, *same.variants[1:]))

    assert {it.price for it in matrix(same, {}, {}).cells} == {""}
    assert [it.price for it in matrix(different, {}, {}).cells][:2] == ["2,00", "1,00"]


def test_stock_reads_as_a_person_needs_it() -> None:
    stocks = {
        "0-0": (Stock("here", "Here", 12_000, 0),),
        "0-1": (Stock("here", "Here", -3_000, 0), Stock("dc", "DC", 4_000, 0)),
    }

    many, gone = matrix(by(1, 2), stocks, {}).cells

    assert many.here == "9+"
    assert (gone.here, gone.gone, gone.elsewhere) == ("0", True, True)
    assert gone.spoken == "c0, s1, 0 here, others have it"
