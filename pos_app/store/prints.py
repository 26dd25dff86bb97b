"""What was printed or is still to be: a receipt that did not come out is offered again."""

from dataclasses import astuple, dataclass

from pos_app.store.db import Stores
from pos_app.store.faults import translated

_COLUMNS = "job_id, sale_id, kind, printer, state, detail, created_ms, copy_no"
_DONE = ("printed", "cancelled")


@dataclass(frozen=True, slots=True)
class PrintRow:
    """One job: `kind` is receipt, copy, test or slip; `copy_no` 0 is the original."""

    job_id: str
    sale_id: str
    kind: str
    printer: str
    state: str
    detail: str
    created_ms: int
    copy_no: int = 0


class PrintJobs:
    """The till's memory of its printers' jobs."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def record(self, job: PrintRow) -> None:
        """Write a job before it is handed to the printer; the same id again replaces it."""
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql(
                "INSERT OR REPLACE INTO print_job VALUES (?,?,?,?,?,?,?,?)", astuple(job)
            )

    def set_state(self, job_id: str, state: str, detail: str = "", printer: str = "") -> None:
        """What became of it; `printer` when it was sent elsewhere."""
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql(
                "UPDATE print_job SET state = ?, detail = ?,"
                " printer = coalesce(nullif(?, ''), printer) WHERE job_id = ?",
                (state, detail, printer, job_id),
            )

    def unfinished(self) -> tuple[PrintRow, ...]:
        """Jobs neither printed nor given up, oldest first."""
        return self._rows("state NOT IN (?, ?) ORDER BY created_ms, job_id", _DONE)

    def of_sale(self, sale_id: str) -> tuple[PrintRow, ...]:
        """All jobs of a sale: the original and its copies."""
        return self._rows("sale_id = ? ORDER BY copy_no, created_ms", (sale_id,))

    def _rows(self, where: str, params: tuple[str, ...]) -> tuple[PrintRow, ...]:
        with translated:
            rows = self._stores.journal.exec_driver_sql(
                f"SELECT {_COLUMNS} FROM print_job WHERE {where}", params
            )
            return tuple(PrintRow(*row) for row in rows)
