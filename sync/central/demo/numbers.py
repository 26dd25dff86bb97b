"""Article numbers that are valid and belong to nobody.

EAN-13 and EAN-8 begin with 952, the range GS1 keeps for demonstrations, so no real package carries
one. Labels of weighed goods begin with 29 (weight) or 28 (price), from the range 20 to 29 that each
shop gives out itself; `MEASURE_RULES` says how they are read.
"""

from pos_app.domain.gtin import check_digit

DEMONSTRATION = "952"
MEASURE_RULES: tuple[dict[str, str | int], ...] = (
    {"pattern": "29IIIIIWWWWWK", "decimals": 3},
    {"pattern": "28IIIIIPPPPPK"},
)


def ean13(number: int) -> str:
    return _with_check(f"{DEMONSTRATION}{number:09d}")


def ean8(number: int) -> str:
    return _with_check(f"{DEMONSTRATION}{number:04d}")


def weight_label(item: str, grams: int) -> str:
    """The label a scale prints for an item number of five digits; 0 grams is the article itself."""
    return _with_check(f"29{item}{grams:05d}")


def price_label(item: str, minor: int) -> str:
    return _with_check(f"28{item}{minor:05d}")


def _with_check(body: str) -> str:
    return f"{body}{check_digit(body)}"
