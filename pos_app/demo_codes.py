"""Codes worth pressing in the demo: one of each kind a shop meets."""

from pos_app.domain.gtin import check_digit
from pos_app.services.needs import CatalogReader

FIRST_PAGE = "All"
ARTICLES = 9
BANANAS = 20004
"""Item number of the shop's own labels."""
UNKNOWN = "9521234567899"
WRONG_CHECK_DIGIT = "9521234567890"


def weight_label(item: int, grams: int) -> str:
    """A label of the shop's own scale: 29, item number, grams, check digit."""
    body = f"29{item:05d}{grams:05d}"
    return f"{body}{check_digit(body)}"


def palette_codes(catalog: CatalogReader) -> list[tuple[str, str]]:
    """Name and code of each button: what lies on the first page of tiles, and codes that go wrong."""
    found: list[tuple[str, str]] = []
    for tile in catalog.tiles(FIRST_PAGE):
        product = catalog.product(tile.product_id)
        coded = [it for it in product.variants if it.code] if product else []
        if coded and len(found) < ARTICLES:
            found.append((coded[0].name, coded[0].code))
    found.append(("Bananas, 0.642 kg", weight_label(BANANAS, 642)))
    found.append(("Unknown code", UNKNOWN))
    found.append(("Wrong check digit", WRONG_CHECK_DIGIT))
    return found
