"""Dated exchange rates: how much of one currency another was worth from a day on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..errors import InvalidInput
from ..i18n import N_, tr
from .opportunities import FIRST_DAY
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_FIELDS = frozenset({"from_currency", "to_currency", "day", "rate"})
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``from_currency`` is worth ``rate`` of ``to_currency`` from ``day`` on, until the next dated rate."""

    id: int
    from_currency: str
    to_currency: str
    day: date
    rate: Decimal


def listing(ws: Workspace) -> list[Rate]:
    """Every rate, the newest first."""
    with ws.store.read() as connection:
        return [
            Rate(r["id"], r["from_currency"], r["to_currency"], r["day"], Decimal(r["rate"]))
            for r in storage.lists.rates(connection)
        ]


def add(ws: Workspace, values: dict[str, Any]) -> int:
    """Adds a rate (from_currency, to_currency, day, rate as Decimal or text) and returns its id. Raises InvalidInput."""
    with ws.unit("rate", [N_("Add an exchange rate"), {}]) as uow:
        return uow.insert("exchange_rate", _checked(uow, values, None))


def edit(ws: Workspace, rate_id: int, values: dict[str, Any]) -> ChangeSet | None:
    """Changes a rate. Raises InvalidInput, NotFound."""
    with ws.unit("rate", [N_("Change an exchange rate"), {}]) as uow:
        uow.update(
            "exchange_rate", rate_id, _checked(uow, {**_kept(uow.get("exchange_rate", rate_id)), **values}, rate_id)
        )
    return uow.change_set


def delete(ws: Workspace, rate_id: int) -> ChangeSet | None:
    """Takes a rate away; undo brings it back."""
    with ws.unit("rate", [N_("Delete an exchange rate"), {}]) as uow:
        uow.delete("exchange_rate", rate_id)
    return uow.change_set


def rate_on(ws: Workspace, source: str, target: str, day: date) -> Decimal | None:
    """What one unit of ``source`` was worth in ``target`` on a day: the latest rate not after it, of either direction.

    None when there is none: a rate is never guessed.
    """
    if source == target:
        return Decimal(1)
    with ws.store.read() as connection:
        direct = storage.lists.newest_rate(connection, source, target, day)
        inverse = storage.lists.newest_rate(connection, target, source, day)
    if direct is not None and (inverse is None or direct[0] >= inverse[0]):
        return Decimal(direct[1])
    return None if inverse is None else 1 / Decimal(inverse[1])


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _FIELDS}


def _checked(uow: UnitOfWork, values: dict[str, Any], rate_id: int | None) -> dict[str, Any]:
    clean = dict(values)
    for name in clean.keys() - _FIELDS:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    for name in ("from_currency", "to_currency"):
        code = str(clean.get(name) or "").strip().upper()
        if not re.fullmatch("[A-Z]{3}", code):
            raise InvalidInput(name, tr("“{text}” is not a currency; write a code such as USD.").format(text=code[:20]))
        clean[name] = code
    if clean["from_currency"] == clean["to_currency"]:
        raise InvalidInput("to_currency", tr("A rate is between two currencies."), tr("Choose another one."))
    day = clean.get("day")
    if day is None or not FIRST_DAY <= day <= date(2200, 12, 31):
        raise InvalidInput("day", tr("The date must be between 1900 and 2200."), tr("Correct it."))
    clean["rate"] = _rate_text(clean.get("rate"))
    for row in storage.lists.rates(uow.connection):
        same = all(row[name] == clean[name] for name in ("from_currency", "to_currency", "day"))
        if same and row["id"] != rate_id:
            raise InvalidInput("day", tr("There is a rate of that day already."), tr("Change that one instead."))
    return clean


def _rate_text(value: Any) -> str:
    """A positive decimal number as text; a comma is understood as the decimal sign."""
    try:
        rate = value if isinstance(value, Decimal) else Decimal(str(value or "").strip().replace(",", "."))
        if not (rate.is_finite() and 0 < rate <= _LARGEST):
            raise InvalidOperation
    except InvalidOperation as error:
        raise InvalidInput(
            "rate", tr("“{text}” is not a rate.").format(text=str(value or "")[:40]), tr("Write a number above 0.")
        ) from error
    return f"{rate:f}"
