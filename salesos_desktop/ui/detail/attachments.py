"""Files and links of a record: dropped, chosen or pasted, opened with the system's program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from ...domain.changes import ChangeSet
from ...i18n import date_time, file_size, tr
from ...services import attachments as service
from ...services.attachments import Attachment
from ..icons import icon
from ..parts import button, label
from ..session import Session


class AttachmentsPane(QWidget):
    """The files and links of one record.

    Signals:
        counted(count): how many there are.
    """

    counted = Signal(object)

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self._session, self._table, self._row_id = session, table, 0
        self._known: list[Attachment] = []
        self.view = _FileList()
        self.view.setAccessibleName(tr("Files and links"))
        self.view.itemActivated.connect(lambda item: self._open(item.data(Qt.ItemDataRole.UserRole)))
        self.view.removed.connect(self._remove_selected)
        self.view.pasted.connect(self.take)
        self.view.menu_requested.connect(self._show_menu)
        self._hint = label(tr("Drop files here, or paste a link."), "muted", wrap=True)
        self.setAcceptDrops(True)
        buttons = QHBoxLayout()
        buttons.addWidget(button(tr("Attach files…"), self._choose))
        buttons.addWidget(button(tr("Add link…"), self._ask_link))
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(buttons)
        layout.addWidget(self._hint)
        layout.addWidget(self.view, 1)
        session.changed.connect(self._on_changed)

    def show_row(self, row_id: int) -> None:
        """Shows the files of another record."""
        self._row_id = row_id
        self._ask()

    def take(self, data: QMimeData) -> None:
        """Attaches what was dropped or pasted: files, or a web address."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        links = [url.toString() for url in data.urls() if url.scheme() in ("http", "https")]
        if not files and not links and data.text().strip().lower().startswith(("http://", "https://")):
            links = [data.text().strip()]
        if files:
            self._attach(files)
        for link in links:
            self._add_link(link)

    def _attach(self, files: list[Path]) -> None:
        about = ", ".join(each.name for each in files)
        self._session.ask(service.add_files, self._table, self._row_id, files, draft=about)

    def _add_link(self, url: str) -> None:
        self._session.ask(service.add_link, self._table, self._row_id, url, draft=url)

    def _ask(self) -> None:
        if self._row_id:
            row_id = self._row_id
            self._session.ask(service.of, self._table, row_id, done=lambda found: self._show(row_id, found))

    def _show(self, row_id: int, found: Sequence[Attachment]) -> None:
        if row_id != self._row_id:
            return
        chosen = self.view.currentRow()
        self._known = list(found)
        self.view.clear()
        zone = self._session.workspace.clock.zone()
        for each in found:
            when = date_time(each.added_at, zone) if each.added_at else ""
            rest = " · ".join(p for p in (each.url or file_size(each.size), each.added_by, when) if p)
            item = QListWidgetItem(icon("link" if each.url else "file"), f"{each.name}\n{rest}")
            item.setData(Qt.ItemDataRole.UserRole, each)
            item.setToolTip(each.name.replace("&", "&amp;").replace("<", "&lt;"))
            self.view.addItem(item)
        self.view.setCurrentRow(min(chosen, len(found) - 1))
        self._hint.setVisible(not found)
        self.counted.emit(len(found))

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("attachment") or changes.bulk:
            self._ask()

    def _open(self, each: Attachment) -> None:
        if each.url:
            QDesktopServices.openUrl(QUrl(each.url))
            return
        self._session.ask(
            service.opened_copy, each.id, done=lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        )

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Attach files"), str(Path.home()))
        if names:
            self._attach([Path(name) for name in names])

    def _ask_link(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(tr("Add link"))
        dialog.setLabelText(tr("Web address"))
        dialog.setTextValue("https://")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(self._add_link)
        dialog.open()

    def _remove_selected(self) -> None:
        for item in self.view.selectedItems():
            each = item.data(Qt.ItemDataRole.UserRole)
            self._session.ask(service.remove, each.id, draft=each.name)

    def _show_menu(self, each: Attachment) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Open"), lambda: self._open(each))
        if not each.url:
            menu.addAction(tr("Save as…"), lambda: self._save(each))
        else:
            menu.addAction(tr("Copy the address"), lambda: QApplication.clipboard().setText(each.url))
        menu.addSeparator()
        menu.addAction(tr("Remove"), self._remove_selected)
        menu.popup(self.cursor().pos())

    def _save(self, each: Attachment) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save as"), str(Path.home() / each.name))
        if name:
            self._session.ask(service.save_as, each.id, Path(name))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and web addresses are taken."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Anywhere on the tab."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attaches them."""
        self.take(event.mimeData())
        event.acceptProposedAction()


class _FileList(QListWidget):
    """The list: Enter opens, Delete removes, Ctrl+V takes what was copied.

    Signals:
        removed(), pasted(data), menu_requested(attachment)
    """

    removed = Signal()
    pasted = Signal(object)
    menu_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and paste."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QApplication.clipboard().mimeData())
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: object) -> None:  # noqa: ARG002
        """What can be done with the one under the pointer."""
        item = self.currentItem()
        if item is not None:
            self.menu_requested.emit(item.data(Qt.ItemDataRole.UserRole))
