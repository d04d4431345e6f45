"""The dialog that discards leads; cancel writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ...domain.leads import LeadRow
from ...i18n import ntr, number, tr
from ...services import leads as service
from ...services.board import Named
from ..boxes import ComboBox
from ..parts import label
from ..session import Session
from .base import FormDialog


class DiscardDialog(FormDialog):
    """Asks the reason, which is compulsory, and a note, which is not."""

    def __init__(
        self, parent: QWidget | None, session: Session, rows: Sequence[LeadRow], reasons: Sequence[Named]
    ) -> None:
        super().__init__(parent, tr("Discard leads") if len(rows) > 1 else tr("Discard lead"), _subtitle(rows))
        self._session, self._rows = session, rows
        self.reason, self.note = ComboBox(), QPlainTextEdit()
        self.reason.addItem(tr("Choose a reason…"), None)
        for reason in reasons:
            if reason.active:
                self.reason.addItem(reason.name, reason.id)
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(76)
        self.body.addWidget(self.add_field("reason", tr("Reason"), self.reason))
        self.body.addWidget(self.add_field("note", tr("Note (optional)"), self.note))
        self.body.addWidget(
            label(tr("They stay in the archive, where the status filter shows them."), "muted", wrap=True)
        )
        self.add_buttons(tr("Discard"), self._confirm_discarding, "danger")
        self.reason.setFocus()

    def _confirm_discarding(self) -> None:
        self._session.ask(
            service.discard, [row.id for row in self._rows], reason_id=self.reason.currentData(),
            note=self.note.toPlainText(), done=self.on_done, failed=self.show_problem, draft=("discard", ""),
        )  # fmt: skip


def _subtitle(rows: Sequence[LeadRow]) -> str:
    if len(rows) == 1:
        return " · ".join(part for part in (rows[0].name, rows[0].company) if part)
    names = ", ".join(row.name[:40] for row in rows[:3])
    return ntr("{count} lead: {names}", "{count} leads: {names}", len(rows)).format(
        count=number(len(rows)), names=names + ("…" if len(rows) > 3 else "")
    )
