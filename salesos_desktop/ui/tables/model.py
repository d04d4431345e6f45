"""A table of records as an item model: ids in the order that the service gave, records on demand."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from ..theme import tokens
from .columns import Column
from .store import Fetch, RecordStore

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WINDOW = 64
# With this hint the selection is kept by rows, not by cells.
_LAYOUT = "QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint"
_SORTED = QAbstractItemModel.LayoutChangeHint.VerticalSortHint


class RecordTableModel(QAbstractTableModel):
    """Rows of records that are fetched in windows as they are looked at; placeholders until they come.

    It never sorts: whoever shows it asks the service for another order and gives it to ``apply_order``.

    Signals:
        completed(): the whole order is here.
    """

    completed = Signal()

    def __init__(self, columns: Sequence[Column], fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.store = RecordStore(fetch, self)
        self.store.arrived.connect(lambda _: self._repaint())
        self.whole = False
        self.waits: Callable[[int], str] = lambda _: ""
        """What waits to be sent for a record, in a line."""
        self._ids = array("q")

    # What Qt asks -------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Records whose ids are known."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns, hidden ones included."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be selected."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.columns[section].title
        return _side(self.columns[section]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts and colours of a cell; None for a placeholder."""
        if role not in _SHOWN or not index.isValid() or index.row() >= len(self._ids):
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            waits = self.waits(self._ids[index.row()])
            return f"{column.title}. {waits}" if waits else column.title
        record = self.record(index.row())
        if record is None:
            return None
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(getattr(tokens(), column.ink(record))) if column.ink else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return escaped(column.tooltip(record)) if column.tooltip else None
        text = column.text(record)
        return text or column.title + " —" if role == Qt.ItemDataRole.AccessibleTextRole else text

    # What the view and its page ask -------------------------------------------------------------------------------

    @property
    def ids(self) -> array[int]:
        """Ids in order; not to be changed."""
        return self._ids

    def id_at(self, row: int) -> int:
        """Id in a row, 0 outside."""
        return self._ids[row] if 0 <= row < len(self._ids) else 0

    def row_of(self, record_id: int) -> int:
        """Row of a record, −1 when it is not shown."""
        try:
            return self._ids.index(record_id)
        except ValueError:
            return -1

    def rows_of(self, ids: Iterable[int]) -> dict[int, int]:
        """Rows by id of those that are shown."""
        wanted = frozenset(ids)
        if len(wanted) == 1:
            only = next(iter(wanted))
            row = self.row_of(only)
            return {only: row} if row >= 0 else {}
        return {i: row for row, i in enumerate(self._ids) if i in wanted} if wanted else {}

    def record(self, row: int) -> Any:
        """The record in a row; None while it, and its neighbours with it, are fetched."""
        record_id = self._ids[row]
        record = self.store.get(record_id)
        if self.store.lacks(record_id):
            start = row - row % _WINDOW
            self.store.want(self._ids[start : start + _WINDOW])
        return record

    # What changes rows --------------------------------------------------------------------------------------------

    def begin(self, ids: array[int], records: Iterable[Any], *, whole: bool) -> None:
        """Starts afresh with the first ids and their records; ``apply_order`` brings the rest unless this is the whole."""
        self.beginResetModel()
        self.store.put(records)
        self._ids = array("q", ids)
        self.whole = whole
        self.endResetModel()
        if whole:
            self.completed.emit()

    def apply_order(self, ids: array[int]) -> None:
        """Takes the whole order: what is in its place stays, one row or block that came, went or moved is just that."""
        self.whole = True
        old = self._ids
        if ids != old:
            start = _common_start(old, ids)
            end = _common_start(old[: start - 1 if start else None : -1], ids[: start - 1 if start else None : -1])
            gone, come = len(old) - start - end, len(ids) - start - end
            if not gone:
                self.beginInsertRows(_ROOT, start, start + come - 1)
                self._ids = ids
                self.endInsertRows()
            elif not come:
                self.beginRemoveRows(_ROOT, start, start + gone - 1)
                self._ids = ids
                self.endRemoveRows()
            elif gone == come and not self._move(ids, start, start + gone - 1):
                self._rearrange(ids)
            elif gone != come:
                self.beginResetModel()
                self._ids = ids
                self.endResetModel()
        self.completed.emit()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns, of which those that stay come first; a view keeps its rows and what is selected."""
        same = [a.name == b.name for a, b in zip(self.columns, columns, strict=False)]
        start = same.index(False) if False in same else len(same)
        if start < len(self.columns):
            self.beginRemoveColumns(_ROOT, start, len(self.columns) - 1)
            self.columns = self.columns[:start]
            self.endRemoveColumns()
        if start < len(columns):
            self.beginInsertColumns(_ROOT, start, len(columns) - 1)
            self.columns = tuple(columns)
            self.endInsertColumns()
        self.columns = tuple(columns)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)
        self._repaint()

    def renew(self, ids: Iterable[int] | None = None) -> None:
        """These records, or all, have changed: what is in sight is fetched anew."""
        self.store.renew(ids)
        self._repaint()

    def _move(self, ids: array[int], first: int, last: int) -> bool:
        """Moves one row to the other end of a stretch if that is all the difference."""
        old = self._ids
        if old[first] == ids[last] and old[first + 1 : last + 1] == ids[first:last]:
            source, target = first, last + 1
        elif old[last] == ids[first] and old[first:last] == ids[first + 1 : last + 1]:
            source, target = last, first
        else:
            return False
        self.beginMoveRows(_ROOT, source, source, _ROOT, target)
        self._ids = ids
        self.endMoveRows()
        return True

    def _rearrange(self, ids: array[int]) -> None:
        """As many rows in another order: selection and keyboard stay with their records."""
        self.layoutAboutToBeChanged[_LAYOUT].emit([], _SORTED)
        old, kept = self._ids, self.persistentIndexList()
        self._ids = ids
        rows = self.rows_of(old[index.row()] for index in kept)
        moved = [(rows.get(old[index.row()], -1), index.column()) for index in kept]
        self.changePersistentIndexList(
            kept, [self.index(row, column) if row >= 0 else QModelIndex() for row, column in moved]
        )
        self.layoutChanged[_LAYOUT].emit([], _SORTED)

    def _repaint(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))


_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_SHOWN = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.AccessibleDescriptionRole,
    }
)


def escaped(text: str) -> str:
    """For tool tips, which would take it for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _side(column: Column) -> int:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def _common_start(one: array[int], other: array[int]) -> int:
    """How many ids both begin with; slices compare at the speed of memory."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
