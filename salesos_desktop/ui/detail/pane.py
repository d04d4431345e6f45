"""The pane beside the board: one deal with its stage bar, key figures, fields and history."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.opportunities import Card
from ...domain.stages import StageKind
from ...errors import Conflict, InvalidInput, NotFound, UserError
from ...i18n import money, percent, short_date, tr
from ...services import board as lists
from ...services import custom_fields, history
from ...services import opportunities as service
from ...services.workspace import Workspace
from ..deals import DealActions
from ..key_figures import KeyFigure, KeyFigureStrip
from ..parts import Elided, button, pane_head, scrolled
from ..session import Session
from .attachments import AttachmentsPane
from .checks import ChecksPane
from .general import GeneralForm
from .notes import NotesPane
from .people import DealPeoplePane
from .products import ProductsPane
from .stage_bar import StageBar
from .timeline import TimelinePane


class DetailPane(QFrame):
    """Shows a deal and keeps showing it as it changes, whoever changes it.

    Signals:
        closed(id): the person closed the pane.
    """

    closed = Signal(object)

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self._session, self._actions = session, actions
        self.deal_id = 0
        self.deal: service.Opportunity | None = None
        self._lists: dict[str, Any] = {}
        self.title, self.subtitle = Elided("", "title"), Elided("", "muted")
        self.won_button = button(tr("Won"), lambda: actions.win([self.deal_id]), "won")
        self.lost_button = button(tr("Lost"), lambda: actions.lose([self.deal_id]), "lost")
        self.reopen_button = button(tr("Reopen…"), lambda: actions.reopen([self.deal_id]))
        self.stage_bar = StageBar()
        self.stage_bar.stage_requested.connect(lambda stage: actions.move([self.deal_id], stage))
        self._figures = KeyFigureStrip(0)
        self.form = GeneralForm(session)
        self.form.edited.connect(self._on_edited)
        self.form.own_edited.connect(self._on_own_edited)
        self.timeline = TimelinePane(session)
        self.products, self.people = ProductsPane(session), DealPeoplePane(session)
        self.notes, self.checks = NotesPane(session, "opportunity"), ChecksPane(session)
        self.files = AttachmentsPane(session, "opportunity")
        self.tabs = QTabWidget()
        self.tabs.addTab(scrolled(self.form), tr("General"))
        for page, title in (
            (self.people, tr("Contacts")), (self.products, tr("Products")), (self.notes, tr("Notes")),
            (self.checks, tr("Check list")), (self.files, tr("Files")), (self.timeline, tr("History")),
        ):  # fmt: skip
            self.tabs.addTab(page, title)
        self.notes.counted.connect(lambda count: self._count(self.notes, tr("Notes"), f"{count}" if count else ""))
        self.people.counted.connect(lambda count: self._count(self.people, tr("Contacts"), f"{count}" if count else ""))
        self.products.counted.connect(
            lambda count: self._count(self.products, tr("Products"), f"{count}" if count else "")
        )
        self.files.counted.connect(lambda count: self._count(self.files, tr("Files"), f"{count}" if count else ""))
        self.checks.counted.connect(
            lambda done, total: self._count(self.checks, tr("Check list"), f"{done}⁄{total}" if total else "")
        )
        self.setAcceptDrops(True)
        self.setMinimumWidth(420)
        self.setMaximumWidth(680)
        self._lay_out()
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._ask)
        self.hide()

    def _lay_out(self) -> None:
        head = pane_head(
            self.title, self.subtitle, (self.won_button, self.lost_button, self.reopen_button), self.close_pane
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 18, 12)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.stage_bar)
        layout.addWidget(self._figures)
        layout.addWidget(self.tabs, 1)

    # Showing ------------------------------------------------------------------------------------------------------

    def open_deal(self, deal_id: int) -> None:
        """Shows another deal; what was typed in the one before is written first, or keeps it here when it cannot be."""
        if self.deal_id and self.deal_id != deal_id and not self.form.commit_all():
            return
        self.deal_id = deal_id
        self.show()
        self._ask()
        for page in (self.people, self.products, self.notes, self.checks, self.files):
            page.show_row(deal_id)

    def close_pane(self) -> None:
        """Writes what was typed and goes away; stays while a field holds what cannot be written."""
        if self.deal_id and not self.form.commit_all():
            return
        self.form.forget()
        closed, self.deal_id, self.deal = self.deal_id, 0, None
        self.hide()
        self.closed.emit(closed)

    def _count(self, page: QWidget, title: str, count: str) -> None:
        self.tabs.setTabText(self.tabs.indexOf(page), f"{title} {count}".strip())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere on the pane."""
        self.files.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """It is attached and shown."""
        self.files.dropEvent(event)
        self.tabs.setCurrentWidget(self.files)

    def _ask(self) -> None:
        if self.deal_id:
            self._session.ask(_read, self.deal_id, done=self._on_read, failed=self._on_read_failed)

    def _on_read(self, found: tuple[service.Opportunity, list[history.Entry], dict[str, Any]]) -> None:
        deal, entries, short_lists = found
        if deal.card.id != self.deal_id:
            return
        self.deal = deal
        if short_lists != self._lists:
            self._lists = short_lists
            self.form.set_lists(short_lists["person"], short_lists["source"])
        self._show_head(deal.card)
        self.form.own.set_fields(short_lists["fields"], short_lists["sections"])
        self.form.show_deal(deal)
        self.timeline.model.show_entries(entries, deal.card.currency)
        self._count(self.timeline, tr("History"), str(self.timeline.model.total))

    def _on_read_failed(self, error: Exception) -> None:
        if not isinstance(error, NotFound):
            raise error
        self.deal_id = 0
        self.hide()
        self.closed.emit(0)

    def _show_head(self, card: Card) -> None:
        today = self._session.today
        self.title.show_text(card.name)
        self.subtitle.show_text(
            " · ".join(p for p in (card.company, card.contact, card.product, card.owner) if p) or "—"
        )
        open_deal = card.kind is StageKind.OPEN
        for widget, there in (
            (self.won_button, open_deal),
            (self.lost_button, open_deal),
            (self.reopen_button, not open_deal),
        ):
            widget.setVisible(there)
        self.stage_bar.show_deal(self._lists["stages"], card, card.days_in_stage(today))
        day = card.expected_close if open_deal else card.closed_on
        source = tr("by hand") if card.probability_set else tr("stage")
        self._figures.show_figures(
            [
                KeyFigure(
                    tr("Estimated value") if open_deal else tr("Final value"),
                    tr("no value") if card.value is None else money(card.value, card.currency),
                ),
                KeyFigure(
                    tr("Expected close") if open_deal else tr("Closing date"),
                    tr("no date") if day is None else short_date(day, 0),
                ),
                KeyFigure(tr("Probability"), percent(card.probability), f"({source})"),
                KeyFigure(tr("Weighted"), money(card.weighted, card.currency)),
            ]
        )
        self.setAccessibleName(card.name)

    def _on_changed(self, changes: ChangeSet) -> None:
        if not self.deal_id:
            return
        about = any(change.row_id == self.deal_id for change in changes.of("opportunity"))
        if (
            about
            or changes.bulk
            or changes.tables
            & {"person", "company", "contact", "product", "source", "stage", "custom_field", "field_section"}
        ):
            self._ask()

    # Writing ------------------------------------------------------------------------------------------------------

    def _on_edited(self, deal_id: int, name: str, value: Any, text: str) -> None:
        self._session.ask(
            service.edit, deal_id, {name: value},
            done=lambda _: self.form.written(deal_id, name, text),
            failed=lambda error: self._on_edit_failed(deal_id, name, error),
        )  # fmt: skip

    def _on_own_edited(self, deal_id: int, key: str, value: Any) -> None:
        self._session.ask(
            service.edit, deal_id, {"custom": {key: value}},
            done=lambda _: self.form.own.written(key, value),
            failed=lambda error: self._on_edit_failed(deal_id, f"custom.{key}", error),
        )  # fmt: skip

    def _on_edit_failed(self, deal_id: int, name: str, error: Exception) -> None:
        """What was typed stays in its field, with the reason; of a deal that is no longer shown the window's bar tells."""
        if not isinstance(error, UserError):
            raise error
        if deal_id != self.deal_id or not isinstance(error, InvalidInput | Conflict):
            self._session.problem.emit(error)
            return
        (self.form.fields | self.form.own.fields)[name].show_error(f"{error.title} {error.message}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the pane."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_pane()
        else:
            super().keyPressEvent(event)


def _read(ws: Workspace, deal_id: int) -> tuple[service.Opportunity, list[history.Entry], dict[str, Any]]:
    deal = service.get(ws, deal_id)
    found: dict[str, Any] = {table: lists.names(ws, table) for table in ("person", "source")}
    found["stages"] = lists.stages_of(ws, deal_id)
    found["fields"], found["sections"] = custom_fields.fields(ws, "opportunity"), custom_fields.sections(ws)
    return deal, history.entries(ws, deal_id), found
