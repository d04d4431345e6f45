"""The board page: key figures, columns side by side, and the keyboard and drags between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...domain.filters import DealFilter, Sort
from ...domain.stages import Stage, StageKind
from ...i18n import ntr, number, tr
from ...services import working_days
from ...services.workspace import SETTINGS
from ..deals import DealActions
from ..delegates.card import CardDelegate
from ..models.board import BoardModel, StageFigures
from ..models.forecast import ForecastModel
from ..pages import PageView
from ..session import Session
from .card_texts import card_texts
from .column_frame import ColumnFrame
from .column_view import ColumnView
from .edge_scroller import EdgeScroller
from .filter_bar import FilterBar
from .narrowed_hint import NarrowedHint
from .strip import BoardStrip

if TYPE_CHECKING:
    from ...domain.custom_fields import CustomField
    from ...domain.opportunities import Card
    from ...domain.working_days import WorkingDays
    from ..exporting import Exporting


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
        self.frames: list[ColumnFrame] = []
        self._open_closed: set[int] = set()
        self._own: list[CustomField] = []
        self._moved_to: ColumnFrame | None = None
        self._strip = BoardStrip(session, self.model, self.filter_bar, forecast)
        self._hint = NarrowedHint(self.filter_bar)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._columns = QWidget()
        self._row = QHBoxLayout(self._columns)
        self._row.setContentsMargins(18, 6, 18, 16)
        self._row.setSpacing(12)
        self._area.setWidget(self._columns)
        self._scroller = EdgeScroller(self._area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._strip)
        layout.addWidget(self._hint)
        layout.addWidget(self._area, 1)
        self._connect()
        forecast.changed.connect(self._strip.refresh_soon)

    def _connect(self) -> None:
        self.filter_bar.changed.connect(self._on_filter_changed)
        self.model.reset.connect(self._build)
        self.model.figures_changed.connect(self._on_figures_changed)
        self.model.loaded.connect(self._on_loaded)
        self.model.filled.connect(self.filter_bar.ask_people)
        self.model.filled.connect(self._ask_own)
        self.model.filled.connect(self._ask_working_days)
        self.model.placed.connect(self._on_placed)
        self.model.cards.arrived.connect(self._on_cards_arrived)
        self._session.day_changed.connect(self._on_day_changed)
        self._session.changed.connect(self._on_changed)
        # Nothing is painted before the first cards are here: an empty board would only be painted over.
        self.setUpdatesEnabled(False)
        self._show()

    # Columns ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        for frame in self.frames:
            frame.deleteLater()
        self.frames = []
        # One layout for all of them, not one for each.
        self._columns.hide()
        for stage in self.model.stages.values():
            slim = stage.kind is not StageKind.OPEN and stage.id not in self._open_closed
            column = self.model.columns[stage.id]
            frame = ColumnFrame(column, self.delegate, self._columns)
            frame.toggled.connect(self._on_toggled)
            frame.unfolded.connect(lambda view, s=stage: self._connect_view(s, view))
            frame.column_requested.connect(lambda step, row, f=frame: self._on_column_requested(f, step, row))
            column.move_requested.connect(self._on_drop)
            frame.set_slim(slim)
            self._row.addWidget(frame, 0 if slim else 1)
            self.frames.append(frame)
        self._columns.show()

    def _connect_view(self, stage: Stage, view: ColumnView) -> None:
        view.open_requested.connect(self._actions.open_requested)
        view.stage_requested.connect(lambda ids, step: self._on_stage_requested(stage, ids, step))
        view.order_requested.connect(lambda ids, step: self._on_order_requested(stage, ids, step))
        view.menu_requested.connect(lambda ids, point: self._show_menu(stage, ids, point))
        view.delete_requested.connect(self._actions.delete)
        view.edit_requested.connect(self._actions.edit)
        view.selectionModel().selectionChanged.connect(lambda chosen, _: self._on_selected(view, bool(chosen.count())))
        view.dragged.connect(self._scroller.follow)
        view.drag_ended.connect(self._scroller.stop)

    def _on_selected(self, view: ColumnView, chosen: bool) -> None:
        """Cards are selected in one column at a time: what is blue is what a key or a drag moves."""
        if chosen:
            for other in self.views():
                if other is not view:
                    other.clearSelection()

    def frame_of(self, stage_id: int) -> ColumnFrame | None:
        """The column of a stage."""
        return next((frame for frame in self.frames if frame.stage.id == stage_id), None)

    def views(self) -> list[ColumnView]:
        """The lists of cards that there are."""
        return [frame.view for frame in self.frames if frame.view is not None]

    def _on_toggled(self, stage_id: int) -> None:
        frame = self.frame_of(stage_id)
        if frame is None:
            return
        self._open_closed ^= {stage_id}
        frame.set_slim(not frame.slim)
        self._row.setStretchFactor(frame, 0 if frame.slim else 1)
        frame.focus_cards(0)
        if not frame.slim:
            self._area.ensureWidgetVisible(frame, 0, 0)

    def _on_loaded(self) -> None:
        self.filter_bar.show_pipelines(self.model.pipelines, self.model.pipeline_id)
        self._actions.pipeline_id = self.model.pipeline_id
        for frame in self.frames:
            frame.show_narrowed(self.filter_bar.narrowed)
        self._strip.refresh()
        if not self.updatesEnabled():
            self.setUpdatesEnabled(True)
            if self.isVisibleTo(self.window()):
                self.focus_first()
        self.usable.emit()

    def _ask_own(self) -> None:
        """Own fields that stand on cards, once the board is there."""
        from ...services import custom_fields

        self._session.ask(custom_fields.fields, "opportunity", done=self._on_own)

    def _on_own(self, fields: list[CustomField]) -> None:
        self.filter_bar.know_fields(fields)
        shown = [each for each in fields if each.on_card]
        if shown == self._own:
            return
        self._own = shown
        from ...services import custom_values

        self.delegate.show_own(lambda card: custom_values.card_texts(self._session.workspace, shown, card))
        for view in self.views():
            view.viewport().update()

    def _ask_working_days(self) -> None:
        """The holidays of a country come out of a library that is loaded once the board is there."""
        self._session.ask(working_days.of, done=self._count_by, background=True)

    def _count_by(self, working: WorkingDays) -> None:
        if working is not self.delegate.working:
            self.delegate.count_by(working)
            for view in self.views():
                view.viewport().update()

    def _texts_of(self, card: Card) -> tuple[str, str]:
        return card_texts(card, self._session.today, self.delegate.working)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("custom_field"):
            self._ask_own()
        if changes.verb == SETTINGS:
            self._ask_working_days()

    def _on_cards_arrived(self, ids: Sequence[int]) -> None:
        """Repaints the placeholders whose cards have come."""
        wanted = set(ids)
        for view in self.views():
            if wanted.intersection(view.ids_in_sight()):
                view.viewport().update()

    def _on_figures_changed(self, stage_ids: set[int]) -> None:
        for frame in self.frames:
            if frame.stage.id in stage_ids:
                frame.set_figures(self.model.figures.get(frame.stage.id, StageFigures()))
        self._strip.refresh_soon()

    def _show(self) -> None:
        self.model.show(self.filter_bar.where, self.filter_bar.sort, self.filter_bar.pipeline_id)

    def _on_filter_changed(self, _where: DealFilter, _sort: Sort) -> None:
        self._show()
        self._hint.refresh()

    def _on_day_changed(self) -> None:
        self.delegate.today = self._session.today
        self._show()
        for view in self.views():
            view.viewport().update()

    # Asking for moves ---------------------------------------------------------------------------------------------

    def _on_drop(self, ids: list[int], stage_id: int, row: int) -> None:
        stage, column = self.model.stages[stage_id], self.model.columns[stage_id]
        if stage.kind is not StageKind.OPEN:
            fresh = [i for i in ids if column.row_of(i) < 0]
            if fresh:
                self._actions.move(fresh, stage)
            return
        by_hand = self.model.sort is Sort.MANUAL
        self._actions.move(ids, stage, column.before(row, ids) if by_hand else None)

    def _on_stage_requested(self, stage: Stage, ids: list[int], step: int) -> None:
        stages = list(self.model.stages.values())
        place = stages.index(stage) + step
        if 0 <= place < len(stages):
            self._actions.move(ids, stages[place])

    def _on_order_requested(self, stage: Stage, ids: list[int], step: int) -> None:
        if stage.kind is not StageKind.OPEN:
            return
        if self.model.sort is not Sort.MANUAL:
            self.announce(tr("Cards are moved up and down when the order is by hand."))
            return
        column = self.model.columns[stage.id]
        rows = sorted(row for row in map(column.row_of, ids) if row >= 0)
        if not rows:
            return
        target = rows[0] - 1 if step < 0 else rows[-1] + 2
        if 0 <= target <= column.rowCount():
            self._actions.move(ids, stage, column.before(target, ids))

    def _on_column_requested(self, frame: ColumnFrame, step: int, row: int) -> None:
        place = self.frames.index(frame) + step
        if 0 <= place < len(self.frames):
            self.frames[place].focus_cards(row)
            self._area.ensureWidgetVisible(self.frames[place], 20, 0)

    def _on_placed(self, ids: list[int], stage_id: int) -> None:
        """Selects what was moved, where it is now; the keyboard follows if it was on the board."""
        frame = self.frame_of(stage_id)
        if frame is None:
            return
        # A dialog may have the keyboard now; the window gives it back to whoever had it here.
        had_focus = self._columns.isAncestorOf(self.window().focusWidget() or self)
        if not frame.slim and frame.view is not None:
            frame.view.select_ids(ids)
            self._area.ensureWidgetVisible(frame, 0, 0)
        self._moved_to = None if had_focus else frame
        if had_focus:
            self._focus_frame(frame)
        self._announce_place(ids, frame)

    @staticmethod
    def _focus_frame(frame: ColumnFrame) -> None:
        """Takes the keyboard to the card it was on last in a column."""
        (frame if frame.slim or frame.view is None else frame.view).setFocus()

    def _announce_place(self, ids: list[int], frame: ColumnFrame) -> None:
        card = self.model.cards.peek(ids[0])
        row = frame.model.row_of(ids[0])
        if len(ids) > 1:
            text = ntr("{count} deal in {stage}", "{count} deals in {stage}", len(ids)).format(
                count=number(len(ids)), stage=frame.stage.name
            )
        elif row >= 0 and card is not None:
            text = tr("{name}: {stage}, place {place} of {count}").format(
                name=card.name, stage=frame.stage.name, place=number(row + 1), count=number(frame.model.rowCount())
            )
        else:
            text = tr("Moved to {stage}").format(stage=frame.stage.name)
        self.announce(text)

    def announce(self, text: str) -> None:
        """Has a screen reader say it."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _show_menu(self, stage: Stage, ids: list[int], point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(ids) == 1:
            menu.addAction(tr("Open"), lambda: self._actions.open_requested.emit(ids[0]))
            menu.addAction(tr("Edit…"), lambda: self._actions.edit(ids[0]))
        if len(ids) == 2:
            menu.addAction(tr("Merge…"), lambda: self._actions.merge(*ids))
        moves = menu.addMenu(tr("Move to"))
        for other in self.model.stages.values():
            if other is not stage:
                moves.addAction(other.name.replace("&", "&&"), lambda other=other: self._actions.move(ids, other))
        for pipeline in self.model.pipelines:
            others = [other for other in self.model.elsewhere if other.pipeline_id == pipeline.id]
            if others:
                elsewhere = moves.addMenu(pipeline.name.replace("&", "&&"))
                for other in others:
                    text = other.name.replace("&", "&&")
                    elsewhere.addAction(text, lambda other=other: self._actions.move(ids, other))
        if stage.kind is not StageKind.OPEN:
            menu.addAction(tr("Reopen…"), lambda: self._actions.reopen(ids))
        menu.addSeparator()
        menu.addAction(tr("Delete"), lambda: self._actions.delete(ids))
        menu.popup(point)

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

        more = [(text, lambda chosen=chosen: exporting().ask(chosen)) for text, chosen in of_board(self)]
        return [menu.addAction(*each) for each in [(tr("Find duplicates…"), self._actions.find_duplicates), *more]]

    def focus_first(self) -> None:
        """Takes the keyboard to the card that was moved last or that it was on last, or to the first."""
        if not self.frames or self._columns.isAncestorOf(QApplication.focusWidget() or self):
            return
        last, moved_to, self._moved_to = self.focusWidget(), self._moved_to, None
        if moved_to in self.frames and moved_to is not None:
            self._focus_frame(moved_to)
        elif last is not None and self._columns.isAncestorOf(last) and last.isVisibleTo(self):
            last.setFocus()
        else:
            self.frames[0].focus_cards(0)
