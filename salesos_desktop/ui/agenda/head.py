"""The agenda's upper edge: today, earlier and later, the period with a calendar to choose from, and the four views."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget, QWidgetAction

from ...i18n import tr
from ..calendar import Calendar
from ..icons import icon
from ..parts import button, on_theme
from .words import MODES, title


class AgendaHead(QWidget):
    """Where in time, and which view.

    Signals:
        today_requested(), step_requested(step), day_chosen(day), mode_chosen(name).
    """

    today_requested = Signal()
    step_requested = Signal(object)
    day_chosen = Signal(object)
    mode_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.today = button(tr("Today"), self.today_requested.emit)
        self.today.setToolTip(tr("Today (T)"))
        self.period = QToolButton()
        self.period.setProperty("kind", "pill")
        self.period.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.period.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.period.setToolTip(tr("Choose a day"))
        self.calendar = Calendar()
        self.calendar.activated.connect(self._on_day)
        self.calendar.clicked.connect(self._on_day)
        menu = QMenu(self.period)
        action = QWidgetAction(menu)
        action.setDefaultWidget(self.calendar)
        menu.addAction(action)
        menu.aboutToShow.connect(self.calendar.setFocus)
        self.period.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 18, 8)
        row.setSpacing(8)
        row.addWidget(self.today)
        for step, tip, name in ((-1, tr("Earlier (Page Up)"), "left"), (1, tr("Later (Page Down)"), "right")):
            row.addWidget(self._arrow(step, tip, name))
        row.addWidget(self.period)
        row.addStretch(1)
        self.modes: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        for number, (mode, text) in enumerate(MODES.items(), 1):
            made = QToolButton()
            made.setProperty("kind", "pill")
            made.setText(tr(text))
            made.setToolTip(f"{tr(text)} ({number})")
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(lambda _, mode=mode: self.mode_chosen.emit(mode))
            group.addButton(made)
            row.addWidget(made)
            self.modes[mode] = made

    def show_period(self, mode: str, day: date) -> None:
        """Says what is shown."""
        text = title(mode, day)
        self.period.setText(f"{text} ▾")
        self.period.setAccessibleName(text)
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        for name, made in self.modes.items():
            made.setChecked(name == mode)
            made.setProperty("active", "true" if name == mode else "false")
            made.style().unpolish(made)
            made.style().polish(made)

    def _arrow(self, step: int, tip: str, name: str) -> QToolButton:
        made = QToolButton()
        made.setToolTip(tip)
        made.setAccessibleName(tip)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: self.step_requested.emit(step))
        on_theme(made, lambda: made.setIcon(icon(f"chevron-{name}")))
        return made

    def _on_day(self, day: QDate) -> None:
        self.period.menu().close()
        found = day.toPython()
        assert isinstance(found, date)
        self.day_chosen.emit(found)
