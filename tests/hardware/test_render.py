"""Documents become bytes, and the bytes become the right paper."""

import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.document import Align, Barcode, Columns, DrawerPulse, Logo, QrCode, Rule, Text
from hardware.emulators.press import print_bytes
from hardware.errors import BadDocument
from hardware.profile import EPSON_42, EPSON_80, GENERIC_58, PROFILES, PrinterProfile
from hardware.render import render
from tests.hardware.documents import (
    RECEIPT_URL,
    a_document,
    a_full_receipt,
    a_logo,
    a_receipt,
    read_codes,
)

INIT = b"\x1b@"
LATIN_ONLY = replace(EPSON_80, name="Latin 1 only", code_pages=("CP1252",))


def lines_of(*blocks: Text | Columns | Rule, profile: PrinterProfile = EPSON_80) -> list[str]:
    return print_bytes(render(a_document(*blocks), profile), profile.dots).lines


def test_a_receipt_is_on_paper_as_it_was_meant() -> None:
    paper = print_bytes(render(a_receipt(), EPSON_80))

    assert paper.lines[0] == "Omnitill shop"
    assert paper.lines[1] == "1 Merino tričko žluťoučké             1 290,00 €"
    assert paper.lines[6] == "-" * 48
    assert paper.lines[7] == "Total           6 450,00"
    assert (paper.cuts, paper.unknown) == (1, [])


def test_every_job_starts_with_init_and_shares_nothing_with_the_one_before() -> None:
    czech = a_document(Text("Žluťoučký kůň", bold=True, scale=2))
    first = render(czech, EPSON_80)
    render(a_receipt(), EPSON_80)

    assert first.startswith(INIT)
    assert render(czech, EPSON_80) == first


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("text", ["5,00 €", "Žluťoučký kůň", "Blåbærsyltetøy æøå", "Piñata Ñ"])
def test_the_letters_of_our_languages_come_out_as_text(profile: PrinterProfile, text: str) -> None:
    assert lines_of(Text(text), profile=profile) == [text]


def test_a_line_that_needs_two_code_pages_gets_both() -> None:
    assert lines_of(Columns("Žluťoučký", "5,00 €")) == ["Žluťoučký" + " " * 33 + "5,00 €"]


def test_a_character_no_code_page_has_is_drawn_and_never_becomes_a_question_mark() -> None:
    paper = print_bytes(render(a_document(Text("čokoláda"), Text("cocoa")), LATIN_ONLY))

    assert [image.height for image in paper.images] == [30]
    assert paper.lines == ["cocoa"]


def test_a_drawn_line_of_two_columns_is_as_wide_as_the_paper() -> None:
    paper = print_bytes(render(a_document(Columns("čokoláda", "2 490 Kč", scale=2)), LATIN_ONLY))

    assert [image.size for image in paper.images] == [(576, 60)]


def test_dashes_quotes_and_odd_spaces_become_plain_ones_rather_than_pictures() -> None:
    narrow = replace(EPSON_80, name="narrow", code_pages=("CP437",))

    lines = lines_of(Text("10\u202f000 – „ok“ … \N{MINUS SIGN}5"), profile=narrow)

    assert lines == ['10 000 - "ok" ... -5']


def test_a_product_name_cannot_send_commands() -> None:
    evil = "Milk\x1bp\x00\x19\x19\x1dV\x00\r\x10\x14\x01\x00\x01"

    paper = print_bytes(render(a_document(Text(evil), Columns(evil, evil)), EPSON_80))

    assert (paper.pulses, paper.cuts) == ([], 0)


def test_long_text_wraps_at_words_and_an_amount_stays_whole() -> None:
    lines = lines_of(
        Columns("An article with a very long name that does not fit on one line", "12 345,00")
    )

    assert lines == [
        "An article with a very long name that",
        "does not fit on one line               12 345,00",
    ]


def test_an_amount_wider_than_its_room_stands_on_its_own_line() -> None:
    lines = lines_of(Columns("Total", "1 234 567 890,00 Kč", scale=2), profile=GENERIC_58)

    assert "".join(lines).replace(" ", "") == "Total1234567890,00Kč"
    assert all(len(line) <= 16 for line in lines)


WORDS = st.text(st.characters(codec="cp858", exclude_categories=["Cc"]), max_size=120)


@given(WORDS, st.text("0123456789 ,.-", max_size=20), st.sampled_from([1, 2]))
def test_no_printable_character_is_lost_in_wrapping(start: str, end: str, scale: int) -> None:
    block = Columns(start, end, scale=scale)

    printed = "".join(lines_of(block))

    assert sorted(printed.replace(" ", "")) == sorted(
        (start + end).replace("\xa0", " ").replace(" ", "").replace("\xad", "")
    )


def test_alignment_bold_and_size_reach_the_paper() -> None:
    data = render(a_document(Text("Hi", Align.CENTER, bold=True, scale=2), Text("x")), EPSON_80)

    assert data.count(b"\x1d!\x11") == data.count(b"\x1bE\x01") == data.count(b"\x1ba\x01") == 1
    assert print_bytes(data).to_text().splitlines()[0].strip() == "Hi"


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_the_codes_are_read_back_from_the_picture_of_the_paper(profile: PrinterProfile) -> None:
    paper = print_bytes(render(a_full_receipt(), profile), profile.dots)

    assert read_codes(paper.to_png()) == {RECEIPT_URL, "014-2-000123"}


def test_a_printer_with_codes_of_its_own_gets_no_picture_of_them() -> None:
    native = render(a_document(QrCode(RECEIPT_URL), Barcode("W-1")), EPSON_80)
    drawn = render(a_document(QrCode(RECEIPT_URL), Barcode("W-1")), GENERIC_58)

    assert b"\x1dv0" not in native
    assert b"\x1d(k" not in drawn
    assert len(native) < 250 < len(drawn)


def test_a_qr_code_is_made_small_enough_for_the_paper() -> None:
    paper = print_bytes(render(a_document(QrCode("x" * 900, module_size=8)), GENERIC_58), 384)

    assert paper.images[0].width <= 384
    assert read_codes(paper.to_png()) == {"x" * 900}


def test_a_barcode_too_long_for_the_paper_becomes_a_qr_code() -> None:
    paper = print_bytes(render(a_document(Barcode("W" * 40)), EPSON_80))

    assert (paper.barcodes, paper.qr) == ([], ["W" * 40])


@pytest.mark.parametrize("block", [QrCode("x" * 3000), QrCode(""), Barcode(""), Barcode("ž")])
def test_what_cannot_be_printed_is_refused_before_anything_is_sent(
    block: QrCode | Barcode,
) -> None:
    with pytest.raises(BadDocument):
        render(a_document(block), EPSON_80)


PNG = a_logo().png


@pytest.mark.parametrize(
    "png",
    [b"not a picture", b"", PNG[:8], PNG[:40], PNG[: len(PNG) // 2], PNG[:20] + b"\xff" * 400],
    ids=["text", "nothing", "a signature", "a head", "half", "noise"],
)
def test_a_logo_that_is_no_picture_does_not_cost_the_receipt(png: bytes) -> None:
    paper = print_bytes(render(a_document(Logo(png), Text("TOTAL 499")), EPSON_80))

    assert "TOTAL 499" in paper.to_text()
    assert paper.images == []


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(BadDocument):
        render(a_document(), replace(EPSON_80, model="TM-T9000"))


def test_a_logo_wider_than_the_paper_is_made_smaller() -> None:
    paper = print_bytes(render(a_document(a_logo(2000, 400)), EPSON_42), 512)

    assert [image.size for image in paper.images] == [(512, 102)]


@pytest.mark.parametrize("pin", [2, 5])
def test_the_drawer_pulse_goes_to_its_pin(pin: int) -> None:
    assert print_bytes(render(a_document(DrawerPulse(pin)), EPSON_80)).pulses == [pin]


def test_many_threads_may_render_at_once() -> None:
    expected = render(a_full_receipt(), EPSON_80)
    results: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: results.append(render(a_full_receipt(), EPSON_80)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [expected] * 8


def test_the_spooler_does_not_load_the_printing_library() -> None:
    heavy = "{'escpos', 'PIL', 'serial'} & set(sys.modules)"
    probe = f"import sys, hardware.spooler, hardware.scanner; print({heavy})"

    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
