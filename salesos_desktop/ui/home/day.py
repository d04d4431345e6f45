"""The day itself: a greeting, what is to be done, deals in danger, what is new, own figures, what others have done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...i18n import number, tr
from ..parts import Elided, button, label
from .day_list import DayList
from .lines import OTHER, Line, cut

_WIDE, _MIDDLE = 1020, 620
"""From how many px on the page has three columns, and two."""
_MOST = {"due": 40, "danger": 12, "fresh": 12, "news": 12}


class Block(QFrame):
    """A heading over a list, or what there is to say and to do when the list is empty.

    Signals:
        opened(line), ticked(line), menu_requested(line, point): as its list says, which is made for its first line.
    """

    opened = Signal(object)
    ticked = Signal(object)
    menu_requested = Signal(object, object)

    def __init__(self, title: str, kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._title, self._kind, self._whole = title, kind, False
        self.lines: list[Line] = []
        self._count = label("", "small", parent=self)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 4)
        head.setSpacing(8)
        head.addWidget(label(title, "heading", parent=self))
        head.addWidget(self._count)
        head.addStretch(1)
        self._below = QWidget(self)
        self.empty = QVBoxLayout(self._below)
        self.empty.setContentsMargins(16, 4, 16, 6)
        self.empty.setSpacing(6)
        self.said = label("…", "muted", wrap=True, parent=self._below)
        self.empty.addWidget(self.said)
        self.actions: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 12, 0, 10)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addWidget(self._below)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    @cached_property
    def list(self) -> DayList:
        """The list."""
        made = DayList(self._title, self)
        made.opened.connect(self._on_opened)
        made.ticked.connect(self.ticked)
        made.menu_requested.connect(self.menu_requested)
        self._column.insertWidget(1, made)
        return made

    def _on_opened(self, line: Line) -> None:
        if line.key[0] == OTHER:
            self.show_all()
        else:
            self.opened.emit(line)

    def offer(self, text: str, on_click: object) -> None:
        """A button below what is said of an empty list."""
        made = button(text, on_click, "link")  # type: ignore[arg-type]
        made.hide()
        self.actions.append(made)
        self.empty.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)

    def show_lines(self, lines: Sequence[Line], count: str, nothing: str) -> None:
        """Shows lines of which there are ``count`` in all; ``nothing`` is said where there is none."""
        if lines or self.lines:
            self.list.show_lines(lines if self._whole else cut(lines, _MOST[self._kind]))
        self.lines = [*lines]
        self._count.setText(count if lines else "")
        self.said.setText(nothing)
        self._below.setVisible(not lines)
        for made in self.actions:
            made.setVisible(not lines)

    def show_all(self) -> None:
        """Shows what was left out."""
        self._whole = True
        row = self.list.currentIndex().row()
        self.list.show_lines(self.lines)
        self.list.go(min(row, len(self.lines) - 1))
        self.list.setFocus()


class Figures(QFrame):
    """The person's own figures in two columns; long sums in several currencies take lines of their own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._cells = [(Elided("", "small"), label("", "figure", wrap=True, parent=self)) for _ in range(6)]
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(10)
        for place, cell in enumerate(self._cells):
            column = QVBoxLayout()
            column.setSpacing(1)
            for made in cell:
                column.addWidget(made)
            grid.addLayout(column, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Shows captions and figures."""
        for (caption, figure), (said, text) in zip(self._cells, figures, strict=True):
            caption.show_text(said)
            figure.setText(text)
            figure.setAccessibleName(f"{said}: {text}")

    def texts(self) -> dict[str, str]:
        """Captions with their figures."""
        return {caption.full_text(): figure.text() for caption, figure in self._cells}


class DayPage(QScrollArea):
    """Blocks in three columns, two or one, by the room there is.

    Signals:
        opened(line), ticked(line), menu_requested(line, point): of whichever list.
        work_requested(): the button, or W.
    """

    opened = Signal(object)
    ticked = Signal(object)
    menu_requested = Signal(object, object)
    work_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.greeting, self._day = Elided("", "title"), Elided("", "muted")
        self.work = button(tr("Work through the list"), self.work_requested.emit, "primary")
        self.work.setToolTip(tr("One thing after another (W)"))
        # Made inside their parents: a widget that moves into a styled window is styled a second time.
        self._content = QWidget(self.viewport())
        self.setWidget(self._content)
        self.due = Block(tr("Today"), "due", self._content)
        self.danger = Block(tr("In danger"), "danger", self._content)
        self.fresh = Block(tr("New"), "fresh", self._content)
        self.news = Block(tr("Since your last visit"), "news", self._content)
        self.figures = Figures(self._content)
        whole = QVBoxLayout(self._content)
        whole.setContentsMargins(18, 14, 18, 18)
        whole.setSpacing(14)
        whole.addLayout(self._head())
        self._row = QHBoxLayout()
        self._row.setSpacing(14)
        self._columns = [QVBoxLayout() for _ in range(3)]
        for column in self._columns:
            column.setSpacing(14)
            self._row.addLayout(column, 1)
        whole.addLayout(self._row, 1)
        self._count = 0
        self._place(3)
        for block in self.blocks():
            block.list.opened.connect(
                lambda line, b=block: b.show_all() if line.key[0] == OTHER else self.opened.emit(line)
            )
            block.list.ticked.connect(self.ticked)
            block.list.menu_requested.connect(self.menu_requested)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.greeting)
        texts.addWidget(self._day)
        head.addLayout(texts, 1)
        head.addWidget(self.work, 0, Qt.AlignmentFlag.AlignVCenter)
        return head

    def blocks(self) -> list[Block]:
        """The blocks with lists, in the order in which they are read."""
        return [self.due, self.danger, self.fresh, self.news]

    def greet(self, greeting: str, day: str) -> None:
        """Shows who is greeted, and the day."""
        self.greeting.show_text(greeting)
        self._day.show_text(day)

    def show_work(self, count: int) -> None:
        """How much there is to do."""
        text = tr("Work through the list")
        self.work.setText(f"{text}  ·  {number(count)}" if count else text)
        self.work.setEnabled(count > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as there is room for."""
        super().resizeEvent(event)
        width = self.viewport().width()
        self._place(3 if width >= _WIDE else 2 if width >= _MIDDLE else 1)

    def _place(self, count: int) -> None:
        if count == self._count:
            return
        self._count = count
        placed: dict[int, list[list[QWidget]]] = {
            3: [[self.due], [self.danger, self.fresh], [self.figures, self.news]],
            2: [[self.due, self.fresh], [self.figures, self.danger, self.news], []],
            1: [[self.due, self.danger, self.fresh, self.figures, self.news], [], []],
        }
        for column in self._columns:
            # An item that is only taken out lives on and keeps the size hints of its widget from the new one.
            for widget in (*self.blocks(), self.figures):
                column.removeWidget(widget)
            while column.count():
                column.takeAt(0)
        for place, (column, widgets) in enumerate(zip(self._columns, placed[count], strict=True)):
            for widget in widgets:
                column.addWidget(widget)
            if widgets:
                column.addStretch(1)
            self._row.setStretch(place, (5 if place == 0 else 4) if widgets else 0)
        self._row.setSpacing(14 if count > 1 else 0)

    def show_inside(self, widget: QWidget, rect: QRect) -> None:
        """Scrolls to a part of a list."""
        corner = widget.mapTo(self._content, QPoint(0, 0))
        centre = rect.translated(corner).center()
        self.ensureVisible(centre.x(), centre.y(), 0, rect.height())

    def focus_first(self) -> None:
        """To the first list that has something, else to the button or the first that is offered."""
        for block in self.blocks():
            if block.lines:
                block.list.focus_first()
                return
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """W works through the list; arrows from the bottom of one list go on in the page."""
        if event.key() == Qt.Key.Key_W and not event.modifiers() and self.work.isEnabled():
            self.work_requested.emit()
        else:
            super().keyPressEvent(event)
