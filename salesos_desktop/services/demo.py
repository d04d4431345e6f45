"""Sample data: a year of a believable team's leads and deals, made by the program in the language in use."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.money import exponent
from ..domain.points import won_points
from ..domain.ranks import SPACING
from ..domain.stages import Stage, StageKind
from ..domain.text import fold
from ..i18n import N_, language
from . import badges, demo_details, derived
from . import demo_words as words
from .demo_activities import ActivitySamples
from .demo_contacts import ContactSamples
from .demo_fields import FieldSamples
from .demo_leads import LeadSamples
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

DEFAULT_DEALS = 360
_OPEN_SHARE = 0.26
_WIN_SHARE = 0.34
_LEADS_A_DEAL = 0.8

Progress = Callable[[int, int], None]


@dataclass
class _Cast:
    """Who and what the deals are about: ids of rows that were made."""

    people: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    contacts: dict[int, list[int]] = field(default_factory=dict)
    products: list[tuple[int, int]] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    reasons: list[int] = field(default_factory=list)
    leads: LeadSamples = field(init=False)
    fields: FieldSamples = field(init=False)
    described: ContactSamples = field(init=False)
    activities: ActivitySamples = field(init=False)


def fill(ws: Workspace, deals: int = DEFAULT_DEALS, *, seed: int = 7, progress: Progress | None = None) -> int:
    """Adds a team, its leads and ``deals`` opportunities of the past year in one transaction; returns how many deals.

    ``progress(done, all)`` is called now and then and may raise to cancel; nothing is kept then.
    """
    chance = random.Random(seed)
    which = 0 if language() == "es" else 1
    with ws.store.read() as connection:
        stages = storage.reference.stages(connection, storage.reference.first_pipeline(connection))
        reasons = [r.id for r in storage.reference.named(connection, "loss_reason")]
        sources = [s.id for s in storage.reference.named(connection, "source")]
    today = ws.clock.today()
    with ws.unit("demo", [N_("Add sample data"), {}], undoable=False) as uow:
        cast = _cast(ws, uow, chance, which)
        cast.reasons, cast.sources = reasons, sources
        cast.fields = FieldSamples(uow, random.Random(seed), which)
        cast.leads = LeadSamples(ws, uow, random.Random(seed), which, cast.people, sources, cast.fields)
        cast.activities = ActivitySamples(ws, uow, random.Random(seed), which, cast.people)
        for number in range(deals):
            _deal(ws, uow, chance, which, cast, stages, today, number)
            if progress and number % 20 == 0:
                progress(number, deals)
        cast.leads.fill(round(deals * _LEADS_A_DEAL))
        uow.at = ws.clock.now()
        demo_details.describe(ws, uow, random.Random(seed), which)
        cast.activities.finish()
        badges.earn(ws, uow, tell=False)
        uow.earners.clear()
    if progress:
        progress(deals, deals)
    return deals


def _cast(ws: Workspace, uow: UnitOfWork, chance: random.Random, which: int) -> _Cast:
    cast = _Cast()
    uow.at = _instant(ws.clock.today() - timedelta(days=370))
    team = uow.insert("team", {"name": words.TEAM[which], "leader_id": ws.actor_id})
    uow.update("person", ws.actor_id, {"team_id": team})
    cast.people = [ws.actor_id] + [
        uow.insert("person", {"name": name, "folded": fold(name), "role": "rep", "team_id": team, "created_at": uow.at})
        for name in words.PEOPLE[which]
    ]
    cast.described = ContactSamples(ws, uow, random.Random(len(words.COMPANIES[which])), which, cast.people)
    for name, price in words.PRODUCTS[which]:
        product = uow.insert(
            "product",
            {"name": name, "folded": fold(name), "price": price * 1000 * _unit(ws), "currency": ws.currency},
        )
        cast.products.append((product, price))
    for name in words.COMPANIES[which]:
        company = cast.described.company(name)
        cast.companies.append(company)
        cast.contacts[company] = []
        for _ in range(chance.choice((1, 1, 2))):
            person = f"{chance.choice(words.FIRST_NAMES[which])} {chance.choice(words.LAST_NAMES[which])}"
            cast.contacts[company].append(cast.described.contact(person, company, name))
    cast.described.finish()
    return cast


def _deal(
    ws: Workspace, uow: UnitOfWork, chance: random.Random, which: int, cast: _Cast, stages: list[Stage], today: date,
    number: int,
) -> None:  # fmt: skip
    """One deal from its first day on, stage by stage, each step at its own time."""
    open_stages = [s for s in stages if s.kind is StageKind.OPEN]
    is_open = chance.random() < _OPEN_SHARE
    age = int(chance.triangular(2, 110, 20)) if is_open else chance.randint(25, 365)
    created = today - timedelta(days=age)
    company = chance.choice(cast.companies)
    product, price = chance.choice(cast.products)
    value = max(1, round(price * chance.lognormvariate(0, 0.75) * 2)) * 500 * _unit(ws)
    cycle = chance.randint(20, 110)
    row: dict[str, Any] = {
        "name": chance.choice(words.DEALS[which]), "value": None if is_open and chance.random() < 0.04 else value,
        "currency": ws.currency, "created_on": created, "stage_since": created, "stage_id": open_stages[0].id,
        "probability": open_stages[0].probability, "probability_set": False, "closed_on": None, "external_id": None,
        "expected_close": created + timedelta(days=cycle), "owner_id": chance.choice(cast.people),
        "company_id": company, "contact_id": chance.choice(cast.contacts[company]), "product_id": product,
        "source_id": chance.choice(cast.sources), "rank": number * SPACING,
        "priority": chance.choices(("high", "medium", "low"), (2, 6, 2))[0],
    }  # fmt: skip
    if is_open:
        row["expected_close"] = today + timedelta(days=int(chance.triangular(-12, 260, 25)))
        if chance.random() < 0.02:
            row["expected_close"] = None
    row["custom"] = cast.fields.of_deal(uow.get("company", company)["name"], row["expected_close"])
    lead_id = row["lead_id"] = cast.leads.before(row, created)
    uow.at = _instant(created, chance)
    deal_id = uow.insert("opportunity", row | derived.derive(uow, row))
    row["id"] = deal_id
    if lead_id is not None:
        cast.leads.become(lead_id, deal_id, created)
    if is_open:
        cast.described.roles(deal_id, row["contact_id"], company)
        reach = chance.choices(range(len(open_stages)), (5, 4, 3, 2)[: len(open_stages)] or (1,))[0]
        last = today - timedelta(days=chance.randint(0, min(age, 32)))
        _advance(ws, uow, row, open_stages[1 : reach + 1], created, last)
        _activities(uow, chance, which, cast, row, today)
    else:
        closed = min(created + timedelta(days=cycle), today - timedelta(days=chance.randint(0, 6)))
        won = chance.random() < _WIN_SHARE
        reach = len(open_stages) - 1 if won else chance.randrange(len(open_stages))
        _advance(ws, uow, row, open_stages[1 : reach + 1], created, closed)
        _close(ws, uow, chance, cast, row, next(s for s in stages if s.kind is (_KINDS[won])), closed)


_KINDS = {True: StageKind.WON, False: StageKind.LOST}


def _advance(
    ws: Workspace, uow: UnitOfWork, row: dict[str, Any], entered: list[Stage], first: date, last: date
) -> None:
    """Forward moves spread between two days, each with its history and points."""
    for step, stage in enumerate(entered, start=1):
        day = first + (last - first) * step / len(entered)
        uow.at = _instant(day)
        _change(uow, row, {"stage_id": stage.id, "stage_since": day, "probability": stage.probability})
        uow.award(row["owner_id"], "stage_forward", ws.point_rules["stage_forward"], row["id"], stage.id)


def _close(
    ws: Workspace, uow: UnitOfWork, chance: random.Random, cast: _Cast, row: dict[str, Any], stage: Stage, day: date
) -> None:
    uow.at = _instant(day, chance)
    values: dict[str, Any] = {
        "stage_id": stage.id, "stage_since": day, "probability": stage.probability, "closed_on": day,
    }  # fmt: skip
    if stage.kind is StageKind.LOST:
        values["loss_reason_id"] = chance.choice(cast.reasons) if cast.reasons else None
        values["competitor"] = chance.choice(words.COMPETITORS) if chance.random() < 0.3 else ""
    _change(uow, row, values)
    if stage.kind is StageKind.WON:
        earned = won_points(row["value"], exponent(row["currency"]), ws.point_rules)
        uow.award(row["owner_id"], "won", earned, row["id"], stage.id)


def _activities(
    uow: UnitOfWork, chance: random.Random, which: int, cast: _Cast, row: dict[str, Any], today: date
) -> None:
    """What was done for an open deal, and its next step."""
    touched = cast.activities.done(row, today)
    if touched is not None:
        _change(uow, row, {"touched_on": touched})
    if chance.random() < 0.3:
        cast.activities.idle(row)
        return
    due = today + timedelta(days=chance.choice((-3, -1, 0, 0, 1, 2, 4, 6, 9, 14)))
    kind, subject = chance.choice(words.ACTIVITIES[which])
    cast.activities.plan(row, kind, subject, due)
    _change(uow, row, {"next_activity_on": due})


def _change(uow: UnitOfWork, row: dict[str, Any], values: dict[str, Any]) -> None:
    after = {**row, **values}
    uow.update("opportunity", row["id"], {**values, **derived.derive(uow, after, frozenset(values))})
    row.update(values)


def _unit(ws: Workspace) -> int:
    return int(10 ** exponent(ws.currency))


def _instant(day: date, chance: random.Random | None = None) -> datetime:
    hour = chance.randint(12, 20) if chance else 15
    minute = chance.randint(0, 59) if chance else 0
    return datetime.combine(day, time(hour, minute), UTC)
