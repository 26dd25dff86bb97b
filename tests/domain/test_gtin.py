"""The check digit, and one key for all spellings of a GTIN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.gtin import GTIN_LENGTHS, check_digit, code_key, has_valid_check_digit

# GS1's own worked examples, and codes read off real packages
REAL = ["40170725", "614141007349", "4006381333931", "9009518582030", "10614141007346"]


@pytest.mark.parametrize("code", REAL)
def test_codes_of_real_packages_are_valid(code: str) -> None:
    assert has_valid_check_digit(code)


@pytest.mark.parametrize("code", REAL)
def test_any_other_last_digit_is_wrong(code: str) -> None:
    others = [code[:-1] + digit for digit in "0123456789" if digit != code[-1]]

    assert not any(has_valid_check_digit(other) for other in others)


NOT_GTINS = ["", "0", "12345", "400638133393", "40063813339311", "4006381333930", "400638133393X"]
# full-width and Arabic digits are digits to Python, and a superscript two as well
FOREIGN = ["\uff14\uff10\uff11\uff17\uff10\uff17\uff12\uff15", "\u06640170725", "\xb20170725"]
PADDED = [" 40170725", "40170725\n", "-4017072"]


@pytest.mark.parametrize("text", [*NOT_GTINS, *FOREIGN, *PADDED])
def test_everything_else_is_not_a_gtin(text: str) -> None:
    assert not has_valid_check_digit(text)
    assert code_key(text) == text


def test_a_upc_a_and_the_same_number_read_as_ean_13_share_one_key() -> None:
    assert code_key("614141007349") == code_key("0614141007349") == "00614141007349"


def test_an_ean_8_keeps_its_number_behind_zeros() -> None:
    assert code_key("40170725") == "00000040170725"


def test_a_damaged_gtin_stays_what_was_read() -> None:
    assert code_key("4006381333930") == "4006381333930"


@given(st.sampled_from(sorted(GTIN_LENGTHS)), st.data())
def test_a_computed_check_digit_is_valid_and_the_key_is_stable(
    length: int, data: st.DataObject
) -> None:
    body = data.draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))

    code = f"{body}{check_digit(body)}"

    assert has_valid_check_digit(code)
    assert code_key(code_key(code)) == code_key(code) == code.zfill(14)


@given(st.text(max_size=40))
def test_no_text_breaks_the_key(text: str) -> None:
    assert code_key(text) in {text, text.zfill(14)}
