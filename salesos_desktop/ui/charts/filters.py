"""What the forecast page shows: whose deals, of what, of which months, in which currency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ...domain.periods import month_of, month_start
from ...i18n import tr
from ..choices import add_group, add_heading
from ..deal_lists import KeptDealLists
from ..parts import Pill, plain
from . import figures

_MOST = 60
MONTHS_ONLY = ("period", "currency")
"""Pills of what the page's other parts choose for themselves."""


class ScopeFilters(QWidget):
    """Pills; ``view`` is what is chosen: a frozen dataclass with owner_id, team_id, members, and an ``…_id`` for each of
    ``named`` that there is a pill of.

    Signals:
        chosen(): something else is.
    """

    chosen = Signal()
    named: Sequence[str] = ("pipeline",)

    def __init__(self, view: Any, lists: KeptDealLists, *others: str) -> None:
        super().__init__()
        self.view = view
        self._lists = lists
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.pills = {name: Pill() for name in ("owner", *self.named, *others)}
        for name, pill in self.pills.items():
            menu = QMenu(pill)
            menu.aboutToShow.connect(lambda menu=menu, name=name: self._fill(name, menu))
            pill.setMenu(menu)
            row.addWidget(pill)
        lists.changed.connect(self._on_lists)
        self._show()

    def choose(self, **choice: Any) -> None:
        """Another value of some of the view's."""
        self.view = replace(self.view, **choice)
        self._show()
        self.chosen.emit()

    def _fill(self, name: str, menu: QMenu) -> None:
        menu.clear()
        if name == "owner":
            self._fill_owners(menu)
        elif name in self.named:
            column = f"{name}_id"
            now = getattr(self.view, column)
            entries = [(_everything(name), None, now is None), *_entries(self._listed(name), now)]
            add_group(menu, entries, lambda value: self.choose(**{column: value}))
        else:
            self._fill_other(name, menu)

    def _fill_other(self, name: str, menu: QMenu) -> None:
        """What can be chosen of a pill that is no part of the scope."""

    def _fill_owners(self, menu: QMenu) -> None:
        view = self.view
        everybody = view.owner_id is None and view.team_id is None
        add_group(menu, [(tr("Everybody"), None, everybody)], lambda _: self._choose_owner(None))
        if self._lists.teams:
            add_heading(menu, tr("Teams with their sub-teams"))
            add_group(menu, _entries(self._lists.teams, view.team_id), self._choose_team)
        add_heading(menu, tr("People"))
        add_group(menu, _entries(self._lists.people, view.owner_id), self._choose_owner)

    def _choose_owner(self, owner_id: int | None) -> None:
        self.choose(owner_id=owner_id, team_id=None, members=frozenset())

    def _choose_team(self, team_id: int) -> None:
        self.choose(owner_id=None, team_id=team_id, members=frozenset(self._lists.members.get(team_id, ())))

    def _on_lists(self) -> None:
        """What is chosen may have another name, other members, or be gone."""
        view, gone = self.view, {}
        listed_of = {"owner_id": "people", "team_id": "teams"} | {f"{name}_id": f"{name}s" for name in self.named}
        for column, listed in listed_of.items():
            now = getattr(view, column)
            if now is not None and now not in {each.id for each in getattr(self._lists, listed)}:
                gone[column] = None
        members = frozenset(self._lists.members.get(view.team_id, ()))
        if gone or members != view.members:
            self.choose(members=members, **gone)
        else:
            self._show()

    def _listed(self, name: str) -> Iterable[Any]:
        return getattr(self._lists, f"{name}s")

    def _show(self) -> None:
        view = self.view
        owner = _name(self._lists.people, view.owner_id) or _name(self._lists.teams, view.team_id)
        self.pills["owner"].show_choice(owner or tr("Everybody"), bool(view.owner_id or view.team_id))
        for name in self.named:
            now = getattr(view, f"{name}_id")
            some = list(self._listed(name))
            self.pills[name].setVisible(now is not None or len(some) > (1 if name == "pipeline" else 0))
            everything = _everything(name)
            self.pills[name].show_choice(_name(some, now) or everything, now is not None, _short(name))


class ForecastFilters(ScopeFilters):
    """With product, source, months and currency. ``currencies`` gives those that some deal has, ``today`` the day it is."""

    named = ("pipeline", "product", "source")

    def __init__(
        self, view: figures.View, base: str, lists: KeptDealLists, currencies: Callable[[], set[str]],
        today: Callable[[], date],
    ) -> None:  # fmt: skip
        self._base, self._currencies, self._today = base, currencies, today
        super().__init__(view, lists, "period", "currency")

    def show_months_only(self, shown: bool) -> None:
        """Hides what the other parts of the page have no use for."""
        for name in MONTHS_ONLY:
            self.pills[name].setVisible(shown)

    def _fill_other(self, name: str, menu: QMenu) -> None:
        if name == "period":
            periods = [(tr(text), code, code == self.view.period) for code, text in figures.PERIODS.items()]
            add_group(menu, periods, lambda code: self.choose(period=code))
            menu.addSeparator()
            own = figures.range_of(self.view.period)
            entry = menu.addAction(tr("From one month to another…"), self.choose_months)
            entry.setCheckable(bool(own))
            entry.setChecked(bool(own))
        else:
            self._fill_currencies(menu)

    def choose_months(self) -> None:
        """Asks for a range of one's own."""
        from .months_dialog import MonthsDialog

        own = figures.range_of(self.view.period) or [month_of(self._today())] * 2
        dialog = MonthsDialog(self.window(), month_start(own[0]), month_start(own[-1]))
        dialog.chosen.connect(lambda period: self.choose(period=period))
        dialog.open()

    def _fill_currencies(self, menu: QMenu) -> None:
        view, base = self.view, self._base
        every = [(_all_in(base), (base, True), view.converted)]
        add_group(menu, every, lambda choice: self.choose(currency=choice[0], converted=choice[1]))
        add_heading(menu, tr("Each currency apart"))
        codes = sorted(self._currencies() | {base, view.currency})
        apart = [(code, (code, False), not view.converted and code == view.currency) for code in codes]
        add_group(menu, apart, lambda choice: self.choose(currency=choice[0], converted=choice[1]))

    def _show(self) -> None:
        super()._show()
        view = self.view
        own = figures.range_of(view.period)
        period = figures.range_name(view.period, self._today()) if own else tr(figures.PERIODS[view.period])
        self.pills["period"].show_choice(period, view.period != "twelve")
        currency = _all_in(view.currency) if view.converted else tr("Currency: {code}").format(code=view.currency)
        self.pills["currency"].show_choice(currency, view.converted)


def _everything(name: str) -> str:
    texts = {"pipeline": tr("All pipelines"), "product": tr("All products"), "source": tr("All sources")}
    return texts[name]


def _short(name: str) -> str:
    texts = {"pipeline": tr("All pipelines"), "product": tr("Product"), "source": tr("Source")}
    return texts[name]


def _all_in(code: str) -> str:
    return tr("Everything in {code}").format(code=code)


def _name(named: Iterable[Any], chosen: int | None) -> str:
    return next((str(each.name) for each in named if each.id == chosen), "")


def _entries(named: Iterable[Any], chosen: int | None) -> list[tuple[str, Any, bool]]:
    """Those that may be chosen, the one that is among them."""
    listed = [each for each in named if each.active or each.id == chosen]
    kept = listed[:_MOST] + [each for each in listed[_MOST:] if each.id == chosen]
    return [(plain(each.name), each.id, each.id == chosen) for each in kept]
