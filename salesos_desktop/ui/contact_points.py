"""Emails, phones and addresses of a contact or company: each with its label, written when it is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from ..domain.contacts import ContactPoint, PointKind
from ..errors import UserError
from ..i18n import N_, tr
from ..services import contact_points as service
from .boxes import ComboBox
from .detail.note import NoteEdit
from .icons import icon
from .parts import Field, button, on_theme
from .reach_field import GoButton, mail_url, phone_url

_KINDS = {
    PointKind.EMAIL: (N_("Email"), N_("+ Email")), PointKind.PHONE: (N_("Phone"), N_("+ Phone")),
    PointKind.ADDRESS: (N_("Address"), N_("+ Address")),
}  # fmt: skip
_GO = {
    PointKind.EMAIL: ("mail", N_("Write an email"), mail_url), PointKind.PHONE: ("phone", N_("Call"), phone_url),
}  # fmt: skip
_TOP = Qt.AlignmentFlag.AlignTop
Write = Callable[..., None]
"""``RecordPane.write``: asks a service for a change after those that wait."""


class ContactPointsEditor(QWidget):
    """The points of one record in their order; a line that was added is written once it says something.

    Signals:
        called(phone): the desktop was asked to dial.
    """

    called = Signal(object)

    def __init__(self, table: str, write: Write) -> None:
        super().__init__()
        self._table, self._write, self._record_id = table, write, 0
        self.rows: list[PointRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(14)
        for kind, (_, text) in _KINDS.items():
            buttons.addWidget(button(tr(text), lambda kind=kind: self.add(kind), "link"))
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._list)
        column.addLayout(buttons)

    def show_points(self, record_id: int, points: Sequence[ContactPoint]) -> None:
        """Shows the points; lines of the same record keep what is being typed into them, and those not written yet stay."""
        old = self.rows if record_id == self._record_id else []
        for row in [] if old else list(self.rows):
            self._drop(row)
        self._record_id = record_id
        left, self.rows = list(old), []
        for point in points:
            row = next((row for row in left if row.is_about(point)), None) or next(
                (row for row in left if row.point is None and row.pending and row.kind is point.kind), None
            )
            if row is None:
                row = self._made(point)
            else:
                left.remove(row)
            row.show_point(point)
            self.rows.append(row)
        self.rows += [row for row in left if row.point is None]
        for row in left:
            if row.point is not None:
                self._drop(row)
        self._arrange()

    def add(self, kind: PointKind) -> None:
        """A new line of a kind."""
        label = "mobile" if kind is PointKind.PHONE else "work"
        row = self._made(ContactPoint(kind, "", label), new=True)
        self.rows.append(row)
        self._arrange()
        row.editor.setFocus()

    def commit_all(self) -> bool:
        """Asks to write what was typed; False, with the first bad line marked, if any is."""
        for row in self.rows:
            row.commit()
        wrong = next((row for row in self.rows if row.field.error), None)
        if wrong is not None:
            wrong.editor.setFocus()
        return wrong is None

    def _made(self, point: ContactPoint, *, new: bool = False) -> PointRow:
        row = PointRow(point, new=new)
        row.changed.connect(lambda value, label: self._change(row, value, label))
        row.removed.connect(lambda: self._remove(row))
        row.moved.connect(lambda by: self._move(row, by))
        row.called.connect(self.called)
        return row

    def _drop(self, row: PointRow) -> None:
        if row in self.rows:
            self.rows.remove(row)
        self._list.removeWidget(row)
        row.pending = True
        row.hide()
        row.deleteLater()

    def _arrange(self) -> None:
        order = list(PointKind)
        self.rows.sort(key=lambda row: (order.index(row.kind), row.point is None))
        for place, row in enumerate(self.rows):
            if self._list.indexOf(row) != place:
                self._list.insertWidget(place, row)
            first = place == 0 or self.rows[place - 1].kind is not row.kind
            caption = tr(_KINDS[row.kind][0])
            row.field.set_caption(caption if first else "")
            row.editor.setAccessibleName(caption)
            row.show_place(not first, place + 1 < len(self.rows) and self.rows[place + 1].kind is row.kind)

    # Writing ------------------------------------------------------------------------------------------------------

    def _ask(self, row: PointRow, action: Callable[..., Any], *args: Any, **values: Any) -> None:
        def failed(error: UserError) -> bool:
            if row not in self.rows:
                return False
            row.pending = False
            row.field.show_error(f"{error.title} {error.message}")
            return True

        def done(changes: Any) -> None:
            if changes is None and row in self.rows:
                row.settle()

        row.pending = action is not service.reorder
        record_id = self._record_id
        self._write(partial(action, **values), self._table, record_id, *args, done=done, failed=failed)

    def _change(self, row: PointRow, value: str, label: str) -> None:
        if row.point is None:
            self._ask(row, service.add, ContactPoint(row.kind, value, label))
        else:
            self._ask(row, service.edit, row.point, value=value, label=label)

    def _remove(self, row: PointRow) -> None:
        if row.point is None:
            self._drop(row)
            self._arrange()
        else:
            self._ask(row, service.remove, row.point)

    def _move(self, row: PointRow, by: int) -> None:
        kept = [other for other in self.rows if other.kind is row.kind and other.point is not None]
        place = kept.index(row)
        kept.insert(place + by, kept.pop(place))
        self._ask(row, service.reorder, [other.point for other in kept])


class PointRow(QWidget):
    """A label, a value, a button that writes or calls, and a menu; nothing further is told of it while ``pending``: what was
    told has not come back as news yet.

    Signals:
        changed(value, label): the line was left with something else.
        removed(), moved(by): by −1 up, by 1 down.
        called(phone): the desktop was asked to dial.
    """

    changed = Signal(object, object)
    removed = Signal()
    moved = Signal(object)
    called = Signal(object)

    def __init__(self, point: ContactPoint, *, new: bool) -> None:
        super().__init__()
        self.kind, self.pending = point.kind, False
        self.point: ContactPoint | None = None if new else point
        self.label = _label_box()
        self.editor: QLineEdit | NoteEdit = NoteEdit() if self.kind is PointKind.ADDRESS else QLineEdit()
        self.field = Field("", self.editor)
        column: Any = self.field.layout()
        column.removeWidget(self.editor)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.editor, 1)
        self.label.setFixedWidth(118)
        line.addWidget(self.label, 0, _TOP)
        column.insertLayout(1, line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.field)
        if isinstance(self.editor, QLineEdit):
            name, tip, url = _GO[self.kind]
            self.go: GoButton | None = GoButton(self.editor, name, tr(tip), url)
            if self.kind is PointKind.PHONE:
                self.go.opened.connect(self.called)
            line.addWidget(self.go, 0, _TOP)
            self.editor.setMaxLength(200)
            self.editor.editingFinished.connect(self.commit)
        else:
            self.go = None
            self.editor.setMinimumHeight(0)
            self.editor.setFixedHeight(54)
            self.editor.finished.connect(self.commit)
        line.addWidget(self._menu_button(), 0, _TOP)
        self._shown = ("", point.label)
        self._show_label(point.label)
        self.label.activated.connect(lambda _: self.commit())
        typed = self.label.lineEdit()
        assert typed is not None
        typed.editingFinished.connect(self.commit)

    def _menu_button(self) -> QToolButton:
        made = QToolButton()
        made.setToolTip(tr("Move or remove"))
        made.setAccessibleName(tr("Move or remove"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        on_theme(made, lambda: made.setIcon(icon("more")))
        menu = QMenu(made)
        self._up = menu.addAction(tr("Move up"), lambda: self.moved.emit(-1))
        self._down = menu.addAction(tr("Move down"), lambda: self.moved.emit(1))
        menu.addSeparator()
        menu.addAction(tr("Remove"), self.removed.emit)
        made.setMenu(menu)
        return made

    def is_about(self, point: ContactPoint) -> bool:
        """Whether this line shows that point, perhaps with another value by now."""
        mine = self.point
        if mine is None or mine.kind is not point.kind:
            return False
        return mine.value == point.value or (mine.id is not None and mine.id == point.id) or self.text == point.value

    def show_point(self, point: ContactPoint) -> None:
        """Shows it; what is being typed stays."""
        taken = self.pending and (point.value, point.label) != self._shown
        if taken or self.text in (self._shown[0], point.value):
            self._set_text(point.value)
            self.field.show_error("")
        if taken or self._label() == self._shown[1]:
            self._show_label(point.label)
        self.pending = self.pending and not taken
        self.point, self._shown = point, (point.value, point.label)

    def settle(self) -> None:
        """What was typed means what is kept."""
        self.pending = False
        self._set_text(self._shown[0])
        self._show_label(self._shown[1])

    def show_place(self, up: bool, down: bool) -> None:
        """Whether it can be moved."""
        self._up.setEnabled(up and self.point is not None)
        self._down.setEnabled(down and self.point is not None)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.editor.text() if isinstance(self.editor, QLineEdit) else self.editor.toPlainText()

    def _set_text(self, text: str) -> None:
        if self.text == text:
            return
        if isinstance(self.editor, QLineEdit):
            self.editor.setText(text)
            self.editor.setCursorPosition(0)
        else:
            self.editor.setPlainText(text)

    def commit(self) -> None:
        """Tells of another value or label; an emptied line is one that goes."""
        typed, label = self.text.strip(), self._label()
        if self.pending or (typed, label) == self._shown or (self.point is None and not typed):
            return
        self.field.show_error("")
        if typed:
            self.changed.emit(typed, label)
        else:
            self.removed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes the typing back, or an empty new line away."""
        if event.key() == Qt.Key.Key_Escape:
            if self.point is None:
                self.removed.emit()
                return
            if self.text != self._shown[0]:
                self._set_text(self._shown[0])
                self.field.show_error("")
                return
        super().keyPressEvent(event)

    def _label(self) -> str:
        text = self.label.currentText().strip()
        code = next((code for code, name in service.LABELS.items() if tr(name).casefold() == text.casefold()), None)
        return text if code is None else code

    def _show_label(self, label: str) -> None:
        self.label.setCurrentText(tr(service.LABELS[label]) if label in service.LABELS else label)


def _label_box() -> QComboBox:
    box = ComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    for name in service.LABELS.values():
        box.addItem(tr(name))
    line = box.lineEdit()
    assert line is not None
    line.setMaxLength(service.LABEL_LIMIT)
    box.setAccessibleName(tr("Label"))
    return box
