"""Who a new lead goes to: by the rules in their order, else in turn within the team of whoever made it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.assignment import Member, TeamMode, after_turn, next_in_turn
from ..domain.condition_json import from_json
from ..domain.conditions import All, AnyOf, Condition, matches
from ..i18n import N_
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_RELATED = {"source": "source", "owner": "person"}


class Assigner:
    """Gives leads to people within one unit of work.

    Rules, teams and absences are read once; ``close`` counts the turns and tells each person once, however many leads
    there were. Who does not administer a team's workspace may not write the turns of others: there the database finds out whose
    turn it is, and counts it.
    """

    def __init__(self, ws: Workspace, uow: UnitOfWork) -> None:
        self._ws = ws
        self._uow = uow
        self._asks = not ws.rights.configure
        self._rules = [
            (rule_id, read_conditions(conditions), person_id, team_id)
            for rule_id, _, conditions, person_id, team_id, active, *_ in storage.assignment.rules(uow.connection)
            if active
        ]
        self._home = storage.assignment.team_of(uow.connection, uow.actor_id)
        self._modes: dict[int, TeamMode] = {}
        self._teams: dict[int, list[int]] = {}
        self._members: dict[int, Member] = {}
        self._turns: set[int] = set()
        self._away: set[int] | None = None
        self._told: dict[int, list[Mapping[str, Any]]] = {}

    def assign(self, lead: Mapping[str, Any]) -> dict[str, Any]:
        """Owner and team for the row of a lead, to be merged; empty when no rule and no team has a say.

        Without an owner it waits in the pool of ``team_id``.
        """
        values = _Values(self._uow, lead)
        skipped: list[int] = []
        for rule_id, condition, person_id, team_id in self._rules:
            if not matches(condition, values, self._ws.clock.today(), self._ws.clock.zone()):
                continue
            if person_id is None:
                return self._within(team_id or 0)
            if self._asks:
                if storage.assignment.take_by_rule(self._uow.connection, rule_id) is not None:
                    return _given(person_id)
            elif person_id not in self._absent and storage.assignment.can_take(self._uow.connection, person_id):
                return self._give(person_id, self._member(person_id).given + 1)
            skipped.append(person_id)
        if skipped:
            return _pool(storage.assignment.team_of(self._uow.connection, skipped[0]))
        home = lead.get("team_id") or self._home
        return {} if home is None or self._mode(home) is TeamMode.HAND else self._within(home)

    def tell(self, person_id: int | None, lead: Mapping[str, Any]) -> None:
        """Somebody is to be told of a lead, given with its id."""
        if person_id is not None:
            self._told.setdefault(person_id, []).append(lead)

    def close(self) -> None:
        """Writes the turns and the notifications."""
        for person_id in sorted(self._turns):
            self._uow.update("person", person_id, {"lead_turns": self._members[person_id].given})
        for person_id, leads in self._told.items():
            notify(self._uow, person_id, leads)
        self._turns.clear()
        self._told.clear()

    def _within(self, team_id: int) -> dict[str, Any]:
        if self._mode(team_id) is TeamMode.HAND:
            return _pool(team_id)
        if self._asks:
            taker = storage.assignment.take_turn(self._uow.connection, team_id)
            return _pool(team_id) if taker is None else _given(taker)
        members = self._team(team_id)
        found = next_in_turn(members, self._absent)
        return _pool(team_id) if found is None else self._give(found, after_turn(members, self._absent, found))

    def _give(self, person_id: int, turns: int) -> dict[str, Any]:
        self._members[person_id] = replace(self._members[person_id], given=turns)
        self._turns.add(person_id)
        return _given(person_id)

    @property
    def _absent(self) -> set[int]:
        if self._away is None:
            self._away = storage.assignment.absent(self._uow.connection, self._ws.clock.today())
        return self._away

    def _mode(self, team_id: int) -> TeamMode:
        if team_id not in self._modes:
            self._modes[team_id] = TeamMode(storage.assignment.mode(self._uow.connection, team_id))
        return self._modes[team_id]

    def _team(self, team_id: int) -> list[Member]:
        if team_id not in self._teams:
            self._uow.flush()
            found = storage.assignment.members(self._uow.connection, team_id)
            self._teams[team_id] = [member.person_id for member in found]
            self._members = {member.person_id: member for member in found} | self._members
        members = [self._members[person_id] for person_id in self._teams[team_id]]
        if self._mode(team_id) is TeamMode.WEIGHTS:
            return members
        return [replace(member, weight=1) for member in members]

    def _member(self, person_id: int) -> Member:
        if person_id not in self._members:
            row = self._uow.get("person", person_id)
            self._members[person_id] = Member(person_id, row["lead_weight"], row["lead_turns"])
        return self._members[person_id]


class _Values(dict[str, Any]):
    """Columns of a lead, and of its source and owner when a condition asks for them; None for what is not there."""

    def __init__(self, uow: UnitOfWork, lead: Mapping[str, Any]) -> None:
        super().__init__(lead)
        self._uow = uow

    def __missing__(self, path: str) -> Any:
        head, _, column = path.partition(".")
        row_id = self.get(f"{head}_id") if head in _RELATED else None
        row = None if row_id is None else self._uow.find(_RELATED[head], row_id)
        return None if row is None else row.get(column)


def notify(uow: UnitOfWork, person_id: int, leads: Sequence[Mapping[str, Any]]) -> None:
    """One notification for the leads (rows with their ids) that somebody was given."""
    if len(leads) == 1:
        lead = leads[0]
        body = ["{names}", {"names": lead["company"]}] if lead.get("company") else []
        uow.notify(
            person_id, "lead_assigned", [N_("New lead: {name}"), {"name": lead["name"]}], body, lead["id"], "lead"
        )
        return
    names = ", ".join(lead["name"][:60] for lead in leads[:3])
    title: list[Any] = [N_("{count} new lead"), N_("{count} new leads"), len(leads), {}]
    body = [N_("{names} and others") if len(leads) > 3 else "{names}", {"names": names}]
    uow.notify(person_id, "lead_assigned", title, body, None, "lead")


def read_conditions(text: str) -> Condition:
    """Conditions as they are kept; none hold always, and what a newer program wrote never."""
    try:
        data = json.loads(text or "{}")
        return from_json(data) if data else All()
    except ValueError:
        return AnyOf()


def _given(person_id: int) -> dict[str, Any]:
    return {"owner_id": person_id, "team_id": None}


def _pool(team_id: int | None) -> dict[str, Any]:
    return {"owner_id": None, "team_id": team_id}
