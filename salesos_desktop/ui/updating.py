"""A small window while an older workspace is brought up to date, which may take minutes."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout

from .. import bootstrap
from ..i18n import tr
from ..services.workspace import Workspace
from .parts import label


def open_workspace(path: Path, *, create: bool = True) -> Workspace:
    """``bootstrap.open_workspace``; an older file beside the window's thread, with what happens in sight.

    Raises WorkspaceError.
    """
    if not bootstrap.is_older(path):
        return bootstrap.open_workspace(path, create=create)
    return UpdateWindow(path).run()


class UpdateWindow(QDialog):
    """Says what is being done and how far it is. It cannot be closed: what was begun is finished or not there.

    Signals:
        told(step, done, all): from the other thread.
        ended(): it is open, or cannot be opened.
    """

    told = Signal(object, object, object)
    ended = Signal()

    def __init__(self, path: Path) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint)
        self._path = path
        self._workspace: Workspace | None = None
        self._error: BaseException | None = None
        self.setWindowTitle("SalesOS Desktop")
        self.setFixedWidth(460)
        self.step = label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(tr("Progress"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(tr("The workspace is being brought up to date"), "heading", wrap=True))
        text = tr("It was made by an earlier version. A large one takes some minutes; a copy of it is kept beside it.")
        layout.addWidget(label(text, wrap=True))
        layout.addWidget(self.bar)
        layout.addWidget(self.step)
        self.told.connect(self._on_told)

    def run(self) -> Workspace:
        """Opens the workspace while the window stays alive. Raises what opening raises."""
        loop = QEventLoop()
        over: list[bool] = []
        self.ended.connect(lambda: (over.append(True), loop.quit()))
        worker = threading.Thread(target=self._open, name="salesos-update")
        self.show()
        worker.start()
        # Whoever ends the program meanwhile waits for it.
        while not over:
            loop.exec()
        worker.join()
        self.hide()
        self.deleteLater()
        if self._error is not None:
            raise self._error
        assert self._workspace is not None
        return self._workspace

    def _open(self) -> None:
        try:
            self._workspace = bootstrap.open_workspace(self._path, progress=self.told.emit)
        except BaseException as error:
            self._error = error
        self.ended.emit()

    def _on_told(self, step: str, done: int, every: int) -> None:
        self.step.setText(step)
        self.bar.setRange(0, every)
        self.bar.setValue(done)
        self.bar.setAccessibleDescription(step)

    def closeEvent(self, event: QCloseEvent) -> None:
        """It stays until it is done."""
        event.ignore()

    def reject(self) -> None:
        """Esc neither."""
