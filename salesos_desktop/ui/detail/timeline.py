"""The Historial tab: everything that happened to a deal, newest first, one row for each commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...domain.opportunities import Priority
from ...i18n import N_, date_time, long_date, money, percent, tr
from ...services.history import Entry
from ..dialogs.deal import PRIORITIES
from ..session import Session
from ..theme import BODY, SMALL, font, theme, tokens

Index = QModelIndex | QPersistentModelIndex

FIELDS = {
    "stage": N_("Stage"), "name": N_("Name"), "value": N_("Value"), "currency": N_("Currency"),
    "expected_close": N_("Expected close"), "closed_on": N_("Closing date"), "probability": N_("Probability"),
    "owner": N_("Owner"), "company": N_("Company"), "contact": N_("Contact"), "product": N_("Product"),
    "source": N_("Source"), "priority": N_("Priority"), "tags": N_("Tags"), "custom": N_("Custom fields"),
    "note": N_("Note"), "loss_reason": N_("Reason"), "competitor": N_("Competitor"), "close_note": N_("Closing note"),
    "external_id": N_("Number"), "created_on": N_("Created on"), "deleted_at": N_("Deleted"),
}  # fmt: skip
_STAGE_KINDS = ("stage", "won", "lost", "reopened")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what happened, the rest of it, when and by whom; ``kind`` is stage, created or edit."""

    title: str
    detail: str
    when: str
    kind: str
    colour: str


class TimelineModel(QAbstractTableModel):
    """Lines of one deal, newest first."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._all: list[Line] = []
        self._lines: list[Line] = []
        self._kind = ""

    def show_entries(self, entries: list[Entry], currency: str) -> None:
        """Shows history, given oldest first."""
        groups: dict[int, list[Entry]] = {}
        for entry in entries:
            groups.setdefault(entry.change_seq, []).append(entry)
        by_time: list[list[Entry]] = []
        for group in groups.values():
            by_time += _by_instant(group)
        zone = self._session.workspace.clock.zone()
        self._all = [_line(group, currency, zone) for group in reversed(by_time)]
        self.show_kind(self._kind)

    def show_kind(self, kind: str) -> None:
        """Shows lines of one kind, or all for an empty one."""
        self.beginResetModel()
        self._kind = kind
        self._lines = [line for line in self._all if not kind or line.kind == kind]
        self.endResetModel()

    @property
    def total(self) -> int:
        """Lines of every kind."""
        return len(self._all)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Lines that are shown."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, and its texts for readers."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return f"{line.detail}, {line.when}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line.title}\n{line.detail}".replace("&", "&amp;").replace("<", "&lt;")[:2000]
        return None


def _by_instant(group: list[Entry]) -> list[list[Entry]]:
    """An import or the sample data writes a deal's whole past in one commit; each instant is a line of its own."""
    parts: list[list[Entry]] = []
    for entry in group:
        new_step = not parts or parts[-1][0].at != entry.at or (parts and parts[-1][0].kind == "created")
        if new_step or entry.kind in _STAGE_KINDS:
            parts.append([entry])
        else:
            parts[-1].append(entry)
    return parts


def _line(group: list[Entry], currency: str, zone: Any) -> Line:
    first = group[0]
    stage = next((e for e in group if e.kind in _STAGE_KINDS), None)
    t = "accent"
    if first.kind == "created":
        title, kind, rest = tr("Created"), "created", _created_texts(first, currency)
    elif first.kind == "removed":
        title, kind, rest = tr("Creation taken back"), "created", []
    elif stage is not None:
        kind, t = "stage", {"won": "won", "lost": "lost"}.get(stage.kind, "accent")
        title = f"{stage.before} → {stage.after}"
        rest = [_change_text(e, currency) for e in group if e is not stage]
    else:
        kind, t = "edit", "muted"
        title, rest = _change_text(first, currency), [_change_text(e, currency) for e in group[1:]]
    if first.verb in ("undo", "redo"):
        rest.insert(0, tr("undone") if first.verb == "undo" else tr("redone"))
    detail = " · ".join(part for part in (first.by, *rest) if part)
    return Line(title, detail, date_time(first.at, zone), kind, t)


def _created_texts(entry: Entry, currency: str) -> list[str]:
    values = json.loads(entry.after or "{}")
    order = ("stage", "value", "expected_close")
    currency = values.get("currency", currency)
    return [_value_text(name, str(values[name]), currency) for name in order if values.get(name) is not None]


def _change_text(entry: Entry, currency: str) -> str:
    if entry.field == "deleted_at":
        return tr("Deleted") if entry.after else tr("Restored")
    name = tr(FIELDS.get(entry.field, entry.field))
    if entry.field == "note":
        return tr("{field} changed").format(field=name)
    before = _value_text(entry.field, entry.before, currency)
    return f"{name}: {before} → {_value_text(entry.field, entry.after, currency)}"


def _value_text(field: str, value: str | None, currency: str) -> str:
    if value in (None, ""):
        return "—"
    assert value is not None
    if field == "value":
        return money(int(value), currency)
    if field == "probability":
        return percent(int(value))
    if field in ("expected_close", "closed_on", "created_on"):
        from datetime import date

        return long_date(date.fromisoformat(value))
    if field == "priority":
        return tr(PRIORITIES[Priority(value)])
    if field == "tags":
        return ", ".join(json.loads(value)) or "—"
    return value


class TimelineDelegate(QStyledItemDelegate):
    """A dot in the colour of what happened, two lines, and the time at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Two lines."""
        return QSize(200, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line of the timeline."""
        line = index.data(Qt.ItemDataRole.UserRole)
        if line is None:
            return
        t, rect = tokens(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(t.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(t, line.colour)))
        bold, small = font(BODY, bold=True), font(12)
        high, low = QFontMetrics(bold).height(), QFontMetrics(small).height()
        painter.drawEllipse(rect.x() + 4, rect.y() + 8 + high // 2 - 4, 9, 9)
        when_face = font(SMALL)
        when_width = QFontMetrics(when_face).horizontalAdvance(line.when) + 8
        left = rect.x() + 26
        width = rect.width() - 30
        _put(
            painter,
            when_face,
            t.muted,
            QRect(rect.right() - when_width, rect.y() + 8, when_width - 4, high),
            line.when,
            right=True,
        )
        _put(painter, bold, t.text, QRect(left, rect.y() + 8, width - when_width - 6, high), line.title)
        _put(painter, small, t.muted, QRect(left, rect.y() + 10 + high, width, low), line.detail)
        painter.restore()


def _put(painter: QPainter, face: Any, ink: str, rect: QRect, text: str, *, right: bool = False) -> None:
    painter.setFont(face)
    painter.setPen(QColor(ink))
    shown = QFontMetrics(face).elidedText(" ".join(text[:600].split()), Qt.TextElideMode.ElideRight, rect.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def row_height() -> int:
    """Height of one line of the timeline."""
    return QFontMetrics(font(BODY, bold=True)).height() + QFontMetrics(font(12)).height() + 20


class TimelinePane(QWidget):
    """The list with its filter by kind."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.model = TimelineModel(session)
        self.model.setParent(self)
        self.kinds = QComboBox()
        for text, kind in ((tr("Everything"), ""), (tr("Stage changes"), "stage"), (tr("Edits"), "edit")):
            self.kinds.addItem(text, kind)
        self.kinds.setAccessibleName(tr("Show"))
        self.kinds.activated.connect(lambda _: self.model.show_kind(self.kinds.currentData()))
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(TimelineDelegate(self.view))
        self.view.horizontalHeader().hide()
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.setShowGrid(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setTabKeyNavigation(False)
        self.view.setAccessibleName(tr("History"))
        self._fit()
        theme().changed.connect(self._fit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.kinds)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(self.view, 1)

    def _fit(self) -> None:
        self.view.verticalHeader().setDefaultSectionSize(row_height())
