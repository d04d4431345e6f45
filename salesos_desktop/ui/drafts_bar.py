"""What waits to be sent, with the way to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ..i18n import ntr, number, tr
from .focus import show
from .parts import button, label
from .session import Session


class DraftsBar(QWidget):
    """How many changes wait; hidden when none does, and ``left()`` when it goes with the keyboard in it."""

    def __init__(self, session: Session, left: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left = left
        assert session.drafts is not None
        self._session, self._drafts = session, session.drafts
        self._text = label("")
        self.look = button(tr("Look"), self._open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._text, 1)
        row.addWidget(self.look)
        self._drafts.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Shows how many there are, or nothing."""
        drafts = self._drafts.all
        if drafts:
            count = len(drafts)
            text = ntr("{count} change to send", "{count} changes to send", count).format(count=number(count))
            refused = sum(not each.sends_itself for each in drafts)
            if refused:
                text += " · " + ntr("{count} needs you", "{count} need you", refused).format(count=number(refused))
            self._text.setText(text)
            self.setAccessibleName(text)
        show(self, there=bool(drafts), left=self._left)

    def _open(self) -> None:
        from .dialogs.drafts import DraftsDialog

        DraftsDialog(self.window(), self._session).open()
