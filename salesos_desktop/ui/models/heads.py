"""Names above the columns of a small table, which need less room where there is little."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ..theme import font, metrics, tokens

_SIZE, _EDGE, _BETWEEN, _AROUND = 12, 9, 5, 6
"""Letters; room before a name where it begins or ends with its column, on its other side, and above and below; in px."""


class Heads(QHeaderView):
    """``tight``: names stand in two lines and in smaller letters."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.tight = False

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Room for a name."""
        if not self.tight:
            return super().sectionSizeFromContents(section)
        size = metrics(_SIZE, medium=True).size(0, in_two(self._name(section)))
        return size + QSize(_EDGE + _BETWEEN, 2 * _AROUND)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """A name over its column."""
        if not self.tight:
            super().paintSection(painter, rect, section)
            return
        t = tokens()
        painter.fillRect(rect, QColor(t.surface))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(t.line))
        painter.setFont(font(_SIZE, medium=True))
        painter.setPen(QColor(t.muted))
        side = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        whole = side | Qt.TextFlag.TextDontClip.value
        painter.drawText(rect.adjusted(_EDGE, 0, -_EDGE, 0), whole, in_two(self._name(section)))

    def _name(self, section: int) -> str:
        return str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")


def in_two(name: str) -> str:
    """A name in two lines of about the same length, where it has words."""
    breaks = [place for place, letter in enumerate(name) if letter == " "]
    if not breaks:
        return name
    place = min(breaks, key=lambda each: max(each, len(name) - each))
    return f"{name[:place]}\n{name[place + 1 :]}"
