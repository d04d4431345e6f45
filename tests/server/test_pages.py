"""Every service that pages use, with each role's own login: what a role may do works, what it may not is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop.domain.agenda import Wanted
from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.domain.contacts import BuyingRole, CompanyFilter, CompanySort, ContactFilter, ContactSort
from salesos_desktop.domain.deal_rows import DealQuery, DealSort, GroupBy
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.domain.outlook import Scope, period
from salesos_desktop.domain.products import Line
from salesos_desktop.domain.questions import Field, Measure, Question
from salesos_desktop.domain.ranking import Period
from salesos_desktop.domain.scenario import Scenario
from salesos_desktop.domain.spans import Span, rolling
from salesos_desktop.errors import Denied
from salesos_desktop.services import (
    activities,
    activity_kinds,
    activity_plans,
    agenda,
    assignment,
    attachments,
    badges,
    board,
    bulk,
    calls,
    challenges,
    checklists,
    cloning,
    companies,
    contacts,
    conversion,
    custom_fields,
    dashboards,
    deal_contacts,
    deal_lists,
    deal_table,
    duplicates,
    endangered,
    figures,
    followers,
    forecast,
    holds,
    home,
    leaderboard,
    leads,
    lines,
    lists,
    merging,
    moves,
    next_steps,
    notes,
    notice_settings,
    opportunities,
    past,
    people,
    performance,
    pipelines,
    products,
    rates,
    search,
    staleness,
    timeline,
    undo,
    views,
    work_list,
)
from salesos_desktop.services import bin as bins
from salesos_desktop.services.outlook import backtest, changes, looking_back, ranges, scenarios, sheet, targets
from salesos_desktop.services.transfer import importing
from salesos_desktop.services.workspace import Workspace

from ..conftest import TODAY, make_deals
from .conftest import Team

EVERY = DealFilter()
SPAN = Span(date(2026, 11, 1), date(2027, 1, 1))
MONTH = period("2026-12")
Reading = Callable[[Workspace, dict[str, int]], Any]

READINGS: dict[str, Reading] = {
    "board": lambda ws, _: board.snapshot(ws, EVERY, Sort.MANUAL),
    "board, filtered": lambda ws, _: board.snapshot(ws, DealFilter(text="deal"), Sort.VALUE),
    "column": lambda ws, _: board.column(ws, board.stages(ws)[0], EVERY, Sort.CLOSE),
    "column's figures": lambda ws, _: board.stage_figures(ws, EVERY),
    "list of deals": lambda ws, _: deal_table.beginning(ws, DealQuery(EVERY), ((DealSort.NAME, False),)),
    "groups": lambda ws, _: deal_table.groups(ws, EVERY, GroupBy.TEAM),
    "sums": lambda ws, _: deal_table.totals(ws, EVERY),
    "lists of deals": lambda ws, _: deal_lists.read(ws),
    "deal": lambda ws, at: opportunities.get(ws, at["opportunity"]),
    "lines": lambda ws, at: lines.lines_of(ws, at["opportunity"]),
    "check list": lambda ws, at: checklists.of(ws, at["opportunity"]),
    "followers": lambda ws, at: followers.of(ws, at["opportunity"]),
    "contacts of a deal": lambda ws, at: deal_contacts.of(ws, at["opportunity"]),
    "files": lambda ws, at: attachments.of(ws, "opportunity", at["opportunity"]),
    "notes": lambda ws, at: notes.of(ws, "opportunity", at["opportunity"]),
    "activities of a deal": lambda ws, at: activities.about(ws, "opportunity", at["opportunity"]),
    "next steps": lambda ws, at: (next_steps.offers(ws), next_steps.waiting(ws, [at["opportunity"]])),
    "history": lambda ws, at: timeline.page(ws, "opportunity", at["opportunity"]),
    "whole history of a company": lambda ws, at: timeline.page(ws, "company", at["company"], everything=True),
    "deal as it was": lambda ws, at: past.as_of(ws, "opportunity", at["opportunity"], TODAY),
    "held": lambda ws, _: holds.held(ws),
    "stale": lambda ws, _: staleness.in_danger(ws),
    "forecast": lambda ws, _: forecast.load_with_today(ws),
    "forecast by source": lambda ws, _: forecast.load(ws, by="source_id", converted=True),
    "range": lambda ws, _: ranges.of(ws, MONTH),
    "probabilities": lambda ws, _: ranges.probabilities(ws),
    "waterfall": lambda ws, _: changes.between(ws, TODAY - timedelta(days=1), TODAY),
    "backtest": lambda ws, _: backtest.backtest(ws),
    "targets": lambda ws, _: sheet.sheet(ws, "2026-12"),
    "scenario": lambda ws, _: scenarios.opened(ws, "2026-12", Scenario()),
    "scenarios": lambda ws, _: scenarios.listing(ws),
    "past board": lambda ws, _: looking_back.board(
        ws, looking_back.Kept(), TODAY, looking_back.BoardAsked(None, EVERY, Sort.MANUAL)
    ),
    "performance": lambda ws, _: performance.load(ws, performance.Asked(Scope(), *rolling(10)(TODAY))),
    "in danger": lambda ws, _: endangered.find(ws, Scope()),
    "figure": lambda ws, _: figures.load(ws, Question(Field.OWNER, measure=Measure.NUMBER), Scope(), SPAN),
    "figures": lambda ws, _: figures.listing(ws),
    "dashboards": lambda ws, _: dashboards.kept(ws),
    "ranking": lambda ws, _: [leaderboard.load(ws, each) for each in Period],
    "badges": lambda ws, _: badges.seen(ws),
    "challenges": lambda ws, _: challenges.listing(ws),
    "start page": lambda ws, _: (home.beginning(ws), home.rest(ws, None)),
    "work list": lambda ws, _: [work_list.details(ws, each) for each in work_list.queue(ws)],
    "agenda": lambda ws, _: agenda.load(ws, Wanted(TODAY, TODAY + timedelta(days=7), closings=True)),
    "search": lambda ws, _: search.find(ws, "deal"),
    "mistyped search": lambda ws, _: search.find(ws, "dela 0 asombrosa"),
    "contacts": lambda ws, _: contacts.fetch(ws, contacts.listing(ws, ContactFilter(), ContactSort.NAME).ids),
    "contact": lambda ws, at: contacts.get(ws, at["contact"]),
    "companies": lambda ws, _: companies.fetch(ws, companies.listing(ws, CompanyFilter(), CompanySort.NAME).ids),
    "company": lambda ws, at: companies.get(ws, at["company"]),
    "deals of a company": lambda ws, at: contacts.deals_of(ws, "company", at["company"]),
    "leads": lambda ws, _: leads.beginning(ws, LeadFilter(), LeadSort.NAME),
    "lead": lambda ws, at: leads.get(ws, at["lead"]),
    "conversion": lambda ws, at: conversion.proposal(ws, at["lead"]),
    "duplicates": lambda ws, _: duplicates.of_lead(ws, {"name": "Nora Sanz", "email": "nora@example.com"}),
    "bin": lambda ws, _: bins.listing(ws),
    "views": lambda ws, _: views.listing(ws, "board"),
    "me": lambda ws, _: people.me(ws),
    "notices": lambda ws, _: people.notices(ws),
    "undo": lambda ws, _: undo.possible(ws),
    "pipelines": lambda ws, _: [pipelines.stages(ws, each.id) for each in pipelines.listing(ws)],
    "lists": lambda ws, _: [lists.entries(ws, each) for each in ("source", "loss_reason", "tag")],
    "kinds of activity": lambda ws, _: activity_kinds.listing(ws),
    "plans": lambda ws, _: activity_plans.listing(ws),
    "products": lambda ws, _: products.listing(ws),
    "rates": lambda ws, _: rates.listing(ws),
    "own fields": lambda ws, _: custom_fields.fields(ws),
    "assignment": lambda ws, _: (assignment.rules(ws), assignment.teams(ws), assignment.absences(ws)),
    "notice settings": lambda ws, _: notice_settings.get(ws),
}  # fmt: skip
"""What pages show → how they ask for it, with the ids of what a rep has."""


def filled(ws: Workspace) -> dict[str, int]:
    """A little of everything, as one person makes it; the ids of it."""
    deal, other, third = make_deals(ws, 3)
    contact = contacts.create(ws, {"name": "Lía Soto", "email": "lia@example.com", "company": "Company 0"})
    lead = leads.create(ws, {"name": "Nora Sanz", "email": "nora@example.com", "company": "Deltaplan"})
    moves.move(ws, [deal], board.stages(ws)[1].id)
    moves.win(ws, [other])
    moves.lose(ws, [third], reason_id=lists.loss_reasons_of(ws, third)[0].id)
    notes.add(ws, "opportunity", deal, "They call back")
    activities.plan(ws, {"subject": "Call", "due_on": TODAY}, ("opportunity", deal))
    company = opportunities.get(ws, deal).row["company_id"]
    return {"opportunity": deal, "contact": contact, "lead": lead, "company": company}


def test_every_page_can_be_read_in_every_role(team: Team) -> None:
    ids = filled(team.as_("ana"))
    failed = {}
    for login in ("ana", "max", "vera", "marta"):
        ws = team.as_(login)
        for name, reading in READINGS.items():
            try:
                reading(ws, ids)
            except Exception as error:
                failed[login, name] = error
    assert failed == {}


def imported(ws: Workspace, folder: Path, text: str) -> Any:
    path = folder / "leads.csv"
    path.write_text(text, encoding="utf-8")
    plan = importing.plan(path, own=custom_fields.fields(ws))
    importing.analyse(plan)
    return importing.run(ws, [plan])


def made_lead(ws: Workspace) -> int:
    return leads.create(ws, {"name": "Otto Paz", "email": "otto@example.com", "company": "Faro"})


def ticked(ws: Workspace, deal: int) -> None:
    item = checklists.add(ws, deal, "Ask for the budget")
    checklists.tick(ws, item)
    checklists.remove(ws, item)


def noted(ws: Workspace, deal: int) -> None:
    note = notes.add(ws, "opportunity", deal, "First words")
    notes.edit(ws, note, "Other words")
    notes.pin(ws, note)
    notes.delete(ws, note)


def acted(ws: Workspace, deal: int) -> None:
    made = activities.plan(ws, {"subject": "Visit", "due_on": TODAY}, ("opportunity", deal))
    activities.edit(ws, made, {"subject": "Visit them"})
    activities.finish(ws, [made])
    activities.reopen(ws, made)
    activities.delete(ws, [made])


def employed(ws: Workspace, contact: int) -> None:
    company = companies.create(ws, {"name": "Second place"})
    job = contacts.add_employment(ws, contact, company, "Adviser")
    contacts.edit_employment(ws, job, "Chair")
    contacts.remove_employment(ws, job)


def viewed(ws: Workspace) -> None:
    view = views.save(ws, "board", "Mine", {"text": "x"}, shared=True)
    views.rename(ws, view, "Still mine")
    views.set_default(ws, "board", view)
    views.delete(ws, view)


def challenged(ws: Workspace) -> None:
    made = challenges.add(ws, {
        "name": "Ten calls", "metric": "activities", "goal": 10, "ends_on": TODAY + timedelta(days=7), "personal": True,
    })  # fmt: skip
    challenges.edit(ws, made, {"goal": 12})
    challenges.delete(ws, made)


def joined(ws: Workspace, deal: int, contact: int) -> None:
    deal_contacts.add(ws, deal, contact, BuyingRole.USES)
    deal_contacts.set_role(ws, deal, contact, BuyingRole.DECIDES)
    deal_contacts.make_main(ws, deal, contact)
    deal_contacts.remove(ws, deal, contact)


def lines_set(ws: Workspace, deal: int) -> None:
    lines.set_lines(ws, deal, [Line(None, "Hours", 2_000, 5_000), Line(None, "Travel", 1_000, 900)], True)
    lines.set_lines(ws, deal, [Line(None, "Hours", 3_000, 5_000)], True)


def held(ws: Workspace, deal: int) -> None:
    holds.hold(ws, [deal], TODAY + timedelta(days=3))
    holds.release(ws, [deal])


def merged(ws: Workspace) -> None:
    first, second = made_lead(ws), leads.create(ws, {"name": "Otto Paz S.", "email": "o@example.com"})
    merging.merge(ws, "lead", first, second)


WRITINGS: dict[str, Callable[[Workspace, dict[str, int], Path], Any]] = {
    "a deal": lambda ws, _, __: make_deals(ws, 1),
    "its fields": lambda ws, at, _: opportunities.edit(
        ws, at["opportunity"], {"name": "New name", "value": 5, "company": "Brand new", "contact": "Una Más", "tags": ["a"]}
    ),
    "several": lambda ws, at, _: bulk.set_fields(ws, [at["opportunity"]], {"priority": "high"}),
    "a move": lambda ws, at, _: moves.move(ws, [at["opportunity"]], board.stages(ws)[2].id),
    "a win": lambda ws, at, _: moves.win(ws, [at["opportunity"]]),
    "a loss": lambda ws, at, _: moves.lose(
        ws, [at["opportunity"]], reason_id=lists.loss_reasons_of(ws, at["opportunity"])[0].id
    ),
    "a copy": lambda ws, at, _: cloning.clone(ws, at["opportunity"]),
    "a hold": lambda ws, at, _: held(ws, at["opportunity"]),
    "lines": lambda ws, at, _: lines_set(ws, at["opportunity"]),
    "a check list": lambda ws, at, _: ticked(ws, at["opportunity"]),
    "notes": lambda ws, at, _: noted(ws, at["opportunity"]),
    "activities": lambda ws, at, _: acted(ws, at["opportunity"]),
    "a link": lambda ws, at, _: attachments.add_link(ws, "opportunity", at["opportunity"], "https://example.com"),
    "followers": lambda ws, at, _: (followers.follow(ws, at["opportunity"]), followers.unfollow(ws, at["opportunity"])),
    "contacts of a deal": lambda ws, at, _: joined(ws, at["opportunity"], at["contact"]),
    "a contact": lambda ws, at, _: contacts.edit(ws, at["contact"], {"phone": "+34 600 11 22 33", "company": "Other Ltd"}),
    "jobs": lambda ws, at, _: employed(ws, at["contact"]),
    "a company": lambda ws, at, _: companies.edit(ws, at["company"], {"name": "Renamed", "phone": "+34 600 22 33 44"}),
    "a lead": lambda ws, at, _: leads.edit(ws, at["lead"], {"status": "qualified", "tags": ["b"]}),
    "a new lead": lambda ws, _, __: made_lead(ws),
    "a discarded lead": lambda ws, at, _: leads.discard(
        ws, [at["lead"]], reason_id=lists.entries(ws, "discard_reason")[0].id
    ),
    "a deleted lead": lambda ws, at, _: leads.delete(ws, [at["lead"]]),
    "a deleted contact": lambda ws, at, _: contacts.delete(ws, [at["contact"]]),
    "a conversion": lambda ws, at, _: conversion.convert(
        ws, at["lead"], {"name": "From Nora", "value": 900, "expected_close": TODAY}
    ),
    "merged leads": lambda ws, _, __: merged(ws),
    "an import": lambda ws, _, folder: imported(
        ws, folder, "Name,Email,Phone,Company,Source\nIda Paz,ida@acme.com,+34 600 11 22 33,Acme,Brand new source\n"
    ),
    "a call": lambda ws, at, _: calls.log(ws, "+34600112233", [("opportunity", at["opportunity"])], "answered"),
    "a call of the forecast": lambda ws, _, __: targets.call(ws, ws.actor_id, "2026-12", 500_000, "Sure"),
    "a view": lambda ws, _, __: viewed(ws),
    "a figure": lambda ws, _, __: figures.save(ws, "Mine", Question(), shared=True),
    "a scenario": lambda ws, _, __: scenarios.save(ws, "Mine", Scenario()),
    "a challenge": lambda ws, _, __: challenged(ws),
}  # fmt: skip
"""What people do all day → how a page does it, with the ids of what a rep has."""


@pytest.mark.parametrize("login", ["ana", "max"])
def test_everything_of_a_day_can_be_done_undone_and_done_again(team: Team, login: str, tmp_path: Path) -> None:
    """A rep with their own, a manager with what a rep of the team has."""
    ids, ws = filled(team.as_("ana")), team.as_(login)
    failed = {}
    done: list[ChangeSet] = []
    ws.bus.subscribe(done.append)
    for name, writing in WRITINGS.items():
        done.clear()
        try:
            writing(ws, ids, tmp_path)
            steps = sum(changes.undoable for changes in done)
            for step in (undo.undo, undo.redo, undo.undo):
                for _ in range(steps):
                    step(ws)
        except Exception as error:
            failed[name] = error
    assert failed == {}


def test_a_viewer_changes_nothing(team: Team, tmp_path: Path) -> None:
    ids, vera = filled(team.as_("ana")), team.as_("vera")
    with team.owner().store.read() as connection:
        before = connection.exec_driver_sql("SELECT max(seq) FROM change_log").scalar()
    accepted = []
    for name, writing in WRITINGS.items():
        try:
            writing(vera, ids, tmp_path)
        except Denied:
            continue
        accepted.append(name)
    assert accepted == []
    with team.owner().store.read() as connection:
        assert connection.exec_driver_sql("SELECT max(seq) FROM change_log").scalar() == before
