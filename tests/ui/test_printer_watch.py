"""A printer in trouble is told by a banner until it prints again."""

import pytest

from hardware.status import Paper, PrinterStatus
from pos_app.ui.device_desk import PrinterSaid
from pos_app.ui.printer_watch import PrinterWatch
from pos_app.ui.signals import AppSignals

WELL = PrinterStatus(Paper.OK, cover_open=False, online=True)


@pytest.mark.parametrize(
    ("status", "begins"),
    [
        (PrinterStatus(Paper.OUT, cover_open=False, online=False), "The printer has no paper."),
        (PrinterStatus(Paper.OK, cover_open=True, online=False), "The printer's cover is open."),
        (PrinterStatus(Paper.OK, cover_open=False, online=False), "The printer is switched to"),
        (PrinterStatus(online=False), "The printer does not answer."),
    ],
)
def test_trouble_is_said_until_the_printer_is_well(
    qapp: object, status: PrinterStatus, begins: str
) -> None:
    signals, said = AppSignals(), list[str]()
    watch = PrinterWatch(signals, signals, said.append)

    signals.printer_state.emit(PrinterSaid("receipt", status))
    signals.printer_state.emit(PrinterSaid("receipt", WELL))

    assert watch.parent() is signals
    assert said[0].startswith(begins)
    assert said[1] == ""


def test_a_printer_that_says_little_is_no_trouble(qapp: object) -> None:
    signals, said = AppSignals(), list[str]()
    PrinterWatch(signals, signals, said.append)

    signals.printer_state.emit(PrinterSaid("receipt", PrinterStatus(Paper.LOW)))

    assert said == [""]
