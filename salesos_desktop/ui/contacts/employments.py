"""Where else a person works: further companies, each with the position there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ...domain.opportunities import NAME_LIMIT
from ...errors import UserError
from ...i18n import tr
from ...services import contacts as service
from ...services import named
from ...services.contacts import Employment
from ..contact_points import Write
from ..icons import icon
from ..locks import reads, writes
from ..parts import Field, button, emptied, label, level, on_theme
from ..record_edit import RecordEdit
from ..session import Session


class EmploymentsEditor(QWidget):
    """One line for each further company, and one for the next.

    Signals:
        company_requested(id): show a company.
    """

    company_requested = Signal(object)

    def __init__(self, session: Session, write: Write) -> None:
        super().__init__()
        self._write, self._contact_id = write, 0
        self._shown: list[Employment] = []
        self.positions: dict[int, QLineEdit] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self._heading = label(tr("Also works at"), "small")
        self.company, self.position = RecordEdit(session, "company"), QLineEdit()
        self.position.setMaxLength(NAME_LIMIT)
        self.company_field = Field(tr("Company"), self.company)
        self.company.picked.connect(self.position.setFocus)
        for edit in (self.company, self.position):
            edit.returnPressed.connect(self.add)
        self._new = writes(QWidget())
        row = QHBoxLayout(self._new)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.company_field, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Field(tr("Position"), self.position), 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(level(button(tr("Add"), self.add)), 0, Qt.AlignmentFlag.AlignTop)
        self._new.hide()
        self.open_button = button(tr("+ Further company"), self._unfold, "link")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._heading)
        column.addLayout(self._list)
        column.addWidget(self._new)
        column.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_employments(self, contact_id: int, found: Sequence[Employment]) -> None:
        """Shows those of a contact."""
        if contact_id != self._contact_id:
            self._fold()
        elif list(found) == self._shown:
            return
        self._contact_id, self._shown = contact_id, list(found)
        self.positions.clear()
        emptied(self._list)
        for each in found:
            self._list.addWidget(self._line(each))
        self._heading.setVisible(bool(found))

    def commit_all(self) -> None:
        """Writes positions that were typed and not left yet, and a further company that was not added yet."""
        for each in self._shown:
            self._commit(each)
        if not self._new.isHidden() and self.company.text().strip():
            self.add()

    def _line(self, each: Employment) -> QWidget:
        position = self.positions[each.id] = QLineEdit(each.position)
        position.setMaxLength(NAME_LIMIT)
        position.setPlaceholderText(tr("Position"))
        position.setAccessibleName(tr("Position at {company}").format(company=each.company))
        position.editingFinished.connect(lambda: self._commit(each))
        remove = QToolButton()
        remove.setToolTip(tr("Remove"))
        remove.setAccessibleName(tr("Remove {name}").format(name=each.company))
        remove.clicked.connect(lambda: self._write(service.remove_employment, each.id))
        on_theme(remove, lambda: remove.setIcon(icon("close")))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(
            reads(button(each.company[:60], lambda: self.company_requested.emit(each.company_id), "link")),
            1,
            Qt.AlignmentFlag.AlignLeft,
        )
        row.addWidget(position, 1)
        row.addWidget(remove)
        return line

    def _commit(self, each: Employment) -> None:
        text = " ".join(self.positions[each.id].text().split()) if each.id in self.positions else each.position
        kept = next((known.position for known in self._shown if known.id == each.id), text)
        if text != kept:
            self._write(service.edit_employment, each.id, text)

    def _unfold(self) -> None:
        self.open_button.hide()
        self._new.show()
        self.company.setFocus()

    def _fold(self) -> None:
        self._new.hide()
        self.open_button.show()
        self.company.clear()
        self.position.clear()
        self.company_field.show_error("")

    def add(self) -> None:
        """Adds the company that is named."""

        def failed(error: UserError) -> bool:
            self.company_field.show_error(f"{error.title} {error.message}")
            return True

        self.company_field.show_error("")
        self._write(
            named.add_employment, self._contact_id, self.company.text(), self.company.known_id, self.position.text(),
            done=lambda _: self._fold(), failed=failed,
        )  # fmt: skip

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the new line away."""
        if event.key() == Qt.Key.Key_Escape and not self._new.isHidden():
            self._fold()
        else:
            super().keyPressEvent(event)
