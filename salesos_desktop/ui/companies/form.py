"""Every field of a company, each written in its own step when it is left."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QWidget

from ...domain.opportunities import NAME_LIMIT
from ...errors import InvalidInput
from ...i18n import date_time, number, tr
from ...services.companies import Company
from ..contact_points import ContactPointsEditor, Write
from ..detail.note import NoteEdit
from ..dialogs.deal import choose, combo
from ..parts import Field, button, label
from ..reach_field import ReachField, web_url
from ..record_edit import RecordEdit
from ..session import Session
from ..tables.form import RecordForm
from ..tables.lists import ShortLists

_LINES = ("name", "sector", "location", "website", "year_established", "employees", "revenue", "tags")
_NUMBERS = ("year_established", "employees", "revenue")


class CompanyForm(RecordForm):
    """Fields of one company, how it is reached, and what belongs to it.

    Signals:
        company_requested(id): show another company.
    """

    company_requested = Signal(object)

    def __init__(self, session: Session, lists: ShortLists, write: Write) -> None:
        super().__init__()
        self._session, self._lists = session, lists
        self._company: Company | None = None
        self.lines = {name: QLineEdit() for name in _LINES}
        self.parent_edit = self.lines["parent_id"] = RecordEdit(session, "company")
        for edit in self.lines.values():
            edit.setMaxLength(NAME_LIMIT)
        self.owner, self.note = combo([], None), NoteEdit()
        self.points = ContactPointsEditor("company", write)
        self._subsidiaries, self._belonging = QWidget(), QHBoxLayout()
        self._facts = label("", "muted", wrap=True, selectable=True)
        self._lay_out()
        self.parent_edit.picked.connect(lambda: self.commit("parent_id"))
        lists.changed.connect(self._fill_lists)
        self._fill_lists()

    def _lay_out(self) -> None:
        lines = self.lines
        website = ReachField(tr("Website"), lines["website"], "globe", tr("Open the page"), web_url)
        currency = self._session.workspace.currency
        self.place([
            [("name", Field(tr("Name"), lines["name"]))],
            [("sector", Field(tr("Sector"), lines["sector"])), ("location", Field(tr("Location"), lines["location"]))],
        ])  # fmt: skip
        self.add_whole(self.points)
        self.place([
            [("website", website), ("parent_id", Field(tr("Parent company"), self.parent_edit))],
        ])  # fmt: skip
        self._belonging.setContentsMargins(0, 0, 0, 0)
        self._belonging.setSpacing(4)
        self._subsidiaries.setLayout(self._belonging)
        self.add_whole(self._subsidiaries)
        self.place([
            [("employees", Field(tr("Employees"), lines["employees"])),
             ("revenue", Field(tr("Revenue a year ({currency})").format(currency=currency), lines["revenue"]))],
            [("year_established", Field(tr("Year established"), lines["year_established"])),
             ("owner_id", Field(tr("Owner"), self.owner))],
            [("tags", Field(tr("Tags, separated by commas"), lines["tags"]))],
            [("note", Field(tr("Note"), self.note))],
        ])  # fmt: skip
        self.add_whole(self._facts)

    def _fill_lists(self) -> None:
        self.fill_people(self.owner, self._session.in_reach(self._lists.people))
        completer = QCompleter(QStringListModel(self._lists.sectors, self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.lines["sector"].setCompleter(completer)
        if self._company is not None:
            choose(self.owner, self._company.row["owner_id"], self._company.owner)

    def show_company(self, company: Company) -> None:
        """Shows a company; a field that is being edited keeps what was typed when it is the same company."""
        self._company, row = company, company.row
        texts = {name: row[name] for name in ("name", "sector", "location", "website", "note")}
        texts |= {name: "" if row[name] is None else _shown(name, row[name]) for name in _NUMBERS}
        texts |= {"parent_id": company.parent, "tags": ", ".join(json.loads(row["tags"]))}
        self.show_texts(row, texts)
        choose(self.owner, row["owner_id"], company.owner)
        self.points.show_points(row["id"], company.points)
        self._show_subsidiaries(company)
        zone = self._session.workspace.clock.zone()
        made = row["created_at"]
        self._facts.setText(tr("Added {when}").format(when=date_time(made, zone)) if made else "")

    def _show_subsidiaries(self, company: Company) -> None:
        while self._belonging.count():
            item = self._belonging.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        if company.subsidiaries:
            self._belonging.addWidget(label(tr("Subsidiaries:"), "muted"))
        for each in company.subsidiaries[:_MANY]:
            self._belonging.addWidget(
                button(each.name[:40], lambda each=each: self.company_requested.emit(each.id), "link")
            )
        more = len(company.subsidiaries) - _MANY
        if more > 0:
            self._belonging.addWidget(label(tr("and {count} more").format(count=number(more)), "muted"))
        self._belonging.addStretch(1)
        self._subsidiaries.setVisible(bool(company.subsidiaries))

    def commit_all(self) -> bool:
        """Asks to write what was typed and not left yet; False, with the first bad one marked, if any is."""
        return super().commit_all() and self.points.commit_all()

    def forget(self) -> None:
        """No company is shown any more."""
        super().forget()
        self._company = None

    def kept(self, name: str) -> Any:
        """The value that is kept."""
        assert self._company is not None
        if name == "parent_id":
            return self._company.parent
        kept = self._company.row[name]
        return json.loads(kept) if name == "tags" else kept

    def value(self, name: str) -> Any:
        """What a field says; the parent by its name. Raises InvalidInput."""
        value = super().value(name)
        if name not in _NUMBERS or value is None:
            return value
        digits = "".join(sign for sign in value if sign not in "., \u00a0'’")
        if digits and not digits.isdecimal():
            raise InvalidInput(name, tr("“{text}” is not a whole number.").format(text=value[:40]), tr("Correct it."))
        return int(digits) if digits else None


_MANY = 4


def _shown(name: str, value: int) -> str:
    return str(value) if name == "year_established" else number(value)
