"""Printing what a new till needs: the code, and all of it as a QR code that its scanner reads."""

from typing import IO

import qrcode

from sync.invitation import Invitation


def show(invitation: Invitation, out: IO[str]) -> None:
    """The QR code in half blocks, dark on light whatever the terminal's colours, then its text."""
    code = qrcode.QRCode(border=4)
    code.add_data(invitation.text())
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        cells = "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        out.write(f"\x1b[30;107m{cells}\x1b[0m\n")
    out.write(f"{invitation.text()}\n")


_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
