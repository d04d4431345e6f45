"""The working days of a workspace: days of the week and country are settings, the holidays come from a library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from ..domain.text import fold
from ..domain.working_days import Holidays, NoHolidays, WorkingDays, weekdays
from ..errors import InvalidInput
from ..i18n import language, tr
from . import setup
from .workspace import Workspace


def of(ws: Workspace) -> WorkingDays:
    """Those that count here; made once for each setting."""
    chosen = _chosen(ws)
    if chosen not in _MADE:
        days, country, region, tongue = chosen
        _MADE[chosen] = WorkingDays(weekdays(days), _holidays(country, region, tongue))
    return _MADE[chosen]


def at_hand(ws: Workspace) -> WorkingDays:
    """The same without waiting for the library: its holidays count once ``of`` has been asked."""
    chosen = _chosen(ws)
    return of(ws) if not chosen[1] else _MADE.get(chosen) or WorkingDays(weekdays(chosen[0]))


def change(ws: Workspace, days: Sequence[int], country: str, region: str = "") -> None:
    """Sets which days of the week are worked (Monday is 0), and the country and region whose holidays are not.

    ``country`` is ISO 3166-1 alpha-2, empty for none. Raises InvalidInput for one without known holidays.
    """
    if not days:
        raise InvalidInput("weekdays", tr("No day would be worked."), tr("Choose one at least."))
    if country and country not in countries():
        raise InvalidInput("country", tr("The holidays of this country are not known."), tr("Choose one of the list."))
    if region and region not in regions(country):
        raise InvalidInput("region", tr("The holidays of this region are not known."), tr("Choose one of the list."))
    for name, value in (("weekdays", sorted(weekdays(days))), ("country", country), ("region", region)):
        if ws.settings.get(name) != value:
            setup.put(ws, name, value)


@lru_cache(maxsize=1)
def countries() -> dict[str, tuple[str, ...]]:
    """Countries whose holidays are known, by their code, with the codes of their regions."""
    from holidays.utils import list_supported_countries

    found: dict[str, Any] = list_supported_countries(include_aliases=False)
    return {code: tuple(parts) for code, parts in found.items() if len(code) == 2}


def regions(country: str) -> tuple[str, ...]:
    """Codes of a country's regions that have holidays of their own."""
    return countries().get(country, ())


def country_names() -> list[tuple[str, str]]:
    """Code and name of each country in the language in use, by name."""
    from babel import Locale

    names = Locale(language()).territories
    return sorted(((code, str(names.get(code, code))) for code in countries()), key=lambda each: fold(each[1]))


def region_names(country: str) -> list[tuple[str, str]]:
    """Code and name of each region of a country, by name; those without a known name are called by their code."""
    import holidays

    known: dict[str, str] = getattr(getattr(holidays, country, None), "subdivisions_aliases", {})
    names: dict[str, str] = {}
    for name, code in known.items():
        names.setdefault(code, name)
    return sorted(((code, names.get(code, code)) for code in regions(country)), key=lambda each: fold(each[1]))


def coming_holidays(ws: Workspace, most: int) -> list[tuple[date, str]]:
    """The next holidays with their names, within a year from today."""
    calendar, today = of(ws), ws.clock.today()
    days = (today + timedelta(days=n) for n in range(366))
    return list(islice(((day, calendar.holiday(day)) for day in days if calendar.holiday(day)), most))


Chosen = tuple[tuple[int, ...], str, str, str]
_MADE: dict[Chosen, WorkingDays] = {}


def _chosen(ws: Workspace) -> Chosen:
    days = tuple(ws.settings.get("weekdays", ()))
    return days, str(ws.settings.get("country", "")), str(ws.settings.get("region", "")), language()


def _holidays(country: str, region: str, tongue: str) -> Holidays:
    if not country:
        return NoHolidays()
    from holidays import country_holidays

    try:
        found: Holidays = country_holidays(country, subdiv=region or None, language=tongue)
    except NotImplementedError:
        return NoHolidays()
    return found
