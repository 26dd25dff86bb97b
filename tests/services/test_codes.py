"""What scanners send, understood."""

import subprocess
import sys

import biip
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.gtin import check_digit, code_key
from pos_app.services.codes import MAX_CODE, CodeKind, CodeRead, read_code
from tests.services.shop import RULES

PRODUCT, CHECK_DIGIT = CodeKind.PRODUCT, CodeKind.CHECK_DIGIT


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("4006381333931", "04006381333931"),
        (b"4006381333931\r\n", "04006381333931"),
        ("]E04006381333931", "04006381333931"),
        ("]E440170725", "00000040170725"),
        ("614141007349", "00614141007349"),
        ("0614141007349", "00614141007349"),
        ("04252614", "00042100005264"),
        ("]C10107032069804988", "07032069804988"),
        ("010703206980498815210526100329", "07032069804988"),
        ("]d2\x1d010703206980498821SERIAL", "07032069804988"),
        ("https://id.gs1.org/01/09506000134352/10/ABC", "09506000134352"),
        ("ABC-123/4", "ABC-123/4"),
        ("  in-house 7 ", "in-house 7"),
        ("žluťoučký", "žluťoučký"),
        ("²345678901234", "²345678901234"),
    ],
)
def test_every_spelling_leads_to_the_key_of_its_article(raw: str | bytes, key: str) -> None:
    read = read_code(raw)

    assert (read.kind, read.keys[0]) == (PRODUCT, key)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", CodeKind.EMPTY),
        (" \r\n\x00", CodeKind.EMPTY),
        ("]E0", CodeKind.EMPTY),
        ("\x1d", CodeKind.EMPTY),
        (b"\xff\xfe\x00", CodeKind.GARBLED),
        ("caf\ufffd", CodeKind.GARBLED),
        ("two\nlines", CodeKind.GARBLED),
        ("x" * (MAX_CODE + 1), CodeKind.TOO_LONG),
        (b"\x00" * 4096, CodeKind.TOO_LONG),
        ("4006381333932", CHECK_DIGIT),
        ("]E04006381333932", CHECK_DIGIT),
        ("]C10107032069804987", CHECK_DIGIT),
        ("12345678", CHECK_DIGIT),
        ("OMNI:R:014-2-000001:id-1", CodeKind.RECEIPT),
        ("OMNI:S:staff-1", CodeKind.STAFF_BADGE),
        ("OMNI:P:order-1", CodeKind.PICKUP),
    ],
)
def test_what_is_no_good_article_code_says_which_kind_it_is(
    raw: str | bytes, kind: CodeKind
) -> None:
    assert read_code(raw).kind is kind


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("0107032069804988310300172510AB\x1d21X", {"weight": 1725}),
        ("https://id.gs1.org/01/09506000134352?3102=000195", {"weight": 1950}),
        ("01070320698049883922001250", {"price": 1250}),
        ("]C101070320698049883012", {"count": 12}),
        ("]C1010703206980498831030000003920", {"weight": None}),
        ("]C1010703206980498815219999", {"weight": None}),
    ],
)
def test_measures_in_gs1_codes_are_read(raw: str, read: dict[str, int | None]) -> None:
    found = read_code(raw)

    assert found.kind is PRODUCT
    assert {name: getattr(found, name) for name in read} == read


@given(st.one_of(st.text(max_size=600), st.binary(max_size=600)))
def test_nothing_a_scanner_can_send_is_an_error(raw: str | bytes) -> None:
    read = read_code(raw, RULES)

    assert isinstance(read, CodeRead)
    assert read.text.isprintable()
    assert read.keys or read.kind in {CodeKind.EMPTY, CodeKind.GARBLED, CodeKind.TOO_LONG}


@given(st.text("0123456789", min_size=12, max_size=12))
def test_every_ean_13_is_the_key_biip_would_give(body: str) -> None:
    code = f"{body}{check_digit(body)}"

    gtin = biip.parse(code).gtin

    assert gtin is not None
    assert read_code(code).keys == (gtin.as_gtin_14(),) == (code_key(code),)


def test_a_plain_gtin_is_read_without_importing_biip() -> None:
    program = (
        "import sys; from pos_app.services.codes import read_code;"
        "assert read_code('4006381333931').keys; sys.exit('biip' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
