"""The sheet of a period: every figure beside the computed one, which is the same as the forecast's."""

from __future__ import annotations

from datetime import date

from salesos_desktop.services import assignment, board, forecast, rates
from salesos_desktop.services.outlook import sheet, targets
from salesos_desktop.services.outlook.targets import EVERYBODY, Whose
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def test_everybody_teams_with_those_below_and_people_have_their_line(any_ws: Workspace) -> None:
    ws = any_ws
    with ws.unit("settings", []) as uow:
        north = uow.insert("team", {"name": "North"})
        coast = uow.insert("team", {"name": "Coast", "parent_id": north})
        ana = uow.insert(
            "person", {"name": "Ana", "folded": "ana", "role": "rep", "team_id": coast, "created_at": uow.at}
        )
    make_deals(ws, 2, owner_id=ana)
    make_deals(ws, 3)
    rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": date(2026, 1, 1), "rate": "1.5"})
    make_deals(ws, 1, owner_id=ana, currency="EUR")
    make_deals(ws, 1, owner_id=ana, currency="JPY")
    make_deals(ws, 1, owner_id=ana, expected_close=date(2027, 1, 15))
    targets.set_target(ws, Whose(None, north), "2026-12", 900_000)
    targets.call(ws, ana, "2026-12", 300_000)
    targets.adjust(ws, EVERYBODY, "2026-12", 400_000, "Fair")
    found = sheet.sheet(ws, "2026-12")
    lines = {(line.whose, line.name): line for line in found.lines}
    assert next(iter(lines)) == (EVERYBODY, "")
    assert {t.name for t in assignment.teams(ws)} == {name for whose, name in lines if whose.team_id}
    assert {p.name for p in board.names(ws, "person")} == {name for whose, name in lines if whose.person_id}
    best = {key[0]: line.computed.best_case for key, line in lines.items()}
    assert best[Whose(ana)] == best[Whose(None, north)] == best[Whose(None, coast)] == 350_000
    whole = forecast.load(ws, converted=True).totals("USD", ["2026-12"])
    assert (lines[EVERYBODY, ""].computed, best[EVERYBODY]) == (whole, 650_000)
    assert found.unconverted == 1
    assert lines[Whose(None, north), "North"].target == 900_000
    call = lines[Whose(ana), "Ana"].call
    assert call is not None
    assert call.history[0].amount == 300_000
    assert [said.text for said in lines[EVERYBODY, ""].adjusted] == ["Fair"]


def test_the_goal_of_months_is_their_sum_where_each_has_one(ws: Workspace) -> None:
    for month, amount in (("2026-11", 100), ("2026-12", 200)):
        targets.set_target(ws, EVERYBODY, month, amount)
    months = ["2026-11", "2026-12"]
    assert sheet.goal(ws, EVERYBODY, months) == sheet.Goal({"2026-11": 100, "2026-12": 200}, 300)
    assert sheet.goal(ws, EVERYBODY, ["2026-10", *months], "2026-Q4").whole is None, "October has none"
    targets.set_target(ws, EVERYBODY, "2026-Q4", 999)
    assert sheet.goal(ws, EVERYBODY, months, "2026-Q4").whole == 999
    assert sheet.goal(ws, Whose(ws.actor_id), months) == sheet.Goal({}, None)
