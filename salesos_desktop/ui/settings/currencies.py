"""Exchange rates, each from its day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QLineEdit

from ...domain.money import CURRENCIES
from ...i18n import decimal, short_date, tr
from ...services import rates
from ...services.rates import Rate
from ..dates import date_edit
from ..dialogs.deal import choose, combo
from ..session import Session
from .records import RecordsSection


@dataclass(frozen=True, slots=True)
class _Thing:
    id: int
    name: str
    rate: Rate


class CurrenciesSection(RecordsSection):
    """The newest first. A rate that is missing is said where it is needed, never guessed."""

    tables = frozenset({"exchange_rate"})
    figures = frozenset({2})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Exchange rates"),
            tr("A rate counts from its day until the next one. Figures of a day use the rate of that day."),
            [tr("Currencies"), tr("From"), tr("Rate")],
            tr("There are no rates. Amounts in other currencies are shown apart until there are."),
        )  # fmt: skip
        codes = [(code, code) for code in CURRENCIES]
        self.source, self.target = combo(codes, "EUR"), combo(codes, session.workspace.currency)
        self.day = date_edit(session.today)
        self.rate = QLineEdit()
        for name, caption, editor in (
            ("from_currency", tr("One unit of"), self.source), ("to_currency", tr("is worth in"), self.target),
            ("rate", tr("Rate"), self.rate), ("day", tr("From the day"), self.day),
        ):  # fmt: skip
            self.add_field(name, caption, editor)
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)

    def reload(self, chosen: int | None) -> None:
        """Reads the rates."""
        self._session.ask(rates.listing, done=lambda found: self.show_things([_thing(each) for each in found], chosen))

    def cells(self, thing: _Thing) -> list[str]:
        """A row."""
        return [thing.name, short_date(thing.rate.day, self._session.today.year), decimal(thing.rate.rate)]

    def new_title(self) -> str:
        """A new one."""
        return tr("New rate")

    def fill(self, thing: _Thing | None) -> None:
        """Shows a rate; a new one is of today."""
        if thing is None:
            own = self._session.workspace.currency
            choose(self.target, own, own)
            if self.source.currentData() == own:
                choose(self.source, "EUR" if own != "EUR" else "USD", "")
            self._show_day(self._session.today)
            self.rate.clear()
            return
        found = thing.rate
        choose(self.source, found.from_currency, found.from_currency)
        choose(self.target, found.to_currency, found.to_currency)
        self._show_day(found.day)
        self.rate.setText(decimal(found.rate))

    def values(self) -> dict[str, Any]:
        """As the service takes them. Raises InvalidInput."""
        return {
            "from_currency": self.source.currentData(), "to_currency": self.target.currentData(),
            "day": self.day.taken(), "rate": self.rate.text(),
        }  # fmt: skip

    def writing(self, thing: _Thing | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Adds or edits."""
        return (rates.add, values) if thing is None else (rates.edit, thing.id, values)

    def update_tools(self, thing: _Thing | None) -> None:
        """One that is there can be deleted."""
        self.buttons["delete"].setEnabled(thing is not None)

    def _show_day(self, day: date) -> None:
        self.day.setDate(QDate(day.year, day.month, day.day))

    def _delete(self) -> None:
        if self.current is not None:
            self.do(rates.delete, self.current.id)


def _thing(rate: Rate) -> _Thing:
    return _Thing(rate.id, f"{rate.from_currency} → {rate.to_currency}", rate)
