"""With whom a deal is shared: a button that says so in the pane, and the dialog behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...i18n import number, tr
from ...services import sharing as service
from ...services.board import Named
from ...services.sharing import Sharer
from ..dialogs.base import FormDialog
from ..dialogs.deal import choose, combo
from ..icons import icon
from ..one_dialog import OneDialog
from ..parts import Elided, Field, button, emptied, keeping_focus, label, level, on_theme
from ..session import Session

_MOST = 60


class SharingButton(QToolButton):
    """Shows how many colleagues a deal is shared with; not there while there are none to share it with."""

    def __init__(self, session: Session, dialogs: OneDialog) -> None:
        super().__init__()
        self._session, self._dialogs = session, dialogs
        self._deal_id, self._name = 0, ""
        self._people: list[Named] = []
        self.shared: list[Sharer] = []
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        on_theme(self, lambda: self.setIcon(icon("people")))
        self.clicked.connect(self.open)
        self._show([])
        session.changed.connect(self._on_changed)

    def show_deal(self, deal_id: int, name: str, owner_id: int | None, people: Sequence[Named]) -> None:
        """Shows a deal; ``people`` are those who work here."""
        self._people = [each for each in people if each.active and each.id != owner_id]
        self._name = name
        others = [each for each in self._people if each.id != self._session.workspace.actor_id]
        # What is only shared with oneself is not passed on.
        self.setVisible(bool(others) and self._session.rights.reaches(owner_id))
        if deal_id != self._deal_id:
            self._deal_id = deal_id
            self._show([])
            self._ask()

    def open(self) -> None:
        """Opens the dialog."""
        self._dialogs.show_dialog(
            SharingDialog(self.window(), self._session, self._deal_id, self._name, self._people, self.shared)
        )

    def _ask(self) -> None:
        deal_id = self._deal_id
        if deal_id:
            self._session.ask(
                service.of, deal_id, done=lambda found: deal_id == self._deal_id and self._show(found), background=True
            )

    def _show(self, found: list[Sharer]) -> None:
        self.shared = found
        self.setText(number(len(found)) if found else "")
        names = ", ".join(said(each) for each in found[:_MOST])
        text = tr("Shared with {names}").format(names=names) if found else tr("Share…")
        self.setToolTip(text.replace("&", "&amp;").replace("<", "&lt;"))
        self.setAccessibleName(tr("Share…"))
        self.setAccessibleDescription(text)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.bulk or changes.tables & {"share", "person"}:
            self._ask()


class SharingDialog(FormDialog):
    """Colleagues who see or edit a deal of somebody else's. Each choice takes effect at once."""

    def __init__(
        self, parent: QWidget, session: Session, deal_id: int, name: str, people: Sequence[Named], shared: list[Sharer]
    ) -> None:
        super().__init__(parent, tr("Share the opportunity"), name, width=480)
        self._session, self._deal_id, self._people = session, deal_id, people
        self.rows: dict[int, QComboBox] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.person, self.may = combo([], None), _may_box(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.add_field("person_id", tr("Colleague"), self.person), 1, Qt.AlignmentFlag.AlignTop)
        self.may_field = Field(tr("They"), self.may)
        self.may_field.setFixedWidth(140)
        row.addWidget(self.may_field, 0, Qt.AlignmentFlag.AlignTop)
        self.add_button = button(tr("Add"), self._add)
        row.addWidget(level(self.add_button), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self._nobody = label(
            tr("It is shared with nobody yet. Who has it now keeps it in any case."), "muted", wrap=True
        )
        self.body.addWidget(self._nobody)
        self.body.addLayout(self._list)
        self.add_buttons(tr("Close"), self.accept)
        self.cancel_button.hide()
        session.changed.connect(self._on_changed)
        self._show(shared)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.bulk or changes.touches("share"):
            self._session.ask(service.of, self._deal_id, done=self._show)

    def _show(self, found: list[Sharer]) -> None:
        with keeping_focus(self):
            emptied(self._list)
            self.rows = {}
            for each in found:
                self._list.addWidget(self._row(each))
        self._nobody.setVisible(not found)
        there = {each.id for each in found}
        now = self.person.currentData()
        self.person.clear()
        for person in self._people:
            if person.id not in there:
                self.person.addItem(person.name[:120], person.id)
        choose(self.person, now, "") if now not in there else None
        self.add_button.setEnabled(self.person.count() > 0)
        self.fit()

    def _row(self, each: Sharer) -> QWidget:
        box = self.rows[each.id] = _may_box(each.may_edit)
        box.setFixedWidth(140)
        box.setAccessibleName(tr("What {name} may do").format(name=each.name))
        box.activated.connect(lambda _: self._put(each.id, each.name, bool(box.currentData())))
        off = QToolButton()
        text = tr("No longer share it with {name}").format(name=each.name[:60])
        off.setToolTip(text.replace("&", "&amp;").replace("<", "&lt;"))
        off.setAccessibleName(text)
        on_theme(off, lambda: off.setIcon(icon("close")))
        off.clicked.connect(lambda: self._ask(service.stop, each.id, each.name))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Elided(each.name), 1)
        row.addWidget(box)
        row.addWidget(off)
        return holder

    def _add(self) -> None:
        if self.person.currentData() is not None:
            self._put(self.person.currentData(), self.person.currentText(), bool(self.may.currentData()))

    def _put(self, person_id: int, name: str, may_edit: bool) -> None:
        self._ask(service.share, person_id, name, may_edit=may_edit)

    def _ask(self, action: Callable[..., Any], person_id: int, name: str, **more: bool) -> None:
        self._session.ask(action, self._deal_id, person_id, failed=self.show_problem, draft=name, **more)


def said(each: Sharer) -> str:
    """A colleague and what they may do."""
    return f"{each.name[:60]} ({tr('may edit') if each.may_edit else tr('may see')})"


def _may_box(may_edit: bool) -> QComboBox:
    return combo([(tr("may see"), False), (tr("may edit"), True)], may_edit)
