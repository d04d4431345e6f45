"""Sample data: a year of a believable team's leads and deals, made by the program in the language in use."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.money import exponent
from ..domain.periods import month_of, month_start, months_between
from ..domain.ranks import SPACING
from ..domain.stages import Stage, StageKind
from ..domain.text import fold
from ..i18n import N_, language
from . import badges, demo_details
from . import demo_words as words
from .demo_activities import ActivitySamples
from .demo_contacts import ContactSamples
from .demo_fields import FieldSamples
from .demo_leads import LeadSamples
from .demo_past import A_DEAL, PastSamples, first_day, lives
from .demo_script import Script, instant
from .demo_targets import TargetSamples
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

DEFAULT_DEALS = 360
_OPEN_SHARE = 0.26
_WIN_SHARE = 0.34
_LEADS_A_DEAL = 0.8

Progress = Callable[[int, int], None]
_Step = tuple[str, str, date]


@dataclass
class Cast:
    """Who and what the deals are about: ids of rows that were made."""

    people: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    contacts: dict[int, list[int]] = field(default_factory=dict)
    products: list[tuple[int, int]] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    reasons: list[int] = field(default_factory=list)
    leads: LeadSamples = field(init=False)
    fields: FieldSamples = field(init=False)
    described: ContactSamples = field(init=False)
    activities: ActivitySamples = field(init=False)

    def begin(self, script: Script, row: dict[str, Any], at: datetime, *, asked: bool = False) -> None:
        """A deal comes at an instant, one in five out of a lead, and each that came from a person who ``asked``."""
        lead = self.leads.before(row, row["created_on"], asked=asked)
        row["lead_id"] = lead and lead[0]
        script.make(row, at)
        if lead is not None:
            script.tell(row, lead[1], lambda: self.leads.become(lead[0], row["id"]))


def fill(
    ws: Workspace, deals: int = DEFAULT_DEALS, *, past: bool = False, seed: int = 7, progress: Progress | None = None
) -> int:
    """Adds a team, its leads and ``deals`` opportunities of the past year in one transaction; returns how many deals.

    ``past``: with fourteen months of what the team did before (demo_past.py), whose closed deals take the place of those of
    the bare sample. ``progress(done, all)`` is called now and then and may raise to cancel; nothing is kept then.
    """
    chance = random.Random(seed)
    which = 0 if language() == "es" else 1
    with ws.store.read() as connection:
        stages = storage.reference.stages(connection, storage.reference.first_pipeline(connection))
        reasons = [r.id for r in storage.reference.named(connection, "loss_reason")]
        sources = [s.id for s in storage.reference.named(connection, "source")]
    today, made = ws.clock.today(), deals
    with ws.unit("demo", [N_("Add sample data"), {}], undoable=False) as uow:
        cast = _cast(ws, uow, chance, which, past)
        cast.reasons, cast.sources = reasons, sources
        cast.fields = FieldSamples(uow, random.Random(seed), which)
        cast.leads = LeadSamples(ws, uow, random.Random(seed), which, cast.people, sources, cast.fields)
        cast.activities = ActivitySamples(ws, uow, random.Random(seed), which, cast.people)
        script = Script(ws, uow)
        told = PastSamples(ws, script, random.Random(seed), which, cast, stages) if past else None
        opened = [_deal(ws, script, chance, which, cast, stages, today, number, told) for number in range(deals)]
        if told is not None:
            made = _past(ws, uow, cast, script, told, deals) + sum(each is not None for each in opened)
        script.play(lambda share: progress(int(share * deals), deals) if progress else None)
        for row, step in filter(None, opened):
            uow.at = script.latest(row)
            cast.described.roles(row["id"], row["contact_id"], row["company_id"])
            _activities(uow, cast, row, step, today)
        cast.leads.fill(round(deals * _LEADS_A_DEAL))
        uow.at = ws.clock.now()
        demo_details.describe(ws, uow, random.Random(seed), which)
        cast.activities.finish()
        _earn(ws, uow)
    if progress:
        progress(deals, deals)
    return made


def _past(ws: Workspace, uow: UnitOfWork, cast: Cast, script: Script, told: PastSamples, deals: int) -> int:
    """Adds what the team did before, with its targets and calls and the badges it earned; gives how many deals are over."""
    chance, today = random.Random(deals), ws.clock.today()
    over = lives(cast, chance, today, round(deals * A_DEAL), 500 * _unit(ws))
    for number, life in enumerate(over, start=deals):
        told.tell(life, number)
    TargetSamples(ws, uow, chance, cast.people, over).fill()
    for month in months_between(month_of(first_day(today)), month_of(today)):
        script.then(instant(month_start(month)), lambda: _earn(ws, uow))
    return len(over)


def _earn(ws: Workspace, uow: UnitOfWork) -> None:
    badges.earn(ws, uow, tell=False)
    uow.earners.clear()


def _cast(ws: Workspace, uow: UnitOfWork, chance: random.Random, which: int, past: bool) -> Cast:
    cast = Cast()
    today = ws.clock.today()
    uow.at = instant(first_day(today) if past else today - timedelta(days=370))
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
        cast.names[company] = name
        cast.contacts[company] = []
        for _ in range(chance.choice((1, 1, 2))):
            person = f"{chance.choice(words.FIRST_NAMES[which])} {chance.choice(words.LAST_NAMES[which])}"
            cast.contacts[company].append(cast.described.contact(person, company, name))
    cast.described.finish()
    return cast


def _deal(
    ws: Workspace, script: Script, chance: random.Random, which: int, cast: Cast, stages: list[Stage], today: date,
    number: int, past: PastSamples | None,
) -> tuple[dict[str, Any], _Step | None] | None:  # fmt: skip
    """One deal from its first day on, stage by stage, each step at its own time; gives an open one with its next step."""
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
    row["custom"] = cast.fields.of_deal(cast.names[company], row["expected_close"])
    at = instant(created, chance)
    if is_open:
        changes = past.unfold(row, today) if past else []
        cast.begin(script, row, at)
        reach = chance.choices(range(len(open_stages)), (5, 4, 3, 2)[: len(open_stages)] or (1,))[0]
        last = today - timedelta(days=chance.randint(0, min(age, 32)))
        _advance(script, row, open_stages[1 : reach + 1], created, last)
        for day, values in changes:
            script.change(row, instant(day), values)
        return row, _next_step(chance, which, today)
    closed = min(created + timedelta(days=cycle), today - timedelta(days=chance.randint(0, 6)))
    won = chance.random() < _WIN_SHARE
    reach = len(open_stages) - 1 if won else chance.randrange(len(open_stages))
    at_last, values = instant(closed, chance), _ending(chance, cast, won)
    if past is None:
        cast.begin(script, row, at)
        _advance(script, row, open_stages[1 : reach + 1], created, closed)
        stage = next(s for s in stages if s.kind is _KINDS[won])
        script.move(row, at_last, closed, stage, closed_on=closed, **values)
    return None


_KINDS = {True: StageKind.WON, False: StageKind.LOST}


def _advance(script: Script, row: dict[str, Any], entered: list[Stage], first: date, last: date) -> None:
    """Forward moves spread between two days."""
    for step, stage in enumerate(entered, start=1):
        day = first + (last - first) * step / len(entered)
        script.move(row, instant(day), day, stage)


def _ending(chance: random.Random, cast: Cast, won: bool) -> dict[str, Any]:
    """Why a deal was lost, and to whom."""
    if won:
        return {}
    reason = chance.choice(cast.reasons) if cast.reasons else None
    competitor = chance.choice(words.COMPETITORS) if chance.random() < 0.3 else ""
    return {"loss_reason_id": reason, "competitor": competitor}


def _next_step(chance: random.Random, which: int, today: date) -> _Step | None:
    """What is planned for an open deal, and for when; None for nothing."""
    if chance.random() < 0.3:
        return None
    due = today + timedelta(days=chance.choice((-3, -1, 0, 0, 1, 2, 4, 6, 9, 14)))
    return (*chance.choice(words.ACTIVITIES[which]), due)


def _activities(uow: UnitOfWork, cast: Cast, row: dict[str, Any], step: _Step | None, today: date) -> None:
    """What was done for an open deal, and its next step."""
    touched = cast.activities.done(row, today)
    values: dict[str, Any] = {} if touched is None else {"touched_on": touched}
    if step is None:
        cast.activities.idle(row)
    else:
        cast.activities.plan(row, *step)
        values["next_activity_on"] = step[2]
    uow.update("opportunity", row["id"], values)


def _unit(ws: Workspace) -> int:
    return int(10 ** exponent(ws.currency))
