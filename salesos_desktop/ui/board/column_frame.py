"""A column of the board: its header with exact figures and its cards, or the slim face of won and lost."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFontMetrics,
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
from ..theme import BODY, SMALL, TITLE, font, theme, tokens
from .column_view import ColumnView

SLIM_WIDTH = 86
MIN_WIDTH = 236


class ColumnFrame(QFrame):
    """One stage. Won and lost begin slim and open on click or Enter; both faces take drops.

    Signals:
        toggled(stage_id): the slim face was opened or the open one closed.
        hovered(over): a drag of deals entered or left the slim face.
    """

    toggled = Signal(object)
    hovered = Signal(object)

    def __init__(self, model: StageColumnModel, delegate: CardDelegate, slim: bool) -> None:
        super().__init__()
        self.stage: Stage = model.stage
        self.model = model
        self.slim = slim
        self._figures = StageFigures()
        self._over = False
        self.header = ColumnHeader(self)
        self.view = ColumnView(model, delegate)
        self.show_narrowed(False)
        self.view.hovered.connect(self._on_hovered)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.header)
        layout.addWidget(self.view, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.update)
        self.set_slim(slim)

    @property
    def closed(self) -> bool:
        """Whether this is won or lost."""
        return self.stage.kind is not StageKind.OPEN

    def set_slim(self, slim: bool) -> None:
        """Shows the slim face, or header and cards."""
        self.slim = slim
        self.header.setVisible(not slim)
        self.view.setVisible(not slim)
        self.setAcceptDrops(slim)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if slim else Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(SLIM_WIDTH if slim else MIN_WIDTH)
        self.setMaximumWidth(SLIM_WIDTH if slim else 16777215)
        self._tell()
        self.update()

    def show_narrowed(self, narrowed: bool) -> None:
        """What an empty column says: nothing matches, or what to do next."""
        if narrowed:
            self.view.empty_text = tr("Nothing here matches the filter.")
        elif self.closed:
            self.view.empty_text = tr("Nothing here yet.")
        else:
            self.view.empty_text = tr("Drop a deal here, or press N to make one.")
        self.view.viewport().update()

    def set_figures(self, figures: StageFigures) -> None:
        """Shows exact count and sums."""
        self._figures = figures
        self.header.update()
        self._tell()
        self.update()

    @property
    def figures(self) -> StageFigures:
        """What is shown."""
        return self._figures

    def focus_cards(self, row: int) -> None:
        """Takes the keyboard here."""
        if self.slim:
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
        self.view.setAccessibleName(self.stage.name)
        self.view.setAccessibleDescription(text)
        self.setToolTip("" if not self.slim else tr("Open or close this column"))

    def _on_hovered(self, over: bool) -> None:
        self._over = over
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
            self.view.column_requested.emit(-1 if event.key() == Qt.Key.Key_Left else 1, 0)
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
            (self.stage.name, font(BODY, bold=True), t.stage(self.stage.colour), 18),
            (number(self._figures.count), font(TITLE + 3, bold=True), t.text, 4),
            (total, font(SMALL), t.muted, 0),
        ]
        for text, face, colour, gap in lines:
            height = QFontMetrics(face).height()
            painter.setFont(face)
            painter.setPen(QColor(colour))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 10)
            painter.drawText(QRect(5, y, self.width() - 10, height), Qt.AlignmentFlag.AlignCenter, shown)
            y += height + gap


class ColumnHeader(QWidget):
    """Name, count, probability, total and weighted total of an open column; a click on a closed one makes it slim."""

    def __init__(self, frame: ColumnFrame) -> None:
        super().__init__(frame)
        self._frame = frame
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if frame.closed:
            self.setToolTip(tr("Open or close this column"))

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(200, 2 * QFontMetrics(font(BODY, bold=True)).height() + 14)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Closes an opened won or lost column."""
        if self._frame.closed and event.button() is Qt.MouseButton.LeftButton:
            self._frame.toggled.emit(self._frame.stage.id)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Two lines of figures."""
        t, stage, figures = tokens(), self._frame.stage, self._frame.figures
        painter = QPainter(self)
        bold, small = font(BODY, bold=True), font(12)
        line = QFontMetrics(bold).height()
        total, weighted = money_texts(figures)
        left, width = 4, self.width() - 8
        self._pair(painter, QRect(left, 6, width, line), (stage.name, bold, t.text), (percent(stage.probability), small, t.muted),
                   number(figures.count))  # fmt: skip
        second = ("≈ " + weighted, small, t.muted) if stage.kind is StageKind.OPEN else ("", small, t.muted)
        self._pair(painter, QRect(left, 10 + line, width, line), (total, font(12, bold=True), t.text), second, "")
        painter.end()

    def _pair(self, painter: QPainter, rect: QRect, first: tuple, second: tuple, count: str) -> None:
        text, face, ink = second
        right = QFontMetrics(face).horizontalAdvance(text)
        painter.setFont(face)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        room = rect.width() - right - 8
        text, face, ink = first
        counted = QFontMetrics(font(12)).horizontalAdvance(count) + 8 if count else 0
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, room - counted)
        painter.setFont(face)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if count:
            start = rect.x() + QFontMetrics(face).horizontalAdvance(shown) + 8
            painter.setFont(font(12))
            painter.setPen(QColor(tokens().muted))
            painter.drawText(QRect(start, rect.y(), counted, rect.height()), Qt.AlignmentFlag.AlignVCenter, count)


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
