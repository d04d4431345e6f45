"""Small pieces that every page is made of: labels, buttons, pills, avatars, fields with their captions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from ..domain.text import initials
from .theme import AVATARS, font, theme


def label(
    text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False, parent: QWidget | None = None
) -> QLabel:
    """Text as it is, never taken for markup; ``role`` names its look in the style sheet."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def button(text: str, on_click: Callable[[], object], kind: str = "") -> QPushButton:
    """A button; ``kind`` is primary, won, lost, danger, link, nav or choice."""
    made = QPushButton(text)
    if kind:
        made.setProperty("kind", kind)
    if kind not in ("primary", "won", "danger"):
        made.setAutoDefault(False)
    made.clicked.connect(lambda: on_click())
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """A widget as wide as there is room, that scrolls up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def layered(page: QWidget, content: QWidget) -> None:
    """Fills a page with its content, over which something else may be shown for a while (``dashboard.danger.show_danger``)."""
    layers = QStackedWidget()
    layers.addWidget(content)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(layers)


def scrolled_list(items: QLayout) -> QScrollArea:
    """Items below each other, from the top down, that scroll."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 10, 0)
    column.addLayout(items)
    column.addStretch(1)
    return scrolled(holder)


def rule() -> QFrame:
    """A hair line."""
    made = QFrame()
    made.setProperty("role", "rule")
    return made


def restyle(widget: QWidget) -> None:
    """Applies the style sheet afresh after a property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Pill(QToolButton):
    """A filter's button: its choice as text, in accent while it narrows what is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "pill")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._full = ""

    def show_choice(self, text: str, active: bool, name: str = "") -> None:
        """Sets text and state; with a ``name`` the pill shows no more than that while it narrows nothing."""
        self._full = text
        shown = name if name and not active else text if len(text) <= 34 else text[:32] + "…"
        self.setText(shown.replace("&", "&&") + " ▾")
        self.setAccessibleName(text)
        self.setToolTip("" if shown == text else text.replace("<", "&lt;"))
        self.setProperty("active", "true" if active else "false")
        restyle(self)


class Avatar(QWidget):
    """Initials of a person on their colour."""

    def __init__(self, name: str = "", person_id: int = 0, size: int = 30) -> None:
        super().__init__()
        self._name, self._person_id, self._size = name, person_id, size
        self.setFixedSize(size, size)

    def show_person(self, name: str, person_id: int) -> None:
        """Shows another person."""
        self._name, self._person_id = name, person_id
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A disc with letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(AVATARS[self._person_id % len(AVATARS)]))
        box = QRectF(0, 0, self._size, self._size)
        painter.drawEllipse(box)
        painter.setPen(QColor("white"))
        painter.setFont(font(round(self._size * 0.38), bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(self._name))
        painter.end()


_NEWS_MS = 2500


class Field(QWidget):
    """A caption above its editor and, when something is wrong with it, the reason below until the person changes it."""

    def __init__(self, caption: str, editor: QWidget) -> None:
        super().__init__()
        self.editor = editor
        self._caption = label(caption, "small")
        self._caption.setBuddy(editor)
        self._error = label("", "error", wrap=True)
        self._error.hide()
        editor.setAccessibleName(caption)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._caption)
        layout.addWidget(editor)
        layout.addWidget(self._error)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        if isinstance(editor, QComboBox):
            editor.activated.connect(lambda _: self.show_error(""))
        elif isinstance(editor, QLineEdit):
            editor.textEdited.connect(lambda _: self.show_error(""))
        elif hasattr(editor, "judged"):
            editor.judged.connect(self.show_error)

    def set_caption(self, caption: str) -> None:
        """Another caption; an empty one takes no room."""
        self._caption.setText(caption)
        self._caption.setVisible(bool(caption))
        self.editor.setAccessibleName(caption)

    def show_error(self, text: str) -> None:
        """Marks the field and says why; an empty text takes the mark off."""
        if bool(text) == self._error.isVisibleTo(self) and text == self._error.text():
            return
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
        self.editor.setProperty("wrong", "true" if text else "false")
        restyle(self.editor)

    def flash(self) -> None:
        """Marks the editor for a moment: somebody else has just changed it."""
        self.editor.setProperty("news", "true")
        restyle(self.editor)
        QTimer.singleShot(_NEWS_MS, self.editor, self._fade)

    def _fade(self) -> None:
        self.editor.setProperty("news", "false")
        restyle(self.editor)

    @property
    def error(self) -> str:
        """The reason that is shown, empty when none is."""
        return self._error.text() if self._error.isVisibleTo(self) else ""


def level(made: QPushButton) -> Field:
    """A button at the height of the editors of fields beside it."""
    field = Field(" ", made)
    made.setAccessibleName(made.text())
    return field


class Elided(QLabel):
    """One line of plain text that gives way with an ellipsis; the whole of it is in the tool tip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Shows another text."""
        self._full = " ".join(text.split())
        self.setAccessibleName(self._full)
        self._fit()

    def full_text(self) -> str:
        """The text as it was given, spaces collapsed."""
        return self._full

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(20, super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:
        """Cuts the text anew."""
        self._fit()
        super().resizeEvent(event)  # type: ignore[arg-type]

    def _fit(self) -> None:
        room = max(10, self.width() - 2)
        shown = self.fontMetrics().elidedText(self._full[:1000], Qt.TextElideMode.ElideRight, room)
        self.setText(shown)
        cut = shown != self._full
        self.setToolTip(self._full.replace("&", "&amp;").replace("<", "&lt;") if cut else "")


def emptied(layout: QLayout) -> None:
    """Takes every widget out of a layout for good."""
    while layout.count():
        item = layout.takeAt(0)
        if item is not None and item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()


@contextmanager
def keeping_focus(area: QWidget) -> Iterator[None]:
    """What is inside is made anew: the keyboard stays at the same place in it instead of going elsewhere in the window."""
    focused = QApplication.focusWidget()
    before = _stops(area)
    place = before.index(focused) if focused in before else -1
    yield

    def come_back() -> None:
        now = QApplication.focusWidget()
        stops = _stops(area)
        if stops and (now is None or not area.isAncestorOf(now)):
            stops[min(place, len(stops) - 1)].setFocus()

    if place >= 0:
        # What is made is shown when the event loop comes to it.
        QTimer.singleShot(0, area, come_back)


def _stops(area: QWidget) -> list[QWidget]:
    """What can have the keyboard, in the order in which it was made."""
    found = area.findChildren(QWidget)
    return [each for each in found if each.isVisibleTo(area) and each.focusPolicy() & Qt.FocusPolicy.TabFocus]


def on_theme(widget: QWidget, repaint: Callable[[], object]) -> None:
    """Calls ``repaint`` now and whenever the colours change, as long as the widget lives."""
    repaint()

    def follow() -> None:
        if isValid(widget):
            repaint()
        else:
            theme().changed.disconnect(follow)

    theme().changed.connect(follow)


def plain(text: str) -> str:
    """A name as a menu shows it, without keys of its own."""
    return text.replace("&", "&&")[:80]
