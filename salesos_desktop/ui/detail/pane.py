"""The pane beside the board: one deal with its stage bar, key figures, fields and history."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ...domain.opportunities import Card
from ...domain.stages import StageKind
from ...i18n import money, percent, short_date, tr
from ...services import board as lists
from ...services import custom_fields
from ...services import opportunities as service
from ...services.workspace import Workspace
from ..deals import DealActions
from ..key_figures import KeyFigure, KeyFigureStrip
from ..parts import button
from ..presence import LookersStrip
from ..session import Session
from ..tables.pane import RecordPane
from .checks import ChecksPane
from .followers import FollowersButton
from .general import GeneralForm
from .hold_strip import HoldStrip
from .people import DealPeoplePane
from .products import ProductsPane
from .sharing import SharingButton
from .stage_bar import StageBar

_LINKED = frozenset(("person", "company", "contact", "product", "source", "stage", "custom_field", "field_section"))


class DetailPane(RecordPane):
    """Shows a deal and keeps showing it as it changes, whoever changes it."""

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__(session, "opportunity", service, _read, _LINKED)
        self._lists: dict[str, Any] = {}
        self._actions = actions
        self.won_button = button(tr("Won"), lambda: actions.win([self.record_id]), "won")
        self.lost_button = button(tr("Lost"), lambda: actions.lose([self.record_id]), "lost")
        self.reopen_button = button(tr("Reopen…"), lambda: actions.reopen([self.record_id]))
        self.stage_bar, self._figures = StageBar(), KeyFigureStrip(0)
        self.stage_bar.stage_requested.connect(lambda stage: actions.move([self.record_id], stage))
        self.products, self.checks = ProductsPane(session), ChecksPane(session)
        self.people = DealPeoplePane(session, actions)
        self.people.called.connect(self._on_person_called)
        self.timeline.stage_requested.connect(self._on_stage_requested)
        self.followers, self.sharing = FollowersButton(session), SharingButton(session, actions)
        self.lookers = LookersStrip(session)
        self.closed.connect(self._on_closed)
        buttons = (self.lookers, self.won_button, self.lost_button, self.reopen_button, self.sharing, self.followers)
        pages: list[tuple[QWidget, str]] = [
            (self.activities, tr("Activities")), (self.people, tr("Contacts")), (self.products, tr("Products")),
            (self.notes, tr("Notes")), (self.checks, tr("Checks")), (self.files, tr("Files")),
        ]  # fmt: skip
        self.hold_strip = HoldStrip(lambda: actions.release([self.record_id]), lambda: actions.hold([self.record_id]))
        self.set_up(GeneralForm(session), buttons, pages, self.hold_strip, self.stage_bar, self._figures)

    @property
    def deal_id(self) -> int:
        """The deal that is shown, 0 for none."""
        return self.record_id

    @property
    def deal(self) -> service.Opportunity | None:
        """Everything of it, None while it is not read."""
        found: service.Opportunity | None = self.record
        return found

    def open_deal(self, deal_id: int) -> None:
        """Shows another deal."""
        self.open_record(deal_id)

    def show_record(self, deal: service.Opportunity, found: dict[str, Any]) -> None:
        """Shows what was read."""
        if found != self._lists:
            self._lists = found
            self.form.set_lists(found)
        self._show_head(deal.card)
        self.lookers.show_deal(deal.card.id)
        self.followers.show_deal(deal.card.id, deal.card.name, found["person"])
        self.sharing.show_deal(deal.card.id, deal.card.name, deal.card.owner_id, found["person"])
        self.form.show_deal(deal)
        self.people.show_company(deal.card.company)

    def _on_closed(self) -> None:
        if self._session.presence is not None:
            self._session.presence.look_at(None)

    def _on_stage_requested(self, stage_id: int) -> None:
        """A stage of the deal's past is gone to like any other."""
        stage = next((each for each in self._lists["stages"] if each.id == stage_id), None)
        if stage is not None:
            self._actions.move([self.record_id], stage)

    def _on_person_called(self, contact_id: int, name: str, phone: str) -> None:
        if not self.lock.on:
            self.call_strip.wait(name, phone, ("opportunity", self.record_id), ("contact", contact_id))

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
        self.stage_bar.setEnabled(not self.lock.on)
        self.hold_strip.show_day(card.hold_until)
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


def _read(ws: Workspace, deal_id: int) -> tuple[service.Opportunity, dict[str, Any]]:
    deal = service.get(ws, deal_id)
    found: dict[str, Any] = {table: lists.names(ws, table) for table in ("person", "source")}
    found["stages"] = lists.stages_of(ws, deal_id)
    found["fields"], found["sections"] = custom_fields.fields(ws, "opportunity"), custom_fields.sections(ws)
    return deal, found
