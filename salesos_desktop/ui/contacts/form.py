"""Every field of a contact, each written in its own step when it is left."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from ...domain.opportunities import NAME_LIMIT
from ...i18n import date_time, tr
from ...services.contacts import Contact
from ..contact_points import ContactPointsEditor, Write
from ..detail.note import NoteEdit
from ..dialogs.deal import NamedEdit, choose, combo
from ..parts import Field, label
from ..session import Session
from ..tables.form import RecordForm
from ..tables.lists import ShortLists
from .employments import EmploymentsEditor

_LINES = ("name", "position", "tags")


class ContactForm(RecordForm):
    """Fields of one contact, how they are reached, and where else they work.

    Signals:
        company_requested(id): show a company.
    """

    company_requested = Signal(object)

    def __init__(self, session: Session, lists: ShortLists, write: Write) -> None:
        super().__init__()
        self._session, self._lists = session, lists
        self._contact: Contact | None = None
        self.lines = {name: QLineEdit() for name in _LINES}
        self.lines["company"] = NamedEdit(session, "company")
        for edit in self.lines.values():
            edit.setMaxLength(NAME_LIMIT)
        self.owner, self.note = combo([], None), NoteEdit()
        self.points = ContactPointsEditor("contact", write)
        self.employments = EmploymentsEditor(session, write)
        self.employments.company_requested.connect(self.company_requested)
        self._facts = label("", "muted", wrap=True, selectable=True)
        lines = self.lines
        self.place([
            [("name", Field(tr("Name"), lines["name"]))],
            [("company", Field(tr("Company"), lines["company"])), ("position", Field(tr("Position"), lines["position"]))],
        ])  # fmt: skip
        self.add_whole(self.employments)
        self.add_whole(self.points)
        self.place([
            [("owner_id", Field(tr("Owner"), self.owner)), ("tags", Field(tr("Tags, separated by commas"), lines["tags"]))],
            [("note", Field(tr("Note"), self.note))],
        ])  # fmt: skip
        self.add_whole(self._facts)
        lists.changed.connect(self._fill_lists)
        self._fill_lists()

    def _fill_lists(self) -> None:
        self.fill_people(self.owner, self._session.in_reach(self._lists.people))
        if self._contact is not None:
            choose(self.owner, self._contact.row["owner_id"], self._contact.owner)

    def show_contact(self, contact: Contact) -> None:
        """Shows a contact; a field that is being edited keeps what was typed when it is the same contact."""
        self._contact, row = contact, contact.row
        texts = {name: row[name] for name in ("name", "position", "note")}
        texts |= {"company": contact.company, "tags": ", ".join(json.loads(row["tags"]))}
        self.show_texts(row, texts)
        choose(self.owner, row["owner_id"], contact.owner)
        self.points.show_points(row["id"], contact.points)
        self.employments.show_employments(row["id"], contact.employments)
        zone = self._session.workspace.clock.zone()
        made = row["created_at"]
        self._facts.setText(tr("Added {when}").format(when=date_time(made, zone)) if made else "")

    def commit_all(self) -> bool:
        """Asks to write what was typed and not left yet; False, with the first bad one marked, if any is."""
        self.employments.commit_all()
        return super().commit_all() and self.points.commit_all()

    def forget(self) -> None:
        """No contact is shown any more."""
        super().forget()
        self._contact = None

    def kept(self, name: str) -> Any:
        """The value that is kept."""
        assert self._contact is not None
        if name == "company":
            return self._contact.company
        kept = self._contact.row[name]
        return json.loads(kept) if name == "tags" else kept
