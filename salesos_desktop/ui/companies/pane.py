"""The pane beside the list of companies: one company with its fields, people, deals, notes, files and history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...i18n import tr
from ...services import board, contacts, named
from ...services import companies as service
from ...services.companies import Worker
from ...services.workspace import Workspace
from ..detail.deals import DealsPane
from ..locks import reads
from ..models.tables import TextTableModel, text_table
from ..parts import button, label
from ..session import Session
from ..tables.lists import ShortLists
from ..tables.pane import RecordPane
from .form import CompanyForm

_LINKED = frozenset({"contact", "employment", "opportunity", "person", "stage"})


class CompanyPane(RecordPane):
    """Shows a company and keeps showing it as it changes, whoever changes it.

    Signals:
        new_person_requested(company): somebody who works there is to be written down.
    """

    new_person_requested = Signal(object)

    def __init__(self, session: Session, lists: ShortLists) -> None:
        super().__init__(session, "company", service, _read, _LINKED)
        self.parent_link = reads(button(tr("Open the parent company"), self._open_parent, "link"))
        self.people, self.deals = PeoplePane(), DealsPane(session)
        form = CompanyForm(session, lists, self.write)
        form.company_requested.connect(lambda company_id: self.record_requested.emit("company", company_id))
        form.points.called.connect(self.on_called)
        self.people.open_requested.connect(lambda contact_id: self.record_requested.emit("contact", contact_id))
        self.people.new_requested.connect(lambda: self.new_person_requested.emit(self.title.full_text()))
        self.deals.open_requested.connect(self.deal_requested)
        pages = (
            (self.activities, tr("Activities")), (self.people, tr("People")), (self.deals, tr("Opportunities")),
            (self.notes, tr("Notes")), (self.files, tr("Files")),
        )  # fmt: skip
        self.set_up(form, (self.parent_link,), pages)

    def show_record(self, company: service.Company, deals: list[Any], stages: dict[int, str]) -> None:
        """Shows what was read."""
        row = company.row
        self.title.show_text(row["name"])
        self.subtitle.show_text(" · ".join(part for part in (row["sector"], row["location"]) if part) or "—")
        self.parent_link.setVisible(row["parent_id"] is not None)
        self.setAccessibleName(row["name"])
        self.form.show_company(company)
        self.people.show_people(company.people)
        self.deals.show_cards(deals, stages)

    def _on_edited(self, record_id: int, values: dict[str, Any], texts: dict[str, str]) -> None:
        """A parent is typed by its name, and may have been chosen among several of that name."""
        if values.get("parent_id"):
            values["parent_id"] = (values["parent_id"], self.form.parent_edit.known_id)
        super()._on_edited(record_id, values, texts)

    def edit(self, ws: Workspace, company_id: int, values: dict[str, Any], **more: Any) -> ChangeSet | None:
        """Writes fields, once it is known which company the parent is."""
        return named.edit_company(ws, company_id, values, **more)

    def _open_parent(self) -> None:
        if self.record is not None and self.record.row["parent_id"] is not None:
            self.record_requested.emit("company", self.record.row["parent_id"])


class PeoplePane(QWidget):
    """Who works at a company.

    Signals:
        open_requested(id): Enter or a double click.
        new_requested(): one more is to be written down.
        counted(count): how many there are.
    """

    open_requested = Signal(object)
    new_requested = Signal()
    counted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.model = TextTableModel([tr("Name"), tr("Position"), tr("Email"), tr("Phone")], frozenset(), self)
        self.view = text_table(self.model, tr("People"))
        self.view.activated.connect(lambda index: self.open_requested.emit(self.model.key(index.row())))
        self._none = label(tr("Nobody is known here yet."), "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self._none)
        layout.addWidget(self.view, 1)
        layout.addWidget(button(tr("+ New contact"), self.new_requested.emit, "link"), 0, Qt.AlignmentFlag.AlignLeft)

    def show_people(self, people: Sequence[Worker]) -> None:
        """Shows them by name."""
        rows: list[tuple[Any, list[str]]] = [
            (who.contact_id, [who.name, who.position, who.email, who.phone]) for who in people
        ]
        self.model.show_rows(rows)
        self._none.setVisible(not people)
        self.view.setVisible(bool(people))
        self.counted.emit(len(people))


def _read(ws: Workspace, company_id: int) -> tuple[service.Company, list[Any], dict[int, str]]:
    stages = {stage.id: stage.name for stage in board.stages(ws)}
    return (
        service.get(ws, company_id), contacts.deals_of(ws, "company", company_id), stages,
    )  # fmt: skip
