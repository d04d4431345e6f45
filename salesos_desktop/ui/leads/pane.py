"""The pane beside the list: one lead with its fields and history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QTabWidget, QToolButton, QVBoxLayout

from ...domain.changes import ChangeSet
from ...domain.leads import StatusKind
from ...errors import Conflict, InvalidInput, NotFound, UserError
from ...i18n import tr
from ...services import history
from ...services import leads as service
from ...services.workspace import Workspace
from ..detail.timeline import TimelinePane
from ..icons import icon
from ..parts import Elided, button, on_theme
from ..session import Session
from .actions import LeadActions
from .form import LeadForm
from .lists import TABLES, LeadLists


class LeadPane(QFrame):
    """Shows a lead and keeps showing it as it changes, whoever changes it.

    Signals:
        closed(id): the person closed the pane.
        deal_requested(id): show the opportunity that the lead has become.
    """

    closed = Signal(object)
    deal_requested = Signal(object)

    def __init__(self, session: Session, lists: LeadLists, actions: LeadActions) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self._session, self._lists, self._actions = session, lists, actions
        self.lead_id = 0
        self.lead: service.Lead | None = None
        self._writing = False
        self._waiting: list[tuple[int, dict[str, Any], dict[str, str]]] = []
        self.title, self.subtitle = Elided("", "title"), Elided("", "muted")
        self.take_button = button(tr("Take"), lambda: actions.claim([self.lead_id]))
        self.discard_button = button(tr("Discard…"), lambda: actions.discard([self.lead_id]), "lost")
        self.convert_button = button(tr("Convert…"), lambda: actions.convert([self.lead_id]), "primary")
        self.deal_link = button(tr("Open its opportunity"), self._open_deal, "link")
        self.form = LeadForm(session, lists)
        self.form.edited.connect(self._on_edited)
        self.form.discard_requested.connect(lambda lead_id: actions.discard([lead_id]))
        self.timeline = TimelinePane(session)
        self.timeline.kinds.hide()
        self.tabs = QTabWidget()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        self.tabs.addTab(area, tr("General"))
        self.tabs.addTab(self.timeline, tr("History"))
        self.setMinimumWidth(400)
        self.setMaximumWidth(640)
        self._lay_out()
        session.changed.connect(self._on_changed)
        self.hide()

    def _lay_out(self) -> None:
        close = QToolButton()
        close.setToolTip(tr("Close (Esc)"))
        close.setAccessibleName(tr("Close"))
        close.clicked.connect(self.close_pane)
        on_theme(close, lambda: close.setIcon(icon("close")))
        head = QHBoxLayout()
        head.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.title)
        texts.addWidget(self.subtitle)
        head.addLayout(texts, 1)
        for widget in (self.deal_link, self.take_button, self.discard_button, self.convert_button, close):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 18, 12)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)

    # Showing ------------------------------------------------------------------------------------------------------

    def open_lead(self, lead_id: int) -> None:
        """Shows another lead; what was typed in the one before is written first, or keeps it here when it cannot be."""
        if self.lead_id and self.lead_id != lead_id and not self.form.commit_all():
            return
        self.lead_id = lead_id
        self.show()
        self._ask()

    def close_pane(self) -> None:
        """Writes what was typed and goes away; stays while a field holds what cannot be written."""
        if self.lead_id and not self.form.commit_all():
            return
        self._leave()

    def _leave(self) -> None:
        self.form.forget()
        closed, self.lead_id, self.lead = self.lead_id, 0, None
        self.hide()
        self.closed.emit(closed)

    def _ask(self) -> None:
        if self.lead_id:
            self._session.ask(_read, self.lead_id, done=self._on_read, failed=self._on_read_failed)

    def _on_read(self, found: tuple[service.Lead, list[history.Entry]]) -> None:
        lead, entries = found
        if lead.row["id"] != self.lead_id:
            return
        self.lead = lead
        self._show_head(lead)
        self.form.show_lead(lead)
        name = self._lists.status_name
        shown = [
            replace(e, before=name(e.before or "") or e.before, after=name(e.after or "") or e.after)
            if e.field == "status" else e
            for e in entries
        ]  # fmt: skip
        self.timeline.model.show_entries(shown, self._session.workspace.currency)
        self.tabs.setTabText(1, tr("History {count}").format(count=self.timeline.model.total))

    def _on_read_failed(self, error: Exception) -> None:
        if not isinstance(error, NotFound):
            raise error
        self._leave()

    def _show_head(self, lead: service.Lead) -> None:
        row, kind = lead.row, lead.status.kind
        self.title.show_text(row["name"])
        self.subtitle.show_text(" · ".join(p for p in (row["position"], row["company"]) if p) or "—")
        open_lead = kind in (StatusKind.OPEN, StatusKind.QUALIFIED)
        self.take_button.setVisible(row["owner_id"] is None and open_lead)
        self.discard_button.setVisible(open_lead)
        self.convert_button.setVisible(open_lead)
        self.deal_link.setVisible(row["opportunity_id"] is not None)
        self.setAccessibleName(row["name"])

    def _open_deal(self) -> None:
        if self.lead is not None and self.lead.row["opportunity_id"] is not None:
            self.deal_requested.emit(self.lead.row["opportunity_id"])

    def _on_changed(self, changes: ChangeSet) -> None:
        if not self.lead_id:
            return
        about = any(change.row_id == self.lead_id for change in changes.of("lead"))
        if about or changes.bulk or changes.tables & TABLES:
            self._ask()

    # Writing ------------------------------------------------------------------------------------------------------

    def _on_edited(self, lead_id: int, values: dict[str, Any], texts: dict[str, str]) -> None:
        """One write at a time, so that each knows the version that the one before it has made."""
        self._waiting.append((lead_id, values, texts))
        if not self._writing:
            self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        lead_id, values, texts = self._waiting.pop(0)
        lead = self.lead
        version = lead.row["version"] if lead is not None and lead.row["id"] == lead_id else None
        self._writing = True
        self._session.ask(
            service.edit, lead_id, values, expect_version=version,
            done=lambda changes: self._on_written(lead_id, texts, changes),
            failed=lambda error: self._on_edit_failed(lead_id, list(values), error),
        )  # fmt: skip

    def _on_written(self, lead_id: int, texts: dict[str, str], changes: ChangeSet | None) -> None:
        self._writing = False
        self.form.written(lead_id, texts)
        if self.lead is not None and changes is not None:
            for change in changes.of("lead"):
                if change.row_id == self.lead.row["id"] and change.after is not None:
                    self.lead.row.update(change.after)
        self._write()

    def _on_edit_failed(self, lead_id: int, names: list[str], error: Exception) -> None:
        """What was typed stays in its field, with the reason; of a lead that is no longer shown the window's bar tells."""
        self._writing = False
        if not isinstance(error, UserError):
            raise error
        if lead_id != self.lead_id or not isinstance(error, InvalidInput | Conflict):
            self._session.problem.emit(error)
        else:
            name = error.field if isinstance(error, InvalidInput) and error.field in self.form.fields else names[0]
            self.form.fields[name].show_error(f"{error.title} {error.message}")
        if isinstance(error, Conflict):
            self._ask()
        self._write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the pane."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_pane()
        else:
            super().keyPressEvent(event)


def _read(ws: Workspace, lead_id: int) -> tuple[service.Lead, list[history.Entry]]:
    return service.get(ws, lead_id), history.entries(ws, lead_id, "lead")
