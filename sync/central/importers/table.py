"""A CSV file as records with their line numbers, whatever state the file is in.

A line that is too long, a quotation mark that is never closed, a row of the wrong width, undecodable
bytes: each costs its own row, never the rest of the file, and memory stays bounded.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sync.central.importers.encodings import chosen_encoding
from sync.central.importers.errors import ImportStopped, RowRefused
from sync.central.importers.report import Report

MAX_LINE = 1 << 20
MAX_RECORD_LINES = 500
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its first line in the file and its cells by column name."""

    line: int
    cells: dict[str, str]

    def get(self, *columns: str) -> str:
        """The first cell among these columns that holds something, without outer blanks."""
        for column in columns:
            if value := self.cells.get(column, ""):
                return value
        return ""


@dataclass(frozen=True, slots=True)
class Table:
    """Column names are lower case with single blanks, so that spelling does not matter."""

    columns: tuple[str, ...]
    records: tuple[Record, ...]


def read_table(
    path: Path, report: Report, encoding: str | None = None, separator: str | None = None
) -> Table:
    """All readable records; rows that are damaged as text are refused in the report."""
    found = chosen_encoding(path, encoding)
    errors = "replace" if found.name == "utf-16" else "surrogateescape"
    with path.open(encoding=found.name, errors=errors, newline="") as stream:
        lines = _Lines(stream)
        sign = _separator(lines, separator)
        report.reading = f"{found.statement}; columns separated by {SEPARATORS.get(sign, sign)}"
        return _read(_Rows(lines, sign, report), report)


def column_name(text: str) -> str:
    """The spelling of a column name that comparisons use."""
    return " ".join(text.strip("\ufeff \t'\"").casefold().split())


def _read(rows: "_Rows", report: Report) -> Table:
    header = next((cells for _, cells in rows if any(cells)), None)
    if header is None:
        raise ImportStopped("The file has no readable header row.")
    columns = tuple(column_name(cell) for cell in header)
    records = []
    for line, cells in rows:
        if not any(cells):
            continue
        report.read += 1
        try:
            records.append(Record(line, _by_column(columns, cells)))
        except RowRefused as refused:
            report.refuse(line, refused.kind, str(refused))
    if not report.read:
        raise ImportStopped("The file has a header but no rows.")
    return Table(columns, tuple(records))


def _by_column(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    """The first of two columns of one name counts; blanks after the last column are no column."""
    width = len(columns)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        hint = "an unquoted separator?" if len(cells) > width else "was the file cut off?"
        raise RowRefused("width", f"the row has {len(cells)} columns, the header {width}: {hint}")
    joined = "".join(cells)
    if "\0" in joined:
        raise RowRefused("damaged", "the row contains a NUL byte: the file is damaged here")
    if not joined.isascii() and any("\ud800" <= letter <= "\udfff" for letter in joined):
        raise RowRefused("damaged", "the row contains bytes that are no letters in this encoding")
    pairs = zip(reversed(columns), reversed(cells[:width]), strict=True)
    return {column: cell.strip() for column, cell in pairs}


def _separator(lines: "_Lines", wanted: str | None) -> str:
    """The one asked for or stated by a `sep=` line, else the most frequent one of the header."""
    first = lines.peek()
    stated = first.strip().casefold()
    if stated.startswith("sep=") and len(stated) == 5:
        lines.skip()
        return wanted or stated[4]
    outside = "".join(first.split('"')[::2])
    return wanted or max(SEPARATORS, key=outside.count)


class _Endless(Exception):
    """A record that does not end within reason."""


class _LineTooLong(Exception):
    """A line longer than MAX_LINE; the rest of it has been skipped."""


class _Lines:
    """The file's lines for csv.reader, remembering those of the record being read.

    So a record that never ends can be given up after its first line, and the rest read again.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._size = 0
        self._done = 0

    @property
    def line(self) -> int:
        """The number of the line on which the record being read begins."""
        return self._done + 1

    @property
    def last_line(self) -> int:
        """The number of the line read last."""
        return self._done + len(self._taken)

    def begin(self) -> None:
        self._done += len(self._taken)
        self._taken.clear()
        self._size = 0

    def give_up(self) -> None:
        """Only the first line of the record is lost; the others are read as records of their own."""
        self._again.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]

    def peek(self) -> str:
        """The first line that is not blank."""
        try:
            for line in self:
                if line.strip("\ufeff \t\r\n"):
                    self._again.appendleft(self._taken.pop())
                    return line
        except (_LineTooLong, _Endless):
            raise ImportStopped("The file does not begin with a header row.") from None
        raise ImportStopped("The file is empty.")

    def skip(self) -> None:
        next(self)
        self.begin()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MAX_RECORD_LINES or self._size > MAX_LINE:
            raise _Endless
        line = self._again.popleft() if self._again else self._stream.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self._taken.append(line)
        if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
            self._skip_rest()
            self._taken[-1] = "\n"
            raise _LineTooLong
        self._size += len(line)
        return line

    def _skip_rest(self) -> None:
        while part := self._stream.readline(MAX_LINE):
            if part.endswith(("\n", "\r")):
                return


class _Rows:
    """Cells of each record with its line; what cannot be parsed is refused and passed over."""

    def __init__(self, lines: _Lines, separator: str, report: Report) -> None:
        self._lines = lines
        self._report = report
        self._reader = csv.reader(lines, delimiter=separator, strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            self._lines.begin()
            try:
                yield self._lines.line, next(self._reader)
            except StopIteration:
                return
            except _LineTooLong as error:
                self._refuse(self._lines.last_line, _csv_sentence(error))
                if self._lines.last_line > self._lines.line:
                    self._refuse(self._lines.line, "the row runs into a line that is too long")
                    self._lines.give_up()
            except (_Endless, csv.Error) as error:
                self._refuse(self._lines.line, _csv_sentence(error))
                self._lines.give_up()

    def _refuse(self, line: int, message: str) -> None:
        self._report.read += 1
        self._report.refuse(line, "csv", message)


def _csv_sentence(error: Exception) -> str:
    if isinstance(error, _LineTooLong):
        return f"the line is longer than {MAX_LINE} characters and was skipped"
    if isinstance(error, _Endless) or "unexpected end" in str(error):
        return "a quotation mark is opened and never closed"
    if "expected after" in str(error):
        return "a quotation mark inside a quoted text is not doubled"
    return f"the row cannot be read as CSV ({error})"
