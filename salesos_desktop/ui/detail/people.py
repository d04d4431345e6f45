"""The Contactos tab of a deal: who is on it and what part each takes in the decision to buy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.contacts import BuyingRole, DealContact
from ...errors import UserError
from ...i18n import tr
from ...services import board as lists
from ...services import deal_contacts as service
from ...services import named
from ...services.duplicates import Match
from ...services.workspace import Workspace
from ..dialogs.deal import combo
from ..icons import icon
from ..locks import reads, writes
from ..one_dialog import OneDialog
from ..parts import Elided, Field, button, emptied, keeping_focus, label, level, on_theme, scrolled_list
from ..reach_field import mail_url, phone_url
from ..record_edit import RecordEdit
from ..session import Session

_NAME = 34
_TABLES = frozenset({"opportunity", "opportunity_contact", "contact", "company", "stage"})


class DealPeoplePane(QWidget):
    """The people of one deal, and a line for the next.

    Signals:
        counted(count): how many there are.
        contact_requested(id): show a contact.
        called(contact_id, name, phone): the desktop was asked to dial.
    """

    counted = Signal(object)
    contact_requested = Signal(object)
    called = Signal(object, object, object)

    def __init__(self, session: Session, dialogs: OneDialog) -> None:
        super().__init__()
        self._session, self._dialogs, self._deal_id = session, dialogs, 0
        self._company = ""
        self._shown: tuple[int, list[DealContact], bool] | None = None
        self.roles: dict[int, QComboBox] = {}
        self.warning = label(tr("Nobody on this opportunity decides."), "warn", wrap=True)
        self.warning.hide()
        self.name, self.role = RecordEdit(session, "contact"), _role_box(None)
        self.name.setPlaceholderText(tr("Name of a contact"))
        self.name.picked.connect(self.role.setFocus)
        self.name.returnPressed.connect(self.add)
        self.name_field = writes(Field(tr("Add a contact"), self.name))
        self.setFocusProxy(self.name)
        self.create_button = button("", self.create, "link")
        self.create_button.hide()
        self.name.looked.connect(self._offer)
        self.name.textChanged.connect(lambda _: self.create_button.hide())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.name_field, 1, Qt.AlignmentFlag.AlignTop)
        role = writes(Field(tr("Role"), self.role))
        role.setFixedWidth(130)
        row.addWidget(role, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(level(button(tr("Add"), self.add)), 0, Qt.AlignmentFlag.AlignTop)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.warning)
        layout.addLayout(row)
        layout.addWidget(self.create_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(scrolled_list(self._list), 1)
        session.changed.connect(self._on_changed)

    def show_row(self, deal_id: int) -> None:
        """Shows the people of another deal."""
        if deal_id != self._deal_id:
            self._clear_line()
        self._deal_id = deal_id
        self._ask()

    def _ask(self) -> None:
        if self._deal_id:
            deal_id = self._deal_id
            self._session.ask(_read, deal_id, done=lambda found: self._show(deal_id, *found))

    def _show(self, deal_id: int, people: list[DealContact], undecided: bool) -> None:
        if deal_id != self._deal_id or self._shown == (deal_id, people, undecided):
            return
        self._shown = (deal_id, people, undecided)
        with keeping_focus(self):
            self.roles.clear()
            emptied(self._list)
            for who in people:
                self._list.addWidget(self._card(who))
            if not people:
                self._list.addWidget(label(tr("Nobody is on this opportunity yet."), "muted"))
        self.warning.setVisible(undecided)
        self.counted.emit(len(people))

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.bulk or changes.tables & _TABLES:
            self._ask()

    def _card(self, who: DealContact) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        short = who.name if len(who.name) <= _NAME else who.name[: _NAME - 1] + "…"
        name = button(short.replace("&", "&&"), lambda: self.contact_requested.emit(who.contact_id), "link")
        reads(name)
        name.setToolTip(tr("Open the contact"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(name)
        if who.main:
            head.addWidget(label(tr("main contact"), "small"))
        head.addStretch(1)
        box = self.roles[who.contact_id] = _role_box(who.role)
        box.setFixedWidth(130)
        box.setAccessibleName(tr("Role of {name}").format(name=who.name))
        box.activated.connect(lambda _: self._do(service.set_role, who, _role(box)))
        for kind, text, tip, url in (
            ("mail", who.email, tr("Write an email"), mail_url), ("phone", who.phone, tr("Call"), phone_url),
        ):  # fmt: skip
            if text:
                reach = _tool(kind, f"{tip}: {text}", lambda text=text, url=url: QDesktopServices.openUrl(url(text)))
                reads(reach)
                if kind == "phone":
                    reach.clicked.connect(lambda _, text=text: self.called.emit(who.contact_id, who.name, text))
                head.addWidget(reach)
        more = _tool("more", tr("More"), None)
        menu = QMenu(more)
        if not who.main:
            menu.addAction(tr("Make main contact"), lambda: self._do(service.make_main, who))
        menu.addAction(tr("Take off the opportunity"), lambda: self._do(service.remove, who))
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        head.addWidget(more)
        about = " · ".join(part for part in (who.position, who.company) if part)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 8, 10)
        column.setSpacing(2)
        column.addLayout(head)
        line = QHBoxLayout()
        line.setContentsMargins(4, 0, 4, 0)
        line.addWidget(Elided(about or "—", "muted"), 1)
        line.addWidget(box)
        column.addLayout(line)
        return card

    def _do(self, action: Any, who: DealContact, *values: Any) -> None:
        self._session.ask(action, self._deal_id, who.contact_id, *values, draft=who.name)

    def add(self) -> None:
        """Puts the person who is named on the deal."""
        if not self._deal_id:
            return
        self.name_field.show_error("")
        self._session.ask(
            named.put_contact, self._deal_id, self.name.text(), self.name.known_id, _role(self.role),
            done=lambda _: self._clear_line(), failed=self._on_failed, draft=self.name.text(),
        )  # fmt: skip

    # Somebody who is no contact yet ---------------------------------------------------------------------------------

    def show_company(self, company: str) -> None:
        """Where somebody new works, unless another company is typed."""
        self._company = company

    def _offer(self, text: str, known: bool) -> None:
        """Offers to make a contact of a name that nobody has."""
        name = " ".join(text.split())
        self.create_button.setVisible(bool(name) and not known and text == self.name.text())
        short = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
        self.create_button.setText(tr("Create contact “{name}”").format(name=short).replace("&", "&&"))

    def create(self) -> None:
        """Asks for a new contact of the name that is typed, and puts it on the deal in the same step."""
        deal_id, role, name = self._deal_id, _role(self.role), " ".join(self.name.text().split())
        self._session.ask(lists.names, "person", done=lambda people: self._show_dialog(deal_id, role, name, people))

    def _show_dialog(self, deal_id: int, role: BuyingRole | None, name: str, people: list[lists.Named]) -> None:
        from ..dialogs.contact import ContactDialog

        def put(match: Match) -> None:
            """One that is there already comes onto the deal instead."""
            self._session.ask(service.add, deal_id, match.id, role, done=lambda _: self._clear_line(), draft=name)

        dialog = ContactDialog(
            self.window(), self._session, people, company=self._company, name=name, onto=(deal_id, role)
        )
        dialog.strip.open_button.setText(tr("Add that one"))
        dialog.accepted.connect(self._clear_line)
        dialog.open_requested.connect(put)
        self._dialogs.show_dialog(dialog)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.name_field.show_error(f"{error.title} {error.message}")

    def _clear_line(self) -> None:
        self.name.clear()
        self.name_field.show_error("")
        self.role.setCurrentIndex(0)


def _role_box(role: BuyingRole | None) -> QComboBox:
    items = [("—", None), *((tr(text), each.value) for each, text in service.ROLES.items())]
    return combo(items, role.value if role else None)


def _role(box: QComboBox) -> BuyingRole | None:
    code = box.currentData()
    return BuyingRole(code) if code else None


def _tool(name: str, tip: str, on_click: Any) -> QToolButton:
    made = QToolButton()
    made.setToolTip(tip.replace("&", "&amp;").replace("<", "&lt;"))
    made.setAccessibleName(tip)
    if on_click is not None:
        made.clicked.connect(lambda: on_click())
    on_theme(made, lambda: made.setIcon(icon(name)))
    return made


def _read(ws: Workspace, deal_id: int) -> tuple[Sequence[DealContact], bool]:
    return service.of(ws, deal_id), bool(service.nobody_decides(ws, [deal_id]))
