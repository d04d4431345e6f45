"""The board page: key figures, columns side by side or in rows, and what a change or a choice does to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.filters import DealFilter, Sort
from ...domain.slots import CellKey
from ...i18n import ntr, number, tr
from ...services import working_days
from ...services.workspace import SETTINGS
from ..deal_menu import DealMenu
from ..deals import DealActions
from ..delegates.card import CardDelegate
from ..models.board import BoardModel
from ..models.forecast import ForecastModel
from ..pages import PageView
from ..session import Session
from .above import AboveColumns
from .bar_toggle import toggle
from .card_texts import card_texts
from .closing_rail import ClosingRail
from .column_frame import ColumnFrame
from .column_view import ColumnView
from .filter_bar import FilterBar
from .grid import BoardGrid
from .held_link import HeldLink
from .moving import CardMoves
from .narrowed_hint import NarrowedHint
from .people_strip import PeopleStrip
from .slot_texts import slot_title
from .strip import BoardStrip

if TYPE_CHECKING:
    from ...domain.custom_fields import CustomField
    from ...domain.opportunities import Card
    from ...domain.working_days import WorkingDays
    from ...services.board import Named
    from ..conditions.fields import FieldChoice
    from ..exporting import Exporting
    from ..past.board import PastBoard
    from .card_options import ColourRule


class BoardView(PageView):
    """Columns of cards under one filter.

    Signals:
        usable(): the first cards are painted.
    """

    usable = Signal()

    def __init__(self, session: Session, actions: DealActions, forecast: ForecastModel) -> None:
        super().__init__()
        self._session, self._actions = session, actions
        self.model = BoardModel(session, self._texts_of, self)
        self.delegate = CardDelegate(session.today, self)
        self.delegate.count_by(working_days.at_hand(session.workspace))
        self.filter_bar = self.tools = FilterBar(session)
        self.search_name = tr("Search deals")
        self.grid = BoardGrid(self.model, self.delegate)
        if session.presence is not None:
            self.delegate.lookers = session.presence.of
            session.presence.changed.connect(self._on_told)
        if session.drafts is not None:
            session.drafts.shown_by("opportunity", self.model.cards.peek)
            session.drafts.changed.connect(self._on_told)
            self.delegate.waits = partial(session.drafts.told_of, "opportunity")
        self.closings = ClosingRail(self.model, session.workspace.store.name, takes=session.rights.write)
        self.moves = CardMoves(session, self.model, self.grid, actions)
        self.menu = DealMenu(session, actions, actions.open_requested.emit, self)
        self._fields: list[CustomField] = []
        self._own: list[CustomField] = []
        self._strip = BoardStrip(session, self.model, self.filter_bar, forecast)
        self._hint = NarrowedHint(self.filter_bar)
        self.held_link = HeldLink(session, actions)
        self.people = PeopleStrip(session.workspace.store.name, session.workspace.actor_id)
        self.past_button = toggle(tr("As it was…"), tr("The board as it was on a past day (H)"), on=False)
        self.past: PastBoard | None = None
        self._live = QWidget(self)
        self._outer = QVBoxLayout(self)
        self._outer.addWidget(self._live, 1)
        layout = QVBoxLayout(self._live)
        for each in (self._outer, layout):
            each.setContentsMargins(0, 0, 0, 0)
            each.setSpacing(0)
        looks = (self.held_link, self.past_button, *self.filter_bar.looks)
        layout.addWidget(AboveColumns(self._strip, looks, self.past_button))
        layout.addWidget(self._hint)
        layout.addWidget(self.people)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.grid, 1)
        row.addWidget(self.closings)
        layout.addLayout(row, 1)
        self._connect()
        forecast.changed.connect(self._strip.refresh_soon)

    def _connect(self) -> None:
        bar, model, grid = self.filter_bar, self.model, self.grid
        bar.changed.connect(self._on_filter_changed)
        bar.layout_pill.chosen.connect(self._show)
        bar.cards_pill.chosen.connect(self._show_cards)
        bar.cards_pill.rules_requested.connect(self._ask_rules)
        bar.people_button.toggled.connect(self._show_people)
        self.past_button.clicked.connect(self._on_past_clicked)
        bar.people_read.connect(self._on_people)
        model.figures_changed.connect(lambda _: self._strip.refresh_soon())
        model.loaded.connect(self._on_loaded)
        model.filled.connect(bar.ask_people)
        model.filled.connect(self._ask_own)
        model.filled.connect(self._ask_working_days)
        model.filled.connect(self.held_link.ask)
        model.placed.connect(self._on_placed)
        model.cards.arrived.connect(self._on_cards_arrived)
        grid.view_made.connect(self._connect_view)
        self.moves.said.connect(self.announce)
        self.moves.watch.taken.connect(self._on_taken)
        self.closings.dropped.connect(self.moves.close)
        self._session.day_changed.connect(self._on_day_changed)
        self._session.changed.connect(self._on_changed)
        bar.people_button.setVisible(self._session.rights.assign)
        self._show_people(bar.people_button.isChecked())
        self.delegate.show_as(bar.cards_pill.options, None)
        # Nothing is painted before the first cards are here: an empty board would only be painted over.
        self.setUpdatesEnabled(False)
        self._show()

    # Columns ------------------------------------------------------------------------------------------------------

    def _connect_view(self, frame: ColumnFrame, view: ColumnView) -> None:
        view.open_requested.connect(self._actions.open_requested)
        view.stage_requested.connect(lambda ids, step: self.moves.sideways(frame, ids, step))
        view.order_requested.connect(lambda ids, step: self.moves.up_or_down(frame, ids, step))
        view.menu_requested.connect(lambda ids, point: self.menu.show(ids, point))
        view.delete_requested.connect(self._actions.delete)
        view.edit_requested.connect(self._actions.edit)
        view.person_dropped.connect(lambda ids, who: self._actions.assign(ids, who, self.people.name_of(who)))

    @property
    def frames(self) -> list[ColumnFrame]:
        """The columns, or the places of open rows, in their order."""
        return self.grid.frames

    def frame_of(self, cell: CellKey) -> ColumnFrame | None:
        """The column of a stage, or another place by its key."""
        return self.grid.frame_of(cell)

    def views(self) -> list[ColumnView]:
        """The lists of cards that there are."""
        return self.grid.views()

    def _on_loaded(self) -> None:
        self.filter_bar.show_pipelines(self.model.pipelines, self.model.pipeline_id)
        self._actions.show_pipeline(self.model.pipeline_id)
        self.held_link.show_pipeline(self.model.pipeline_id)
        self.grid.show_narrowed(self.filter_bar.narrowed)
        self._strip.refresh()
        if not self.updatesEnabled():
            self.setUpdatesEnabled(True)
            if self.isVisibleTo(self.window()):
                self.focus_first()
        self.usable.emit()

    def _on_people(self, people: Sequence[Named]) -> None:
        self.people.show_people(self._session.in_reach(people))

    def _show_people(self, on: bool) -> None:
        self.people.setVisible(on and self._session.rights.assign)

    # Past days ----------------------------------------------------------------------------------------------------

    def look_back(self) -> None:
        """The board as it was on a past day; the live one goes on behind it."""
        if self.past is None:
            from ..past.board import PastBoard

            self.past = PastBoard(self._session, self, self._live, self.filter_bar)
            self._outer.insertWidget(0, self.past.look.bar)
            self._outer.addWidget(self.past, 1)
            self.past.look.left.connect(self._on_past_left)
        self.past_button.setChecked(True)
        self.past.look.enter()

    def _on_past_clicked(self, on: bool) -> None:
        if on:
            self.look_back()
        elif self.past is not None:
            self.past.look.leave()

    def _on_past_left(self) -> None:
        self.past_button.setChecked(False)
        self.focus_first()

    def refuses(self) -> bool:
        """A past day can only be looked at."""
        return self.past is not None and self.past.look.refuses()

    # How cards look -----------------------------------------------------------------------------------------------

    def _ask_own(self) -> None:
        """Own fields that stand on cards, once the board is there."""
        from ...services import custom_fields

        self._session.ask(custom_fields.fields, "opportunity", done=self._on_own)

    def _on_own(self, fields: list[CustomField]) -> None:
        self.filter_bar.know_fields(fields)
        if fields == self._fields:
            return
        self._fields = fields
        self._own = shown = [each for each in fields if each.on_card]
        from ...services import custom_values

        self.delegate.show_own(lambda card: custom_values.card_texts(self._session.workspace, shown, card))
        self._show_cards()

    def _show_cards(self) -> None:
        """Cards and headers as the person wants them."""
        options = self.filter_bar.cards_pill.options
        mark = None
        if options.colour:
            from .card_marks import marker

            mark = marker(options, self.model.stages, self._fields, self._session.today, self.delegate.working)
        self.delegate.show_as(options, mark)
        self.grid.show_cards_anew()

    def _ask_rules(self) -> None:
        from .colour_rules import offered

        self._session.ask(offered, done=self._show_rules)

    def _show_rules(self, fields: list[FieldChoice]) -> None:
        from .colour_rules import ColourRulesDialog

        pill = self.filter_bar.cards_pill
        self._actions.show_dialog(
            ColourRulesDialog(self.window(), self._session, fields, pill.options.rules, self._take_rules)
        )

    def _take_rules(self, rules: tuple[ColourRule, ...]) -> None:
        pill = self.filter_bar.cards_pill
        pill.choose(replace(pill.options, rules=rules, colour="rules" if rules else ""))

    def _ask_working_days(self) -> None:
        """The holidays of a country come out of a library that is loaded once the board is there."""
        self._session.ask(working_days.of, done=self._count_by, background=True)

    def _count_by(self, working: WorkingDays) -> None:
        if working is not self.delegate.working:
            self.delegate.count_by(working)
            self._show_cards()

    def _texts_of(self, card: Card) -> tuple[str, str]:
        name, rest = card_texts(card, self._session.today, self.delegate.working)
        return name, ". ".join([*self.delegate.told_of(card.id), rest])

    # What changes -------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("custom_field"):
            self._ask_own()
        if changes.touches("opportunity"):
            self.held_link.follow(changes)
        if changes.verb == SETTINGS:
            self._ask_working_days()

    def _on_taken(self, said: tuple[str, str]) -> None:
        self.announce(". ".join(said))
        window: Any = self.window()
        window.notifications.toast.say(*said, [])

    def _on_told(self) -> None:
        """Somebody has opened or left a deal, or a change waits or has been sent."""
        for view in self.views():
            view.viewport().update()

    def _on_cards_arrived(self, ids: Sequence[int]) -> None:
        """Repaints the placeholders whose cards have come."""
        wanted = set(ids)
        for view in self.views():
            if wanted.intersection(view.ids_in_sight()):
                view.viewport().update()

    def _show(self) -> None:
        bar = self.filter_bar
        self.model.show(bar.where, bar.sort, bar.pipeline_id, bar.layout_pill.value)

    def _on_filter_changed(self, _where: DealFilter, _sort: Sort) -> None:
        self._show()
        self._hint.refresh()

    def _on_day_changed(self) -> None:
        self.delegate.today = self._session.today
        self.held_link.ask()
        self._show()
        self._show_cards()

    def _on_placed(self, ids: list[int], cell: CellKey) -> None:
        frame = self.grid.show_placed(ids, cell)
        if frame is not None:
            self._announce_place(ids, frame)

    def _announce_place(self, ids: list[int], frame: ColumnFrame) -> None:
        card = self.model.cards.peek(ids[0])
        row, name = frame.model.row_of(ids[0]), slot_title(frame.slot)
        if len(ids) > 1:
            text = ntr("{count} deal in {stage}", "{count} deals in {stage}", len(ids)).format(
                count=number(len(ids)), stage=name
            )
        elif row >= 0 and card is not None:
            text = tr("{name}: {stage}, place {place} of {count}").format(
                name=card.name, stage=name, place=number(row + 1), count=number(frame.model.rowCount())
            )
        else:
            text = tr("Moved to {stage}").format(stage=name)
        self.announce(text)

    def announce(self, text: str) -> None:
        """Has a screen reader say it."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.filter_bar.where.text

    def set_text(self, text: str) -> None:
        """Shows the cards with ``text``."""
        self.filter_bar.set_text(text)

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Exporting]) -> list[QAction]:
        """Deals that look alike, and exports of the board."""
        from ..exporting import of_board

        back = (tr("As it was…"), self.look_back)
        rights = self._session.rights
        twice = [(tr("Find duplicates…"), self._actions.find_duplicates)] if rights.delete_deals else []
        found = of_board(self) if rights.export else []
        more = [(text, lambda chosen=chosen: exporting().ask(chosen)) for text, chosen in found]
        return [menu.addAction(*each) for each in [*twice, back, *more]]

    def focus_first(self) -> None:
        """Takes the keyboard to the card that was moved last or that it was on last, or to the first; to the slider on a past
        day."""
        if self.past is not None and self.past.look.day is not None:
            self.past.focus_first()
        else:
            self.grid.focus_first()
