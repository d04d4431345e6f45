"""The list of every key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ...domain.text import fold
from ...i18n import N_, tr
from ..icons import icon
from ..keyboard import go_on
from ..pages import PAGES, keys_of
from ..parts import button, label, on_theme, scrolled

Key = tuple[str, str]
"""The keys as they are written on the keyboard, with `` · `` between two ways, and what they do (marked with N_)."""

KEYS: dict[str, tuple[Key, ...]] = {
    N_("Everywhere"): (
        ("N", N_("New opportunity; on a page with a list, a new lead, contact or company")),
        ("Ctrl+K", N_("Find anything, or say what to do")),
        ("Ctrl+F", N_("Search on the page that is shown")),
        ("Alt ← →", N_("Back · forward through what was opened")),
        ("Alt ↑ ↓", N_("Previous · next of the list or column, in the pane")),
        ("Ctrl+Z · Ctrl+Y", N_("Undo · redo")),
        ("Esc", N_("Close the pane, a dialog, or cancel a drag")),
        ("? · F1", N_("This list")),
    ),
    N_("Home and work list"): (
        ("W", N_("Work through the list, one thing after another")),
        ("J · K", N_("Next thing, the one before")),
        ("D", N_("Done: asks what came of it")),
        ("S", N_("Postpone")),
        ("Enter · P", N_("Open it; plan a further step")),
        ("U · Esc", N_("Undo; leave the list")),
    ),
    N_("Deals in danger"): (
        ("W", N_("Work through the list, one thing after another")),
        ("J · K · ↓ · ↑", N_("Next deal, the one before")),
        ("D · V · C", N_("Edit its date, value, forecast category")),
        ("P · W", N_("Plan the next step; write a note")),
        ("S · L · X", N_("Leave it for a week; lost; done with it")),
        ("Enter", N_("Open the deal beside the list")),
        ("Ctrl+Z · U · Esc", N_("Undo; leave the list")),
    ),
    N_("Board"): (
        ("← ↑ → ↓", N_("Go from card to card")),
        ("Shift ← →", N_("Move the cards to the neighbouring stage")),
        ("Shift ↑ ↓", N_("Move the cards up or down")),
        ("Enter", N_("Open the deal beside the board")),
        ("E", N_("Edit every field of the deal")),
        ("Ctrl+A", N_("Select the cards of the column")),
        ("Delete", N_("Delete what is selected (undo brings it back)")),
    ),
    N_("Past days, on the board and in the forecast"): (
        ("H", N_("The page as it was on a past day")),
        ("← →", N_("A day earlier, a day later")),
        ("Shift ← →", N_("A week earlier, a week later")),
        ("PgUp · PgDn", N_("A month earlier, a month later")),
        ("Esc", N_("Back to today")),
    ),
    N_("What if, in the forecast"): (
        ("Space", N_("Count the chosen deals, or not")),
        ("F2 · Enter", N_("Edit the cell; typing does, too")),
        ("Delete", N_("Put back what it really is")),
        ("Ctrl+Z · Ctrl+Y", N_("Take the last step of the scenario back; bring it again")),
    ),
    N_("Agenda"): (
        ("← ↑ → ↓", N_("Go from activity to activity, from day to day")),
        ("Shift ← ↑ → ↓", N_("Move the activity by a day, or by 15 minutes")),
        ("Ctrl+Shift ↑ ↓", N_("Make the activity longer or shorter")),
        ("Enter", N_("Open the activity, or plan one on the day")),
        ("Space · D", N_("Done, or not done")),
        ("S", N_("Postpone")),
        ("PgUp · PgDn", N_("Earlier or later period")),
        ("T", N_("Today")),
        ("1 · 2 · 3 · 4", N_("Day, week, month, list")),
    ),
    N_("Dashboard"): (
        ("Ctrl ← ↑ → ↓", N_("Move the card that has the keyboard")),
        ("Ctrl+Shift ← →", N_("Make the card narrower or wider")),
        ("Delete", N_("Hide the card (“Add a figure” has it)")),
        ("↑ ↓ · Enter", N_("In a chart: go through its rows; show the deals behind one")),
    ),
    N_("Table of opportunities"): (
        ("← →", N_("Choose a cell: typing and F2 edit it")),
        ("F2", N_("Edit the cell")),
        ("Enter · Tab · Esc", N_("Write; write and go on to the next cell; give back what was there")),
        ("Ctrl+C · Ctrl+V", N_("Copy the rows; paste a block at the cell, after a preview")),
        ("Alt+Shift ↑ ↓", N_("Order by the cell’s column; with Ctrl as one more")),
        ("← → · Space", N_("On a group: close it, open it")),
        ("Ctrl+A", N_("Select all rows")),
    ),
    N_("Lists"): (
        ("Enter", N_("Open the record beside its list")),
        ("Ctrl+A", N_("Select all rows")),
        ("Ctrl+C", N_("Copy the selected rows")),
        ("Delete", N_("Delete what is selected (undo brings it back)")),
    ),
}
"""Every key beside those of the pages, by where it works: the dialog shows a group for each, in this order."""


class KeysDialog(QDialog):
    """Keys and what they do, in groups; a text narrows them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setProperty("kind", "search")
        self.search.setPlaceholderText(tr("Search keys"))
        self.search.setAccessibleName(tr("Search keys"))
        self.search.setClearButtonEnabled(True)
        glass = self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        on_theme(self.search, lambda: glass.setIcon(icon("search")))
        self.search.textChanged.connect(self._narrow)
        self.groups = [_Group(title, keys) for title, keys in _table()]
        self._nothing = label(tr("No key does that."), "muted")
        self._nothing.hide()
        self._lay_out()
        room = parent.window().size()
        self.resize(min(920, room.width() - 40), min(720, room.height() - 60))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(tr("Keys"), "title"), 1)
        head.addWidget(self.search, 1)
        columns = QHBoxLayout()
        columns.setSpacing(32)
        for groups in _halves(self.groups):
            column = QVBoxLayout()
            column.setSpacing(20)
            for group in groups:
                column.addWidget(group)
            column.addStretch(1)
            columns.addLayout(column, 1)
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 10, 0)
        inside.addWidget(self._nothing)
        inside.addLayout(columns, 1)
        self._area = scrolled(holder)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addLayout(head)
        layout.addWidget(self._area, 1)
        layout.addWidget(button(tr("Close"), self.accept), 0, Qt.AlignmentFlag.AlignRight)

    def _narrow(self, text: str) -> None:
        found = [group.narrow(fold(text)) for group in self.groups]
        self._nothing.setVisible(not any(found))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The list scrolls while the keyboard is in the search; Esc empties that first."""
        bar = self._area.verticalScrollBar()
        steps = {
            Qt.Key.Key_Down: bar.singleStep(), Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_PageDown: bar.pageStep(), Qt.Key.Key_PageUp: -bar.pageStep(),
        }  # fmt: skip
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        elif event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes as the dialog is read."""
        return go_on(self, forward=forward)


class _Group(QWidget):
    """The keys of one place, below its name."""

    def __init__(self, title: str, keys: Sequence[Key]) -> None:
        super().__init__()
        self.rows = 1 + len(keys)
        self._title = fold(tr(title))
        self._keys: list[tuple[str, list[QWidget]]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(0, 128)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(tr(title), "small"), 0, 0, 1, 2)
        for number, (key, text) in enumerate(keys, 1):
            pair: list[QWidget] = [label(key, "heading"), label(tr(text), wrap=True)]
            for place, made in enumerate(pair):
                grid.addWidget(made, number, place, Qt.AlignmentFlag.AlignTop)
            self._keys.append((fold(f"{key}\n{tr(text)}"), pair))

    def narrow(self, text: str) -> bool:
        """Shows the keys that hold a folded text, all of them when the group is called so; whether there are any."""
        shown = [text in self._title or text in searched for searched, _ in self._keys]
        for (_, pair), visible in zip(self._keys, shown, strict=True):
            for made in pair:
                made.setVisible(visible)
        self.setVisible(any(shown))
        return any(shown)


def _table() -> list[tuple[str, Sequence[Key]]]:
    """Groups by their names, the pages first."""
    pages = [(" · ".join(keys_of(name)).replace(",", "", 1), page.title) for name, page in PAGES.items()]
    return [(N_("Pages"), pages), *KEYS.items()]


def _halves(groups: Sequence[_Group]) -> tuple[Sequence[_Group], Sequence[_Group]]:
    """The groups in two columns about as long."""
    total = sum(group.rows for group in groups)
    best = min(range(1, len(groups) + 1), key=lambda n: abs(total - 2 * sum(group.rows for group in groups[:n])))
    return groups[:best], groups[best:]
