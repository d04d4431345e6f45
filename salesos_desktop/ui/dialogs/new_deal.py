"""The dialog that makes an opportunity: name, value, expected close and first stage are all it needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget

from ...domain.opportunities import NAME_LIMIT, Priority
from ...domain.stages import Stage, StageKind
from ...domain.text import fold
from ...i18n import N_, parse_amount, tr
from ...services import board as lists
from ...services import opportunities as service
from ...services.board import Named
from ..board.filter_bar import date_edit
from ..session import Session
from .base import FormDialog

PRIORITIES = {Priority.HIGH: N_("High"), Priority.MEDIUM: N_("Medium"), Priority.LOW: N_("Low")}
_SUGGESTED = 12


class NewDealDialog(FormDialog):
    """A new opportunity.

    Signals:
        created(id): it is on the board.
    """

    created = Signal(object)

    def __init__(
        self, parent: QWidget | None, session: Session, stages: list[Stage], people: list[Named], sources: list[Named],
        stage_id: int | None,
    ) -> None:  # fmt: skip
        super().__init__(parent, tr("New opportunity"), width=560)
        self._session = session
        currency = session.workspace.currency
        self._name = _line(tr("What is it about?"))
        self._value = _line("")
        self._close = date_edit(session.today + timedelta(days=30))
        self._stage = combo([(s.name, s.id) for s in stages if s.kind is StageKind.OPEN], stage_id)
        self._company, self._contact, self._product = (
            NamedEdit(session, table) for table in ("company", "contact", "product")
        )
        self._owner = combo(
            [(tr("Nobody"), None)] + [(p.name, p.id) for p in people if p.active], session.workspace.actor_id
        )
        self._source = combo([("—", None)] + [(s.name, s.id) for s in sources if s.active], None)
        self._priority = combo([(tr(text), kind.value) for kind, text in PRIORITIES.items()], Priority.MEDIUM.value)
        self._note = QPlainTextEdit()
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(64)
        add = self.add_field
        self.body.addWidget(add("name", tr("Name"), self._name))
        self.add_row(
            add("value", tr("Value ({currency})").format(currency=currency), self._value),
            add("expected_close", tr("Expected close"), self._close),
            add("stage", tr("Stage"), self._stage),
        )
        self.add_row(add("company", tr("Company"), self._company), add("contact", tr("Contact"), self._contact))
        self.add_row(add("product", tr("Product"), self._product), add("source", tr("Source"), self._source))
        self.add_row(add("owner", tr("Owner"), self._owner), add("priority", tr("Priority"), self._priority))
        self.body.addWidget(add("note", tr("Note"), self._note))
        self.add_buttons(tr("Create opportunity"), self._create)
        self._name.setFocus()

    def _create(self) -> None:
        currency = self._session.workspace.currency
        day = self._close.date().toPython()
        assert isinstance(day, date)
        values: dict[str, Any] = {
            "name": self._name.text(), "value": parse_amount(self._value.text(), currency), "expected_close": day,
            "company": self._company.text(), "contact": self._contact.text(), "product": self._product.text(),
            "owner_id": self._owner.currentData(), "source_id": self._source.currentData(),
            "priority": self._priority.currentData(), "note": self._note.toPlainText(),
        }  # fmt: skip
        self._session.ask(
            service.create, values, stage_id=self._stage.currentData(), done=self._on_created, failed=self.show_problem
        )

    def _on_created(self, deal_id: int) -> None:
        self.created.emit(deal_id)
        self.accept()


class NamedEdit(QLineEdit):
    """A name of a company, contact or product, completed from those there are; a new name makes a new one."""

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self.setMaxLength(NAME_LIMIT)
        self._session, self._table = session, table
        self._completer = QCompleter([], self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setCompleter(self._completer)
        self._asked = ""
        self.textEdited.connect(self._on_edited)

    def _on_edited(self, text: str) -> None:
        self._asked = text
        if text.strip():
            self._session.ask(
                lists.names, self._table, like=fold(text), limit=_SUGGESTED,
                done=lambda found, text=text: self._on_found(text, found),
            )  # fmt: skip

    def _on_found(self, text: str, found: list[Named]) -> None:
        if text != self._asked or not self.hasFocus():
            return
        from PySide6.QtCore import QStringListModel

        self._completer.setModel(QStringListModel([item.name for item in found], self._completer))
        if found and not (len(found) == 1 and found[0].name == text):
            self._completer.complete()


def combo(items: list[tuple[str, Any]], chosen: Any) -> QComboBox:
    """A list of (text, value) with ``chosen`` selected."""
    made = QComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    for text, value in items:
        made.addItem(text[:120], value)
    position = made.findData(chosen)
    if position >= 0:
        made.setCurrentIndex(position)
    return made


def _line(hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(hint)
    made.setMaxLength(NAME_LIMIT)
    return made
