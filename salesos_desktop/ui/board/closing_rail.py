"""Won and lost beside the rows of the board: one slim face each, in reach of every row, that deals are dropped on."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.stages import Stage, StageKind
from ...i18n import number, tr
from ..models.board import BoardModel, StageFigures
from ..models.column import dropped_ids
from ..parts import emptied
from .drop_face import SLIM_WIDTH, DropFace
from .figure_texts import money_texts

_MARGIN = 18


class ClosingFace(DropFace):
    """Takes deals to a won or lost stage, or to those of several pipelines.

    Signals:
        dropped(ids, stages): close these deals.
    """

    dropped = Signal(object, object)

    def __init__(self, stages: tuple[Stage, ...], workspace: str, parent: QWidget) -> None:
        first = stages[0]
        kind = tr("Won") if first.kind is StageKind.WON else tr("Lost")
        super().__init__(first.name if len({each.name for each in stages}) == 1 else kind, first.colour, parent)
        self.stages, self._workspace = stages, workspace
        self.setAcceptDrops(True)
        self.setToolTip(tr("Drop deals here to close them as won.") if first.kind is StageKind.WON
                        else tr("Drop deals here to close them as lost."))  # fmt: skip

    def takes(self, data: QMimeData) -> bool:
        """Deals of this workspace."""
        return bool(dropped_ids(data, self._workspace))

    def take(self, data: QMimeData) -> None:
        """Asks for the closing of the deals."""
        self.dropped.emit(dropped_ids(data, self._workspace), self.stages)

    def show_figures(self, figures: StageFigures) -> None:
        """Shows exact count and sums."""
        self._figures = figures
        total, _ = money_texts(figures)
        self.setAccessibleName(
            tr("{stage}, {count} deals, total {total}").format(
                stage=self.title, count=number(figures.count), total=total
            )
        )
        self.update()


class ClosingRail(QWidget):
    """The faces below each other; there only while the board has rows, for columns have won and lost among them.

    Signals:
        dropped(ids, stages): close these deals.
    """

    dropped = Signal(object, object)

    def __init__(self, model: BoardModel, workspace: str, *, takes: bool = True) -> None:
        super().__init__()
        self._model, self._workspace, self._takes = model, workspace, takes
        self.faces: list[ClosingFace] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 6, _MARGIN, 16)
        self._layout.setSpacing(12)
        self.setFixedWidth(SLIM_WIDTH + _MARGIN)
        self.hide()
        model.reset.connect(self._build)
        model.figures_changed.connect(lambda _: self._show_figures())

    def _build(self) -> None:
        emptied(self._layout)
        self.faces = []
        self.setVisible(self._model.rows is not None)
        if self._model.rows is None:
            return
        for stages in self._model.closings():
            face = ClosingFace(stages, self._workspace, self)
            face.dropped.connect(self.dropped)
            face.setAcceptDrops(self._takes)
            if not self._takes:
                face.setToolTip("")
            self._layout.addWidget(face, 1)
            self.faces.append(face)
        self._show_figures()

    def _show_figures(self) -> None:
        for face in self.faces:
            found = StageFigures()
            for stage in face.stages:
                found.gather(self._model.figures_of(column=stage.id))
            face.show_figures(found)
