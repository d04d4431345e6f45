"""Sample data: believable own fields, activities and a past, the same every time, written as history is."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from sqlalchemy import func, select, text

from salesos_desktop import storage
from salesos_desktop.domain.custom_fields import is_shown, stored
from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.periods import add_months, month_of, months_between
from salesos_desktop.domain.ranking import Period
from salesos_desktop.domain.spans import NAMED, rolling
from salesos_desktop.i18n import set_language
from salesos_desktop.services import (
    checks,
    custom_fields,
    custom_values,
    demo,
    demo_past,
    demo_words,
    leaderboard,
    performance,
)
from salesos_desktop.services.outlook import backtest, changes, memory
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import children
from salesos_desktop.storage.schema.stream import history
from tests.conftest import TODAY, StillClock, copied

from .test_performance import by_hand, counted


@pytest.mark.parametrize("language", ["en", "es"])
def test_some_leads_and_deals_have_values_of_own_fields(ws: Workspace, language: str) -> None:
    set_language(language)
    demo.fill(ws, 80)
    assert [each.subject for each in custom_fields.fields(ws)] == ["both", "lead", "opportunity", "opportunity"]
    assert not any(each.on_card or each.required for each in custom_fields.fields(ws)), (
        "cards and forms stay as they were"
    )
    with ws.store.read() as connection:
        for table in ("lead", "opportunity"):
            known = {each.key: each for each in custom_fields.fields(ws, table)}
            rows = children.rows(connection, table, {})
            assert 0.3 < sum(row["custom"] != "{}" for row in rows) / len(rows) < 0.95
            assert {key for row in rows for key in stored(row)} == set(known)
            for row in rows:
                for key, value in stored(row).items():
                    assert custom_values.cleaned(ws, known[key], value) == value
                    assert is_shown(known[key], row, ws.clock.today())
        pairs = {row["id"]: row for row in children.rows(connection, "lead", {})}
        for deal in children.rows(connection, "opportunity", {}):
            both = stored(deal).get("sector"), stored(pairs[deal["lead_id"]]).get("sector") if deal["lead_id"] else None
            assert None in both or both[0] == both[1], "lead and deal speak of the same company"
    assert checks.problems(ws) == []


def test_the_team_has_done_and_plans_things(ws: Workspace) -> None:
    demo.fill(ws, 120)
    with ws.store.read() as connection:
        rows = children.rows(connection, "activity", {})
        deals = {row["id"]: row for row in children.rows(connection, "opportunity", {})}
        steps = children.rows(connection, "activity_plan_step", {})
        participants = children.rows(connection, "activity_participant", {})
    done = [row for row in rows if row["done_at"] is not None]
    assert len(done) > 5
    assert any(row["outcome"] for row in done)
    assert all(row["done_at"] <= ws.clock.now() for row in done)
    assert sum(row["due_at"] is not None for row in rows) > len(rows) / 4
    assert {bool(row["contact_id"]) for row in participants} == {True, False}
    assert [row["recurrence"] for row in rows if row["recurrence"]] == ["FREQ=WEEKLY;BYDAY=MO"]
    assert {row["subject_table"] for row in rows} == {"opportunity", "lead"}
    assert sum(row["plan_id"] is not None for row in rows) == 3 * len(steps) == 9
    for deal in deals.values():
        waiting = [row["due_on"] for row in rows if row["subject_table"] == "opportunity"
                   and row["subject_id"] == deal["id"] and row["done_at"] is None]  # fmt: skip
        assert deal["next_activity_on"] == min(waiting, default=None)


def test_more_sample_data_uses_the_fields_that_are_there_and_leaves_other_ones_alone(ws: Workspace) -> None:
    mine = custom_fields.save(ws, {"label": "employees", "form": "text", "subject": "lead"})
    demo.fill(ws, 20)
    before = custom_fields.fields(ws)
    assert [each.label for each in before] == ["employees", "Sector", "Contract", "Renewal"]
    demo.fill(ws, 20)
    assert custom_fields.fields(ws) == before
    with ws.store.read() as connection:
        texts = [row["custom"] for row in children.rows(connection, "lead", {})]
    assert not any("employees" in json.loads(text) for text in texts), mine


def test_the_team_has_a_past_that_teaches_something(ws: Workspace) -> None:
    made = demo.fill(ws, past=True)
    assert checks.problems(ws) == []
    with ws.store.read() as connection:
        kinds = {stage.id: stage.kind.value for stage in storage.reference.stages(connection)}
        deals = children.rows(connection, "opportunity", {})
        quotas, calls = (children.rows(connection, name, {}) for name in ("quota", "forecast_call"))
        entries = [*connection.execute(text("select subject_id, at, kind, field from history order by id")).mappings()]
        earned = {*connection.execute(text("select reason from points")).scalars()}
    assert len(deals) == made > 500
    over = [deal for deal in deals if kinds[deal["stage_id"]] != "open"]
    won = [deal for deal in over if kinds[deal["stage_id"]] == "won"]
    assert 0.25 < len(won) / len(over) < 0.4
    assert 30 < mean((deal["closed_on"] - deal["created_on"]).days for deal in won) < 90
    months = months_between(add_months(month_of(TODAY), 1 - demo_past.MONTHS), month_of(TODAY))
    for listed in (won, [deal for deal in over if deal not in won]):
        assert {month_of(deal["closed_on"]) for deal in listed} >= {*months[1:]}
    assert all(deal["loss_reason_id"] for deal in over if deal not in won)
    assert {deal["competitor"] for deal in over} >= {"", *demo_words.COMPETITORS}
    rates = {who: mean(deal in won for deal in over if deal["owner_id"] == who) for who in range(1, 7)}
    assert max(rates.values()) > 2 * min(rates.values()), "they sell in different ways"
    slips = Counter(entry["subject_id"] for entry in entries if entry["field"] == "expected_close")
    assert {*slips.values()} >= {1, 2, 3}
    assert earned >= {"won", "stage_forward", "task_on_time", "note_logged", "lead_converted", "badge"}
    assert {row["period"] for row in quotas} >= {*months}
    assert len({row["person_id"] for row in calls}) == 6
    for period, least in ((Period.MONTH, 2), (Period.QUARTER, 3), (Period.ALL, 6)):
        scores = [each.score for each in leaderboard.load(ws, period).people]
        assert sum(0 < (score.conversion or 0) < 1 for score in scores) >= least, "leads become won deals"
    judged = backtest.backtest(ws)
    assert len(judged.months) == 12
    for kind in ("set", "learnt"):
        assert 0.1 <= (judged.accuracy[kind].error or 0) <= 0.25
    assert judged.accuracy["adjusted"].months == 3
    assert 0.6 <= (judged.covered or 0) <= 1
    for length, least in ((3, 9), (6, 6)):
        periods, _ = backtest._judged(memory.past(ws), 12, length)
        assert len(periods) >= least
        assert sum(each.inside for each in periods) >= 0.6 * len(periods)
    year = performance.load(ws, performance.Asked(Scope(), *NAMED["days365"](TODAY))).now
    for stage_id, sums in year.by_stage.items():
        stayed = year.time_in(stage_id)
        assert stayed is not None
        assert 5 < stayed.median < 30
        assert 0.5 < (sums.conversion.value or 0) < 0.9
    for days in (1, 2, 3, 7, 15):
        wanted = performance.Asked(Scope(), *rolling(days)(TODAY))
        found = performance.load(ws, wanted)
        assert counted(found.now) == by_hand(ws, wanted, wanted.span)
        assert counted(found.before) == by_hand(ws, wanted, wanted.before)
        told = changes.between(ws, wanted.span.first - timedelta(days=1), TODAY)
        assert told.steps or not any(sums.left for sums in found.now.by_stage.values())


@pytest.mark.parametrize("past", [False, True])
def test_the_history_of_the_sample_is_in_the_order_in_which_it_happened(ws: Workspace, past: bool) -> None:
    demo.fill(ws, 40, past=past)
    with ws.store.read() as connection:
        found = connection.execute(
            select(history.c.at)
            .where(history.c.subject_table == "opportunity", history.c.field.in_(("", *storage.history_order.FIELDS)))
            .order_by(history.c.id)
        )
        instants = [*found.scalars()]
        latest = connection.execute(select(func.max(history.c.at))).scalar_one()
    assert instants == sorted(instants)
    assert latest <= ws.clock.now()


def test_the_sample_is_the_same_every_time_and_its_open_deals_with_a_past_and_without(
    ws: Workspace, tmp_path: Path
) -> None:
    others = [copied(tmp_path / f"{number}.salesos", StillClock()) for number in range(2)]
    demo.fill(ws, 40)
    found = []
    for other in (ws, *others):
        if other is not ws:
            demo.fill(other, 40, past=True)
        with other.store.read() as connection:
            found.append(children.rows(connection, "opportunity", {}))
        other.store.close()
    assert [*map(_told, found[1])] == [*map(_told, found[2])]
    bare, full = (Counter(_told(row) for row in rows if row["closed_on"] is None) for rows in found[:2])
    assert bare == full


def _told(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("name", "value", "stage_id", "owner_id", "expected_close", "closed_on"))
