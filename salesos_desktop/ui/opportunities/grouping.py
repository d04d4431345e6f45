"""What the table of opportunities is grouped by: a pill above it, and buttons that open and close every group."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...domain.condition_fields import FieldKind
from ...domain.custom_fields import FieldForm
from ...domain.deal_rows import GroupBy, Grouping
from ...domain.leads import OwnSort
from ...i18n import N_, tr
from ..deal_lists import KeptDealLists
from ..parts import button
from ..tables.pills import Choice, ChoicePill

_TITLES = {
    GroupBy.STAGE: N_("Stage"), GroupBy.OWNER: N_("Owner"), GroupBy.TEAM: N_("Team"),
    GroupBy.MONTH: N_("Month of close"), GroupBy.COMPANY: N_("Company"), GroupBy.SOURCE: N_("Source"),
    GroupBy.PRIORITY: N_("Priority"), GroupBy.PRODUCT: N_("Product"), GroupBy.TAG: N_("Tag"),
}  # fmt: skip
_GAP = 8
_OWN = {FieldForm.CHOICE: FieldKind.CHOICE, FieldForm.CHOICES: FieldKind.TAGS}


class GroupChoice(QWidget):
    """The choice and, while rows are grouped, what opens and closes all of them.

    Signals:
        changed(): another grouping was chosen.
        all_requested(opened): open or close every group.
    """

    changed = Signal()
    all_requested = Signal(object)

    def __init__(self, lists: KeptDealLists) -> None:
        super().__init__()
        self._lists = lists
        self._wanted: str | None = None
        self.pill = ChoicePill(self._choices)
        self.pill.changed.connect(self._on_changed)
        self._open = button(tr("Open all"), lambda: self.all_requested.emit(True), "link")
        self._close = button(tr("Close all"), lambda: self.all_requested.emit(False), "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for part in (self.pill, self._open, self._close):
            row.addWidget(part)
        row.addStretch(1)
        lists.changed.connect(self._on_lists)
        self._show()

    @property
    def by(self) -> Grouping | None:
        """What rows are grouped by, None for no groups."""
        value = self.pill.value
        if value is None or value in set(GroupBy):
            return None if value is None else GroupBy(value)
        own = next((each for each in self._lists.fields if each.path == value and each.form in _OWN), None)
        return None if own is None else OwnSort(own.key, _OWN[own.form])

    def keep(self) -> str | None:
        """As a plain value."""
        return self._wanted or self.pill.value

    def take(self, kept: Any) -> None:
        """Takes up what was kept, at once or when the lists are here; without a signal."""
        self.pill.clear()
        self.pill.take(kept)
        self._wanted = kept if isinstance(kept, str) and self.pill.value != kept and not self._lists.here else None
        self._show()

    def _choices(self, _chosen: Any) -> list[Choice]:
        found = [Choice(tr("Not grouped"), None, tr("Group by"))]
        found += [
            Choice(tr(text), by.value, tr("By: {name}").format(name=tr(text)), line_before=by is GroupBy.STAGE)
            for by, text in _TITLES.items()
        ]
        own = [each for each in self._lists.fields if each.form in _OWN]
        return found + [
            Choice(each.label, each.path, tr("By: {name}").format(name=each.label), line_before=not n)
            for n, each in enumerate(own)
        ]

    def _on_changed(self) -> None:
        self._wanted = None
        self._show()
        self.changed.emit()

    def _on_lists(self) -> None:
        before = self.by
        if self._wanted:
            self.pill.take(self._wanted)
            self._wanted = None
        if self.pill.let_go() or self.by != before:
            self._show()
            self.changed.emit()
        self.pill.refresh()

    def sizeHint(self) -> QSize:
        """With room for the links, also while they find none."""
        links = self._links_width() if self.pill.narrows else 0
        return QSize(self.pill.sizeHint().width() + links, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Without the links."""
        return QSize(self.pill.minimumSizeHint().width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The links are shown whole or not at all."""
        super().resizeEvent(event)
        self._show()

    def _links_width(self) -> int:
        return sum(part.sizeHint().width() + _GAP for part in (self._open, self._close))

    def _show(self) -> None:
        fits = self.width() >= self.pill.sizeHint().width() + self._links_width()
        for part in (self._open, self._close):
            part.setVisible(self.pill.narrows and fits)
        self.updateGeometry()
