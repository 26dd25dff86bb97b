"""One printer's thread and its queue."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hardware.document import Document, DrawerPulse
from hardware.errors import BadDocument, Blocked, DeviceError, Interrupted, NotReached
from hardware.printer import PrinterPort
from hardware.status import JobState, PrinterStatus, PrintJob, Reason

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    job: PrintJob
    tries: int = 0
    not_before: float = 0.0

    @property
    def pulses(self) -> tuple[DrawerPulse, ...]:
        """The drawer openings, when the job is nothing else."""
        blocks = self.job.document.blocks if self.job.document else ()
        pulses = tuple(block for block in blocks if isinstance(block, DrawerPulse))
        return pulses if len(pulses) == len(blocks) else ()


class Lane:
    """Sends one job at a time, in order; a job that cannot start yet holds up those behind it.

    Opening the drawer goes before everything and is tried once: it must neither wait for paper nor
    happen a minute later with nobody there. All callbacks come from the lane's thread.
    """

    def __init__(
        self,
        name: str,
        port: PrinterPort,
        on_job: Callable[[PrintJob], None],
        on_status: Callable[[str, PrinterStatus], None],
        back_off_s: Sequence[float],
        poll_s: float | None,
    ) -> None:
        self.name = name
        self._port = port
        self._on_job = on_job
        self._on_status = on_status
        self._back_off_s = back_off_s
        self._poll_s = poll_s
        self._queue: deque[_Waiting] = deque()
        self._news = threading.Condition()
        self._ask_status = False
        self._stopping = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=f"printer {name}", daemon=True)
        self._thread.start()

    def put(self, job: PrintJob) -> bool:
        """Queue a job; false when the lane has ended."""
        waiting = _Waiting(job)
        with self._news:
            if self._ended:
                return False
            add = self._queue.appendleft if waiting.pulses else self._queue.append
            add(waiting)
            self._news.notify()
        return True

    def take_out(self, job_id: str) -> PrintJob | None:
        """The job if it has not been begun; it is no longer this lane's."""
        with self._news:
            found = next((w for w in self._queue if w.job.job_id == job_id), None)
            if found is not None:
                self._queue.remove(found)
            return found.job if found else None

    def hurry(self, job_id: str) -> bool:
        """Try a waiting job now, and first what waits before it for the same printer."""
        with self._news:
            ids = [waiting.job.job_id for waiting in self._queue]
            if job_id not in ids:
                return False
            for waiting in list(self._queue)[: ids.index(job_id) + 1]:
                waiting.not_before, waiting.tries = 0.0, 0
            self._news.notify()
        return True

    def ask_status(self) -> None:
        with self._news:
            self._ask_status = True
            self._news.notify()

    def stop(self) -> None:
        with self._news:
            self._stopping = True
            self._news.notify()

    def join(self, timeout_s: float) -> bool:
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._step()
            except Exception:  # top of the thread: one bad job must not end printing
                log.exception("printer %s", self.name)
        with self._news:
            self._ended = True
        for waiting in self._queue:
            self._report(waiting.job, JobState.FAILED, Reason.STOPPED)

    def _step(self) -> None:
        waiting = self._next()
        if waiting is not None:
            self._attempt(waiting)
        elif not self._stopping:
            self._report_status()

    def _next(self) -> _Waiting | None:
        """The next job that is due; None to stop or to ask for the status."""
        idle_until = time.monotonic() + self._poll_s if self._poll_s else None
        with self._news:
            while not self._stopping and not self._ask_status:
                now = time.monotonic()
                if self._queue and self._queue[0].not_before <= now:
                    return self._queue.popleft()
                if idle_until is not None and now >= idle_until:
                    break
                wake = [t for t in (idle_until, self._due()) if t is not None]
                self._news.wait(min(wake) - now if wake else None)
            self._ask_status = False
        return None

    def _due(self) -> float | None:
        return self._queue[0].not_before if self._queue else None

    def _attempt(self, waiting: _Waiting) -> None:
        waiting.job = self._report(waiting.job, JobState.SENDING)
        try:
            status = self._send(waiting)
        except (NotReached, Blocked) as error:
            self._try_later(waiting, error)
        except (Interrupted, BadDocument) as error:
            bad = isinstance(error, BadDocument)
            self._report(waiting.job, JobState.FAILED if bad else JobState.UNKNOWN, error.reason)
        except Exception:  # a bug of ours, somewhere between first and last byte
            self._report(waiting.job, JobState.UNKNOWN, Reason.CUT_OFF)
            raise
        else:
            self._report(waiting.job, JobState.PRINTED)
            self._on_status(self.name, status)

    def _send(self, waiting: _Waiting) -> PrinterStatus:
        job = waiting.job
        data = job.data or _render(job.document, self._port)
        try:
            return self._port.send(data)
        except Blocked as blocked:
            if not waiting.pulses:
                raise
            for pulse in waiting.pulses:
                self._port.kick(pulse.pin)
            return blocked.status

    def _try_later(self, waiting: _Waiting, error: DeviceError) -> None:
        """Nothing came out, so trying again is safe; the person sees why it waits."""
        status = error.status if isinstance(error, Blocked) else PrinterStatus(online=False)
        if waiting.pulses or waiting.tries >= len(self._back_off_s) or self._stopping:
            self._report(waiting.job, JobState.FAILED, error.reason)
        else:
            waiting.not_before = time.monotonic() + self._back_off_s[waiting.tries]
            waiting.tries += 1
            waiting.job = self._report(waiting.job, JobState.QUEUED, error.reason)
            with self._news:
                self._queue.appendleft(waiting)
        self._on_status(self.name, status)

    def _report(self, job: PrintJob, state: JobState, reason: Reason = Reason.NONE) -> PrintJob:
        job = replace(job, state=state, reason=reason)
        self._on_job(job)
        return job

    def _report_status(self) -> None:
        try:
            status = self._port.status()
        except NotReached:
            status = PrinterStatus(online=False)
        self._on_status(self.name, status)


def _render(document: Document | None, port: PrinterPort) -> bytes:
    from hardware.render import render  # Pillow and python-escpos come with the first job

    if document is None:
        raise BadDocument("neither document nor data")
    return render(document, port.profile)
