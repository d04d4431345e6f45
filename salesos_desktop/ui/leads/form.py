"""Every field of a lead, each written in its own step when it is left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from ...domain.leads import StatusKind
from ...domain.opportunities import NAME_LIMIT
from ...i18n import amount_for_edit, date_time, parse_amount, tr
from ...services.leads import Lead, tags_in
from ..detail.note import NoteEdit
from ..dialogs.deal import choose, combo
from ..parts import Field, label
from ..reach_field import ReachField, mail_url, phone_url
from ..session import Session
from ..tables.form import RecordForm
from .lists import LeadLists

_LINES = ("name", "email", "phone", "company", "position", "value", "place", "tags")


class LeadForm(RecordForm):
    """Fields of one lead.

    Signals:
        discard_requested(id): the status that needs a reason was chosen.
    """

    discard_requested = Signal(object)

    def __init__(self, session: Session, lists: LeadLists) -> None:
        super().__init__()
        self._session, self._lists = session, lists
        self._lead: Lead | None = None
        self.lines = {name: QLineEdit() for name in _LINES}
        for edit in self.lines.values():
            edit.setMaxLength(NAME_LIMIT)
        self.status, self.owner, self.source = (combo([], None) for _ in range(3))
        self.note = NoteEdit()
        self._help = label("", "small", wrap=True)
        self._facts = label("", "muted", wrap=True, selectable=True)
        self._lay_out()
        lists.changed.connect(self._fill_lists)
        self._fill_lists()

    def _lay_out(self) -> None:
        lines = self.lines
        currency = self._session.workspace.currency
        mail = ReachField(tr("Email"), lines["email"], "mail", tr("Write an email"), mail_url)
        phone = self.phone = ReachField(tr("Phone"), lines["phone"], "phone", tr("Call"), phone_url)
        self.place([
            [("name", Field(tr("Name"), lines["name"]))],
            [("email", mail), ("phone", phone)],
            [("company", Field(tr("Company"), lines["company"])), ("position", Field(tr("Position"), lines["position"]))],
            [("status", Field(tr("Status"), self.status)), ("owner_id", Field(tr("Owner"), self.owner))],
            [("source_id", Field(tr("Source"), self.source)),
             ("value", Field(tr("Value ({currency})").format(currency=currency), lines["value"]))],
            [("place", Field(tr("Place"), lines["place"])), ("tags", Field(tr("Tags, separated by commas"), lines["tags"]))],
            [("note", Field(tr("Note"), self.note))],
        ])  # fmt: skip
        below = self.fields["status"].layout()
        assert below is not None
        below.addWidget(self._help)
        self.add_own(self._session)
        self.add_whole(self._facts)

    # Showing ------------------------------------------------------------------------------------------------------

    def _fill_lists(self) -> None:
        nobody = [
            (tr("Nobody"), None),
            *((p.name, p.id) for p in self._session.in_reach(self._lists.people) if p.active),
        ]
        sources = [("—", None), *((s.name, s.id) for s in self._lists.sources if s.active)]
        statuses = [(s.name, s.code) for s in self._lists.offered()]
        for box, items in ((self.owner, nobody), (self.source, sources), (self.status, statuses)):
            box.clear()
            for text, value in items:
                box.addItem(text[:120], value)
        self.own.set_fields(self._lists.fields, self._lists.sections)
        if self._lead is not None:
            self._show_choices(self._lead)
            self.own.show_record(self._lead.row, same=True)

    def show_lead(self, lead: Lead) -> None:
        """Shows a lead; a field that is being edited keeps what was typed when it is the same lead."""
        self._lead = lead
        row = lead.row
        texts = {name: row[name] for name in ("name", "email", "phone", "company", "position", "place", "note")}
        texts["value"] = amount_for_edit(row["value"], self._session.workspace.currency)
        texts["tags"] = ", ".join(tags_in(row))
        self.show_texts(row, texts)
        self._show_choices(lead)
        self._show_facts(lead)

    def _show_choices(self, lead: Lead) -> None:
        row = lead.row
        for box, value, text in (
            (self.status, row["status"], lead.status.name), (self.owner, row["owner_id"], lead.owner),
            (self.source, row["source_id"], lead.source),
        ):  # fmt: skip
            choose(box, value, text)
        self.status.setEnabled(lead.status.kind is not StatusKind.CONVERTED)
        self._help.setText(lead.status.help)
        self._help.setVisible(bool(lead.status.help))

    def _show_facts(self, lead: Lead) -> None:
        zone, row, facts = self._session.workspace.clock.zone(), lead.row, []
        if row["created_at"]:
            facts.append(tr("Added {when}").format(when=date_time(row["created_at"], zone)))
        if row["last_activity_at"]:
            facts.append(tr("Last activity {when}").format(when=date_time(row["last_activity_at"], zone)))
        lines = [" · ".join(facts)]
        if lead.discard_reason:
            reason = ": ".join(part for part in (lead.discard_reason, row["discard_note"]) if part)
            lines.append(tr("Discarded: {reason}").format(reason=reason))
        self._facts.setText("\n".join(line for line in lines if line))

    # Writing ------------------------------------------------------------------------------------------------------

    def taken(self, values: dict[str, Any]) -> dict[str, Any]:
        """Discarding asks its reason first."""
        assert self._lead is not None
        if "status" in values and self._lists.statuses[values["status"]].kind is StatusKind.DISCARDED:
            del values["status"]
            choose(self.status, self._lead.row["status"], self._lead.status.name)
            self.discard_requested.emit(self._lead.row["id"])
        return values

    def forget(self) -> None:
        """No lead is shown any more."""
        super().forget()
        self._lead = None

    def kept(self, name: str) -> Any:
        """The value of a column."""
        assert self._lead is not None
        row = self._lead.row
        return tags_in(row) if name == "tags" else row[name]

    def value(self, name: str) -> Any:
        """What a field says. Raises InvalidInput."""
        if name == "value":
            return parse_amount(self.lines["value"].text().strip(), self._session.workspace.currency)
        return super().value(name)
