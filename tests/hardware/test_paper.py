"""The emulated printer's reading of ESC/POS, in whole and in pieces."""

import io

import pytest
from escpos.printer import Dummy
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hardware.emulators.press import Press, print_bytes
from hardware.profile import EPSON_80
from hardware.render import render
from tests.hardware.documents import a_full_receipt, a_logo, read_codes


@given(st.lists(st.integers(1, 700), max_size=12))
def test_it_does_not_matter_in_which_pieces_the_bytes_arrive(cuts: list[int]) -> None:
    data = render(a_full_receipt(), EPSON_80)
    press, start = Press(), 0
    for size in cuts:
        press.feed(data[start : start + size])
        start += size
    press.feed(data[start:])

    assert press.take().to_text() == print_bytes(data).to_text()


@given(st.binary(max_size=300))
def test_no_bytes_whatever_upset_it(data: bytes) -> None:
    paper = print_bytes(b"\x1b@" + data)

    assert paper.to_png().startswith(b"\x89PNG")
    assert paper.to_text()


@pytest.mark.parametrize(
    ("number", "codec", "text"),
    [
        (0, "cp437", "ñÑ½"),
        (2, "cp850", "øØ×"),
        (18, "cp852", "ěščřž"),
        (19, "cp858", "5 €"),
        (16, "cp1252", "€ – “x”"),
        (17, "cp866", "Привет"),
    ],
)
def test_code_pages_are_read_as_printed(number: int, codec: str, text: str) -> None:
    data = b"\x1bt" + bytes((number,)) + text.encode(codec) + b"\n"

    assert print_bytes(data).lines == [text]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("4006381333931", "EAN13"),
        ("96385074", "EAN8"),
        ("036000291452", "UPC-A"),
        ("TILL-2", "CODE39"),
        ("12345670", "ITF"),
    ],
)
@pytest.mark.parametrize("function", ["A", "B"])
def test_barcodes_of_the_library_are_read_back(code: str, kind: str, function: str) -> None:
    printer = Dummy(profile="TM-T20II")
    printer._hw_barcode(code, kind, function_type=function)

    paper = print_bytes(printer.output)

    assert paper.barcodes == [code]
    assert {found[-len(code) :] for found in read_codes(paper.to_png())} == {code}


@pytest.mark.parametrize("data", [b"{B" + b"aB-{{1", b"{C" + bytes((12, 34, 56)), b"{A" + b"X1{BY"])
def test_all_code_sets_of_code_128_are_read_back(data: bytes) -> None:
    paper = print_bytes(b"\x1dw\x03\x1dkI" + bytes((len(data),)) + data)

    assert read_codes(paper.to_png()) == set(paper.barcodes) != set()


@pytest.mark.parametrize("kind", ["bitImageRaster", "graphics", "bitImageColumn"])
def test_pictures_come_out_whatever_command_carries_them(kind: str) -> None:
    printer = Dummy(profile="TM-T20II")
    with Image.open(io.BytesIO(a_logo(160, 96).png)) as picture:
        printer.image(picture, impl=kind)

    with Image.open(io.BytesIO(print_bytes(printer.output).to_png())) as sheet:
        black = sum(sheet.histogram()[:128])

    assert black == pytest.approx(140 * 76 * 0.785, rel=0.05)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_qr_codes_of_every_level_are_read_back(level: int) -> None:
    printer = Dummy(profile="TM-T20II")
    printer.qr("Žluťoučký kůň 5,00 €", ec=level, size=4, native=True)

    assert read_codes(print_bytes(printer.output).to_png()) == {"Žluťoučký kůň 5,00 €"}


def test_cuts_and_drawer_pulses_are_counted_and_feeding_makes_room() -> None:
    paper = print_bytes(b"a\x1bd\x03b\n\x1bp\x00\x19\x19\x1bp\x01\x19\x19\x1dV\x00\x1dVB\x00")

    assert (paper.cuts, paper.pulses) == (2, [2, 5])
    assert paper.to_text().splitlines()[:4] == ["a", "", "", "b"]


def test_a_status_request_inside_a_picture_is_a_part_of_the_picture() -> None:
    inside = b"\x10\x04\x01\x1bp\x00\x19\x19\n"
    paper = print_bytes(b"\x1dv0\x00\x09\x00\x01\x00" + inside[:9] + b"ok\n")

    assert (paper.lines, paper.pulses) == (["ok"], [])
