"""Trade item numbers (GTIN): the check digit, and the key under which a scanned code is looked up."""

GTIN_LENGTHS = frozenset({8, 12, 13, 14})
KEY_LENGTH = 14


def check_digit(body: str) -> int:
    """The last digit of the GTIN whose other digits are `body` (GS1 General Specifications 7.9)."""
    digits = [int(digit) for digit in reversed(body)]
    return -(3 * sum(digits[::2]) + sum(digits[1::2])) % 10


def has_valid_check_digit(text: str) -> bool:
    """Whether text is a GTIN-8, -12, -13 or -14 whose last digit is right."""
    return (
        len(text) in GTIN_LENGTHS
        and text.isascii()
        and text.isdigit()
        and check_digit(text[:-1]) == int(text[-1])
    )


def code_key(text: str) -> str:
    """One key for every spelling of a GTIN (14 digits, zeros in front); any other code as it is.

    A UPC-A read as EAN-13 or printed inside a GTIN-14 symbol therefore finds the same article.
    """
    return text.zfill(KEY_LENGTH) if has_valid_check_digit(text) else text
