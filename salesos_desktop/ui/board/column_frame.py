"""A column of the board: its header with exact figures and its cards, or the slim face of won and lost; a place of a row."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ...domain.slots import Slot
from ...domain.stages import Stage, StageKind
from ...i18n import number, percent, tr
from ..delegates.card import CardDelegate
from ..models.board import StageFigures
from ..models.column import ColumnModel
from ..theme import BODY, font, metrics, tokens
from .column_view import ColumnView
from .drop_face import SLIM_WIDTH, DropFace
from .figure_texts import measured, money_texts
from .slot_texts import slot_title

MIN_WIDTH = 236


class ColumnFrame(DropFace):
    """One column. Won and lost begin slim and open on click or Enter; both faces take drops. A ``bare`` one has no header:
    it is the place of a column in a row.

    Signals:
        toggled(cell): the slim face was opened or the open one closed.
        unfolded(view): the column has its cards from now on (a slim one makes them when it is first opened).
        column_requested(step, row): Left or Right on the slim face: go to the neighbouring column.
    """

    toggled = Signal(object)
    unfolded = Signal(object)
    column_requested = Signal(object, object)

    def __init__(self, model: ColumnModel, delegate: CardDelegate, parent: QWidget, *, bare: bool = False) -> None:
        super().__init__(slot_title(model.slot), model.slot.colour, parent, striped=not bare)
        self.slot, self.cell = model.slot, model.cell
        self.model = model
        self._bare = bare
        self.view: ColumnView | None = None
        self.header: ColumnHeader | None = None
        self._delegate = delegate
        self._empty_text = ""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 8 if bare else 4, 8, 8)
        self._layout.setSpacing(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def stage(self) -> Stage:
        """The stage of a column by stage. Raises ValueError for another one."""
        if self.slot.stage is None:
            raise ValueError(self.slot)
        return self.slot.stage

    @property
    def closed(self) -> bool:
        """Whether this is won or lost."""
        return self.slot.kind is not StageKind.OPEN

    def set_slim(self, slim: bool) -> None:
        """Shows the slim face, or header and cards."""
        self.slim = slim
        if not slim and self.view is None:
            self._unfold()
        for part in (self.header, self.view):
            if part is not None:
                part.setVisible(not slim)
        self.setAcceptDrops(slim)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if slim else Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(SLIM_WIDTH if slim else MIN_WIDTH)
        self.setMaximumWidth(SLIM_WIDTH if slim else 16777215)
        self._tell()
        self.update()

    def _unfold(self) -> None:
        """Makes header and cards."""
        if not self._bare:
            self.header = ColumnHeader(self, self.slot)
            self.header.pressed.connect(lambda: self.toggled.emit(self.cell))
            self._layout.addWidget(self.header)
        self.view = ColumnView(self.model, self._delegate, self)
        self.view.hovered.connect(self.show_over)
        self.view.column_requested.connect(self.column_requested)
        self._layout.addWidget(self.view, 1)
        self.view.show_empty_text(self._empty_text)
        self.unfolded.emit(self.view)

    def show_narrowed(self, narrowed: bool) -> None:
        """What an empty column says: nothing matches, or what to do next; nothing before this is called."""
        if narrowed:
            self._empty_text = tr("Nothing here matches the filter.")
        elif self._bare or not self.slot.takes:
            self._empty_text = ""
        elif self.closed or not self.model.invites:
            self._empty_text = tr("Nothing here yet.")
        else:
            self._empty_text = tr("Drop a deal here, or press N to make one.")
        if self.view is not None:
            self.view.show_empty_text(self._empty_text)

    def set_figures(self, figures: StageFigures) -> None:
        """Shows exact count and sums."""
        self._figures = figures
        self._tell()
        if self.slim:
            self.update()
        elif self.header is not None:
            self.header.show_figures(figures, self._delegate.options.measure)

    def focus_cards(self, row: int) -> None:
        """Takes the keyboard here."""
        if self.slim or self.view is None:
            self.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.view.go_to(row)

    def _tell(self) -> None:
        total, weighted = money_texts(self._figures)
        count = self._figures.count
        text = tr("{stage}, {count} deals, total {total}").format(stage=self.title, count=number(count), total=total)
        if not self.closed:
            text += ", " + tr("weighted {weighted}").format(weighted=weighted)
        self.setAccessibleName(text)
        if self.view is not None:
            self.view.setAccessibleDescription(text)
        self.setToolTip("" if not self.slim else tr("Open or close this column"))

    def show_over(self, over: bool) -> None:
        """Header and cards take the same ground."""
        for part in (self.header, self.view):
            if part is not None:
                part.set_over(over)
        super().show_over(over)

    # The slim face ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the slim face opens it."""
        if self.slim and event.button() is Qt.MouseButton.LeftButton:
            self.toggled.emit(self.cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or space opens; arrows go to the neighbours."""
        if self.slim and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggled.emit(self.cell)
        elif self.slim and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.column_requested.emit(-1 if event.key() == Qt.Key.Key_Left else 1, 0)
        else:
            super().keyPressEvent(event)

    def takes(self, data: QMimeData) -> bool:
        """Deals of this workspace, where something can be brought."""
        return self.model.canDropMimeData(data, Qt.DropAction.MoveAction, -1, 0, QModelIndex())

    def take(self, data: QMimeData) -> None:
        """Asks for the closing of the deals."""
        self.model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())


class ColumnHeader(QWidget):
    """Name, count, probability, total and weighted total of an open column; a click on a closed one makes it slim.

    Signals:
        pressed(): a click on the header of a closed column.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget, slot: Slot) -> None:
        super().__init__(parent)
        self._slot, self._figures, self._measure = slot, StageFigures(), "value"
        self._over = False
        # It paints its own ground, so that new figures repaint nothing behind it.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if self._closed:
            self.setToolTip(tr("Open or close this column"))

    @property
    def _closed(self) -> bool:
        return self._slot.kind is not StageKind.OPEN

    def set_over(self, over: bool) -> None:
        """Takes the ground of a column that a drag is over."""
        self._over = over
        self.update()

    def show_figures(self, figures: StageFigures, measure: str) -> None:
        """Shows exact count and sums, that measure large (board/card_options.py)."""
        self._figures, self._measure = figures, measure
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(200, 2 * metrics(bold=True).height() + 14)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Closes an opened won or lost column."""
        if self._closed and event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Two lines of figures."""
        t, stage = tokens(), self._slot.stage
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(t.accent_soft if self._over else t.sunken))
        main, aside = measured(self._figures, self._measure, closed=self._closed)
        left, width, line = 4, self.width() - 8, metrics(bold=True).height()
        first, second = QRect(left, 6, width, line), QRect(left, 10 + line, width, line)
        room = width if stage is None else width - _right(painter, first, percent(stage.probability), t.muted)
        below = width - _right(painter, second, aside, t.muted) if aside else width
        count = number(self._figures.count)
        name = slot_title(self._slot)
        used = _left(painter, first, name, BODY, t.text, room - metrics(12).horizontalAdvance(count) - 8)
        painter.setFont(font(12))
        painter.setPen(QColor(t.muted))
        painter.drawText(first.adjusted(used + 8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, count)
        _left(painter, second, main, 12, t.text, below)
        painter.end()


def _right(painter: QPainter, rect: QRect, text: str, ink: str) -> int:
    """A quiet text at the right; returns the width it takes with the space before it."""
    painter.setFont(font(12))
    painter.setPen(QColor(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    return metrics(12).horizontalAdvance(text) + 8


def _left(painter: QPainter, rect: QRect, text: str, size: int, ink: str, room: int) -> int:
    """A bold text at the left, elided to ``room``; returns its width."""
    face = metrics(size, bold=True)
    shown = face.elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.setFont(font(size, bold=True))
    painter.setPen(QColor(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return face.horizontalAdvance(shown)
