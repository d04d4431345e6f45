"""What can be done with figures: files of several kinds, and the printer after a look at the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from ...i18n import N_, tr
from ...services.transfer import sheet_files
from ...services.transfer.sheets import put_in_place
from .parts import Paper

if TYPE_CHECKING:
    from ..exporting import Exporting

KINDS = {
    ".pdf": N_("PDF (*.pdf)"), ".png": N_("Picture (*.png)"), ".svg": N_("Drawing (*.svg)"), ".csv": N_("CSV (*.csv)"),
    ".xlsx": N_("Excel (*.xlsx)"),
}  # fmt: skip
_DOTS = 600
_NAMES = {".pdf": "PDF…", ".png": "PNG…", ".svg": "SVG…", ".csv": "CSV…", ".xlsx": "XLSX…"}


def add_exports(menu: QMenu, paper: Callable[[], Paper], exporting: Callable[[], Exporting]) -> list[QAction]:
    """Entries that export and print what ``paper`` gives."""
    inside = menu.addMenu(tr("Export the figures"))
    made = [inside.addAction(text, lambda end=end: ask(paper(), end, exporting())) for end, text in _NAMES.items()]
    made.append(menu.addAction(tr("Print…"), lambda: preview(paper(), exporting().window)))
    return made


def ask(paper: Paper, ending: str, exporting: Exporting) -> None:
    """Asks where to, and writes the file."""
    name = sheet_files.file_name(paper.title, exporting.today, ending)
    found = exporting.target(name, {tr(KINDS[ending]): ending}, (ending,))
    if found is not None:
        target, overwrite = found
        exporting.write(target, writer(paper, target, overwrite=overwrite))


def writer(paper: Paper, target: Path, *, overwrite: bool) -> Callable[[], int | None]:
    """What writes the file on any thread, and gives how many rows it has. Widgets are recorded at once, on their own thread."""
    ending = target.suffix.lower()
    if ending in sheet_files.ENDINGS:
        tables = [part.sheet for part in paper.parts]
        return lambda: sheet_files.write(tables, target, overwrite=overwrite)
    content = _drawn(paper, ending)

    def put() -> None:
        data = content()
        with put_in_place(target, overwrite=overwrite) as file:
            file.write(data)

    return put


def _drawn(paper: Paper, ending: str) -> Callable[[], bytes]:
    from . import drawing, pages, pictures

    kept = drawing.recorded(paper)
    if ending == ".png":
        return lambda: pictures.png(pictures.image(kept))
    return lambda: pages.pdf(kept) if ending == ".pdf" else pictures.svg(kept)


def preview(paper: Paper, parent: QWidget) -> QDialog:
    """Shows the pages; its button asks for the printer with the system's own dialog."""
    from PySide6.QtCore import Qt
    from PySide6.QtPrintSupport import QPrintPreviewDialog

    from . import drawing, pages

    kept = drawing.recorded(paper)
    dialog = QPrintPreviewDialog(parent)
    printer = dialog.printer()
    printer.setResolution(_DOTS)
    printer.setPageLayout(pages.layout())
    printer.setDocName(paper.title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # The room that fields have elsewhere would cut its numbers.
    dialog.setStyleSheet("QComboBox, QLineEdit { padding: 1px 6px; }")
    dialog.setWindowTitle(tr("Print: {what}").format(what=paper.title))
    dialog.paintRequested.connect(lambda device: pages.paint(kept, device))
    room = parent.window().size()
    dialog.resize(min(1100, room.width() - 40), min(800, room.height() - 60))
    dialog.open()
    return dialog
