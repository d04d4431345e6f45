"""A figure of one's own: followed, loaded from scratch and counted by hand it is the same, and so are the deals behind it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop import storage
from salesos_desktop.domain.changes import ChangeSet
from salesos_desktop.domain.conditions import Operator, each_test
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.pivot import ALL, TOTAL, Slot, Tally
from salesos_desktop.domain.questions import Chart, Dated, Deals, Field, Measure, Question, Sort, from_plain, to_plain
from salesos_desktop.domain.spans import Span
from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.services import bin as bins
from salesos_desktop.services import (
    board,
    custom_fields,
    figures,
    holds,
    moves,
    opportunities,
    rates,
    undo,
    views,
)
from salesos_desktop.services.figures import Figure
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, make_deals
from tests.services.figure_oracle import CONDITIONS, Deal, counted, deals_of
from tests.services.play import as_person, colleague

SPAN = Span(date(2026, 11, 1), date(2027, 1, 1))
EVERYBODY = Scope()
CODES = [*map(str, Field), "custom.zone", "custom.likes", "custom.hot"]
WHICH = [Deals.ALL, Deals.ALL, Deals.ALL, *Deals]
WHEN = [Dated.NONE, Dated.NONE, *Dated]
SCOPES = [EVERYBODY, EVERYBODY, Scope(frozenset({None, 1}))]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "older", "edit", "edit", "own", "move", "win", "lose", "reopen", "bin", "restore", "hold",
                         "undo"]),
        st.integers(0, 11), st.integers(0, 9),
    ),
    min_size=6, max_size=10,
)  # fmt: skip


def prepare(ws: Workspace) -> list[int]:
    """Own fields, rates, a colleague in a team, and some deals."""
    for label, form, options in (
        ("Zone", "choice", ["Norte", "Sur"]),
        ("Likes", "choices", ["A", "B"]),
        ("Hot", "checkbox", []),
    ):
        custom_fields.save(ws, {"label": label, "form": form, "subject": "opportunity", "options": options})
    for day, rate in ((date(2020, 1, 1), "1.25"), (date(2026, 11, 20), "2")):
        rates.add(ws, {"from_currency": "EUR", "to_currency": "USD", "day": day, "rate": rate})
    with ws.unit("test", ["", {}], undoable=False) as uow:
        team = uow.insert("team", {"name": "South"})
    colleague(ws, "Zoe", team_id=team)
    made = make_deals(ws, 1)
    for n in range(10):
        for what in ("new", "own", "older", ("win", "lose", "edit")[n % 3]):
            act(ws, (what, n + 1, n), made)
    return made


def made_on(ws: Workspace, deal: int, day: date) -> None:
    with ws.unit("test", ["", {}]) as uow:
        uow.update("opportunity", deal, {"created_on": day})


def act(ws: Workspace, step: tuple[str, int, int], made: list[int]) -> None:
    """One thing a person does; what is refused changes nothing."""
    what, which, amount = step
    deal = made[which % len(made)]
    day = ws.clock.today() + timedelta(days=17 * amount - 40)
    opened = [stage.id for stage in board.stages(ws)[:4]]
    values = {
        "value": amount * 123_45 * 10 ** (amount % 3) if amount else None, "expected_close": day,
        "priority": ["high", "low"][amount % 2],
        "owner_id": [None, 1, 2][amount % 3], "tags": [[], ["VIP"], ["vip", "New"]][amount % 3],
        "source_id": [None, 1, 2][amount % 3], "company": f"Company {amount % 4}",
        "category": ["", "commit", "omitted"][amount % 3],
        "currency": ["USD", "EUR", "GBP"][amount % 3],
    }  # fmt: skip
    own = {
        "zone": [None, "Norte", "Sur"][amount % 3],
        "likes": [None, ["A"], ["A", "B"]][which % 3],
        "hot": bool(amount % 2),
    }
    field = list(values)[(which * 3 + amount) % len(values)]
    does: dict[str, Any] = {
        "new": lambda: made.append(opportunities.create(ws, {**values, "name": "x", "value": 1 + amount * 77_700})),
        "older": lambda: made_on(ws, deal, ws.clock.today() - timedelta(days=9 * amount)),
        "edit": lambda: opportunities.edit(ws, deal, {field: values[field]}),
        "own": lambda: opportunities.edit(ws, deal, {"custom": own}),
        "move": lambda: moves.move(ws, [deal], opened[amount % 4]),
        "win": lambda: moves.win(ws, [deal], closed_on=ws.clock.today() - timedelta(days=amount)),
        "lose": lambda: moves.lose(ws, [deal], reason_id=1 + amount % 3, competitor=["", "Acme", "ACME", "Globex"][which % 4]),
        "reopen": lambda: moves.reopen(ws, [deal], opened[amount % 4]),
        "bin": lambda: opportunities.delete(ws, [deal]),
        "restore": lambda: bins.restore(ws, "opportunity", [deal]),
        "hold": lambda: holds.hold(ws, [deal], ws.clock.today() + timedelta(days=30)),
        "undo": lambda: undo.undo(ws),
    }  # fmt: skip
    with suppress(UserError):
        does[what]()


class Followed:
    """A figure as a card keeps it."""

    def __init__(self, ws: Workspace, question: Question, scope: Scope) -> None:
        self.ws, self.question, self.scope = ws, question, scope
        self.figure = figures.load(ws, question, scope, SPAN)
        self.moved = 0
        self.stop = ws.bus.subscribe(self.follow)

    def follow(self, changes: ChangeSet) -> None:
        if figures.follow(self.figure, changes):
            self.moved += 1
        else:
            self.figure = figures.load(self.ws, self.question, self.scope, SPAN)


def cells(figure: Figure) -> dict[Any, Tally]:
    return dict(figure.pivot.cells)


def behind(ws: Workspace, where: DealFilter) -> int:
    """How many deals the database finds."""
    with ws.store.read() as connection:
        return sum(sums.count for sums in storage.deals.totals(connection, where))


def slots_of(figure: Figure) -> list[tuple[Slot, Slot]]:
    return [(row, column) for row in [*figure.rows(), TOTAL] for column in dict.fromkeys([*figure.columns(), TOTAL])]


def hold_to_account(ws: Workspace, figure: Figure, holds_: Any, scope: Scope, rows: list[Deal]) -> None:
    """Counted by hand, and the deals behind some parts."""
    question = figure.question
    plain = counted(ws, rows, question, holds_, scope, SPAN)
    told = {tuple("*" if each is ALL else each for each in place): tally for place, tally in figure.pivot.cells.items()}
    assert told.keys() == plain.keys()
    for place, tally in told.items():
        assert tally.figure(question.measure) == pytest.approx(plain[place].figure(question.measure)), place
        assert tally.count == len(plain[place].deals)
    parts = Random(len(told)).sample(found := slots_of(figure), min(6, len(found)))
    wheres = [figure.pivot.behind(row, column) for row, column in parts]
    for (row, column), where in zip(parts, wheres, strict=True):
        tally = figure.pivot.tally(row, column)
        wanted = tally.no_value if question.measure is Measure.NO_VALUE else tally.count
        assert sum(map(where.matches, rows)) == wanted, (row, column)
    assert behind(ws, wheres[len(rows) % len(wheres)]) == sum(map(wheres[len(rows) % len(wheres)].matches, rows))


def asked(code: str, chance: Random) -> tuple[Question, Any, Scope]:
    """Some question by a field, the plain words of its condition, and whose deals."""
    tree, holds_ = chance.choice([*CONDITIONS[:1] * 3, *CONDITIONS])
    question = Question(
        code, chance.choice(["", *CODES]), chance.choice(list(Measure)), chance.choice(WHICH),
        chance.choice(WHEN),
        sort=chance.choice(list(Sort)), limit=chance.randint(2, 4), condition=tree,
    )  # fmt: skip
    return question, holds_, chance.choice(SCOPES)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, seed=st.integers(0, 10**6))
def test_any_question_over_any_commands(ws: Workspace, steps: list[tuple[str, int, int]], seed: int) -> None:
    made = list(range(1, 12)) if custom_fields.fields(ws) else prepare(ws)
    chance, each = Random(seed), []
    for code in chance.sample(CODES, 10):
        question, holds_, scope = asked(code, chance)
        each.append((Followed(ws, question, scope), holds_))
    for step in steps:
        act(ws, step, made)
    rows = deals_of(ws)
    for followed, holds_ in each:
        assert cells(followed.figure) == cells(figures.load(ws, followed.question, followed.scope, SPAN))
        hold_to_account(ws, followed.figure, holds_, followed.scope, rows)
        followed.stop()


def test_the_same_on_both_databases(any_ws: Workspace) -> None:
    """Every field, beside another, with deals of every kind; what the database adds up is what is counted by hand."""
    prepare(any_ws)
    rows = deals_of(any_ws)
    for code, other, deals, dated in (
        ("close_month", "owner", Deals.CLOSED, Dated.CLOSED), ("close_week", "category", Deals.OPEN, Dated.EXPECTED),
        ("team", "close_quarter", Deals.ALL, Dated.NONE),
    ):  # fmt: skip
        figure = figures.load(any_ws, Question(code, other, Measure.VALUE, deals, dated), SCOPES[-1], SPAN)
        hold_to_account(any_ws, figure, CONDITIONS[0][1], SCOPES[-1], rows)
    for place in range(0, len(CODES), 2):
        measure, deals = list(Measure)[place // 2 % len(Measure)], [Deals.ALL, Deals.CLOSED][place // 2 % 2]
        condition, holds_ = CONDITIONS[place // 2 % len(CONDITIONS)]
        question = Question(CODES[place], CODES[place - 1], measure, deals, condition=condition)
        hold_to_account(any_ws, figures.load(any_ws, question, EVERYBODY, SPAN), holds_, EVERYBODY, rows)


def test_groups_past_the_limit_are_one_and_times_have_no_gaps(ws: Workspace) -> None:
    for value, source, close in ((1, 1, 3), (9, 2, 3), (5, 3, 6), (7, 4, 8), (2, 5, 8)):
        make_deals(ws, 1, value=value * 100, source_id=source, expected_close=date(2027, close, 1))
    asked_ = Question("source", measure=Measure.VALUE, limit=2)
    figure = figures.load(ws, asked_, EVERYBODY, SPAN)
    first, second, rest = figure.rows()
    names = [source.name for source in board.names(ws, "source")]
    assert {figure.title(first), figure.title(second)} <= set(names)
    assert [figure.pivot.figure(slot) for slot in (first, second, rest)] == [900, 700, 800]
    assert (figure.title(rest), behind(ws, figure.pivot.behind(rest))) == ("Others", 3)
    asked_of = figure.pivot.behind(rest).condition
    assert asked_of is not None
    assert len(list(each_test(asked_of))) == 3, "the stage and what is shown by itself, however many others there are"
    figure = figures.load(ws, replace(asked_, rows="close_month", limit=5), EVERYBODY, SPAN)
    told = [(figure.title(slot), figure.pivot.figure(slot)) for slot in figure.rows()]
    assert told == [
        ("Mar 2027", 1000),
        ("Apr 2027", 0),
        ("May 2027", 0),
        ("Jun 2027", 500),
        ("Jul 2027", 0),
        ("Aug 2027", 900),
    ]
    figure = figures.load(ws, replace(asked_, rows="close_month", limit=2), EVERYBODY, SPAN)
    assert figure.title(figure.rows()[0]) == "Earlier"
    figure = figures.load(ws, Question(sort=Sort.NAME), EVERYBODY, SPAN)
    assert [figure.title(slot) for slot in figure.rows()] == ["Prospecting"]


def test_what_has_no_rate_is_counted_apart_and_closed_deals_keep_theirs(ws: Workspace) -> None:
    prepare(ws)
    euros = make_deals(ws, 2, currency="EUR", company="Solo")
    moves.win(ws, euros[:1], closed_on=date(2026, 11, 10))
    make_deals(ws, 1, currency="GBP", company="Solo")
    figure = figures.load(ws, Question("company", measure=Measure.VALUE, deals=Deals.ALL), EVERYBODY, SPAN)
    (slot,) = [slot for slot in figure.rows() if figure.title(slot) == "Solo"]
    tally = figure.pivot.tally(slot)
    assert (tally.count, tally.unrated, figure.pivot.figure(slot)) == (3, 1, 125_000 + 200_000)


def test_deals_on_hold_count_only_where_it_is_asked_of_them(ws: Workspace) -> None:
    held, _ = make_deals(ws, 2)
    holds.hold(ws, [held], TODAY + timedelta(days=9))
    asked_ = Question(condition=Ask("hold_until", Operator.NOT_EMPTY))
    figure, usual = figures.load(ws, asked_, EVERYBODY, SPAN), figures.load(ws, Question(), EVERYBODY, SPAN)
    assert (figure.pivot.figure(), behind(ws, figure.pivot.behind()), usual.pivot.figure()) == (1, 1, 1)


def test_a_figure_is_kept_changed_copied_and_taken_away(ws: Workspace) -> None:
    question = Question(
        "owner", "close_week", Measure.CYCLE, Deals.WON, Dated.CLOSED, Chart.LINE, Sort.NAME, 5, CONDITIONS[4][0]
    )
    kept = figures.save(ws, "Ours", question, shared=True)
    with pytest.raises(InvalidInput):
        figures.save(ws, "ours", question)
    other = as_person(ws, colleague(ws))
    assert [(each.view.name, each.question, each.lost) for each in figures.listing(other)] == [("Ours", question, [])]
    with pytest.raises(UserError):
        figures.save(other, "Mine", question, view_id=kept)
    copy = figures.duplicate(other, kept)
    assert figures.one(other, copy).view.name == "Ours (copy)"
    assert figures.one(other, figures.duplicate(other, kept)).view.name == "Ours (copy 2)"
    figures.save(ws, "Ours too", replace(question, limit=9), view_id=kept)
    saved, figure = figures.opened(ws, kept, EVERYBODY, SPAN)
    assert (saved.view.name, saved.view.shared, figure.question.limit) == ("Ours too", False, 9)
    with pytest.raises(NotFound):
        figures.one(other, kept)
    views.delete(ws, kept)
    undo.undo(ws)
    assert figures.one(ws, kept).question.limit == 9


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"rows": "custom.gone"}, ["rows"]), ({"columns": 7, "chart": "sunburst"}, ["columns", "chart"]),
        ({"measure": ["x"], "limit": 10**9}, ["measure", "limit"]), ({"version": 2}, ["version"]),
        ({"colour": "red"}, ["version"]), ({"condition": {"magic": 1}}, ["condition"]),
        ({"condition": {"all": [{"field": "stage.mood", "operator": "empty"},
                                {"field": "value", "operator": "empty"}]}}, ["condition"]),
        ({"dated": None, "deals": "some", "sort": {}}, ["deals", "dated", "sort"]),
    ],
)  # fmt: skip
def test_what_another_program_wrote_is_read_as_far_as_it_goes(ws: Workspace, changed: Any, lost: list[str]) -> None:
    plain = {**to_plain(Question("source", "owner", Measure.VALUE)), **changed}
    question, missing = from_plain(plain, [])
    assert missing == lost
    view_id = views.save(ws, figures.PAGE, "Theirs", plain)
    saved, figure = figures.opened(ws, view_id, EVERYBODY, SPAN)
    assert saved.question == question
    assert len(saved.lost) == len(lost)
    assert figure.rows() == []


def test_every_start_is_a_question_that_can_be_kept() -> None:
    for _, question in figures.STARTS:
        assert from_plain(to_plain(question), []) == (question, [])
