"""Messages kept in the database with their values, read in the language of whoever looks."""

from __future__ import annotations

import json
from datetime import date, datetime
from string import Formatter
from typing import Any

from ..i18n import date_time, long_date, money, ntr, short_date, tr


def render(message: str | list[Any]) -> str:
    """A kept message as text; ``[text, values]`` or ``[singular, plural, count, values]``, or JSON of either.

    The value ``value`` with ``currency`` becomes money, an ISO ``day`` a date, ``date`` a short one, ``moment`` one with the
    time that it names; a list of messages becomes their texts with
    commas, or ``lines`` with points between; every other value is shown as it is. What cannot be read, because another program
    has written it, is a dash.
    """
    try:
        return _rendered(message)
    except (ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        return "–"


def _rendered(message: str | list[Any]) -> str:
    parts: list[Any] = json.loads(message) if isinstance(message, str) else message
    if not parts:
        return ""
    if len(parts) == 4:
        template = ntr(parts[0], parts[1], parts[2])
        values = {"count": parts[2], **parts[3]}
    else:
        template, values = tr(parts[0]), dict(parts[1])
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = (" · " if name == "lines" else ", ").join(map(render, value))
    if "currency" in values:
        amount = values.get("value")
        values["value"] = tr("no value") if amount is None else money(amount, values["currency"])
    if "day" in values:
        values["day"] = long_date(date.fromisoformat(values["day"]))
    if "date" in values:
        values["date"] = short_date(date.fromisoformat(values["date"]), 0)
    if "moment" in values:
        moment = datetime.fromisoformat(values["moment"])
        values["moment"] = date_time(moment, moment.tzinfo)
    if any(spec or form or not (name or "x").isidentifier() for _, name, spec, form in Formatter().parse(template)):
        raise ValueError(template)
    return template.format(**values)
