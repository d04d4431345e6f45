"""The filter of the list of contacts: owner and company."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ...domain.contacts import CompanyRow, ContactFilter
from ...i18n import tr
from ...services import companies, named
from ..dialogs.base import FormDialog
from ..record_edit import RecordEdit
from ..session import Session
from ..tables.filter_bar import RecordFilterBar
from ..tables.lists import ShortLists
from ..tables.pills import Choice, ChoicePill


class ContactFilterBar(RecordFilterBar):
    """Pills that narrow the list of contacts."""

    def __init__(self, session: Session, lists: ShortLists) -> None:
        super().__init__(session, lists, "contacts")
        self.owner = ChoicePill(lambda chosen: self.owners(chosen, tr("My contacts")), name=tr("Owner"))
        self.company = CompanyPill(session)
        self.place(owner=self.owner, company=self.company)

    @property
    def where(self) -> ContactFilter:
        """The conditions as they are chosen."""
        return ContactFilter(self._text, self.owner.value, self.company.value)


class CompanyPill(ChoicePill):
    """All companies, none, or one that is looked for by its name."""

    def __init__(self, session: Session) -> None:
        self._session, self._name = session, ""
        self.dialog: CompanyFilterDialog | None = None
        super().__init__(self._companies, name=tr("Company"))

    def show_company(self, company_id: int, name: str) -> None:
        """Chooses a company."""
        self._name = name
        self.choose(company_id)
        self.refresh()

    def take(self, kept: Any) -> None:
        """Takes up what was kept; a company is looked for, and falls away if it is no longer there."""
        super().take(kept)
        if isinstance(kept, int) and kept > 0:
            self._name = "…"
            self.value = kept
            self.refresh()
            self._session.ask(companies.fetch, [kept], done=self._on_found)

    def _on_found(self, found: dict[int, CompanyRow]) -> None:
        if found and self.value in found:
            self.show_company(self.value, found[self.value].name)
        elif not found and self.value:
            self.choose(None)

    def _companies(self, chosen: Any) -> list[Choice]:
        found = [Choice(tr("All companies"), None), Choice(tr("Without a company"), 0, tr("Company: none"))]
        return [*found, Choice(self._name, chosen, line_before=True)] if chosen else found

    def fill(self, menu: QMenu) -> None:
        """The choices, and the way to another company."""
        super().fill(menu)
        menu.addSeparator()
        action = QAction(tr("Of a company…"), menu)
        action.triggered.connect(self._ask)
        menu.addAction(action)

    def _ask(self) -> None:
        self.dialog = CompanyFilterDialog(self.window(), self._session, self)
        self.dialog.open()


class CompanyFilterDialog(FormDialog):
    """Asks whose people are to be shown."""

    def __init__(self, parent: QWidget, session: Session, pill: CompanyPill) -> None:
        super().__init__(parent, tr("Contacts of a company"))
        self._session, self._pill = session, pill
        self.company = RecordEdit(session, "company")
        self.body.addWidget(self.add_field("company", tr("Company"), self.company))
        self.add_buttons(tr("Show"), self._show_them)
        self.company.setFocus()

    def _show_them(self) -> None:
        text = self.company.text()
        self._session.ask(
            named.resolve, "company", text, self.company.known_id, "company", done=lambda found: self._on_found(found, text),
            failed=self.show_problem,
        )  # fmt: skip

    def _on_found(self, company_id: int, name: str) -> None:
        self.accept()
        self._pill.show_company(company_id, name)
