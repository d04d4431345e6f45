"""Which days are worked: the days of the week, and the holidays of a country and region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QVBoxLayout

from ...i18n import long_date, tr
from ...services import working_days
from ...services.workspace import Workspace
from ..agenda.words import WEEKDAYS
from ..boxes import ComboBox
from ..dialogs.deal import combo
from ..flow import FlowLayout
from ..parts import Field, label
from ..session import Session
from .section import Section

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Choices:
    """What is set, what can be chosen, and what comes of it."""

    weekdays: frozenset[int]
    country: str
    region: str
    countries: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    holidays: list[tuple[date, str]]


class WorkingDaysSection(Section):
    """Every choice takes effect at once."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Working days"),
            tr("Plans, and how long a deal may rest, count these days. Holidays come with the program."),
        )  # fmt: skip
        self.days = [QCheckBox(tr(name).capitalize()) for name in WEEKDAYS]
        self.country, self.region = combo([], ""), combo([], "")
        self._holidays = label("", wrap=True)
        self._title = label(tr("Next holidays"), "heading")
        self.column.addWidget(self.problem)
        self.column.addWidget(self._card())
        self.column.addStretch(1)
        for day in self.days:
            day.clicked.connect(self._change)
        self.country.activated.connect(lambda _: self._change(region=""))
        self.region.activated.connect(lambda _: self._change())

    def _card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        card.setMaximumWidth(720)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        column.addWidget(label(tr("Weekdays that are worked"), "heading"))
        week = FlowLayout(14)
        for day in self.days:
            week.addWidget(day)
        column.addLayout(week)
        places = QGridLayout()
        places.setHorizontalSpacing(18)
        for place, field in enumerate((Field(tr("Country"), self.country), Field(tr("Region"), self.region))):
            places.addWidget(field, 0, place, Qt.AlignmentFlag.AlignTop)
            places.setColumnStretch(place, 1)
        column.addLayout(places)
        column.addWidget(self._title)
        column.addWidget(self._holidays)
        return card

    def load(self) -> None:
        """Asks for what is set."""
        self._session.ask(_read, done=self._show, failed=self.show_problem)

    def _show(self, found: _Choices) -> None:
        for number, day in enumerate(self.days):
            day.setChecked(number in found.weekdays)
        _fill(self.country, [("", tr("no country: no holidays")), *found.countries], found.country)
        _fill(self.region, [("", tr("the whole country")), *found.regions], found.region)
        self.region.setEnabled(bool(found.regions))
        lines = [f"{long_date(day)} · {name}" for day, name in found.holidays]
        nothing = tr("No holidays in the coming year.") if found.country else tr(
            "Choose a country to leave out its holidays."
        )  # fmt: skip
        self._holidays.setText("\n".join(lines) or nothing)

    def _change(self, *_: object, region: str | None = None) -> None:
        self.clear_problem()
        chosen = [number for number, day in enumerate(self.days) if day.isChecked()]
        country = str(self.country.currentData() or "")
        wanted = str(self.region.currentData() or "") if region is None else region
        self._session.ask(
            working_days.change, chosen, country, wanted, done=lambda _: self.load(), failed=self._on_refused
        )

    def _on_refused(self, error: Exception) -> None:
        self.show_problem(error)
        self.load()


def _read(ws: Workspace) -> _Choices:
    country = str(ws.settings.get("country", ""))
    return _Choices(
        working_days.of(ws).weekdays, country, str(ws.settings.get("region", "")), working_days.country_names(),
        working_days.region_names(country) if country else [], working_days.coming_holidays(ws, _SHOWN),
    )  # fmt: skip


def _fill(box: ComboBox, options: list[tuple[str, str]], chosen: str) -> None:
    if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] != options:
        box.clear()
        for value, text in options:
            box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
