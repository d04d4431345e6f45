"""What is printed or exported: figures with their titles, as pictures and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QPicture
from PySide6.QtWidgets import QWidget

from ...domain.sheets import Sheet

_SMALLEST, _UNSHOWN = 120, 30
"""px; widgets that were never laid out are no higher than the second."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The picture of a figure in lines and letters, which any thread may draw; its size in px."""

    content: QPicture
    size: QSize


@dataclass(frozen=True, slots=True)
class Part:
    """One figure: its table, what it means, and the widget that draws it, where there is one; ``legend`` says above it what its
    colours are, where it does not do so itself. ``recorded`` is the picture as it looked on paper (``drawing.recorded``)."""

    sheet: Sheet
    note: str = ""
    picture: QWidget | None = None
    legend: QWidget | None = None
    recorded: Recorded | None = None

    @property
    def drawn(self) -> list[QWidget]:
        """What is drawn, from the top down."""
        return [each for each in (self.legend, self.picture) if each is not None]

    @property
    def size(self) -> QSize:
        """How large the picture is, in px; as large as it wants to be where it has not been shown yet."""
        if self.picture is None:
            return QSize()
        if min(self.picture.width(), self.picture.height()) <= _UNSHOWN:
            self.picture.resize(self.picture.sizeHint().expandedTo(QSize(_SMALLEST * 4, _SMALLEST)))
        return QSize(self.picture.width(), sum(each.height() for each in self.drawn))


@dataclass(frozen=True, slots=True)
class Paper:
    """Figures under a title; ``about`` says of what and when. ``year`` is left out of dates."""

    title: str
    about: Sequence[str]
    parts: Sequence[Part]
    year: int
