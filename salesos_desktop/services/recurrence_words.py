"""A recurrence as people say it, in the language of the moment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from ..i18n import N_, month_name, ntr, short_date, tr


def said(parts: Mapping[str, str]) -> str:
    """A rule (its parts by name, as RFC 5545 spells them): ``every 2 weeks on Monday and Thursday, until 12 Dec 2026``,
    ``on the second Tuesday of every month``; empty for none.
    """
    if not parts:
        return ""
    every, freq = int(parts.get("INTERVAL", "1")), parts["FREQ"]
    one, many = _EVERY[freq]
    text = tr(one if every == 1 else many).format(count=every)
    months = [int(month) for month in _items(parts, "BYMONTH")]
    places = _places(parts, months)
    weekdays = [tr(_DAYS[day]) for day in _items(parts, "BYDAY") if day in _DAYS]
    if places and freq == "MONTHLY" and every == 1:
        text = tr("on {place} of every month").format(place=_listed(places))
    elif places:
        text = tr("{every} on {place}").format(every=text, place=_listed(places))
    elif weekdays:
        text = tr("{every} on {days}").format(every=text, days=_listed(weekdays))
    if months and not (places and freq == "YEARLY"):
        text = tr("{text} in {months}").format(text=text, months=_listed([month_name(m, full=True) for m in months]))
    if weekdays and _items(parts, "BYMONTHDAY") and "BYSETPOS" not in parts:
        text = tr("{text}, only on {days}").format(text=text, days=_listed(weekdays))
    return text + _end(parts)


def _end(parts: Mapping[str, str]) -> str:
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        return ntr(", {count} more time", ", {count} more times", count).format(count=count)
    if "UNTIL" in parts:
        return tr(", until {day}").format(day=short_date(date.fromisoformat(parts["UNTIL"][:8]), 0))
    return ""


def _places(parts: Mapping[str, str], months: Sequence[int]) -> list[str]:
    """Where in its month or year each occurrence is, empty where the rule names no place."""
    month_days = [int(day) for day in _items(parts, "BYMONTHDAY")]
    codes = _items(parts, "BYDAY")
    positions = [int(position) for position in _items(parts, "BYSETPOS")]
    yearly = parts["FREQ"] == "YEARLY"
    if yearly and len(months) == 1 and month_days and not positions and min(month_days) > 0:
        name = month_name(months[0], full=True)
        return [tr("{month} {day}").format(month=name, day=day) for day in month_days]
    places: list[str] = []
    if positions:
        places = [_of_set(position, codes, month_days) for position in positions]
    elif month_days:
        places = [_month_day(day) for day in month_days]
    elif any(code not in _DAYS for code in codes):
        places = [_weekday(code) for code in codes]
    if yearly and places and months:
        names = _listed([month_name(month, full=True) for month in months])
        return [tr("{place} of {months}").format(place=_listed(places), months=names)]
    return places


def _of_set(position: int, codes: Sequence[str], month_days: Sequence[int]) -> str:
    """The first, last … of several days; "the 30th, or the last of a shorter month" is kept as the last of 28 to 30."""
    if position == -1 and not codes and list(month_days) == list(range(28, 28 + len(month_days))):
        last = max(month_days)
        return tr("the last day") if last == 31 else tr("day {day} or the last one before it").format(day=last)
    ordinal = _ordinal(position)
    if len(codes) == 1 and codes[0] in _DAYS and not month_days:
        return tr("the {ordinal} {day}").format(ordinal=ordinal, day=tr(_DAYS[codes[0]]))
    if list(codes) == list(_DAYS)[:5] and not month_days:
        return tr("the {ordinal} day from Monday to Friday").format(ordinal=ordinal)
    days = [*(tr(_DAYS[code]) if code in _DAYS else _weekday(code) for code in codes), *map(_month_day, month_days)]
    return tr("the {ordinal} of: {days}").format(ordinal=ordinal, days=_listed(days)) if days else ordinal


def _month_day(day: int) -> str:
    if day > 0:
        return tr("day {day}").format(day=day)
    return tr("the last day") if day == -1 else tr("the {ordinal} day").format(ordinal=_ordinal(day))


def _weekday(code: str) -> str:
    """``2TU``: the second Tuesday."""
    found = re.fullmatch(r"([+-]?\d+)?(\w\w)", code)
    assert found is not None
    name = tr(_DAYS[found[2]])
    if found[1] is None:
        return tr("every {day}").format(day=name)
    return tr("the {ordinal} {day}").format(ordinal=_ordinal(int(found[1])), day=name)


def _ordinal(position: int) -> str:
    named = _ORDINALS.get(position)
    if named is not None:
        return tr(named)
    return (tr("{count}th") if position > 0 else tr("{count}th to last")).format(count=abs(position))


def _listed(texts: Sequence[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return tr("{first} and {last}").format(first=", ".join(texts[:-1]), last=texts[-1])


def _items(parts: Mapping[str, str], name: str) -> list[str]:
    return [item for item in parts.get(name, "").split(",") if item]


_EVERY = {
    "DAILY": (N_("every day"), N_("every {count} days")),
    "WEEKLY": (N_("every week"), N_("every {count} weeks")),
    "MONTHLY": (N_("every month"), N_("every {count} months")),
    "YEARLY": (N_("every year"), N_("every {count} years")),
}
_DAYS = {
    "MO": N_("Monday"), "TU": N_("Tuesday"), "WE": N_("Wednesday"), "TH": N_("Thursday"), "FR": N_("Friday"),
    "SA": N_("Saturday"), "SU": N_("Sunday"),
}  # fmt: skip
_ORDINALS = {
    1: N_("first"), 2: N_("second"), 3: N_("third"), 4: N_("fourth"), 5: N_("fifth"), -1: N_("last"),
    -2: N_("second to last"),
}  # fmt: skip
