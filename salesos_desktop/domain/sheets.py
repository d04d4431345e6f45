"""Figures as a table: what a chart shows, for whoever reads, hears, copies or exports it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in minor units of a currency of its own, where a column has several."""

    minor: int
    currency: str


Value = str | int | float | date | Amount | None


class Kind(StrEnum):
    """What the values of a column are: money in minor units, a share from 0 to 1, days with a decimal, …"""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DAYS = "days"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """``currency`` of a column of money; without one each of its values is an ``Amount``."""

    name: str
    kind: Kind = Kind.TEXT
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows have one value a column; None where there is none. ``name`` is the title it is exported under."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
