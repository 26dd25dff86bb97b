"""Codes worth pressing in the demo: one of each kind a shop meets."""

from pos_app.domain.gtin import check_digit
from pos_app.services.needs import CatalogReader

PLAIN = "Merino crew tee"
UNKNOWN = "9521234567899"
WRONG_CHECK_DIGIT = "9521234567890"


def weight_label(item: int, grams: int) -> str:
    """A label of the shop's own scale: 29, item number, grams, check digit."""
    body = f"29{item:05d}{grams:05d}"
    return f"{body}{check_digit(body)}"


def palette_codes(catalog: CatalogReader) -> list[tuple[str, str]]:
    """Name and code of each button; articles the shop does not have are left out."""
    found = []
    for text in (PLAIN, "Trail sock", "Rain jacket Lofoten", "Enamel mug", "milk", "Carrier bag"):
        for hit in catalog.search(text, 1):
            variant = catalog.by_sku(hit.sku)
            if variant is not None and variant.code:
                found.append((f"{variant.name} {variant.detail}".strip(), variant.code))
    found.append(("Bananas, 0.642 kg", weight_label(20004, 642)))
    found.append(("Unknown code", UNKNOWN))
    found.append(("Wrong check digit", WRONG_CHECK_DIGIT))
    return found
