"""A card with a chart, and in its place a table of the same figures, or why there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ...i18n import tr
from ..models.tables import TextTable
from ..parts import Elided, button, label


class ChartCard(QFrame):
    """``title`` above, with what it means in small; on the right what the pointer is on, and the link to the table."""

    def __init__(self, title: str, note: str, chart: QWidget, table: TextTable, legend: QWidget | None = None) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.chart, self.table = chart, table
        chart.setAccessibleName(title)
        self._value = Elided("", "muted")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.toggle = button(tr("As a table"), self._on_toggled, "link")
        self._nothing = label("", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.addWidget(label(title, "heading"))
        head.addWidget(self._value, 1)
        head.addWidget(self.toggle)
        self.stack = QStackedWidget()
        for widget in (chart, table, self._nothing):
            self.stack.addWidget(widget)
        # What is in it scrolls or shrinks: the card says how high it is.
        self.stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._legend = legend
        self._note = label(note, "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._note)
        if legend is not None:
            column.addWidget(legend)
        column.addWidget(self.stack, 1)
        self._tabled = False
        self._turn()

    def say(self, text: str) -> None:
        """What the pointer or the keyboard is on."""
        self._value.show_text(text)

    def said(self) -> str:
        """The text that is shown."""
        return self._value.full_text()

    def show_note(self, text: str) -> None:
        """Another note."""
        self._note.setText(text)
        self._turn()

    def show_nothing(self, text: str) -> None:
        """Says why there is nothing to show; an empty text shows the figures again."""
        self._nothing.setText(text)
        self.toggle.setVisible(not text)
        self._turn()

    def nothing(self) -> str:
        """Why there is nothing to show, empty where there is something."""
        return self._nothing.text()

    def _on_toggled(self) -> None:
        self._tabled = not self._tabled
        self.toggle.setText(tr("As a chart") if self._tabled else tr("As a table"))
        self._turn()

    def _turn(self) -> None:
        """Chart, table or neither; what explains the chart goes with it."""
        nothing = bool(self._nothing.text())
        drawn = not nothing and not self._tabled
        self._note.setVisible(drawn and bool(self._note.text()))
        if self._legend is not None:
            self._legend.setVisible(drawn)
        self.stack.setCurrentIndex(2 if nothing else int(self._tabled))
