"""What a person can do to the records of any list: open, assign, merge two, look for duplicates, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from ...i18n import tr
from ...services.board import Named
from ...services.duplicates import Match
from ...services.workspace import Workspace
from ..one_dialog import OneDialog, needs
from ..parts import plain
from ..session import Session

_MANY_PEOPLE = 40
_LOOKED_AT = 500


class RecordActions(OneDialog):
    """Actions on the rows of one table; ``service`` is its module in services, ``kind`` the table.

    Signals:
        open_requested(id): show this one beside the list.
        created(id): one was made here.
        record_requested(table, id): show one of another list.
    """

    open_requested = Signal(object)
    created = Signal(object)
    record_requested = Signal(object, object)
    kind = ""
    service: Any = None

    def __init__(self, session: Session, lists: Any, window: QWidget) -> None:
        super().__init__(session, window)
        self._lists = lists

    @needs("write")
    def assign(self, ids: Sequence[int], person_id: int | None, name: str = "") -> None:
        """Gives records to a person, or to nobody; ``name`` is what they are called."""
        draft = (f"{self.kind}_many", name or tr("Nobody"))
        self._session.ask(self.service.edit_many, list(ids), {"owner_id": person_id}, draft=draft)

    @needs("write")
    def delete(self, ids: Sequence[int]) -> None:
        """Puts records in the bin; undo brings them back."""
        self._session.ask(self.service.delete, list(ids), draft="")

    @needs("write")
    def plan(self, ids: Sequence[int]) -> None:
        """Asks for an activity about each of these records."""
        window: Any = self._window.window()
        window.activities.plan_each([(self.kind, record_id) for record_id in ids])

    @needs("write")
    def show_new(self, dialog: Any) -> None:
        """Opens the dialog for a new one; one that was there already is shown where it is listed."""
        dialog.created.connect(self.created)
        dialog.open_requested.connect(self._on_found)
        self.show_dialog(dialog)

    def _on_found(self, match: Match) -> None:
        if match.kind == self.kind:
            self.open_requested.emit(match.id)
        else:
            self.record_requested.emit(match.kind, match.id)

    @needs("write")
    def merge(self, first_id: int, second_id: int) -> None:
        """Asks whose values stay, then makes one of two."""
        from ..dialogs.merge import MergeDialog

        dialog = MergeDialog(self._window, self._session, self.kind, first_id, second_id)
        dialog.merged.connect(self.open_requested)
        self.show_dialog(dialog)

    def find_duplicates(self) -> None:
        """Lists pairs that look alike."""
        from ..dialogs.merge import DuplicatesDialog

        self.show_dialog(DuplicatesDialog(self._window, self._session, self.kind))

    # The menu -----------------------------------------------------------------------------------------------------

    def show_menu(self, ids: list[int], point: QPoint) -> None:
        """The context menu of records, once it is known what they are."""
        self._session.ask(
            self._few, ids, done=lambda rows: self._open_menu(ids, rows, point), failed=self._session.failed
        )

    def _few(self, ws: Workspace, ids: list[int]) -> dict[int, Any]:
        found: dict[int, Any] = self.service.fetch(ws, ids[:_LOOKED_AT])
        return found

    def _open_menu(self, ids: list[int], rows: dict[int, Any], point: QPoint) -> None:
        menu = self.menu(ids, list(rows.values()))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(point)

    def menu(self, ids: list[int], rows: list[Any]) -> QMenu:
        """What can be done to records, ``rows`` being some or all of them."""
        menu = QMenu(self._window)
        if len(ids) == 1:
            menu.addAction(tr("Open"), lambda: self.open_requested.emit(ids[0]))
        if self.editable(menu, rows):
            menu.addAction(tr("Plan activity…"), lambda: self.plan(ids))
            self.add_assigning(menu, ids)
            self.add_merging(menu, ids)
            menu.addSeparator()
            menu.addAction(tr("Delete"), lambda: self.delete(ids))
        return menu

    def editable(self, menu: QMenu, rows: list[Any]) -> bool:
        """Whether the person may change these records; the menu says so when they may not."""
        rights = self._session.rights
        allowed = all(rights.edits(self.kind, row.id, row.owner_id) for row in rows)
        if not allowed:
            menu.addAction(tr("You can only look at this")).setEnabled(False)
        return allowed

    def add_assigning(self, menu: QMenu, ids: list[int]) -> None:
        """Whom they can be given to."""
        self.add_people(menu.addMenu(tr("Assign to")), ids)

    def add_people(self, menu: QMenu, ids: list[int]) -> None:
        """People that work here and are in reach, oneself first, and nobody."""
        me = self._session.workspace.actor_id
        known: list[Named] = self._lists.people
        for person in sorted((p for p in self._session.in_reach(known) if p.active), key=lambda p: p.id != me)[
            :_MANY_PEOPLE
        ]:
            menu.addAction(plain(person.name), lambda person=person: self.assign(ids, person.id, person.name))
        menu.addSeparator()
        menu.addAction(tr("Nobody"), lambda: self.assign(ids, None))

    def add_merging(self, menu: QMenu, ids: list[int]) -> None:
        """Exactly two can become one."""
        if len(ids) == 2:
            menu.addAction(tr("Merge…"), lambda: self.merge(*ids))
