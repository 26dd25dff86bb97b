"""An unknown scan asks the server."""

from typing import Any

import pytest

from tests.central.tills import SpeakingTill


def found(till: SpeakingTill, code: str) -> dict[str, set[str]]:
    """Keys of every entity in the answer."""
    answer = till.get("/v1/lookup", code=code)
    assert answer.status_code == 200, answer.text
    blocks: list[dict[str, Any]] = answer.json()["blocks"]
    return {block["entity"]: {row[2] for row in block["rows"]} for block in blocks}


@pytest.mark.parametrize("code", ["05901234123457", "5901234123457", "MILK-1"])
def test_a_code_brings_all_that_is_needed_to_sell_it(till: SpeakingTill, code: str) -> None:
    assert found(till, code) == {
        "product": {"milk"},
        "variant": {"MILK-1"},
        "tax_rate": {"B"},
        "price": {"MILK-1"},
        "stock": {"p-prague|MILK-1"},
    }


def test_a_code_on_two_variants_brings_both(till: SpeakingTill) -> None:
    assert found(till, "4006381333931")["variant"] == {"SHIRT-S", "SHIRT-M"}


def test_one_variant_brings_its_whole_product(till: SpeakingTill) -> None:
    assert found(till, "SHIRT-M")["variant"] == {"SHIRT-S", "SHIRT-M"}


@pytest.mark.parametrize("code", ["0000000000000", "nothing", "ž" * 100, "' OR 1=1 --", "x" * 4096])
def test_an_unknown_code_brings_nothing(till: SpeakingTill, code: str) -> None:
    assert found(till, code) == {}


@pytest.mark.parametrize("code", ["", "x" * 4097])
def test_a_code_of_no_size_is_refused(till: SpeakingTill, code: str) -> None:
    answer = till.get("/v1/lookup", code=code)

    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")


def test_rows_carry_the_same_numbers_as_in_a_page(till: SpeakingTill) -> None:
    page = till.changes()["blocks"]
    looked_up = till.get("/v1/lookup", code="MILK-1").json()["blocks"]

    in_page = {(b["stream"], b["entity"], tuple(r)) for b in page for r in b["rows"]}
    assert {(b["stream"], b["entity"], tuple(r)) for b in looked_up for r in b["rows"]} <= in_page
