"""The few signals that cross screens or threads.

Emit from any thread; connect across threads only bound methods of QObjects marked `@Slot`.
"""

from PySide6.QtCore import QObject, Signal


class AppSignals(QObject):
    """One for a running till, given to every screen by its constructor."""

    scanned = Signal(object, str)
    """A code (bytes as read, or str) and where it came from: serial, wedge, palette."""
    till_event = Signal(object)
    """A domain event, after it is committed."""
    sync_state = Signal(object)
    printer_state = Signal(object)
    """A hardware spooler's PrintJob that changed, or a PrinterStatus."""
    scanner_state = Signal(str, bool)
    """The port of a serial scanner, and whether it is there."""
    replica_changed = Signal(object)
    """Set of the names of what a pull changed."""
    navigate = Signal(str)
    """Go to a place by its name: sell, devices, payment."""
    sound = Signal(str)
    """ok, repeat, refuse, attention, done (ux.md 3.12): every sound has a visible twin."""
