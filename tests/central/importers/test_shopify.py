"""Shopify's export, old and new, and files with its columns."""

from pathlib import Path

from tests.central.importers.reading import read, refusals, shopify_file, the_one

NEW_HEADER = (
    "Title,URL handle,Vendor,Type,Status,SKU,Barcode,Option1 name,Option1 value,Price,Charge tax,"
    "Inventory quantity"
)


def test_columns_of_the_product_stand_on_its_first_row_only(tmp_path: Path) -> None:
    path = shopify_file(
        tmp_path / "export.csv",
        ("tee", "Crew tee", "Size", "S", "TEE-S", "", "20.00", "3"),
        ("tee", "", "", "M", "TEE-M", "", "20.00", "4"),
        ("tee", "", "", "", "", "", "", ""),
    )

    catalogue = read(path)

    (product,) = catalogue.products
    assert (product.product_id, product.name, product.axes) == ("tee", "Crew tee", ("Size",))
    assert [(it.name, it.options, it.sort) for it in catalogue.variants] == [
        ("Crew tee", (("Size", "S"),), 0),
        ("Crew tee", (("Size", "M"),), 1),
    ]
    assert (catalogue.report.read, catalogue.report.headings) == (3, 1)


def test_the_new_export_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text(f"{NEW_HEADER}\nMug,mug,Acme,Cups,Active,MUG,,Title,Default Title,9,FALSE,2\n")

    it = the_one(read(path))

    assert (it.price, it.stock, it.category, it.tax_code) == (900, 2_000, "Cups", "untaxed")


def test_drafts_are_imported_but_not_on_sale(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text(f"{NEW_HEADER}\nMug,mug,Acme,Cups,draft,MUG,,Title,Default Title,9,TRUE,2\n")

    catalogue = read(path)

    assert not the_one(catalogue).is_active
    assert [found.kind for found in catalogue.report.notices] == ["not on sale"]


def test_an_option_called_title_says_something_only_where_it_differs(tmp_path: Path) -> None:
    rows = [
        (handle, "Wrench", "Title", value, handle, "", "5", "")
        for handle, value in (("a", "Default Title"), ("b", "Wrench"), ("c", "15 mm"))
    ]

    catalogue = read(shopify_file(tmp_path / "export.csv", *rows))

    assert [it.options for it in catalogue.variants] == [(), (), (("Title", "15 mm"),)]


def test_gift_cards_and_rows_without_a_handle_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "Handle,Title,Option1 Value,Variant SKU,Variant Price,Gift Card\n"
        "card,Gift card,10,CARD,10,true\n,Lost,One,LOST,5,false\n"
    )

    assert refusals(read(path)) == [
        (2, "a gift card is no article"),
        (3, "the row has no handle"),
    ]


def test_two_variants_with_the_same_options_are_kept_and_told(tmp_path: Path) -> None:
    rows = [("tee", "Tee", "Size", "S", sku, "", "5", "") for sku in ("A", "B")]

    catalogue = read(shopify_file(tmp_path / "export.csv", *rows))

    assert [it.sort for it in catalogue.variants] == [0, 1]
    assert [found.kind for found in catalogue.report.notices] == ["same options"]
