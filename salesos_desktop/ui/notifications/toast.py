"""A short message in the window's corner, with buttons that work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QHideEvent, QPainter, QPaintEvent, QPixmap, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ...i18n import tr
from ..icons import icon
from ..parts import Elided, button, on_theme

SECONDS = 8
WIDTH = 350
_EDGE = 22
_ABOVE = 10
_SHADOW = 14


Links = list[tuple[str, Callable[[], object]]]


class _Title(Elided):
    """In two lines where one is too short."""

    def _fit(self) -> None:
        super()._fit()
        text, room = self.full_text()[:1000], max(10, self.width() - 2)
        if self.text() == text:
            return
        lines = QTextLayout(text, self.font())
        lines.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        lines.beginLayout()
        line = lines.createLine()
        line.setLineWidth(room)
        lines.endLayout()
        rest = self.fontMetrics().elidedText(text[line.textLength() :], Qt.TextElideMode.ElideRight, room)
        self.setText(f"{text[: line.textLength()].rstrip()}\n{rest}")


class Toast(QWidget):
    """Floats over the window's lower right corner, above what is to be kept clear, or stands in the room that a page makes
    for it; goes by itself, but not while the pointer is on it. What is kept comes back behind what passes, until somebody
    answers or closes it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH + 2 * _SHADOW)
        self._shadow: QPixmap | None = None
        card = self._card = QFrame(self)
        card.setProperty("role", "toast")
        self._title, self._body = _Title("", "heading"), Elided("", "muted")
        close = QToolButton()
        close.setAccessibleName(tr("Close"))
        close.clicked.connect(self._go)
        on_theme(close, lambda: close.setIcon(icon("close")))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._links = QHBoxLayout()
        self._links.setSpacing(12)
        self._links.addStretch(1)
        self._buttons: list[QPushButton] = []
        self._actions: list[Callable[[], object]] = []
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 8, 8, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._body)
        column.addLayout(self._links)
        around = QVBoxLayout(self)
        around.setContentsMargins(_SHADOW, _SHADOW, _SHADOW, _SHADOW)
        around.addWidget(card)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self._go)
        self._clear: list[QWidget] = []
        self._rooms: list[QWidget] = []
        self._kept: dict[str, tuple[str, str, Links]] = {}
        self._key = ""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The shadow, drawn once per size: a blur by Qt's own effect would cost a third of a frame at each move."""
        if self._shadow is None or self._shadow.deviceIndependentSize().toSize() != self.size():
            self._shadow = self._drawn_shadow()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._shadow)
        painter.end()

    def _drawn_shadow(self) -> QPixmap:
        made = QPixmap(self.size() * self.devicePixelRatioF())
        made.setDevicePixelRatio(self.devicePixelRatioF())
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 5))
        # Closer and closer together towards the card, so that it fades out.
        for step in range(1, 11):
            spread = _SHADOW * (step / 11) ** 1.8
            inset = _SHADOW - spread
            box = QRectF(self.rect()).adjusted(inset, inset + 2, -inset, -inset + 2)
            painter.drawRoundedRect(box, 8 + spread, 8 + spread)
        painter.end()
        return made

    def say(self, title: str, body: str, links: Links) -> None:
        """Shows a message in place of the one before."""
        self._key = ""
        self._show(title, body, links)
        self._timer.start()

    def keep(self, key: str, title: str, body: str, links: Links) -> None:
        """Shows a message that stays until it is answered; one of the same ``key`` takes its place."""
        self._kept.pop(key, None)
        self._kept[key] = (title, body, links)
        self._show_kept()

    def drop(self, key: str) -> None:
        """Takes a kept message back."""
        if self._kept.pop(key, None) is not None and self._key == key:
            self._go()

    @property
    def kept(self) -> tuple[str, ...]:
        """Keys of the messages that wait for an answer, the newest last."""
        return tuple(self._kept)

    def _go(self) -> None:
        """Makes room for what is kept; a kept message that somebody closes or answers is kept no longer."""
        self._timer.stop()
        self._kept.pop(self._key, None)
        self._key = ""
        self.hide()
        self._show_kept()

    def _show_kept(self) -> None:
        if self._kept:
            self._timer.stop()
            self._key = next(reversed(self._kept))
            self._show(*self._kept[self._key])

    def _show(self, title: str, body: str, links: Links) -> None:
        self._title.show_text(title)
        self._body.show_text(body)
        self._body.setVisible(bool(body))
        self._show_links(links)
        self.setAccessibleName(f"{title} {body}".strip())
        self.show()
        self.place()
        for room in self._rooms:
            room.setFixedHeight(self.height() - 2 * _SHADOW)
        self.raise_()

    def _fit(self, wide: int) -> None:
        """As high as its texts are in that width."""
        self.setFixedWidth(wide + 2 * _SHADOW)
        for _ in range(2):
            # The title knows its lines once it knows its width.
            for layout in (self._card.layout(), self.layout()):
                layout.invalidate()
                layout.activate()
            self.resize(self.width(), self.sizeHint().height())

    def _show_links(self, links: Links) -> None:
        """Buttons are made once: styling fresh ones at each move would cost a third of a frame."""
        self._actions = [action for _, action in links]
        for place, (text, _) in enumerate(links):
            if place == len(self._buttons):
                link = button(text, lambda place=place: self._follow(place), "link")
                link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                self._links.insertWidget(place, link)
                self._buttons.append(link)
            self._buttons[place].setText(text)
        for place, link in enumerate(self._buttons):
            link.setVisible(place < len(links))

    @property
    def text(self) -> str:
        """What is shown."""
        return f"{self._title.full_text()} {self._body.full_text()}".strip()

    def keep_clear(self, widget: QWidget) -> None:
        """Never covers ``widget``, which stands at the bottom of a page."""
        self._clear.append(widget)
        widget.installEventFilter(self)

    def room(self) -> QWidget:
        """A strip for the layout of a page on which nothing may be covered: the message stands in it while the page is in
        sight, and it takes no place while there is none."""
        made = QWidget()
        made.setFixedHeight(0)
        self._rooms.append(made)
        made.installEventFilter(self)
        return made

    def hideEvent(self, event: QHideEvent) -> None:
        """Pages have their room back."""
        super().hideEvent(event)
        for room in self._rooms:
            room.setFixedHeight(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Rises when something comes up below it; it does not come down again under the pointer when that goes."""
        if self.isVisible() and event.type() in (QEvent.Type.Show, QEvent.Type.Move, QEvent.Type.Resize):
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Takes its room, or its corner, or the place above what is kept clear there."""
        parent = self.parentWidget()
        room = next(filter(QWidget.isVisible, self._rooms), None)
        wide = WIDTH if room is None else min(WIDTH, room.width())
        self._fit(wide)
        left, floor = parent.width() - _EDGE - wide, parent.height() - _EDGE
        if room is not None:
            corner = room.mapTo(parent, QPoint(room.width(), room.height()))
            left, floor = corner.x() - wide, corner.y()
        for each in filter(QWidget.isVisible, self._clear):
            place = QRect(each.mapTo(parent, QPoint()), each.size())
            if place.right() >= left:
                floor = min(floor, place.top() - _ABOVE)
        self.move(left - _SHADOW, floor + _SHADOW - self.height())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stays while it is read."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Goes a while later."""
        if not self._key:
            self._timer.start()
        super().leaveEvent(event)

    def _follow(self, place: int) -> None:
        action = self._actions[place]
        self._go()
        action()
