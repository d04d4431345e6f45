"""A card of the dashboard: its head, the figure, and in its place the same as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...domain.sheets import Kind, Sheet
from ...i18n import tr
from ...services import sheets
from ..icons import icon
from ..models.tables import TextTable, TextTableModel, figure_table
from ..parts import Elided, button, on_theme
from ..wheel import wheel_to_page
from .body import FigureBody

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_LEFT = Qt.MouseButton.LeftButton


class FigureCard(QFrame):
    """``code`` names its figure. With the keyboard on the card itself, Ctrl and an arrow move it, with Shift left and right make
    it narrower and wider, Delete hides it and the menu key opens its menu. ``arranges``: whether the person may do that.

    Signals:
        lifted(point), dragged(point), dropped(), cancelled(): its head is dragged; global points.
        step_asked(across, down): the keyboard moves it.
        width_asked(wide): it is to be as wide as the page, or half of it.
        hide_asked(): it is to be hidden.
        menu_opened(menu): somebody may add what can be exported.
    """

    lifted, dragged = Signal(object), Signal(object)
    dropped, cancelled = Signal(), Signal()
    step_asked = Signal(object, object)
    width_asked = Signal(object)
    hide_asked = Signal()
    menu_opened = Signal(object)

    def __init__(
        self, code: str, title: str, note: str, body: FigureBody, today: Callable[[], date], *, arranges: bool = True
    ) -> None:
        super().__init__()
        self.code, self.title, self.note, self.body, self.arranges = code, title, note, body, arranges
        self._today = today
        self.wide = False
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(title)
        self.head = _Head(self)
        self.toggle = button(tr("As a table"), self.turn, "link")
        self.more = QToolButton()
        self.more.setToolTip(tr("More"))
        self.more.setAccessibleName(tr("More about {name}").format(name=title))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        on_theme(self.more, lambda: self.more.setIcon(icon("more")))
        menu = QMenu(self.more)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.more.setMenu(menu)
        self._stack = _Turned()
        self._stack.addWidget(body)
        self._room: tuple[QSize, QSize] | None = None
        self.table: TextTable | None = None
        self.model: TextTableModel | None = None
        self._lay_out()
        body.told.connect(self._on_told)
        body.said.connect(self._on_said)

    def _lay_out(self) -> None:
        head = QHBoxLayout(self.head)
        head.setContentsMargins(16, 8, 8, 0)
        head.setSpacing(8)
        self._name = Elided(self.title, "heading")
        head.addWidget(self._name, 3)
        head.addWidget(self.toggle)
        head.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(2)
        column.addWidget(self.head)
        self._about = Elided(self.note, "small")
        self._about.setContentsMargins(16, 0, 16, 0)
        column.addWidget(self._about)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 4, 16, 0)
        inside.addWidget(self._stack)
        column.addLayout(inside, 1)
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def showEvent(self, event: QShowEvent) -> None:
        """Its figure catches up."""
        super().showEvent(event)
        self.body.wake()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(260, super().minimumSizeHint().height())

    # What is shown ------------------------------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        """The figures."""
        return self.body.sheet()

    @property
    def tabled(self) -> bool:
        """Whether the table is shown."""
        return self._stack.currentIndex() == 1

    def turn(self) -> None:
        """The table in place of the figure, or the figure again."""
        if self.table is None:
            self.model = TextTableModel([], frozenset(), self)
            self.table = figure_table(self.model, self.title)
            self.table.activated.connect(lambda index: self.body.open_row(index.row()))
            wheel_to_page(self.table)
            self._stack.addWidget(self.table)
        self._stack.setCurrentIndex(0 if self.tabled else 1)
        self.toggle.setText(tr("As a chart") if self.tabled else tr("As a table"))
        self._on_told()

    def show_title(self, title: str, note: str) -> None:
        """Another name, and what it means."""
        if (title, note) != (self.title, self.note):
            self.title, self.note = title, note
            self._name.show_text(title)
            self._about.show_text(note)
            self.setAccessibleName(title)
            self._on_told()

    def said(self) -> str:
        """What is said below the title: what the pointer is on, else what the figure means."""
        return self._about.full_text()

    def _on_said(self, text: str) -> None:
        self._about.show_text(text or self.note)

    def show_wide(self, wide: bool) -> None:
        """How wide it is by the person's wish."""
        self.wide = wide

    def _on_told(self) -> None:
        self._tell()
        room = (self._stack.sizeHint(), self._stack.minimumSizeHint())
        if room != self._room:
            self._room = room
            self._stack.updateGeometry()

    def _tell(self) -> None:
        sheet, year = self.sheet(), self._today().year
        self.body.setAccessibleName(self.title)
        self.body.describe(sheets.said(sheet, year))
        if self.model is not None and self.tabled:
            texts, names = sheets.texts(sheet, year), [column.name for column in sheet.columns]
            figures = frozenset(n for n, c in enumerate(sheet.columns) if c.kind not in (Kind.TEXT, Kind.DATE))
            if self.body.upright:
                names, *texts = [list(each) for each in zip(["", *names[1:]], *texts, strict=True)]
                figures = frozenset(range(1, len(names)))
            rows = list(enumerate(texts))
            now = [self.model.headerData(n, Qt.Orientation.Horizontal) for n in range(self.model.columnCount())]
            if names == now:
                self.model.show_rows(rows)
            else:
                self.model.show_table(names, figures, rows)
            if self.body.upright and self.table is not None:
                lines = len(rows) * self.table.verticalHeader().defaultSectionSize()
                self.table.setMinimumHeight(self.table.horizontalHeader().sizeHint().height() + lines)

    # What can be done ---------------------------------------------------------------------------------------------

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for text, call in self.body.menu_entries():
            menu.addAction(text, call)
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(tr("As a chart") if self.tabled else tr("As a table"), self.turn)
        menu.addAction(tr("Copy the figures"), self.copy)
        self.menu_opened.emit(menu)
        if not self.arranges:
            return
        menu.addSeparator()
        text, wide = (tr("Narrower"), False) if self.wide else (tr("Wider"), True)
        menu.addAction(text, lambda: self.width_asked.emit(wide))
        menu.addAction(tr("Move up"), lambda: self.step_asked.emit(-1, 0))
        menu.addAction(tr("Move down"), lambda: self.step_asked.emit(1, 0))
        menu.addAction(tr("Hide"), self.hide_asked.emit)

    def copy(self) -> None:
        """Puts the figures on the clipboard."""
        QApplication.clipboard().setText(sheets.copied(self.sheet(), self._today().year))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu, by the key or on the head."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        if by_key or event.pos().y() <= self.head.height():
            menu = self.more.menu()
            menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())) if by_key else event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves, widens and hides the card; Esc puts it back while it is dragged."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape and self.head.dragging:
            self.cancelled.emit()
        elif not self.hasFocus() or not self.arranges:
            super().keyPressEvent(event)
        elif key in _STEPS and held == _CONTROL:
            self.step_asked.emit(*_STEPS[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and held == _CONTROL | _SHIFT:
            self.width_asked.emit(key == Qt.Key.Key_Right)
        elif key == Qt.Key.Key_Delete:
            self.hide_asked.emit()
        else:
            super().keyPressEvent(event)

    def put_down(self) -> None:
        """It is dragged no longer."""
        self.head.dragging = False
        self.head.pressed = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Its frame shows where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And that it has gone."""
        super().focusOutEvent(event)
        self.update()


class _Turned(QStackedWidget):
    """As large as what is shown of it wants to be, whatever the other side does."""

    def sizeHint(self) -> QSize:
        """That of the side that is shown."""
        return self.currentWidget().sizeHint().expandedTo(self.currentWidget().minimumSize())

    def minimumSizeHint(self) -> QSize:
        """That of the side that is shown."""
        return self.currentWidget().minimumSizeHint().expandedTo(self.currentWidget().minimumSize())


class _Head(QWidget):
    """What a card is dragged by."""

    def __init__(self, card: FigureCard) -> None:
        super().__init__()
        self._card = card
        self.pressed: QPoint | None = None
        self.dragging = False
        if card.arranges:
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold of the card, and the keyboard to it."""
        if event.button() is _LEFT:
            self.pressed = event.globalPosition().toPoint()
            self._card.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags it once the pointer has gone far enough."""
        point = event.globalPosition().toPoint()
        if self.pressed is None or not self._card.arranges:
            return
        if self.dragging:
            self._card.dragged.emit(point)
        elif (point - self.pressed).manhattanLength() >= QApplication.startDragDistance():
            self.dragging = True
            self._card.lifted.emit(self.pressed)
            self._card.dragged.emit(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets go of it."""
        if event.button() is _LEFT:
            self.pressed = None
            if self.dragging:
                self._card.dropped.emit()
