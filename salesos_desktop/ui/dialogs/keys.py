"""The list of every key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from ...i18n import N_, tr
from ..pages import PAGES, keys_of
from ..parts import button, label

KEYS = (
    ("N", N_("New opportunity; on a page with a list, a new lead, contact or company")),
    ("← ↑ → ↓", N_("Go from card to card")),
    ("Shift ← →", N_("Move the cards to the neighbouring stage")),
    ("Shift ↑ ↓", N_("Move the cards up or down")),
    ("Enter", N_("Open the deal beside the board, the record beside its list")),
    ("E", N_("Edit every field of the deal")),
    ("Ctrl+A", N_("Select the cards of the column, all rows of a list")),
    ("Ctrl+C", N_("Copy the selected rows of a list")),
    ("Delete", N_("Delete what is selected (undo brings it back)")),
    ("Ctrl+Z · Ctrl+Y", N_("Undo · redo")),
    ("Ctrl+K", N_("Search deals, or the list that is shown")),
    ("Esc", N_("Close the pane, a dialog, or cancel a drag")),
    ("? · F1", N_("This list")),
)


class KeysDialog(QDialog):
    """Keys and what they do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(14)
        layout.addWidget(label(tr("Keys"), "title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(7)
        pages = [(" · ".join(keys_of(name)).replace(",", "", 1), page.title) for name, page in PAGES.items()]
        for number, (keys, text) in enumerate((*KEYS, *pages)):
            grid.addWidget(label(keys, "heading"), number, 0)
            grid.addWidget(label(tr(text)), number, 1)
        layout.addLayout(grid)
        layout.addWidget(button(tr("Close"), self.accept), 0, Qt.AlignmentFlag.AlignRight)
