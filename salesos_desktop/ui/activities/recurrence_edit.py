"""Whether an activity comes again: usual rules at once, others part by part, and the whole in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...i18n import N_, tr
from ...services import recurrence
from ..boxes import ComboBox, SpinBox
from ..dates import OptionalDateEdit
from ..flow import FlowLayout
from ..parts import label
from . import words

_WORKED = ("MO", "TU", "WE", "TH", "FR")
_CUSTOM, _KEPT = "custom", "kept"
_UNITS = (
    ("DAILY", N_("days")), ("WEEKLY", N_("weeks")), ("MONTHLY", N_("months")), ("YEARLY", N_("years")),
)  # fmt: skip
_MONDAY = date(2026, 1, 5)


class RecurrenceEdit(QWidget):
    """A rule; the parts of it are shown for one of one's own.

    Signals:
        changed(): another rule; the room it takes may have changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kept = self._shown = ""
        self._day: date | None = None
        self.preset = ComboBox()
        for text, value in (
            (tr("does not repeat"), ""), (tr("every day"), "daily"), (tr("Monday to Friday"), "worked"),
            (tr("every week"), "weekly"), (tr("every month"), "monthly"), (tr("every year"), "yearly"),
            (tr("custom…"), _CUSTOM),
        ):  # fmt: skip
            self.preset.addItem(text, value)
        self.preset.currentIndexChanged.connect(lambda _: self._on_changed())
        self.setFocusProxy(self.preset)
        self.words = label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.preset)
        layout.addWidget(self._parts())
        layout.addWidget(self.words)
        self._on_changed()

    def _parts(self) -> QWidget:
        self.every, self.unit = SpinBox(), ComboBox()
        self.every.setRange(1, 99)
        self.every.setAccessibleName(tr("Every how many"))
        for value, text in _UNITS:
            self.unit.addItem(tr(text), value)
        self.unit.setCurrentIndex(1)
        self.unit.setAccessibleName(tr("Unit"))
        self.weekdays: dict[str, QToolButton] = {}
        self._week = QWidget()
        flow = FlowLayout(4)
        self._week.setLayout(flow)
        for n, code in enumerate(recurrence.WEEKDAYS):
            name = words.weekday(_MONDAY.replace(day=_MONDAY.day + n))
            made = self.weekdays[code] = QToolButton()
            made.setProperty("kind", "day")
            made.setText(name)
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.toggled.connect(lambda _: self._on_changed())
            flow.addWidget(made)
        self.end, self.until, self.count = ComboBox(), OptionalDateEdit(), SpinBox()
        for text, value in ((tr("without end"), ""), (tr("until"), "until"), (tr("times in all"), "count")):
            self.end.addItem(text, value)
        self.end.setAccessibleName(tr("End"))
        self.until.setAccessibleName(tr("Last day"))
        self.count.setAccessibleName(tr("How often"))
        self.count.setRange(1, 999)
        self.count.setValue(10)
        for box in (self.unit, self.end):
            box.currentIndexChanged.connect(lambda _: self._on_changed())
        for spin in (self.every, self.count):
            spin.valueChanged.connect(lambda _: self._on_changed())
        self.until.dateChanged.connect(lambda _: self._on_changed())
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, widgets in ((first, (self.every, self.unit)), (second, (self.count, self.end, self.until))):
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget, 0 if widget in (self.every, self.count) else 1)
        self._own = QWidget()
        column = QVBoxLayout(self._own)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        column.addWidget(self._week)
        column.addLayout(second)
        return self._own

    def setAccessibleName(self, name: str) -> None:
        """The list is what is read."""
        super().setAccessibleName(name)
        self.preset.setAccessibleName(name)

    def show_day(self, day: date | None) -> None:
        """Counts from another first day."""
        self._day = day
        self._on_changed()

    def show_rule(self, rule: str) -> None:
        """Shows a rule, also one that cannot be made here: it stays as it is until another is chosen."""
        self._kept = rule
        parts = recurrence.parts(rule)
        plain = {k: v for k, v in parts.items() if k not in ("BYSETPOS", "BYMONTHDAY", "BYMONTH") or "BYDAY" in parts}
        preset = _preset(plain)
        if preset == _KEPT:
            self.preset.addItem(recurrence.words(rule), _KEPT)
        if preset == _CUSTOM:
            self._show_parts(plain)
        self.preset.setCurrentIndex(self.preset.findData(preset))
        self._shown = self._made()
        self._on_changed()

    def _show_parts(self, parts: dict[str, str]) -> None:
        self.every.setValue(int(parts.get("INTERVAL", "1")))
        self.unit.setCurrentIndex(self.unit.findData(parts["FREQ"]))
        for code, made in self.weekdays.items():
            made.setChecked(code in parts.get("BYDAY", "").split(","))
        if "COUNT" in parts:
            self.count.setValue(int(parts["COUNT"]))
        elif "UNTIL" in parts:
            self.until.set_day(date.fromisoformat(parts["UNTIL"][:8]))
        self.end.setCurrentIndex(
            self.end.findData("count" if "COUNT" in parts else "until" if "UNTIL" in parts else "")
        )

    def rule(self) -> str:
        """The rule as RFC 5545 writes it, empty for none; the one that was shown stays as it is until somebody changes it."""
        made = self._made()
        return self._kept if made == self._shown else made

    def _made(self) -> str:
        preset = self.preset.currentData()
        if preset == _KEPT:
            return self._kept
        if preset == "worked":
            return recurrence.made("WEEKLY", 1, _WORKED)
        if preset != _CUSTOM:
            return recurrence.made(str(preset).upper())
        end: dict[str, Any] = {}
        if self.end.currentData() == "count":
            end["count"] = self.count.value()
        elif self.end.currentData() == "until":
            end["until"] = self.until.day()
        days = tuple(code for code, made in self.weekdays.items() if made.isChecked())
        return recurrence.made(self.unit.currentData(), self.every.value(), days, **end)

    def _on_changed(self) -> None:
        preset = self.preset.currentData()
        own, end = preset == _CUSTOM, self.end.currentData()
        self._own.setVisible(own)
        self._week.setVisible(self.unit.currentData() == "WEEKLY")
        self.until.setVisible(end == "until")
        self.count.setVisible(end == "count")
        self.words.setText(recurrence.words(self.rule()))
        self.words.setVisible(own)
        self.changed.emit()


def _preset(parts: dict[str, str]) -> str:
    """Which entry of the list a rule is."""
    if not parts:
        return ""
    if parts == {"FREQ": "WEEKLY", "BYDAY": ",".join(_WORKED)}:
        return "worked"
    if parts.keys() == {"FREQ"}:
        return parts["FREQ"].lower()
    known = parts.keys() <= {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"}
    weekly = "BYDAY" not in parts or (
        parts["FREQ"] == "WEEKLY" and set(parts["BYDAY"].split(",")) <= set(recurrence.WEEKDAYS)
    )
    return _CUSTOM if known and weekly else _KEPT
