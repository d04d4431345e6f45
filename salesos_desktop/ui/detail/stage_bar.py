"""The bar of stages: where the deal is, since when, and a click to take it elsewhere."""

from __future__ import annotations

from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...domain.opportunities import Card
from ...domain.stages import Stage, StageKind
from ...i18n import tr
from ..focus import ShowsFocus
from ..theme import BODY, SMALL, font, metrics, theme, tokens

_POINT = 9
_AROUND = _POINT * 2
"""What stands around a name, in px."""


class StageBar(ShowsFocus, QWidget):
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
        # While the figures below find their lines, a bar that could give way would stay thin.
        self.setFixedHeight(self.sizeHint().height())
        name = self._current.name if self._current else ""
        self.setAccessibleName(tr("Stage: {stage}, {days} d").format(stage=name, days=days))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room, one line high."""
        return QSize(300, QFontMetrics(font(BODY)).height() + 14)

    def _with_days(self, stage: Stage) -> str:
        """The name of the current stage and, while the deal is open, the days in it."""
        if stage.kind is not StageKind.OPEN:
            return stage.name
        return tr("{stage} · {days} d").format(stage=stage.name, days=self._days)

    def _letters(self) -> int:
        """The size of the names: smaller ones where the usual would be cut."""
        advance = metrics(12, medium=True).horizontalAdvance
        return 12 if sum(advance(stage.name) + _AROUND for stage in self._stages) <= self.width() else SMALL

    def _edges(self) -> list[float]:
        """Where each stage begins, and where the last ends; equally wide where every text fits, else as its text needs,
        without the days where they do not fit."""
        advance = metrics(self._letters(), medium=True).horizontalAdvance
        needed = [advance(stage.name) + _AROUND for stage in self._stages]
        if self._current in self._stages:
            days = advance(self._with_days(self._current)) - advance(self._current.name)
            if sum(needed) + days <= self.width():
                needed[self._stages.index(self._current)] += days
        equal = self.width() / max(1, len(needed))
        if needed and max(needed) > equal:
            spare = (self.width() - sum(needed)) / len(needed)
            shrink = self.width() / sum(needed)
            widths = [one + spare if spare >= 0 else one * shrink for one in needed]
        else:
            widths = [equal] * len(needed)
        return list(accumulate(widths, initial=0.0))

    def _stage_at(self, x: float) -> int:
        """The number of the stage at a place, -1 for none."""
        edges = self._edges()
        return next((number for number, end in enumerate(edges[1:]) if edges[number] <= x < end), -1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Past stages soft, the current one full, those to come sunken."""
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(self._letters(), medium=True))
        letters, edges = QFontMetrics(painter.font()), self._edges()
        place = self._stages.index(self._current) if self._current in self._stages else -1
        for number, stage in enumerate(self._stages):
            left, width = edges[number], edges[number + 1] - edges[number]
            shape = self._shape(number, left, width - 3)
            ground, ink = (t.accent_soft, t.accent) if number < place else (t.sunken, t.muted)
            text = stage.name
            if number == place:
                lost, won = stage.kind is StageKind.LOST, stage.kind is StageKind.WON
                ground, ink = (t.lost if lost else t.won if won else t.accent), t.on_accent
                text = self._with_days(stage)
            painter.setPen(
                QPen(QColor(t.accent), 2) if self.hasFocus() and number == self._cursor else Qt.PenStyle.NoPen
            )
            painter.setBrush(QColor(ground))
            painter.drawPolygon(shape)
            painter.setPen(QColor(ink))
            box = QRectF(left + _POINT, 0, width - _POINT * 1.4, self.height())
            if letters.horizontalAdvance(text) > int(box.width()):
                # The days are in the tool tip, then; the name of the stage is not cut for them.
                text = stage.name
            shown = letters.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()

    def _shape(self, number: int, left: float, width: float) -> QPolygonF:
        height, notch = self.height(), _POINT if number else 0
        return QPolygonF(
            [
                QPointF(left, 1), QPointF(left + width - _POINT + 3, 1), QPointF(left + width + 3, height / 2),
                QPointF(left + width - _POINT + 3, height - 1), QPointF(left, height - 1), QPointF(left + notch, height / 2),
            ]
        )  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click asks for the stage."""
        if event.button() is Qt.MouseButton.LeftButton and self._stages:
            self._ask(self._stage_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The whole name where it was cut."""
        number = self._stage_at(event.position().x())
        stage = self._stages[number] if number >= 0 else None
        text = "" if stage is None else self._with_days(stage) if stage is self._current else stage.name
        self.setToolTip(text.replace("<", "&lt;"))

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
