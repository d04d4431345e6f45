"""What history teaches: probabilities, habits, and how right each past month's forecast was, without looking ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from salesos_desktop.domain.learning import Record, learnt
from salesos_desktop.domain.outlook import Scope, period
from salesos_desktop.services import board, moves, opportunities
from salesos_desktop.services.outlook import backtest, deals, habits, ranges
from salesos_desktop.services.workspace import Workspace
from tests.conftest import stage_named


@pytest.fixture
def year(ws: Workspace) -> Workspace:
    """A year of a team that wins two of five deals that reach a proposal, a month later than expected for one in two."""
    reason = board.names(ws, "loss_reason")[0].id
    proposal = stage_named(ws, "Proposal").id
    waiting: list[tuple[date, int, bool]] = []
    ws.clock.day = date(2025, 12, 20)  # type: ignore[attr-defined]
    for month in range(11):
        first = date(2026 + month // 12, month % 12 + 1, 1)
        for day, deal, won in [each for each in waiting if each[0] < first]:
            ws.clock.day = day  # type: ignore[attr-defined]
            if won:
                moves.win(ws, [deal], closed_on=day)
            else:
                moves.lose(ws, [deal], reason_id=reason, closed_on=day)
        waiting = [each for each in waiting if each[0] >= first]
        ws.clock.day = first - timedelta(days=3)  # type: ignore[attr-defined]
        for n in range(5):
            close = first + timedelta(days=9)
            deal = opportunities.create(
                ws, {"name": f"Deal {month} {n}", "value": 100_000 + n * 1_000, "expected_close": close, "owner_id": 1}
            )
            moves.move(ws, [deal], proposal)
            waiting.append((close + timedelta(days=31 if n == 1 else n), deal, n < 2))
        waiting.sort()
    ws.clock.day = date(2026, 11, 24)  # type: ignore[attr-defined]
    return ws


def test_the_learnt_probability_is_held_towards_the_set_one() -> None:
    assert learnt(Record(), 0.5) == 0.5
    assert learnt(Record(20, 8), 0.5) == pytest.approx(0.45)
    assert learnt(Record(2_000, 800), 0.5) == pytest.approx(0.4, abs=0.002)


def test_what_a_stage_really_wins_is_shown_beside_what_is_set(year: Workspace) -> None:
    found = {each.stage.name: each for each in ranges.probabilities(year)}
    proposal = found["Proposal"]
    assert proposal.set == 0.5
    assert proposal.record.closed > 40
    assert proposal.record.won / proposal.record.closed == pytest.approx(0.4, abs=0.05)
    assert proposal.learnt == learnt(proposal.record, 0.5)
    assert proposal.parts["owner", 1][1] == proposal.record
    assert found["Negotiation"].record == Record()


def test_habits_and_the_range_follow_what_happened(year: Workspace) -> None:
    past = habits.look_back(year, 12)
    made = habits.habits(past, date(2026, 11, 25))
    late = made.slips[1 - made.first_slip]
    assert late > habits.USUAL.slips[1 - made.first_slip], "one win in two came a month late"
    assert sum(made.slips) == pytest.approx(1)
    before = habits.habits(past, date(2025, 12, 1))
    assert before.slips == pytest.approx(habits.USUAL.slips), "nothing was known yet"
    december = period("2026-12")
    as_set = ranges.of(year, december, target=1)
    assert as_set.range.p10 <= as_set.range.p50 <= as_set.range.p90
    assert ranges.of(year, december, target=1) == as_set
    ranges.use_learnt(year, True)
    assert ranges.of(year, december, use_learnt=False, target=1) == as_set
    november = period("2026-11")
    year_before = ranges.of(year, november, use_learnt=False).weighted
    assert ranges.of(year, november).weighted < year_before


def test_each_month_is_judged_by_what_was_known_on_its_first_day(year: Workspace) -> None:
    found = backtest.backtest(year, 9)
    assert [each.month for each in found.months] == [f"2026-{n:02d}" for n in range(2, 11)]
    today, won = year.clock.today(), stage_named(year, "Won").id
    closed = [deal for deal in deals.states(year, [today])[today].deals.values() if deal.stage_id == won]
    for month in found.months:
        assert month.won == sum(d.value or 0 for d in closed if d.day and d.day.month == int(month.month[5:]))
        assert month.set == round((5 * 100_000 + 10_000) * 0.5)
    assert found.accuracy["learnt"].error < found.accuracy["set"].error  # type: ignore[operator]
    assert found.accuracy["set"].bias > 0  # type: ignore[operator]
    assert found.accuracy["adjusted"].months == 0
    assert found.covered is not None
    (half,) = found.bins["set"]
    # Of six open at the start of a month three are won in the end: one of them is there from the month before.
    assert (half.given, half.won) == (0.5, pytest.approx(0.5, abs=0.03))
    nobody = backtest.backtest(year, 9, Scope(frozenset({99})))
    assert (list(nobody.months), nobody.covered) == ([], None)
