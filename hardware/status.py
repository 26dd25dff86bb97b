"""What a printer says about itself, and what became of a print job."""

from dataclasses import dataclass
from enum import StrEnum

from hardware.document import Document


class Paper(StrEnum):
    OK = "ok"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """None and `unknown`: the printer did not say. `answered`: it said anything at all."""

    paper: Paper = Paper.UNKNOWN
    cover_open: bool | None = None
    online: bool | None = None
    drawer_open: bool | None = None

    @property
    def answered(self) -> bool:
        return self.online is not None or self.paper is not Paper.UNKNOWN


class JobState(StrEnum):
    """`failed`: nothing can have come out. `unknown`: something may have come out, a person must look."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a job waits, failed or is unknown. The words for people are the interface's."""

    NONE = ""
    NO_ANSWER = "no_answer"  # not reached: switched off, wrong address, cable, in use
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    STALLED = "stalled"  # it stopped taking data in the middle
    CUT_OFF = "cut_off"  # the connection broke in the middle
    UNCONFIRMED = "unconfirmed"  # it took everything and did not say that it was done
    BAD_DOCUMENT = "bad_document"  # cannot be turned into printer data
    NO_PRINTER = "no_printer"  # no printer of that name is set up
    STOPPED = "stopped"  # the till was closed before it was sent


@dataclass(frozen=True, slots=True)
class PrintJob:
    """`document` is rendered for the printer it goes to; `data` is for bytes that are ready made."""

    job_id: str
    title: str
    printer: str
    document: Document | None = None
    data: bytes = b""
    state: JobState = JobState.QUEUED
    reason: Reason = Reason.NONE
