"""One column of the board as an item model: ids in order, cards on demand, one row moved for each change."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ...domain.opportunities import Card
from ...domain.slots import CellKey, Slot
from .cards import CardStore
from .roles import DEALS_MIME, PERSON_MIME, CardRole

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ColumnModel(QAbstractTableModel):
    """Deals of one column, or of one place of it. The first ``known`` rows have their ids and keys; the rest are placeholders
    until they come.

    ``may_edit`` says which cards can be dragged; the column takes drops only where it ``takes`` any at all, and of those that
    it ``may_take``; ``invites`` where that may be deals of whoever is at work.

    A drop only asks (``move_requested``); ``removeRows`` always refuses, so that only a change set moves a row.

    Signals:
        move_requested(ids, cell, row): cards were dropped before ``row`` of this column.
    """

    move_requested = Signal(object, object, object)

    def __init__(
        self, cell: CellKey, slot: Slot, cards: CardStore, workspace_key: str, texts: Callable[[Card], tuple[str, str]],
        parent: QObject | None = None, *, may_edit: Callable[[Card], bool] = lambda _: True, takes: bool = True,
        may_take: Callable[[CellKey, Card], bool] = lambda *_: True, invites: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.cell = cell
        self.slot = slot
        self._cards = cards
        self._key = workspace_key
        self._texts = texts
        self._may_edit, self._takes, self._may_take = may_edit, takes, may_take
        self.invites = takes and invites
        self._ids = array("q")
        self._keys = array("q")
        self._known = 0

    # What Qt asks -------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Deals in the column, placeholders included."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The card, its id, and the texts for readers; None for a placeholder."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        deal_id = self._ids[index.row()]
        if role == CardRole.ID:
            return deal_id
        if role not in _SHOWN:
            return None
        card = self._cards.get(deal_id)
        if card is None or role == CardRole.CARD:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.name
        name, rest = self._texts(card)
        return name if role == Qt.ItemDataRole.AccessibleTextRole else rest

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The column's name, for readers."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal and section == 0:
            return self.slot.name
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cards can be selected, and dragged by whoever may change them; the column takes drops."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled if self._takes else Qt.ItemFlag.NoItemFlags
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        card = self._cards.peek(self._ids[index.row()]) if index.row() < len(self._ids) else None
        dragged = self._takes and (card is None or self._may_edit(card))
        return found | Qt.ItemFlag.ItemIsDragEnabled if dragged else found

    def supportedDropActions(self) -> Qt.DropAction:
        """Cards are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Deals of a workspace."""
        return [DEALS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Ids of the cards from top to bottom, and their names as plain text for other programs."""
        rows = sorted({index.row() for index in indexes})
        ids = [self._ids[row] for row in rows if self._ids[row]]
        data = QMimeData()
        data.setData(DEALS_MIME, QByteArray(json.dumps({"workspace": self._key, "ids": ids}).encode()))
        names = [card.name for card in map(self._cards.peek, ids) if card is not None]
        data.setText("\n".join(names))
        return data

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:  # noqa: ARG002
        """Only deals of this very workspace, and only where they may be brought."""
        ids = dropped_ids(data, self._key) if self._takes and self.slot.takes else []
        return bool(ids) and self.allows(ids)

    def allows(self, ids: Iterable[int]) -> bool:
        """Whether these deals may be brought here, as far as they are known."""
        return all(self._may_take(self.cell, card) for card in map(self._cards.peek, ids) if card is not None)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:  # noqa: ARG002
        """Asks for the move: before ``row``, before the row dropped on, or at the end."""
        ids = dropped_ids(data, self._key)
        if not ids:
            return False
        if row < 0:
            row = parent.row() if parent.isValid() else self.rowCount()
        self.move_requested.emit(ids, self.cell, row)
        return True

    def removeRows(self, row: int, count: int, parent: Index = _ROOT) -> bool:  # noqa: ARG002
        """Refused: a change set moves the row, not the drag."""
        return False

    # What the board asks ------------------------------------------------------------------------------------------

    def id_at(self, row: int) -> int:
        """Id in a row, 0 for a placeholder or outside."""
        return self._ids[row] if 0 <= row < len(self._ids) else 0

    def before(self, row: int, without: Sequence[int]) -> int:
        """Id of the card above ``row`` that is not one of ``without``; 0 when there is none."""
        skipped = frozenset(without)
        row = min(row, len(self._ids)) - 1
        while row >= 0 and self._ids[row] in skipped:
            row -= 1
        return self._ids[row] if row >= 0 else 0

    def row_of(self, deal_id: int, key: int | None = None) -> int:
        """Row of a deal, −1 when it is not among the known ones. With its sort key found in O(log n)."""
        if key is not None:
            row = self._place(key, deal_id)
            if row < self._known and self._ids[row] == deal_id:
                return row
        try:
            return self._ids.index(deal_id, 0, self._known) if self._known else -1
        except ValueError:
            return -1

    @property
    def takes(self) -> bool:
        """Whether anything at all can be dropped here."""
        return self._takes

    @property
    def workspace_key(self) -> str:
        """What tells drags of this workspace from those of others."""
        return self._key

    @property
    def complete(self) -> bool:
        """Whether every id is known."""
        return self._known == len(self._ids)

    @property
    def ids(self) -> array[int]:
        """Ids in order, 0 for placeholders; not to be changed."""
        return self._ids

    # What moves rows ----------------------------------------------------------------------------------------------

    def begin(self, ids: Sequence[int], keys: Sequence[int], count: int) -> None:
        """Starts afresh with the first ids and ``count`` rows in all."""
        self.beginResetModel()
        self._ids = array("q", ids)
        self._keys = array("q", keys)
        self._known = len(self._ids)
        self._ids.frombytes(bytes(8 * max(0, count - self._known)))
        self.endResetModel()

    def complete_with(self, ids: array[int], keys: array[int]) -> None:
        """Takes the whole order once it is read; rows that are shown stay where they are."""
        extra = len(ids) - len(self._ids)
        if extra > 0:
            self.beginInsertRows(_ROOT, len(self._ids), len(ids) - 1)
            self._ids, self._keys, self._known = ids, keys, len(ids)
            self.endInsertRows()
        elif extra < 0:
            self.beginRemoveRows(_ROOT, len(ids), len(self._ids) - 1)
            self._ids, self._keys, self._known = ids, keys, len(ids)
            self.endRemoveRows()
        else:
            self._ids, self._keys, self._known = ids, keys, len(ids)
        if ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(ids) - 1, 0))

    def insert(self, deal_id: int, key: int, *, maybe_there: bool = False) -> int:
        """Adds a deal at its place and returns the row; one that is there already is moved.

        Only with ``maybe_there`` is it looked for all over the column, which takes milliseconds in a very long one.
        """
        row = self._place(key, deal_id)
        here = row < self._known and self._ids[row] == deal_id
        if here or (maybe_there and self.row_of(deal_id) >= 0):
            return self.shift(deal_id, key, key)
        if row == self._known and not self.complete:
            self.beginInsertRows(_ROOT, len(self._ids), len(self._ids))
            self._ids.append(0)
            self.endInsertRows()
            return -1
        self.beginInsertRows(_ROOT, row, row)
        self._ids.insert(row, deal_id)
        self._keys.insert(row, key)
        self._known += 1
        self.endInsertRows()
        return row

    def take(self, deal_id: int, key: int) -> None:
        """Removes a deal; when its row is not known yet, the last placeholder goes."""
        row = self.row_of(deal_id, key)
        if row < 0:
            if self.complete:
                return
            row = len(self._ids) - 1
        self.beginRemoveRows(_ROOT, row, row)
        del self._ids[row]
        if row < self._known:
            del self._keys[row]
            self._known -= 1
        self.endRemoveRows()

    def shift(self, deal_id: int, old_key: int, key: int) -> int:
        """Moves a deal to the place of its new key, or repaints it where it is; returns its row."""
        row = self.row_of(deal_id, old_key)
        if row < 0:
            if self.complete or self._place(key, deal_id) < self._known:
                self.take(deal_id, old_key)
                return self.insert(deal_id, key)
            return -1
        target = self._place(key, deal_id)
        if target == self._known and not self.complete:
            self.take(deal_id, old_key)
            return self.insert(deal_id, key)
        if target in (row, row + 1):
            self._keys[row] = key
            self.changed(row)
            return row
        self.beginMoveRows(_ROOT, row, row, _ROOT, target)
        del self._ids[row], self._keys[row]
        new_row = target - 1 if target > row else target
        self._ids.insert(new_row, deal_id)
        self._keys.insert(new_row, key)
        self.endMoveRows()
        self.changed(new_row)
        return new_row

    def changed(self, row: int) -> None:
        """Repaints one row."""
        index = self.index(row, 0)
        self.dataChanged.emit(index, index)

    def _place(self, key: int, deal_id: int) -> int:
        """Where a key belongs among the known rows; ties are ordered by id."""
        low = bisect_left(self._keys, key, 0, self._known)
        high = bisect_right(self._keys, key, low, self._known)
        return bisect_left(self._ids, deal_id, low, high)


_SHOWN = frozenset(
    {
        CardRole.CARD,
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.AccessibleDescriptionRole,
    }
)


def person_data(workspace_key: str, person_id: int, name: str) -> QMimeData:
    """A person as they are dragged onto a card."""
    data = QMimeData()
    data.setData(PERSON_MIME, QByteArray(json.dumps({"workspace": workspace_key, "id": person_id}).encode()))
    data.setText(name)
    return data


def dropped_person(data: QMimeData, workspace_key: str) -> int | None:
    """Id of a dragged person, None for anything else or for one of another workspace."""
    if not data.hasFormat(PERSON_MIME):
        return None
    try:
        found = json.loads(bytes(data.data(PERSON_MIME).data()))
        return int(found["id"]) if found["workspace"] == workspace_key else None
    except (ValueError, KeyError, TypeError):
        return None


def dropped_ids(data: QMimeData, workspace_key: str) -> list[int]:
    """Ids of dragged deals; empty for anything else or for deals of another workspace."""
    if not data.hasFormat(DEALS_MIME):
        return []
    try:
        found = json.loads(bytes(data.data(DEALS_MIME).data()))
        return [int(i) for i in found["ids"]] if found["workspace"] == workspace_key else []
    except (ValueError, KeyError, TypeError):
        return []
