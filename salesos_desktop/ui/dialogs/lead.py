"""The dialog for a new lead: who they are and how to reach them, and whether somebody like that is there already."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ...domain.leads import StatusKind
from ...domain.opportunities import NAME_LIMIT
from ...i18n import parse_amount, tr
from ...services import duplicates
from ...services import leads as service
from ...services.duplicates import Match
from ...services.workspace import Workspace
from ..leads.lists import LeadLists
from ..own_fields import OwnFieldsForm, amount_or_none
from ..parts import button
from ..session import Session
from .base import FormDialog
from .deal import combo, split_tags
from .duplicates import DuplicateHint

_ASSIGNED = 0
_COMPARED = ("name", "company", "email", "phone")


class LeadDialog(FormDialog):
    """A new lead; while it is typed it looks for one that is there already.

    Signals:
        created(id): a new one was made.
        open_requested(match): show one that was there before.
    """

    created = Signal(object)
    open_requested = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, lists: LeadLists) -> None:
        super().__init__(parent, tr("New lead"), width=560)
        self._session, self._lists = session, lists
        self.lines = {name: QLineEdit() for name in (*_COMPARED, "position", "value", "place", "tags")}
        for edit in self.lines.values():
            edit.setMaxLength(NAME_LIMIT)
        me = session.workspace.actor_id
        people = [(tr("Nobody"), None), *((p.name, p.id) for p in session.in_reach(lists.people) if p.active)]
        people.insert(0, (tr("By assignment"), _ASSIGNED))
        self.owner = combo(people, me)
        self.source = combo([("—", None), *((s.name, s.id) for s in lists.sources if s.active)], None)
        open_kinds = (StatusKind.OPEN, StatusKind.QUALIFIED)
        self.status = combo([(s.name, s.code) for s in lists.offered() if s.kind in open_kinds], "new")
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(64)
        compared = {name: self.lines[name] for name in _COMPARED}
        self.strip = LeadHint(self, session, "lead", duplicates.of_lead, compared)
        self.strip.open_requested.connect(self._on_open)
        self.strip.update_requested.connect(self._on_update)
        self._own = OwnFieldsForm(session)
        self._own.set_fields(lists.fields, lists.sections)
        self._own.start({})
        self.fields.update(self._own.fields)
        self._more = QWidget()
        self.fold = button(tr("▸ More fields"), self._unfold, "link")
        self._place()
        editors = [field.editor for name, field in self.fields.items() if name not in self._own.fields]
        self._own.follow_editors("lead", editors, self._typed)
        self.add_buttons(tr("Create lead"), self._create)
        self.lines["name"].setFocus()

    def _place(self) -> None:
        add, lines = self.add_field, self.lines
        self.body.addWidget(add("name", tr("Name"), lines["name"]))
        self.add_row(add("email", tr("Email"), lines["email"]), add("phone", tr("Phone"), lines["phone"]))
        self.body.addWidget(add("company", tr("Company"), lines["company"]))
        self.add_row(add("source_id", tr("Source"), self.source), add("owner_id", tr("Owner"), self.owner))
        self.body.addWidget(self._own.in_dialog())
        self.body.addWidget(self.strip)
        self.body.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        currency = self._session.workspace.currency
        column = QVBoxLayout(self._more)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for fields in (
            (add("position", tr("Position"), lines["position"]), add("status", tr("Status"), self.status)),
            (add("value", tr("Value ({currency})").format(currency=currency), lines["value"]),
             add("place", tr("Place"), lines["place"])),
            (add("tags", tr("Tags, separated by commas"), lines["tags"]),),
            (add("note", tr("Note"), self.note),),
        ):  # fmt: skip
            row = QHBoxLayout()
            row.setSpacing(12)
            for field in fields:
                row.addWidget(field, 1)
            column.addLayout(row)
        self._more.hide()
        self.body.addWidget(self._more)

    def _unfold(self) -> None:
        """Shows the further fields, or puts them away."""
        shown = self._more.isHidden()
        self._more.setVisible(shown)
        self.fold.setText(tr("▾ Fewer fields") if shown else tr("▸ More fields"))
        self.fit()

    def show_problem(self, error: Exception) -> None:
        """A wrong field that is folded away is shown."""
        field = self.fields.get(getattr(error, "field", ""))
        if field is not None and self._more.isAncestorOf(field) and self._more.isHidden():
            self._unfold()
        super().show_problem(error)

    def values(self) -> dict[str, Any]:
        """What the fields say, by the names that the service takes. Raises InvalidInput."""
        lines = self.lines
        return {
            **{name: lines[name].text() for name in (*_COMPARED, "position", "place")},
            "value": parse_amount(lines["value"].text(), self._session.workspace.currency),
            "tags": split_tags(lines["tags"].text()), "note": self.note.toPlainText(),
            "status": self.status.currentData(), "source_id": self.source.currentData(),
            "custom": self._own.values(), **self._owned(),
        }  # fmt: skip

    def _owned(self) -> dict[str, Any]:
        """Whose it is; nothing where assignment is to decide."""
        owner = self.owner.currentData()
        return {} if owner == _ASSIGNED else {"owner_id": owner}

    def _typed(self) -> dict[str, Any]:
        """Columns as they are typed, for the conditions of own fields."""
        lines = self.lines
        return {
            **{name: lines[name].text() for name in (*_COMPARED, "position", "place")},
            "value": amount_or_none(lines["value"].text(), self._session.workspace.currency),
            "tags": json.dumps(split_tags(lines["tags"].text())), "note": self.note.toPlainText(),
            "status": self.status.currentData(), "source_id": self.source.currentData(),
            **self._owned(),
        }  # fmt: skip

    def _create(self) -> None:
        self._session.ask(
            service.create, self.values(), done=self._on_created, failed=self.show_problem,
            draft=("lead_new", self.lines["name"].text()),
        )  # fmt: skip

    def _on_created(self, lead_id: int | None) -> None:
        self.accept()
        if lead_id is not None:
            self.created.emit(lead_id)

    # One that may be there already --------------------------------------------------------------------------------

    def _on_open(self, match: Match) -> None:
        self.accept()
        self.open_requested.emit(match)

    def _on_update(self, match: Match) -> None:
        """Fills what the other one lacks with what was typed, and shows it."""
        try:
            values = self.values()
        except Exception as error:
            self.show_problem(error)
            return
        typed = {name: values[name] for name in _FILLED}
        self._session.ask(fill_gaps, match.id, typed, done=lambda _: self._on_open(match), failed=self.show_problem)


_FILLED = (*_COMPARED, "position", "place", "value", "tags", "note", "source_id")


def fill_gaps(ws: Workspace, lead_id: int, typed: dict[str, Any]) -> None:
    """Writes what was typed into the fields of a lead that are empty; the others stay. Raises like ``leads.edit``."""
    row = service.get(ws, lead_id).row
    empty = (None, "", "[]")
    values = {name: value for name, value in typed.items() if value not in (None, "", []) and row[name] in empty}
    if values:
        service.edit(ws, lead_id, values, expect=row)


class LeadHint(DuplicateHint):
    """Also offers to fill the lead that is there.

    Signals:
        update_requested(match): fill that one with what was typed.
    """

    update_requested = Signal(object)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.update_button = button(tr("Update that one"), lambda: self.update_requested.emit(self.match))
        self.update_button.setToolTip(tr("Fills its empty fields with what you have typed, and opens it"))
        self.add_button(self.update_button)

    def show_match(self, match: Match | None) -> None:
        """Shows another one, or nothing."""
        self.update_button.setVisible(match is not None and match.kind == "lead")
        super().show_match(match)
