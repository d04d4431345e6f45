"""The bar of stages: where the deal is, since when, and a click to take it elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...domain.opportunities import Card
from ...domain.stages import Stage, StageKind
from ...i18n import tr
from ..theme import BODY, font, theme, tokens

_POINT = 9


class StageBar(QWidget):
    """Chevrons, one per open stage and one for won.

    Signals:
        stage_requested(stage): a click, or Enter on the stage the arrows went to.
    """

    stage_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._stages: list[Stage] = []
        self._current: Stage | None = None
        self._days = 0
        self._cursor = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme().changed.connect(self.update)

    def show_deal(self, stages: list[Stage], card: Card, days: int) -> None:
        """Shows where a deal is; ``days`` in its stage."""
        self._stages = [s for s in stages if s.kind is not StageKind.LOST or s.id == card.stage_id]
        self._current = next((s for s in stages if s.id == card.stage_id), None)
        self._days = days
        self._cursor = self._stages.index(self._current) if self._current in self._stages else 0
        name = self._current.name if self._current else ""
        self.setAccessibleName(tr("Stage: {stage}, {days} d").format(stage=name, days=days))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room, one line high."""
        return QSize(300, QFontMetrics(font(BODY)).height() + 14)

    def _width(self) -> float:
        return self.width() / max(1, len(self._stages))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Past stages soft, the current one full, those to come sunken."""
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(12, medium=True))
        metrics = QFontMetrics(painter.font())
        place = self._stages.index(self._current) if self._current in self._stages else -1
        for number, stage in enumerate(self._stages):
            shape = self._shape(number)
            ground, ink = (t.accent_soft, t.accent) if number < place else (t.sunken, t.muted)
            text = stage.name
            if number == place:
                lost, won = stage.kind is StageKind.LOST, stage.kind is StageKind.WON
                ground, ink = (t.lost if lost else t.won if won else t.accent), t.on_accent
                text = stage.name if stage.kind is not StageKind.OPEN else tr("{stage} · {days} d").format(
                    stage=stage.name, days=self._days
                )  # fmt: skip
            painter.setPen(
                QPen(QColor(t.accent), 2) if self.hasFocus() and number == self._cursor else Qt.PenStyle.NoPen
            )
            painter.setBrush(QColor(ground))
            painter.drawPolygon(shape)
            painter.setPen(QColor(ink))
            box = QRectF(number * self._width() + _POINT, 0, self._width() - _POINT * 1.4, self.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()

    def _shape(self, number: int) -> QPolygonF:
        left, width, height = number * self._width(), self._width() - 3, self.height()
        notch = _POINT if number else 0
        return QPolygonF(
            [
                QPointF(left, 1), QPointF(left + width - _POINT + 3, 1), QPointF(left + width + 3, height / 2),
                QPointF(left + width - _POINT + 3, height - 1), QPointF(left, height - 1), QPointF(left + notch, height / 2),
            ]
        )  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click asks for the stage."""
        if event.button() is Qt.MouseButton.LeftButton and self._stages:
            self._ask(int(event.position().x() / self._width()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The whole name where it was cut."""
        number = int(event.position().x() / self._width()) if self._stages else -1
        self.setToolTip(self._stages[number].name.replace("<", "&lt;") if 0 <= number < len(self._stages) else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go, Enter asks."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._cursor = max(0, min(len(self._stages) - 1, self._cursor + step))
            self.setAccessibleDescription(self._stages[self._cursor].name)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._ask(self._cursor)
        else:
            super().keyPressEvent(event)

    def _ask(self, number: int) -> None:
        if 0 <= number < len(self._stages) and self._stages[number] is not self._current:
            self.stage_requested.emit(self._stages[number])

    def focusInEvent(self, event: object) -> None:
        """Shows the focus."""
        self.update()
        super().focusInEvent(event)  # type: ignore[arg-type]

    def focusOutEvent(self, event: object) -> None:
        """Hides the focus."""
        self.update()
        super().focusOutEvent(event)  # type: ignore[arg-type]
