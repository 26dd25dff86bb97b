"""What can go wrong with a device.

DeviceError
├── NotReached    nothing was sent: refused, no such port, no answer
├── Blocked       nothing was sent: the printer says that it cannot print now
├── Interrupted   something was sent and its end is not known
└── BadDocument   the document cannot be turned into printer data
"""

from hardware.status import PrinterStatus, Reason


class DeviceError(Exception):
    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


class NotReached(DeviceError):
    def __init__(self, detail: str) -> None:
        super().__init__(Reason.NO_ANSWER, detail)


class Blocked(DeviceError):
    def __init__(self, reason: Reason, status: PrinterStatus) -> None:
        super().__init__(reason)
        self.status = status


class Interrupted(DeviceError):
    pass


class BadDocument(DeviceError):
    def __init__(self, detail: str) -> None:
        super().__init__(Reason.BAD_DOCUMENT, detail)
