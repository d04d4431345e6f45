"""A column of the board: its header with exact figures and its cards, or the slim face of won and lost."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from ...domain.stages import Stage, StageKind
from ...i18n import money, number, percent, tr
from ..delegates.card import CardDelegate
from ..models.board import StageFigures
from ..models.column import StageColumnModel
from ..theme import BODY, SMALL, TITLE, font, metrics, theme, tokens
from .column_view import ColumnView

SLIM_WIDTH = 86
MIN_WIDTH = 236


class ColumnFrame(QFrame):
    """One stage. Won and lost begin slim and open on click or Enter; both faces take drops.

    Signals:
        toggled(stage_id): the slim face was opened or the open one closed.
        unfolded(view): the column has its cards from now on (a slim one makes them when it is first opened).
        column_requested(step, row): Left or Right on the slim face: go to the neighbouring column.
    """

    toggled = Signal(object)
    unfolded = Signal(object)
    column_requested = Signal(object, object)

    def __init__(self, model: StageColumnModel, delegate: CardDelegate, parent: QWidget) -> None:
        super().__init__(parent)
        self.stage: Stage = model.stage
        self.model = model
        self.slim = True
        self.view: ColumnView | None = None
        self.header: ColumnHeader | None = None
        self._delegate = delegate
        self._figures = StageFigures()
        self._over = False
        self._empty_text = ""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 4, 8, 8)
        self._layout.setSpacing(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.update)

    @property
    def closed(self) -> bool:
        """Whether this is won or lost."""
        return self.stage.kind is not StageKind.OPEN

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
        self.header = ColumnHeader(self)
        self.view = ColumnView(self.model, self._delegate, self)
        self.view.hovered.connect(self._on_hovered)
        self.view.column_requested.connect(self.column_requested)
        self._layout.addWidget(self.header)
        self._layout.addWidget(self.view, 1)
        self.view.show_empty_text(self._empty_text)
        self.unfolded.emit(self.view)

    def show_narrowed(self, narrowed: bool) -> None:
        """What an empty column says: nothing matches, or what to do next; nothing before this is called."""
        if narrowed:
            self._empty_text = tr("Nothing here matches the filter.")
        elif self.closed:
            self._empty_text = tr("Nothing here yet.")
        else:
            self._empty_text = tr("Drop a deal here, or press N to make one.")
        if self.view is not None:
            self.view.show_empty_text(self._empty_text)

    def set_figures(self, figures: StageFigures) -> None:
        """Shows exact count and sums."""
        self._figures = figures
        self._tell()
        if self.slim or self.header is None:
            self.update()
        else:
            self.header.update()

    @property
    def figures(self) -> StageFigures:
        """What is shown."""
        return self._figures

    def focus_cards(self, row: int) -> None:
        """Takes the keyboard here."""
        if self.slim or self.view is None:
            self.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.view.go_to(row)

    def _tell(self) -> None:
        total, weighted = money_texts(self._figures)
        count = self._figures.count
        text = tr("{stage}, {count} deals, total {total}").format(
            stage=self.stage.name, count=number(count), total=total
        )
        if self.stage.kind is StageKind.OPEN:
            text += ", " + tr("weighted {weighted}").format(weighted=weighted)
        self.setAccessibleName(text)
        if self.view is not None:
            self.view.setAccessibleDescription(text)
        self.setToolTip("" if not self.slim else tr("Open or close this column"))

    def _on_hovered(self, over: bool) -> None:
        self._over = over
        for part in (self.header, self.view):
            if part is not None:
                part.set_over(over)
        self.update()

    # The slim face ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the slim face opens it."""
        if self.slim and event.button() is Qt.MouseButton.LeftButton:
            self.toggled.emit(self.stage.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or space opens; arrows go to the neighbours."""
        if self.slim and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggled.emit(self.stage.id)
        elif self.slim and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.column_requested.emit(-1 if event.key() == Qt.Key.Key_Left else 1, 0)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """The slim face takes deals."""
        if self.slim and self.model.canDropMimeData(event.mimeData(), Qt.DropAction.MoveAction, -1, 0, QModelIndex()):
            event.acceptProposedAction()
            self._on_hovered(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Rests."""
        self._on_hovered(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Asks for the closing of the deals."""
        self._on_hovered(False)
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.model.dropMimeData(event.mimeData(), Qt.DropAction.MoveAction, 0, 0, QModelIndex())

    def changeEvent(self, event: QEvent) -> None:
        """Repaints with the focus."""
        self.update()
        super().changeEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Shows the focus."""
        self.update()
        super().focusInEvent(event)  # type: ignore[arg-type]

    def focusOutEvent(self, event: object) -> None:
        """Hides the focus."""
        self.update()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Sunken ground with the stage's colour on top; accent while a drag is over it."""
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(box, 8, 8)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), QColor(t.accent_soft if self._over else t.sunken))
        painter.fillRect(QRect(0, 0, self.width(), 3), QColor(t.stage(self.stage.colour)))
        if self._over or (self.slim and self.hasFocus()):
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        if self.slim:
            self._paint_slim(painter)
        painter.end()

    def _paint_slim(self, painter: QPainter) -> None:
        t = tokens()
        total, _ = money_texts(self._figures)
        y = 14
        lines = [
            (self.stage.name, BODY, True, t.stage(self.stage.colour), 18),
            (number(self._figures.count), TITLE + 3, True, t.text, 4),
            (total, SMALL, False, t.muted, 0),
        ]
        for text, size, bold, colour, gap in lines:
            face = metrics(size, bold=bold)
            height = face.height()
            painter.setFont(font(size, bold=bold))
            painter.setPen(QColor(colour))
            shown = face.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 10)
            painter.drawText(QRect(5, y, self.width() - 10, height), Qt.AlignmentFlag.AlignCenter, shown)
            y += height + gap


class ColumnHeader(QWidget):
    """Name, count, probability, total and weighted total of an open column; a click on a closed one makes it slim."""

    def __init__(self, frame: ColumnFrame) -> None:
        super().__init__(frame)
        self._frame = frame
        self._over = False
        # It paints its own ground, so that new figures repaint nothing behind it.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if frame.closed:
            self.setToolTip(tr("Open or close this column"))

    def set_over(self, over: bool) -> None:
        """Takes the ground of a column that a drag is over."""
        self._over = over
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(200, 2 * metrics(bold=True).height() + 14)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Closes an opened won or lost column."""
        if self._frame.closed and event.button() is Qt.MouseButton.LeftButton:
            self._frame.toggled.emit(self._frame.stage.id)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Two lines of figures."""
        t, stage, figures = tokens(), self._frame.stage, self._frame.figures
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(t.accent_soft if self._over else t.sunken))
        total, weighted = money_texts(figures)
        left, width, line = 4, self.width() - 8, metrics(bold=True).height()
        first, second = QRect(left, 6, width, line), QRect(left, 10 + line, width, line)
        room = width - _right(painter, first, percent(stage.probability), t.muted)
        if stage.kind is StageKind.OPEN:
            below = width - _right(painter, second, "≈ " + weighted, t.muted)
        else:
            below = width
        count = number(figures.count)
        used = _left(painter, first, stage.name, BODY, t.text, room - metrics(12).horizontalAdvance(count) - 8)
        painter.setFont(font(12))
        painter.setPen(QColor(t.muted))
        painter.drawText(first.adjusted(used + 8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, count)
        _left(painter, second, total, 12, t.text, below)
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


def money_texts(figures: StageFigures) -> tuple[str, str]:
    """Total and weighted total; each currency apart, never added up."""
    if not figures.by_currency:
        return "—", "—"
    pairs = sorted(figures.by_currency.items(), key=lambda pair: -pair[1].value)
    return (
        " + ".join(money(sums.value, currency) for currency, sums in pairs),
        " + ".join(money(round_units(sums.weighted, currency), currency) for currency, sums in pairs),
    )


def round_units(minor: int, currency: str) -> int:
    """A weighted figure in whole units of its currency: its cents mean nothing."""
    from ...domain.money import exponent

    unit = 10 ** exponent(currency)
    return (minor + unit // 2) // unit * unit
