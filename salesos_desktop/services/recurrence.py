"""Recurrence by RFC 5545: what a rule may say, when it comes next, and how people say it.

Rules are expanded in local time without a zone and each occurrence is resolved afterwards, so that ten o'clock stays ten
o'clock across daylight saving. "Monthly on the 31st" means the last day of a shorter month, not that it is skipped.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..errors import InvalidInput
from ..i18n import tr
from .recurrence_words import said

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST = 10_000
_SAME_CALENDAR = 7600
"""Years after which every day has its weekday again; they leave a rule without any occurrence little to look through."""


def _list(item: str) -> str:
    return f"{item}(,{item})*"


_WEEKDAY = f"({'|'.join(WEEKDAYS)})"
_FORMS = {
    "FREQ": f"({'|'.join(FREQUENCIES)})", "INTERVAL": "[1-9][0-9]{0,2}", "COUNT": "[1-9][0-9]{0,4}",
    "UNTIL": "[0-9]{8}(T[0-9]{6}Z?)?", "BYDAY": _list(f"([+-]?[1-9][0-9]?)?{_WEEKDAY}"),
    "BYMONTHDAY": _list("-?([1-9]|[12][0-9]|3[01])"), "BYMONTH": _list("([1-9]|1[0-2])"),
    "BYSETPOS": _list("-?[1-9][0-9]{0,2}"), "WKST": _WEEKDAY,
}  # fmt: skip
"""What the parts of a rule look like."""


def checked(text: str, first: date) -> str:
    """A rule as it is kept, from what was entered; empty for none. ``first`` is the day of the first occurrence.

    Raises InvalidInput for what RFC 5545 does not know, what would repeat within a day and what never comes, such as the
    30th of February. One whose end is past already is kept: its last occurrence may have been put off.
    """
    parts = _parts(text)
    if not parts:
        return ""
    if (
        "FREQ" not in parts
        or {"COUNT", "UNTIL"} <= parts.keys()
        or not all(name in _FORMS and re.fullmatch(_FORMS[name], value) for name, value in parts.items())
    ):
        raise _refused(text)
    parts = _clamped(parts, first)
    try:
        _rule(_joined(parts), datetime(first.year, first.month, first.day))
        endless = {name: value for name, value in parts.items() if name not in ("COUNT", "UNTIL")}
        later = datetime(first.year + _SAME_CALENDAR, first.month, first.day)
        comes = next(iter(_rule(_joined(endless), later)), None) is not None
    except (ValueError, IndexError) as error:
        raise _refused(text) from error
    if not comes:
        raise _refused(text)
    return _joined(parts)


def following(rule: str, start: datetime, after: datetime) -> tuple[datetime, str] | None:
    """The first occurrence behind ``after`` and the rule that holds from it on; None when there is none.

    ``start`` is an occurrence, or what stands for one, local and without a zone, as is ``after``.
    """
    left = int(_parts(rule).get("COUNT", _MOST))
    stands_in = 0
    for place, found in enumerate(_rule(rule, start)):
        # One that the rule does not name is an occurrence all the same.
        stands_in = int(found != start) if place == 0 else stands_in
        passed = place + stands_in
        if passed >= left:
            break
        if found > max(start, after):
            return found, _shortened(rule, passed)
    return None


def on_another_day(rule: str, first: date) -> str:
    """The rule of a series that goes on from another day: what was spelled out for the end of a month is that day's."""
    found = _parts(rule)
    if found.get("BYSETPOS") == "-1" and found.get("BYMONTHDAY", "").startswith("28"):
        found = {name: value for name, value in found.items() if name not in ("BYSETPOS", "BYMONTHDAY", "BYMONTH")}
    return checked(_joined(found), first)


def occurrence(due_on: date | None, starts: str) -> str:
    """How an occurrence is kept: its local day, with ``starts`` (HH:MM) also the time; empty without a day."""
    if due_on is None:
        return ""
    return f"{due_on.isoformat()}T{starts.zfill(5)}" if starts else due_on.isoformat()


def between(rule: str, start: datetime, first: date, last: date) -> list[datetime]:
    """Occurrences behind ``start`` on the days from ``first`` to ``last``, both included, local and without a zone."""
    found: list[datetime] = []
    begin = datetime(first.year, first.month, first.day)
    for moment in _rule(rule, start).xafter(max(begin - timedelta(seconds=1), start), inc=False):
        if moment.date() > last or len(found) > 366:
            break
        found.append(moment)
    return found


def made(freq: str, interval: int = 1, weekdays: tuple[str, ...] = (), until: date | None = None,
         count: int | None = None) -> str:  # fmt: skip
    """A rule out of what a form offers; empty for an empty ``freq``."""
    if not freq:
        return ""
    parts = {"FREQ": freq}
    if interval > 1:
        parts["INTERVAL"] = str(interval)
    if weekdays and freq == "WEEKLY":
        parts["BYDAY"] = ",".join(day for day in WEEKDAYS if day in weekdays)
    if count is not None:
        parts["COUNT"] = str(count)
    elif until is not None:
        parts["UNTIL"] = f"{until:%Y%m%d}"
    return _joined(parts)


def parts(rule: str) -> dict[str, str]:
    """A kept rule by its names: FREQ, INTERVAL, BYDAY …; empty for none."""
    return _parts(rule)


def words(rule: str) -> str:
    """A rule as people say it: ``every 2 weeks on Monday and Thursday, until 12 Dec 2026``; empty for none."""
    return said(_parts(rule))


def _parts(text: str) -> dict[str, str]:
    clean = text.strip().upper().removeprefix("RRULE:")
    found: dict[str, str] = {}
    for part in filter(None, clean.split(";")):
        name, sign, value = part.partition("=")
        if not sign or name in found:
            raise _refused(text)
        found[name] = value
    return found


def _clamped(parts: dict[str, str], first: date) -> dict[str, str]:
    """The 29th to 31st become "that day or the last before it", spelled out so that a short month keeps the intention."""
    plain = not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"}
    freq = parts["FREQ"]
    if plain and first.day > 28 and (freq == "MONTHLY" or (freq == "YEARLY" and (first.month, first.day) == (2, 29))):
        days = ",".join(str(day) for day in range(28, first.day + 1))
        month = {"BYMONTH": "2"} if freq == "YEARLY" else {}
        return {**parts, **month, "BYMONTHDAY": days, "BYSETPOS": "-1"}
    return parts


def _shortened(rule: str, passed: int) -> str:
    """The rule with as many fewer occurrences to come."""
    found = _parts(rule)
    if "COUNT" in found:
        found["COUNT"] = str(max(1, int(found["COUNT"]) - passed))
    return _joined(found)


def _joined(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _rule(rule: str, start: datetime) -> Any:
    from dateutil.rrule import rrulestr

    found = _parts(rule)
    if "UNTIL" in found:
        # Local, like the occurrences: the whole of that day counts.
        found["UNTIL"] = _local_end(found["UNTIL"])
    return rrulestr(_joined(found), dtstart=start)


def _local_end(until: str) -> str:
    if "T" not in until:
        return until + "T235959"
    if until.endswith("Z"):
        moment = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone()
        return f"{moment:%Y%m%dT%H%M%S}"
    return until


def _refused(text: str) -> InvalidInput:
    return InvalidInput(
        "recurrence",
        tr("“{text}” is not a recurrence.").format(text=text[:80]),
        tr("Write it like {example}.").format(example="FREQ=WEEKLY;BYDAY=MO"),
    )
