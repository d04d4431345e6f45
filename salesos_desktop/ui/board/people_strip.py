"""Who can be given deals: avatars above the columns, dragged onto a card."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from ...i18n import tr
from ...services.board import Named
from ..models.column import person_data
from ..parts import Avatar, label

_MOST = 24


class PeopleStrip(QWidget):
    """The people who work here, the one at the desk first."""

    def __init__(self, workspace_key: str, me: int) -> None:
        super().__init__()
        self._key, self._me = workspace_key, me
        self.avatars: list[PersonAvatar] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(18, 4, 18, 2)
        self._row.setSpacing(6)
        self._hint = label(tr("Drag somebody onto a card to assign it."), "small")
        self._row.addWidget(self._hint)
        self._row.addStretch(1)

    def show_people(self, people: Sequence[Named]) -> None:
        """These can be dragged."""
        for avatar in self.avatars:
            avatar.hide()
            avatar.deleteLater()
        there = sorted((each for each in people if each.active), key=lambda each: each.id != self._me)[:_MOST]
        self.avatars = [PersonAvatar(self._key, each) for each in there]
        for place, avatar in enumerate(self.avatars):
            self._row.insertWidget(place, avatar)

    def name_of(self, person_id: int) -> str:
        """What somebody here is called."""
        return next((each.person.name for each in self.avatars if each.person.id == person_id), "")


class PersonAvatar(Avatar):
    """Somebody who can be dragged."""

    def __init__(self, workspace_key: str, person: Named) -> None:
        super().__init__(person.name, person.id, 26)
        self.person = person
        self._key = workspace_key
        self._press: QPoint | None = None
        self.setToolTip(person.name.replace("<", "&lt;"))
        self.setAccessibleName(person.name)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remembers where it was taken."""
        self._press = event.position().toPoint() if event.button() is Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags the person once the mouse has gone far enough."""
        point = event.position().toPoint()
        if self._press is None or (point - self._press).manhattanLength() < QApplication.startDragDistance():
            return
        self._press = None
        drag = QDrag(self)
        drag.setMimeData(person_data(self._key, self.person.id, self.person.name))
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(Qt.GlobalColor.transparent)
        self.render(picture, QPoint(), flags=QWidget.RenderFlag.DrawChildren)
        drag.setPixmap(picture)
        drag.setHotSpot(self.rect().center())
        drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """It was only a click."""
        self._press = None
