"""Who is told about a change."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

from sqlalchemy import CTE, Connection, and_, bindparam, or_, select, text

from ...domain.leads import StatusKind
from ...domain.rights import Rights, Role
from ...domain.stages import StageKind
from ..prepared import Prepared
from ..schema.activities import activity
from ..schema.people import person, team
from ..schema.pipelines import lead_status, stage
from ..schema.sales import follower, lead, opportunity


def who_follows(connection: Connection, owners: Set[int], whole_team: bool) -> set[int]:
    """Active people among ``owners``; with ``whole_team`` also who hears of their wins: everybody in their teams and the teams
    below, and whoever sees their deals by their role, or leads a team above. The server has the same rule
    (``salesos.hears_of_win``).
    """
    if not owners:
        return set()
    statement = _WITH_TEAMS if whole_team else _OWNERS
    return {row[0] for row in statement.rows(connection, {"owners": list(owners)})}


_AMONG = person.c.id.in_(bindparam("owners", expanding=True))


def _teams_from(name: str, *, up: bool) -> CTE:
    """The owners' teams and all above, or below."""
    known = select(person.c.team_id.label("id")).where(_AMONG, person.c.team_id.isnot(None)).cte(name, recursive=True)
    there, here = (team.c.parent_id, team.c.id) if up else (team.c.id, team.c.parent_id)
    return known.union(select(there).where(here == known.c.id, there.isnot(None)))


_BELOW, _ABOVE = _teams_from("below", up=False), _teams_from("above", up=True)
_LOOKS = or_(person.c.role == Role.MANAGER.value, person.c.role == Role.VIEWER.value)
_OWNERS = Prepared(select(person.c.id).where(_AMONG, person.c.active))
_WITH_TEAMS = Prepared(
    select(person.c.id).where(
        or_(
            _AMONG, person.c.team_id.in_(select(_BELOW.c.id)), person.c.role == Role.ADMIN.value,
            and_(person.c.role == Role.VIEWER.value, person.c.team_id.is_(None)),
            and_(_LOOKS, person.c.team_id.in_(select(_ABOVE.c.id))),
            person.c.id.in_(select(team.c.leader_id).where(team.c.id.in_(select(_ABOVE.c.id)))),
        ),
        person.c.active,
    )
)  # fmt: skip


def followers(connection: Connection, deal_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(deal, person) of everybody active who follows one of these deals."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(deal_ids), _BATCH):
        rows = _FOLLOWERS.rows(connection, {"deals": list(deal_ids[start : start + _BATCH])})
        found += [(r[0], r[1]) for r in rows]
    return found


_BATCH = 500
_FOLLOWERS = Prepared(
    select(follower.c.opportunity_id, follower.c.person_id)
    .join(person, person.c.id == follower.c.person_id)
    .where(follower.c.opportunity_id.in_(bindparam("deals", expanding=True)), person.c.active)
    .order_by(follower.c.id)
)


def team_name(connection: Connection, person_id: int) -> str:
    """Name of a person's team, empty when there is none."""
    statement = select(team.c.name).join(person, person.c.team_id == team.c.id).where(person.c.id == person_id)
    return connection.execute(statement).scalar() or ""


def notices(connection: Connection, person_id: int) -> str:
    """JSON of what a person is told of and how (domain/notices.py)."""
    return connection.execute(select(person.c.notices).where(person.c.id == person_id)).scalar() or "{}"


def role(connection: Connection, person_id: int) -> str:
    """A person's role, empty for nobody."""
    return connection.execute(select(person.c.role).where(person.c.id == person_id)).scalar() or ""


def of_login(connection: Connection) -> int | None:
    """The person whose login asks a server, None for its owner."""
    found: int | None = connection.execute(text("SELECT salesos.me()")).scalar()
    return found


def open_work(connection: Connection, person_id: int) -> tuple[list[int], list[int], list[int]]:
    """Deals, leads and activities that somebody has and that are open, by their numbers."""
    deals = select(opportunity.c.id).join(stage, stage.c.id == opportunity.c.stage_id)
    leads = select(lead.c.id).join(lead_status, lead_status.c.code == lead.c.status)
    found = (
        deals.where(
            opportunity.c.owner_id == person_id, opportunity.c.deleted_at.is_(None), stage.c.kind == StageKind.OPEN.value
        ).order_by(opportunity.c.id),
        leads.where(
            lead.c.owner_id == person_id, lead.c.deleted_at.is_(None),
            lead_status.c.kind.in_([StatusKind.OPEN.value, StatusKind.QUALIFIED.value]),
        ).order_by(lead.c.id),
        select(activity.c.id)
        .where(activity.c.assignee_id == person_id, activity.c.deleted_at.is_(None), activity.c.done_at.is_(None))
        .order_by(activity.c.id),
    )  # fmt: skip
    first, second, third = ([row[0] for row in connection.execute(each)] for each in found)
    return first, second, third


def rights(connection: Connection) -> Rights:
    """What the person whose login asks a server may do there; its owner may do everything."""
    role, replica, reach, shown, shared = connection.execute(_MINE).one()
    within = None if role == Role.ADMIN else frozenset(reach)
    if replica:
        return Rights(Role.VIEWER, within, frozenset(shown), frozenset(shared), replica=True)
    if role == Role.ADMIN:
        return Rights()
    known = Role(role) if role in frozenset(Role) else Role.VIEWER
    return Rights(known, within, frozenset(shown), frozenset(shared))


_MINE = text(
    "SELECT salesos.my_role(), pg_is_in_recovery(), salesos.reach(), ARRAY(SELECT opportunity_id FROM salesos.shared_deal), "
    "ARRAY(SELECT opportunity_id FROM salesos.shared_deal WHERE may_edit)"
)


def summary_on(connection: Connection, person_id: int) -> date | None:
    """The day of the last morning summary."""
    day: date | None = connection.execute(select(person.c.summary_on).where(person.c.id == person_id)).scalar()
    return day
