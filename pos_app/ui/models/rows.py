"""A list model that holds finished rows: every text is made once, when the row changes."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The whole row, for the delegate that paints it."""

Index = QModelIndex | QPersistentModelIndex


class Spoken(Protocol):
    """A row that can be read out: one full sentence."""

    @property
    def spoken(self) -> str: ...


Row = TypeVar("Row", bound=Spoken)


class RowsModel(QAbstractListModel, Generic[Row]):
    """Rows change one at a time, so a view keeps its selection, its scroll place and its focus."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def row_at(self, row: int) -> Row | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def insert(self, row: int, value: Row) -> None:
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows.insert(row, value)
        self.endInsertRows()

    def change(self, row: int, value: Row) -> None:
        if self._rows[row] == value:
            return
        self._rows[row] = value
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def remove(self, first: int, count: int = 1) -> None:
        if count < 1:
            return
        self.beginRemoveRows(QModelIndex(), first, first + count - 1)
        del self._rows[first : first + count]
        self.endRemoveRows()

    def show(self, rows: Sequence[Row]) -> None:
        """Become these rows by changing, then adding or removing at the end: never a reset."""
        for row in range(min(len(rows), len(self._rows))):
            self.change(row, rows[row])
        self.remove(len(rows), len(self._rows) - len(rows))
        if len(rows) > len(self._rows):
            self.beginInsertRows(QModelIndex(), len(self._rows), len(rows) - 1)
            self._rows.extend(rows[len(self._rows) :])
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index.row())
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        return None
