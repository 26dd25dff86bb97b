"""What one model of receipt printer can do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """`model` names the entry of python-escpos' printer database: commands, code page numbers.

    `code_pages` are those we trust this printer to have, best first; a character outside all of
    them is drawn as a picture. `drawer_open_high`: the level of the drawer's switch when it is open,
    None when no drawer with a switch is connected. `answers`: whether it answers status questions;
    None finds out, False never asks, True takes silence for a printer that hangs.
    """

    name: str
    model: str = "TM-T20II"
    columns: int = 48
    dots: int = 576
    code_pages: tuple[str, ...] = ("CP858", "CP852", "CP1252", "CP437", "CP866")
    native_qr: bool = True
    native_barcode: bool = True
    drawer_open_high: bool | None = None
    answers: bool | None = None


EPSON_80 = PrinterProfile("80 mm, Epson compatible")
EPSON_42 = PrinterProfile("80 mm, 42 columns", model="TM-T88V", columns=42, dots=512)
GENERIC_58 = PrinterProfile(
    "58 mm, no codes of its own",
    model="ZJ-5870",
    columns=32,
    dots=384,
    code_pages=("CP437", "CP852", "CP1252", "CP866"),
    native_qr=False,
    native_barcode=False,
)
PROFILES = {
    "epson-80": EPSON_80,
    "epson-80-42": EPSON_42,
    "generic-58": GENERIC_58,
}
