"""What a person can do to leads, whichever widget asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from ...domain.leads import LeadRow, StatusKind
from ...errors import AlreadyConverted, UserError
from ...i18n import tr
from ...services import leads as service
from ...services.conversion import Proposal
from ..one_dialog import needs
from ..tables.actions import RecordActions, plain
from ..tables.model import escaped


class LeadActions(RecordActions):
    """Make, edit the status, take, assign, discard, delete; opens the dialogs that some of them need.

    Signals:
        deal_requested(id): show the opportunity that a lead has become.
    """

    deal_requested = Signal(object)

    kind = "lead"
    service = service

    @needs("write")
    def new(self) -> None:
        """Asks for a new lead."""
        from ..dialogs.lead import LeadDialog

        self.show_new(LeadDialog(self._window, self._session, self._lists))

    @needs("write")
    def set_status(self, ids: Sequence[int], code: str) -> None:
        """Puts leads into a status; discarding asks its reason first."""
        status = self._lists.statuses[code]
        if status.kind is StatusKind.DISCARDED:
            self.discard(ids)
        else:
            self._session.ask(service.edit_many, list(ids), {"status": code}, draft=("lead_many", status.name))

    @needs("write")
    def claim(self, ids: Sequence[int]) -> None:
        """Takes leads that nobody has."""
        self._session.ask(service.claim, list(ids), draft=("claim", ""))

    @needs("write")
    def discard(self, ids: Sequence[int]) -> None:
        """Asks the reason, then archives."""
        self._session.ask(
            service.fetch, list(ids), done=lambda rows: self._show_discard([rows[i] for i in ids if i in rows]),
            failed=self._session.failed,
        )  # fmt: skip

    def _show_discard(self, rows: list[LeadRow]) -> None:
        from ..dialogs.discard import DiscardDialog

        if rows:
            self.show_dialog(DiscardDialog(self._window, self._session, rows, self._lists.reasons))

    @needs("write")
    def convert(self, ids: Sequence[int]) -> None:
        """Asks what the opportunity is to be, or those of several leads."""
        from ..dialogs import convert

        if len(ids) == 1:
            self._session.ask(
                convert.read,
                ids[0],
                done=lambda found: self._show_convert(ids[0], found),
                failed=self._on_not_convertible,
            )
        elif ids:
            self._session.ask(
                convert.read_many,
                list(ids),
                done=lambda found: self._show_convert_many(*found),
                failed=self._session.failed,
            )

    def _show_convert(self, lead_id: int, found: dict[str, Any]) -> None:
        from ..dialogs.convert import ConvertDialog

        dialog = ConvertDialog(self._window, self._session, lead_id, found)
        dialog.converted.connect(self.deal_requested)
        dialog.open_requested.connect(self.deal_requested)
        self.show_dialog(dialog)

    def _show_convert_many(self, rows: list[LeadRow], proposal: Proposal) -> None:
        from ..dialogs.convert import ConvertManyDialog

        if rows:
            dialog = ConvertManyDialog(self._window, self._session, rows, proposal)
            dialog.open_lead_requested.connect(self.open_requested)
            self.show_dialog(dialog)

    def _on_not_convertible(self, error: Exception) -> None:
        """One that has become an opportunity leads there."""
        if not isinstance(error, UserError):
            raise error
        if isinstance(error, AlreadyConverted):
            self.deal_requested.emit(error.deal_id)
        self._session.problem.emit(error)

    # The menu -----------------------------------------------------------------------------------------------------

    def menu(self, ids: list[int], rows: list[LeadRow]) -> QMenu:
        """What can be done to leads, ``rows`` being some or all of them."""
        menu = QMenu(self._window)
        kinds = {self._lists.statuses[row.status].kind for row in rows if row.status in self._lists.statuses}
        if len(ids) == 1:
            menu.addAction(tr("Open"), lambda: self.open_requested.emit(ids[0]))
        if not self.editable(menu, rows):
            return menu
        statuses = menu.addMenu(tr("Status"))
        statuses.setToolTipsVisible(True)
        statuses.setEnabled(StatusKind.CONVERTED not in kinds)
        for status in self._lists.offered():
            text = status.name + ("…" if status.kind is StatusKind.DISCARDED else "")
            action = statuses.addAction(plain(text), lambda code=status.code: self.set_status(ids, code))
            action.setToolTip(escaped(status.help))
            action.setCheckable(True)
            action.setChecked(all(row.status == status.code for row in rows))
        if any(row.owner_id is None for row in rows):
            menu.addAction(tr("Take"), lambda: self.claim(ids))
        menu.addAction(tr("Plan activity…"), lambda: self.plan(ids))
        self.add_assigning(menu, ids)
        self.add_merging(menu, ids)
        if kinds & {StatusKind.OPEN, StatusKind.QUALIFIED}:
            menu.addAction(tr("Convert into opportunity…"), lambda: self.convert(ids))
        menu.addSeparator()
        if kinds - {StatusKind.DISCARDED, StatusKind.CONVERTED}:
            menu.addAction(tr("Discard…"), lambda: self.discard(ids))
        menu.addAction(tr("Delete"), lambda: self.delete(ids))
        return menu
