"""What a column of a table of records shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...domain.contacts import OpenDeals
from ...i18n import date_time, money, number, short_date, tr
from ..session import Session

Record = Any
"""A frozen row of a list with its ``id``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; every function takes the record of a row.

    ``title`` is shown as it is; ``width`` is in px at the usual font size. ``sort`` is the key that the service orders
    by, None where it cannot. ``ink`` names the token of the text's colour; ``chip`` gives (ink, ground) tokens of a pill
    that the text stands in; ``face`` the id of a person whose avatar stands before the text, None for no avatar.
    """

    name: str
    title: str
    text: Callable[[Record], str]
    width: int = 140
    right: bool = False
    bold: bool = False
    hidden: bool = False
    sort: Any = None
    tooltip: Callable[[Record], str] | None = None
    ink: Callable[[Record], str] | None = None
    chip: Callable[[Record], tuple[str, str]] | None = None
    face: Callable[[Record], int | None] | None = None


def seen_days(session: Session) -> tuple[Callable[[datetime | None], str], Callable[[datetime | None], str]]:
    """How an instant is shown: as a short date, and in full."""

    def day(moment: datetime | None) -> str:
        if moment is None:
            return "—"
        return short_date(moment.astimezone(session.workspace.clock.zone()).date(), session.today.year)

    def whole(moment: datetime | None) -> str:
        return "" if moment is None else date_time(moment, session.workspace.clock.zone())

    return day, whole


def owner_column(sort: Any) -> Column:
    """Whose a record is."""
    return Column(
        "owner", tr("Owner"), lambda r: r.owner or tr("Nobody"), 146, sort=sort,
        ink=lambda r: "text" if r.owner_id else "muted", face=lambda r: r.owner_id,
    )  # fmt: skip


def open_deals(deals: OpenDeals) -> str:
    """How many there are and what they are worth, the currencies apart."""
    if not deals.count:
        return ""
    worth = " + ".join(money(value, currency) for currency, value in sorted(deals.value.items()) if value)
    return " · ".join(part for part in (number(deals.count), worth) if part)
