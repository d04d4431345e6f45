"""Targets, and what people say of a period: each rep's own call and a manager's adjustment, beside the computed figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ... import storage
from ...domain.changes import ChangeSet
from ...domain.money import MAX_MINOR
from ...domain.opportunities import NOTE_LIMIT
from ...domain.outlook import Period, period
from ...domain.text import mended
from ...errors import InvalidInput
from ...i18n import N_, tr
from ..workspace import Workspace

if TYPE_CHECKING:
    from ...storage.unit_of_work import UnitOfWork

STALE_DAYS = 7
"""A call of a period that is not over is "sin actualizar" after as many days."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose figure: of one person, of a team with its sub-teams, or of everybody."""

    person_id: int | None = None
    team_id: int | None = None


EVERYBODY = Whose()


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said: ``amount`` in minor units of ``currency``, ``text`` the note of a call, the reason of an adjustment."""

    id: int
    whose: Whose
    amount: int
    currency: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A person's call of a period: the newest first in ``history``; ``stale`` when it should be said anew."""

    person_id: int
    history: tuple[Said, ...]
    stale: bool


def targets(ws: Workspace, code: str) -> dict[Whose, int]:
    """Targets of a period in the workspace's currency. A quarter or a year that has none of its own has the sum of its
    months', where every month has one."""
    with ws.store.read() as connection:
        rows = storage.outlook.quotas(connection)
    kept = {
        (Whose(r["person_id"], r["team_id"]), r["period"]): int(r["amount"])
        for r in rows
        if r["currency"] == ws.currency
    }
    months = _months(period(code))
    found: dict[Whose, int] = {}
    for whose in {whose for whose, _ in kept}:
        own = kept.get((whose, code))
        parts = [kept.get((whose, month)) for month in months]
        if own is not None:
            found[whose] = own
        elif len(months) > 1 and None not in parts:
            found[whose] = sum(part or 0 for part in parts)
    return found


def set_target(ws: Workspace, whose: Whose, code: str, amount: int | None) -> ChangeSet | None:
    """Sets the target of a person, a team or everybody for a period, in the workspace's currency; None takes it away.

    Raises InvalidInput.
    """
    _check(code, amount)
    with ws.unit("target", [N_("Change the target of {period}"), {"period": code}]) as uow:
        _check_whose(uow, whose)
        same = [
            r for r in storage.outlook.quotas(uow.connection)
            if (r["person_id"], r["team_id"], r["period"]) == (whose.person_id, whose.team_id, code)
        ]  # fmt: skip
        for row in same if amount is None else same[1:]:
            uow.delete("quota", row["id"])
        if amount is not None:
            values = {"amount": amount, "currency": ws.currency}
            if same:
                uow.update("quota", same[0]["id"], values)
            else:
                ids = {"person_id": whose.person_id, "team_id": whose.team_id, "period": code}
                uow.insert("quota", {**values, **ids})
    return uow.change_set


def call(ws: Workspace, person_id: int, code: str, amount: int, note: str = "") -> int:
    """What a person believes they will sell in a period, in the workspace's currency; earlier calls stay. Returns its id."""
    _check(code, amount)
    with ws.unit("call", [N_("Call for {period}"), {"period": code}]) as uow:
        _check_whose(uow, Whose(person_id))
        return uow.insert(
            "forecast_call", {"person_id": person_id, **_said(ws, code, amount), "note": _text("note", note)}
        )


def adjust(ws: Workspace, whose: Whose, code: str, amount: int, reason: str) -> int:
    """What a manager expects of a period, with the reason, which is compulsory; earlier ones stay. Returns its id."""
    _check(code, amount)
    text = _text("reason", reason)
    if not text:
        raise InvalidInput("reason", tr("The reason is missing."), tr("Fill it in."))
    with ws.unit("adjustment", [N_("Adjust the forecast of {period}"), {"period": code}]) as uow:
        _check_whose(uow, whose)
        ids = {"person_id": whose.person_id, "team_id": whose.team_id}
        return uow.insert("forecast_adjustment", {**ids, **_said(ws, code, amount), "reason": text})


def withdraw(ws: Workspace, table: str, said_id: int) -> ChangeSet | None:
    """Takes a call (``forecast_call``) or an adjustment (``forecast_adjustment``) back; undo brings it again."""
    with ws.unit("withdraw", [N_("Take back what was said of the forecast"), {}]) as uow:
        uow.delete(table, said_id)
    return uow.change_set


def calls(ws: Workspace, code: str) -> dict[int, Call]:
    """Person → what they said of a period."""
    limit, over = ws.clock.now() - timedelta(days=STALE_DAYS), period(code).after <= ws.clock.today()
    with ws.store.read() as connection:
        said = list(_all(connection, storage.outlook.calls(connection, code), "note"))
    people: dict[int, list[Said]] = {}
    for each in reversed(said):
        people.setdefault(each.whose.person_id or 0, []).append(each)
    return {
        person_id: Call(person_id, tuple(found), not over and found[0].at < limit)
        for person_id, found in people.items()
    }


def adjustments(ws: Workspace, code: str) -> dict[Whose, tuple[Said, ...]]:
    """Whose figure → what managers expect of it in a period, the newest first."""
    with ws.store.read() as connection:
        said = list(_all(connection, storage.outlook.adjustments(connection, code), "reason"))
    found: dict[Whose, list[Said]] = {}
    for each in reversed(said):
        found.setdefault(each.whose, []).append(each)
    return {whose: tuple(listed) for whose, listed in found.items()}


def _all(connection: Any, rows: Iterable[Mapping[str, Any]], text: str) -> Iterable[Said]:
    for r in rows:
        by = storage.reference.name_of(connection, "person", r["created_by"])
        whose = Whose(r["person_id"], r.get("team_id"))
        yield Said(r["id"], whose, int(r["amount"]), r["currency"], r[text], by, r["created_at"])


def _said(ws: Workspace, code: str, amount: int) -> dict[str, Any]:
    return {
        "period": code, "amount": amount, "currency": ws.currency, "created_by": ws.actor_id or None,
        "created_at": ws.clock.now(),
    }  # fmt: skip


def _months(whole: Period) -> list[str]:
    last = (whole.after - timedelta(days=1)).month
    return [f"{whole.first.year:04d}-{month:02d}" for month in range(whole.first.month, last + 1)]


def _check(code: str, amount: int | None) -> None:
    try:
        period(code)
    except ValueError as error:
        raise InvalidInput(
            "period", tr("“{text}” is no period.").format(text=code[:20]), tr("Write it like 2026-11, 2026-Q4 or 2026.")
        ) from error
    if amount is not None and not 0 <= amount <= MAX_MINOR:
        raise InvalidInput("amount", tr("The amount is too large or below zero."), tr("Correct it."))


def _check_whose(uow: UnitOfWork, whose: Whose) -> None:
    for table, row_id in (("person", whose.person_id), ("team", whose.team_id)):
        if row_id is not None and uow.find(table, row_id) is None:
            raise InvalidInput(table, tr("This no longer exists."), tr("Choose one of the list."))


def _text(field: str, text: str) -> str:
    text = mended(text or "").strip()
    if len(text) > NOTE_LIMIT:
        raise InvalidInput(field, tr("The text is too long."), tr("Shorten it."))
    return text
