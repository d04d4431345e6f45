"""Actions that ask something: one dialog at a time, and none that the person's role does not allow."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from .session import Session


class OneDialog(QObject):
    """Opens dialogs over a window; while one is open no other opens. ``dialog`` is the open one."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.dialog: QDialog | None = None

    @property
    def session(self) -> Session:
        """Whose rights are asked for."""
        return self._session

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


def needs(right: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Of an action: it is done with one of the rights of ``Rights`` (by its name); without it the person is told why not."""

    def guarded(action: Callable[..., None]) -> Callable[..., None]:
        @wraps(action)
        def asked(self: OneDialog, *args: Any, **values: Any) -> None:
            if self.session.may(right):
                action(self, *args, **values)

        return asked

    return guarded
