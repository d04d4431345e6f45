"""Actions that ask something: one dialog at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget


class OneDialog(QObject):
    """Opens dialogs over a window; while one is open no other opens. ``dialog`` is the open one."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: QDialog | None = None

    def show_dialog(self, dialog: QDialog) -> None:
        """Opens it, unless another one is open."""
        if self.dialog is not None:
            dialog.deleteLater()
            return
        self.dialog = dialog
        dialog.finished.connect(self._on_finished)
        dialog.open()

    def _on_finished(self, _code: int) -> None:
        self.dialog = None
