"""The room that a form has beside or below its table."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget


class FormArea(QScrollArea):
    """A form that scrolls up and down where it has to; it asks for the height that its fields need, and no more."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(form)

    def sizeHint(self) -> QSize:
        """As high as the form at this width."""
        form, hint = self.widget(), super().sizeHint()
        wanted = form.heightForWidth(self.viewport().width()) if form.hasHeightForWidth() else -1
        return QSize(hint.width(), max(wanted, form.sizeHint().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field that came or went asks for another height."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)
