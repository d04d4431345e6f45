"""What a person may not see changes nothing of what they get: sums, lists, search, files; and everybody sees one ranking."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from salesos_desktop import storage
from salesos_desktop.domain.badges import Measure
from salesos_desktop.domain.deal_rows import DealQuery, DealSort
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.ranking import Period
from salesos_desktop.domain.spans import rolling
from salesos_desktop.services import (
    activities,
    badges,
    board,
    deal_table,
    forecast,
    holds,
    home,
    leaderboard,
    leads,
    moves,
    opportunities,
    performance,
    search,
)
from salesos_desktop.services.transfer import exporting
from salesos_desktop.storage import joined

from ..conftest import TODAY
from .conftest import Team

EVERY = DealFilter()
REACH = {"ana": {"ana"}, "bea": {"bea"}, "max": {"ana", "bea", "max"}, "marta": None, "vera": None}


def played(team: Team, seed: int) -> dict[str, list[int]]:
    """Deals of everybody, in every state; owner → their ids."""
    random, owner = Random(seed), team.owner()
    stages = board.stages(owner)
    made: dict[str, list[int]] = {}
    for n in range(30):
        who = random.choice(["ana", "ana", "bea", "carla", "max", ""])
        currency, value = random.choice(["USD", "EUR"]), random.choice([0, 100, 250_000])
        values = {"name": f"Deal {n} {who}", "value": value, "currency": currency, "owner_id": team.ids.get(who)}
        deal = opportunities.create(owner, {**values, "expected_close": random.choice([TODAY, date(2027, 1, 5)])})
        if n % 3 == 0:
            opportunities.edit(owner, deal, {"value": None, "expected_close": None})
        made.setdefault(who, []).append(deal)
        match random.randrange(6):
            case 0:
                moves.win(owner, [deal])
            case 1:
                holds.hold(owner, [deal], TODAY + timedelta(days=3))
            case 2:
                opportunities.delete(owner, [deal])
            case n if n < 5:
                moves.move(owner, [deal], random.choice(stages[:3]).id)
    with owner.unit("test", ["", {}]) as uow:
        for deal in random.sample([*made["bea"], *made["carla"], *made["ana"]], 6):
            uow.insert("share", {"opportunity_id": deal, "person_id": team.ids["ana"], "may_edit": deal % 2 == 0})
    return made


def rows_of(team: Team, login: str) -> list[dict[str, Any]]:
    """Rows of the deals that are a person's to see, picked by hand."""
    with team.owner().store.read() as connection:
        rows = [dict(r) for r in connection.exec_driver_sql("SELECT * FROM opportunity").mappings()]
        shared = {r[0] for r in connection.exec_driver_sql(
            f"SELECT opportunity_id FROM share WHERE person_id = {team.ids[login]}"
        )}  # fmt: skip
    reach = REACH[login]
    mine = None if reach is None else {team.ids[each] for each in reach}
    return [
        row for row in rows
        if row["deleted_at"] is None and (mine is None or row["owner_id"] in mine or row["id"] in shared)
    ]  # fmt: skip


def summed(rows: list[dict[str, Any]], *keys: str) -> dict[Any, tuple[int, int, int, int]]:
    """Count, value, value × percent and deals without a value of rows, by columns."""
    found: dict[Any, tuple[int, int, int, int]] = {}
    for row in rows:
        key = tuple(row[each] for each in keys)
        value, sums = row["value"] or 0, found.get(key, (0, 0, 0, 0))
        found[key] = (
            sums[0] + 1, sums[1] + value, sums[2] + value * row["probability"], sums[3] + (row["value"] is None),
        )  # fmt: skip
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_every_sum_is_that_of_the_rows_that_a_person_sees(team: Team, tmp_path: Path, seed: int) -> None:
    played(team, seed)
    for login in REACH:
        ws, rows = team.as_(login), rows_of(team, login)
        waiting = [row for row in rows if row["hold_until"] is None]
        assert len(waiting) > 0
        figures = {
            (f.stage_id, f.currency): (f.count, f.value, f.weighted, f.no_value) for f in board.stage_figures(ws, EVERY)
        }
        assert figures == summed(waiting, "stage_id", "currency"), login
        dated = {
            (f.stage_id, f.currency): f.count for f in board.stage_figures(ws, DealFilter(close_from=TODAY))
        }  # fmt: skip
        timely = [row for row in waiting if row["day"] is not None and row["day"] >= TODAY]
        assert dated == {key: sums[0] for key, sums in summed(timely, "stage_id", "currency").items()}
        with ws.store.read() as connection:
            days: dict[Any, tuple[int, ...]] = {}
            for stage, whose, day, currency, category, *sums in storage.figures.by_day(connection):
                key = (stage, whose or None, day, currency, category)
                days[key] = tuple(a + b for a, b in zip(days.get(key, (0, 0, 0, 0)), sums, strict=True))
        assert days == summed(waiting, "stage_id", "owner_id", "day", "currency", "category")
        assert forecast.load(ws).everybody == forecast.recount(ws).everybody
        columns = {stage.id: len(board.column(ws, stage, EVERY, Sort.MANUAL).ids) for stage in board.stages(ws)}
        counts = Counter(row["stage_id"] for row in waiting)
        assert columns == {stage: counts[stage] for stage in columns}
        listed = deal_table.listing(ws, DealQuery(EVERY), ((DealSort.NAME, False),)).ids
        assert sorted(listed) == sorted(row["id"] for row in waiting)
        found = {hit.id for hit in search.find(ws, "deal", 100, ["opportunity"])}
        assert found == {row["id"] for row in rows}
        if ws.rights.export:
            target = tmp_path / f"{login}.csv"
            exporting.run(ws, exporting.Selection("opportunities"), target, delimiter=",")
            with target.open(encoding="utf-8-sig", newline="") as file:
                assert sum(1 for _ in csv.reader(file)) - 1 == len(rows)


def test_everybody_sees_one_ranking(team: Team) -> None:
    """Points, won deals, revenue, conversion and positions of all, although nobody sees the rows of all."""
    for login in ("ana", "carla", "max"):
        ws = team.as_(login)
        first, second = (
            opportunities.create(ws, {"name": f"{login} {n}", "value": 100_000 * n, "expected_close": TODAY})
            for n in (1, 2)
        )
        moves.win(ws, [first, *([second] if login == "carla" else [])])
        leads.create(ws, {"name": f"Lead of {login}", "email": f"{login}@example.com"})
        activities.finish(ws, [activities.plan(ws, {"subject": "Call", "due_on": TODAY}, ("opportunity", second))])
    rankings = {
        login: [leaderboard.load(team.as_(login), each) for each in Period]
        for login in ("ana", "carla", "vera", "marta")
    }
    shown = {login: [(each.people, each.teams) for each in found] for login, found in rankings.items()}
    assert shown["ana"] == shown["carla"] == shown["vera"] == shown["marta"]
    for login in ("ana", "carla", "max"):
        figures, mine = home.beginning(team.as_(login)).figures, leaderboard.load(team.as_(login), Period.MONTH).mine
        assert mine is not None, login
        assert figures.rank == mine.position, login
    best = rankings["ana"][-1].people[0]
    assert (best.name, best.score.won, best.score.revenue) == ("Carla", 2, 300_000)
    assert all(each.score.points > 0 for each in rankings["ana"][-1].people[:3])
    listed = badges.listing(team.as_("ana"), team.ids["carla"])
    hers = {each.criteria.measure: each.value for each in listed if each.criteria}
    assert (hers[Measure.WON], hers[Measure.REVENUE], hers[Measure.LARGEST]) == (2, 300_000, 0), "no single deal"


def test_signs_that_another_program_writes_break_no_page(team: Team) -> None:
    ana, max_ = team.as_("ana"), team.as_("max")
    values = {"name": "A", "value": 1, "expected_close": TODAY}
    lost, _ = (opportunities.create(ana, values) for _ in range(2))
    moves.lose(ana, [lost], reason_id=board.names(ana, "loss_reason")[0].id)
    team.raw("ana").execute("UPDATE opportunity SET competitor = E'A\x1fB'")
    team.raw().execute("UPDATE opportunity SET currency = 'A,B'")
    asked = performance.Asked(Scope(), *rolling(10)(TODAY))
    assert performance.load(max_, asked).now.lost.count == 1
    with max_.store.read() as connection:
        assert {len(column.split(",")) for column in joined.now(connection)} == {2}
