"""The view of the ranking, as high as its rows."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from ...i18n import tr
from . import model

_ROW = 36
_LEAST = 1
_MOST = 14


class RankingTable(QTableView):
    """Whole rows; names take the room that is left. Up to ``_MOST`` rows are in sight, the rest scroll."""

    letters_are_shortcuts = True

    def __init__(self, rows: model.RankingModel) -> None:
        super().__init__()
        self.setModel(rows)
        self.setAccessibleName(tr("Ranking"))
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(model.NAME, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(36)
        self.setItemDelegateForColumn(model.NAME, model.NameDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rows.modelReset.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        shown = max(_LEAST, min(_MOST, self.model().rowCount()))
        return QSize(420, self.horizontalHeader().sizeHint().height() + shown * _ROW + 2)

    def minimumSizeHint(self) -> QSize:
        """The same height: what is around it scrolls."""
        return QSize(300, self.sizeHint().height())

    def select_own(self) -> None:
        """Marks one's own row, where none is marked."""
        rows = self.model()
        if self.currentIndex().isValid() or not isinstance(rows, model.RankingModel):
            return
        for row in range(rows.rowCount()):
            if rows.mine(row):
                self.selectRow(row)
