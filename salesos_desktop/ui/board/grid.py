"""Columns side by side, or rows of them below each other: what stands where, and the keyboard's way between them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ...domain.slots import CellKey, Key
from ...domain.stages import StageKind
from ..delegates.card import CardDelegate
from ..models.board import BoardModel
from .column_frame import ColumnFrame
from .column_view import ColumnView
from .edge_scroller import EdgeScroller
from .lanes import LANES_SHOWN, ColumnHeads, Lane, more_button

_MARGIN = 18


class BoardGrid(QScrollArea):
    """Builds a frame for each place of a BoardModel and keeps the figures in their headers.

    Signals:
        view_made(frame, view): a place has its list of cards from now on.
        dropped(ids, cell, row): cards were dropped.
    """

    view_made = Signal(object, object)
    dropped = Signal(object, object, object)

    def __init__(self, model: BoardModel, delegate: CardDelegate) -> None:
        super().__init__()
        self.model, self._delegate = model, delegate
        self.frames: list[ColumnFrame] = []
        self.lanes: list[Lane] = []
        self.heads: ColumnHeads | None = None
        self._open_closed: set[CellKey] = set()
        self._lanes_shown = LANES_SHOWN
        self._layout_before: object = None
        self._moved_to: ColumnFrame | None = None
        self._narrowed: bool | None = None
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.columns = QWidget()
        self._around = QVBoxLayout(self.columns)
        self._around.setContentsMargins(0, 0, 0, 0)
        self._body, self._outer = _body(self.columns)
        self._around.addWidget(self._body)
        self._only_row: QHBoxLayout | None = None
        self.setWidget(self.columns)
        self._scroller = EdgeScroller(self)
        self.verticalScrollBar().valueChanged.connect(self._place_heads)
        self.horizontalScrollBar().valueChanged.connect(lambda _: [lane.update() for lane in self.lanes])
        model.reset.connect(self.build)
        model.figures_changed.connect(self._on_figures_changed)

    # Building -----------------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Makes everything anew, in one layout."""
        held, at = self.verticalScrollBar().value(), self.model.layout == self._layout_before
        focus = self._focused_key()
        if not at:
            self._lanes_shown = LANES_SHOWN
        self._layout_before = self.model.layout
        self.columns.hide()
        self._only_row = None
        self._clear()
        if self.model.rows is None:
            self._only_row = self._row(self.frames_of(None))
            self._only_row.setContentsMargins(_MARGIN, 6, _MARGIN, 16)
            self._outer.addLayout(self._only_row, 1)
        else:
            self._build_lanes()
        self.columns.show()
        if at and self.model.rows is not None:
            self.columns.adjustSize()
            self.verticalScrollBar().setValue(held)
        if focus is not None:
            self._focus_again(focus)

    def _focused_key(self) -> CellKey | None:
        """Where the keyboard is: a row's key, a place, or None where it is elsewhere."""
        now = QApplication.focusWidget()
        if now is None or not self.columns.isAncestorOf(now):
            return None
        lane = next((each.slot.key for each in self.lanes if each is now), None)
        frame = next((each.cell for each in self.frames if each is now or each.isAncestorOf(now)), None)
        return lane if lane is not None else frame

    def _focus_again(self, key: CellKey) -> None:
        """Takes the keyboard back to the same row or place, or to the first."""
        lane = next((each for each in self.lanes if each.slot.key == key), None)
        frame = self.frame_of(key)
        if lane is not None:
            lane.setFocus(Qt.FocusReason.OtherFocusReason)
        elif frame is not None:
            frame.focus_cards(0)
        elif self.frames:
            self.frames[0].focus_cards(0)

    def _clear(self) -> None:
        """Takes everything away at once: what it was made in goes as a whole."""
        self._around.removeWidget(self._body)
        self._body.hide()
        self._body.deleteLater()
        self.frames, self.lanes, self.heads = [], [], None
        self._body, self._outer = _body(self.columns)
        self._around.addWidget(self._body)

    def frames_of(self, row: Key | None) -> list[ColumnFrame]:
        """Makes the frames of a row, or of the only one there is."""
        made = []
        for key in self.model.slots:
            cell: CellKey = key if row is None else (row, key)
            column = self.model.columns[cell]
            frame = ColumnFrame(column, self._delegate, self._body, bare=row is not None)
            frame.toggled.connect(self._on_toggled)
            frame.unfolded.connect(lambda view, frame=frame: self._on_unfolded(frame, view))
            frame.column_requested.connect(lambda step, at, frame=frame: self.go_sideways(frame, step, at))
            column.move_requested.connect(self.dropped)
            frame.set_slim(frame.slot.kind is not StageKind.OPEN and cell not in self._open_closed)
            if self._narrowed is not None:
                frame.show_narrowed(self._narrowed)
            made.append(frame)
        self.frames += made
        return made

    @staticmethod
    def _row(frames: list[ColumnFrame]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for frame in frames:
            row.addWidget(frame, 0 if frame.slim else 1)
        return row

    def _build_lanes(self) -> None:
        rows = self.model.rows
        assert rows is not None
        self.heads = ColumnHeads(self.model, self._body)
        self._outer.addSpacing(self.heads.sizeHint().height() + 4)
        for slot in rows.slots[: self._lanes_shown]:
            opened = slot.key in (self.model.open_rows or [])
            lane = Lane(slot, self._body, opened=opened)
            lane.toggled.connect(self.model.toggle_row)
            lane.lane_requested.connect(lambda step, lane=lane: self.go_to_lane(lane, step))
            lane.entered.connect(lambda lane=lane: self._enter(lane))
            if opened:
                lane.show_cells(self.frames_of(slot.key), self._row)
                lane.fit(self._delegate.height)
            self.lanes.append(lane)
            self._outer.addWidget(lane)
        left = len(rows.slots) - self._lanes_shown
        if left > 0:
            self._outer.addWidget(more_button(left, self._show_more), 0, Qt.AlignmentFlag.AlignHCenter)
        self._outer.addStretch(1)
        self.heads.raise_()
        self._place_heads()

    def _show_more(self) -> None:
        self._lanes_shown += LANES_SHOWN
        self.build()
        self._show_figures()

    def _place_heads(self) -> None:
        """The columns' heads stay above the rows."""
        if self.heads is not None:
            self.heads.setGeometry(
                0, self.verticalScrollBar().value(), self.columns.width(), self.heads.sizeHint().height()
            )

    def resizeEvent(self, event: object) -> None:
        """The heads are as wide as the rows."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place_heads()

    def _on_unfolded(self, frame: ColumnFrame, view: ColumnView) -> None:
        view.dragged.connect(self._scroller.follow)
        view.drag_ended.connect(self._scroller.stop)
        view.selectionModel().selectionChanged.connect(lambda chosen, _: self._on_selected(view, bool(chosen.count())))
        view.row_requested.connect(lambda step: self.go_upright(frame, step))
        self.view_made.emit(frame, view)

    def _on_selected(self, view: ColumnView, chosen: bool) -> None:
        """Cards are selected in one column at a time: what is blue is what a key or a drag moves."""
        if chosen:
            for other in self.views():
                if other is not view:
                    other.clearSelection()

    # Figures and looks ---------------------------------------------------------------------------------------------

    def _on_figures_changed(self, cells: set[CellKey]) -> None:
        for frame in self.frames:
            if frame.cell in cells:
                self._show_frame(frame)
        if self.model.rows is not None:
            self._show_lanes()

    def _show_frame(self, frame: ColumnFrame) -> None:
        found = self.model.figures.get(frame.cell)
        frame.set_figures(found if found is not None else type(frame.figures)())

    def _show_lanes(self) -> None:
        for lane in self.lanes:
            lane.fit(self._delegate.height)
            lane.show_figures(self.model.figures_of(row=lane.slot.key), self._delegate.options.measure)
        if self.heads is not None:
            self.heads.refresh(self._delegate.options.measure)

    def _show_figures(self) -> None:
        for frame in self.frames:
            self._show_frame(frame)
        self._show_lanes()

    def show_cards_anew(self) -> None:
        """Cards look otherwise from now on, and headers measure something else."""
        for view in self.views():
            view.fit_rows()
            view.viewport().update()
        self._show_figures()

    def show_narrowed(self, narrowed: bool) -> None:
        """Whether a filter hides deals: what empty columns say."""
        self._narrowed = narrowed
        for frame in self.frames:
            frame.show_narrowed(narrowed)

    def repaint_cards(self) -> None:
        """Paints every list of cards afresh."""
        for view in self.views():
            view.viewport().update()

    # Finding and going --------------------------------------------------------------------------------------------

    def frame_of(self, cell: CellKey) -> ColumnFrame | None:
        """The frame of a place."""
        return next((frame for frame in self.frames if frame.cell == cell), None)

    def views(self) -> list[ColumnView]:
        """The lists of cards that there are."""
        return [frame.view for frame in self.frames if frame.view is not None]

    def _beside(self, frame: ColumnFrame) -> list[ColumnFrame]:
        """The frames of the same row."""
        if not isinstance(frame.cell, tuple):
            return self.frames
        return [each for each in self.frames if isinstance(each.cell, tuple) and each.cell[0] == frame.cell[0]]

    def neighbour(self, frame: ColumnFrame, step: int) -> ColumnFrame | None:
        """The next frame of its row that takes cards, in a direction."""
        row = self._beside(frame)
        places: Iterator[int] = iter(range(row.index(frame) + step, len(row) if step > 0 else -1, step))
        return next((row[place] for place in places if row[place].slot.takes), None)

    def go_sideways(self, frame: ColumnFrame, step: int, at: int) -> None:
        """Takes the keyboard to the neighbouring column."""
        row = self._beside(frame)
        place = row.index(frame) + step
        if 0 <= place < len(row):
            row[place].focus_cards(at)
            self._show(row[place], 20)

    def go_upright(self, frame: ColumnFrame, step: int) -> None:
        """From the first or last card of a place to the head of its row, or of the next one."""
        lane = next(
            (each for each in self.lanes if isinstance(frame.cell, tuple) and each.slot.key == frame.cell[0]), None
        )
        if lane is None:
            return
        if step < 0:
            lane.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(lane, 0, 60)
        else:
            self.go_to_lane(lane, 1)

    def go_to_lane(self, lane: Lane, step: int) -> None:
        """Takes the keyboard to the head of the neighbouring row."""
        place = self.lanes.index(lane) + step
        if 0 <= place < len(self.lanes):
            self.lanes[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(self.lanes[place], 0, 60)

    def _enter(self, lane: Lane) -> None:
        first = next((f for f in self.frames if isinstance(f.cell, tuple) and f.cell[0] == lane.slot.key), None)
        if first is not None:
            first.focus_cards(0)

    def _show(self, frame: ColumnFrame, margin: int) -> None:
        self.ensureWidgetVisible(frame, margin, 0 if self.model.rows is None else 60)

    def _on_toggled(self, cell: CellKey) -> None:
        frame = self.frame_of(cell)
        if frame is None:
            return
        self._open_closed ^= {cell}
        frame.set_slim(not frame.slim)
        if self._only_row is not None:
            self._only_row.setStretchFactor(frame, 0 if frame.slim else 1)
        self._show_frame(frame)
        frame.focus_cards(0)
        if not frame.slim:
            self._show(frame, 0)

    def show_placed(self, ids: list[int], cell: CellKey) -> ColumnFrame | None:
        """Selects what was moved, where it is now, unless the hand has the next card already; the keyboard follows if it was
        on the board."""
        frame = self.frame_of(cell)
        if frame is None or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return frame
        # A dialog may have the keyboard now; the window gives it back to whoever had it here.
        had_focus = self.columns.isAncestorOf(self.window().focusWidget() or self)
        if not frame.slim and frame.view is not None:
            frame.view.select_ids(ids)
            self._show(frame, 0)
        self._moved_to = None if had_focus else frame
        if had_focus:
            focus_frame(frame)
        return frame

    def focus_first(self) -> None:
        """Takes the keyboard to the card that was moved last or that it was on last, or to the first."""
        if not self.frames or self.columns.isAncestorOf(QApplication.focusWidget() or self):
            return
        last, moved_to, self._moved_to = self.window().focusWidget(), self._moved_to, None
        last = self.focusWidget() or last
        if moved_to in self.frames and moved_to is not None:
            focus_frame(moved_to)
        elif last is not None and self.columns.isAncestorOf(last) and last.isVisibleTo(self):
            last.setFocus()
        else:
            self.frames[0].focus_cards(0)

    def selected(self) -> list[int]:
        """Ids of the selected cards, from top to bottom."""
        return next((ids for ids in (view.chosen_ids() for view in self.views()) if ids), [])


def focus_frame(frame: ColumnFrame) -> None:
    """Takes the keyboard to the card it was on last in a column."""
    (frame if frame.slim or frame.view is None else frame.view).setFocus()


def _body(parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
    made = QWidget(parent)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return made, layout
