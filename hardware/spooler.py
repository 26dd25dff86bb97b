"""Print jobs of all printers: never waited for, never lost from sight, never silently doubled."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hardware.lane import Lane
from hardware.printer import PrinterPort
from hardware.status import JobState, PrinterStatus, PrintJob, Reason

__all__ = ["JobState", "PrintJob", "PrinterStatus", "Reason", "Spooler"]

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
KEPT = 500


def _nobody(_printer: str, _status: PrinterStatus) -> None:
    return


class Spooler:
    """`submit`, `retry`, `reroute` and `ask_status` return at once and may be called by any thread.

    `on_job` hears every change of a job after `submit`, `on_status` what a printer said about itself;
    both are called on the printer's own thread. A job waits as `queued` with a reason while the
    printer cannot be reached or cannot print, at most for the sum of `back_off_s`, then it is
    `failed`. An `unknown` job is sent again only by a person (`retry`, `reroute`).
    """

    def __init__(
        self,
        printers: Mapping[str, PrinterPort],
        on_job: Callable[[PrintJob], None],
        on_status: Callable[[str, PrinterStatus], None] = _nobody,
        *,
        back_off_s: Sequence[float] = BACK_OFF_S,
        poll_s: float | None = None,
    ) -> None:
        self._on_job = on_job
        self._jobs: dict[str, PrintJob] = {}
        self._lock = threading.Lock()
        self._lanes = {
            name: Lane(name, port, self._heard, on_status, back_off_s, poll_s)
            for name, port in printers.items()
        }

    def submit(self, job: PrintJob) -> None:
        """Queue a job. A job id that is known already is not taken twice."""
        with self._lock:
            if job.job_id in self._jobs:
                return
            self._jobs[job.job_id] = job
        self._queue(job)

    def retry(self, job_id: str) -> bool:
        """Send a failed or unknown job again, or a waiting one now; false when it is neither."""
        job = self._claim(job_id, JobState.FAILED, JobState.UNKNOWN)
        if job is not None:
            self._queue(job)
            return True
        return any(lane.hurry(job_id) for lane in self._lanes.values())

    def reroute(self, job_id: str, printer: str) -> bool:
        """Print a failed, unknown or waiting job on another printer, rendered for that one."""
        for lane in self._lanes.values():
            lane_job = lane.take_out(job_id)
            if lane_job is not None:
                self._queue(replace(lane_job, printer=printer))
                return True
        job = self._claim(job_id, JobState.FAILED, JobState.UNKNOWN)
        if job is not None:
            self._queue(replace(job, printer=printer))
        return job is not None

    def ask_status(self, printer: str) -> None:
        """The answer comes through `on_status`, after the jobs that are being sent."""
        if printer in self._lanes:
            self._lanes[printer].ask_status()

    def jobs(self) -> tuple[PrintJob, ...]:
        """The jobs of this run as they stand, oldest first; finished ones may have been forgotten."""
        with self._lock:
            return tuple(self._jobs.values())

    def stop(self, timeout_s: float = 2.0) -> bool:
        """End all threads; what was not begun is `failed`. False: a printer still holds one up."""
        deadline = time.monotonic() + timeout_s
        for lane in self._lanes.values():
            lane.stop()
        ended = [lane.join(max(deadline - time.monotonic(), 0)) for lane in self._lanes.values()]
        return all(ended)

    def _queue(self, job: PrintJob) -> None:
        job = replace(job, state=JobState.QUEUED, reason=Reason.NONE)
        lane = self._lanes.get(job.printer)
        if lane is None:
            self._heard(replace(job, state=JobState.FAILED, reason=Reason.NO_PRINTER))
            return
        with self._lock:
            self._jobs[job.job_id] = job
        if not lane.put(job):
            self._heard(replace(job, state=JobState.FAILED, reason=Reason.STOPPED))

    def _claim(self, job_id: str, *states: JobState) -> PrintJob | None:
        """The job in one of these states, marked as queued so that a double tap claims it once."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.state not in states:
                return None
            self._jobs[job_id] = replace(job, state=JobState.QUEUED, reason=Reason.NONE)
            return job

    def _heard(self, job: PrintJob) -> None:
        with self._lock:
            self._jobs[job.job_id] = job
            self._forget()
        self._on_job(job)

    def _forget(self) -> None:
        if len(self._jobs) > KEPT:
            printed = (i for i, job in self._jobs.items() if job.state is JobState.PRINTED)
            self._jobs.pop(next(printed, ""), None)
