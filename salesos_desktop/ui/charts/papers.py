"""The forecast page as tables, and on paper: the months, what changed, how right it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ...domain.forecast import OVERDUE, Cube, Sums, Totals
from ...domain.sheets import Column, Kind, Sheet, Value
from ...domain.stages import Category
from ...domain.waterfall import Waterfall
from ...i18n import date_time, long_date, percent, short_date, tr
from ...services.deal_words import CATEGORIES
from ..board.figure_texts import round_units
from ..printing.parts import Paper, Part
from . import figures
from .breakdown import NAMES, QUANTITY
from .breakdown_rows import Part as Share
from .changes_words import STEPS
from .keys import Keys
from .legend import Legend
from .range_card import explained

if TYPE_CHECKING:
    from ...services.outlook.backtest import Backtest
    from ...services.outlook.ranges import Outlook
    from ...services.outlook.sheet import Goal
    from ..session import Session
    from .page import ForecastView


def headline(cube: Cube, view: figures.View, shown: Sequence[str], target: int | None, period: str) -> Sheet:
    """What the months ``shown`` come to, in one row, with their target in minor units."""
    totals, overdue = (
        cube.totals(view.currency, buckets, view.keys, view.pipeline_id) for buckets in (shown, [OVERDUE])
    )
    amounts = {
        tr("Expected (won + weighted)"): totals.expected, tr("Target"): target, tr("Weighted"): totals.weighted,
        tr("Best case"): totals.best_case, tr("Committed"): totals.committed, tr("Closed"): totals.won,
        tr("Overdue"): overdue.best_case, tr("Left out"): totals.omitted,
    }  # fmt: skip
    columns = [
        Column(tr("Period")), *(Column(name, Kind.MONEY, view.currency) for name in amounts),
        Column(tr("Without a value"), Kind.NUMBER),
    ]  # fmt: skip
    return Sheet(tr("Key figures"), columns, [(period, *amounts.values(), totals.no_value)])


def range_of(found: Outlook, currency: str, period: str) -> Sheet:
    """What the period may end with, and the chance of its target, in one row."""
    r = found.range
    p10, p50, p90 = (round_units(each, currency) for each in (r.p10, r.p50, r.p90))
    amounts = {"P10": p10, "P50": p50, "P90": p90, tr("Won"): found.won, tr("Target"): r.target}
    columns = [
        Column(tr("Period")), *(Column(name, Kind.MONEY, currency) for name in amounts),
        Column(tr("Chance of the target"), Kind.SHARE), Column(tr("Open deals"), Kind.NUMBER),
    ]  # fmt: skip
    return Sheet(tr("Range"), columns, [(period, *amounts.values(), r.chance, r.deals)])


def months(cube: Cube, view: figures.View, buckets: Sequence[str], goal: Goal, today: date) -> Sheet:
    """The documented figures of each bucket, then of all; targets in minor units."""
    names = (tr("Won"), tr("Weighted"), tr("Best case"), tr("Committed"), tr("Target"))
    columns = [
        Column(tr("Month")), *(Column(name, Kind.MONEY, view.currency) for name in names), Column(tr("Still open"), Kind.NUMBER)
    ]  # fmt: skip

    def row(name: str, summed: Sequence[str], target: int | None) -> Sequence[Value]:
        t = cube.totals(view.currency, summed, view.keys, view.pipeline_id)
        return name, t.won, t.weighted, t.best_case, t.committed, target, t.count

    names = {bucket: figures.bucket_name(bucket, today, full=True) for bucket in buckets}
    rows = [row(name, [bucket], goal.by_month.get(bucket)) for bucket, name in names.items()]
    return Sheet(tr("Forecast by month of close"), columns, [*rows, row(tr("Total"), buckets, goal.whole)])


def shares(found: Sequence[Share], by: str, cube: Cube, view: figures.View, shown: Sequence[str]) -> Sheet:
    """The months ``shown`` parted by something: the documented figures, then the value of each category; those of all of
    ``cube``, in which each deal is once."""
    currency = view.currency
    names = [tr("Won"), tr("Weighted"), tr("Best case"), tr("Committed")]
    amounts = [*names, *(tr("Category: {name}").format(name=tr(CATEGORIES[each])) for each in Category)]
    columns = [
        Column(by),
        Column(tr("Still open"), Kind.NUMBER),
        *(Column(name, Kind.MONEY, currency) for name in amounts),
    ]

    def row(name: str, t: Totals, by_category: Mapping[Category, Sums]) -> Sequence[Value]:
        sums = (by_category.get(each) for each in Category)
        values = [None if each is None else each.value for each in sums]
        return name, t.count, t.won, t.weighted, t.best_case, t.committed, *values

    asked = (currency, shown, view.keys, view.pipeline_id)
    rows = [row(part.name, part.totals, part.categories) for part in found]
    return Sheet(
        tr("In the months shown"), columns, [*rows, row(tr("Total"), cube.totals(*asked), cube.by_category(*asked))]
    )


def steps(found: Waterfall, first: date, last: date, currency: str, this_year: int) -> Sheet:
    """What stood on the first day, each step, what stood on the last."""
    columns = [
        Column(tr("What changed")), Column(tr("Amount"), Kind.MONEY, currency), Column(tr("Deals"), Kind.NUMBER),
        Column(tr("Expected afterwards"), Kind.MONEY, currency),
    ]  # fmt: skip
    level = found.start
    rows: list[Sequence[Value]] = [(short_date(first, this_year), None, None, level)]
    for step, part in found.steps.items():
        level += part.amount
        rows.append((tr(STEPS[step]), part.amount, len(part.deals), level))
    rows.append((short_date(last, this_year), None, None, found.end))
    return Sheet(tr("What changed, step by step"), columns, rows)


def accuracy(judged: Backtest, currency: str) -> tuple[Sheet, Sheet]:
    """Forecast and truth by month, and what was given against what was won."""
    heads = [tr("Set"), tr("Learnt"), tr("Adjusted"), "P10", "P50", "P90", tr("Won")]
    columns = [Column(tr("Month")), *(Column(name, Kind.MONEY, currency) for name in heads), Column(tr("Within"))]
    rows: list[Sequence[Value]] = [
        (each.month, each.set, round_units(each.learnt, currency), each.adjusted,
         *(round_units(amount, currency) for amount in (each.range.p10, each.range.p50, each.range.p90)), each.won,
         tr("yes") if each.inside else tr("no"))
        for each in judged.months
    ]  # fmt: skip
    bins: list[Sequence[Value]] = [
        (name, each.given, each.won, each.deals)
        for kind, name in (("set", tr("Set")), ("learnt", tr("Learnt")))
        for each in judged.bins[kind]
    ]
    given = [
        Column(tr("Which")), Column(tr("Given"), Kind.SHARE), Column(tr("Won"), Kind.SHARE),
        Column(tr("Deals"), Kind.NUMBER),
    ]  # fmt: skip
    return (
        Sheet(tr("Forecast and what was won, by month"), columns, rows),
        Sheet(tr("Do the probabilities hold?"), given, bins),
    )


def paper(page: ForecastView, session: Session, cube: Cube | None, goal: Goal, today: date) -> Paper:
    """The part of the page that is shown; of what if, the months."""
    tabs, clock = page.tabs, session.workspace.clock
    about, parts = [_narrowed(page)], list[Part]()
    if today != session.today:
        about.append(tr("as it was on {day}").format(day=long_date(today)))
    if tabs.currentIndex() == 1 and tabs.changes is not None and tabs.changes.told is not None:
        changes = tabs.changes
        first, last = changes.span.days()
        sheet = steps(changes.told.waterfall, first, last, session.workspace.currency, today.year)
        parts.append(Part(sheet, changes.sentence.text(), changes.chart))
    elif tabs.currentIndex() == 2 and tabs.accuracy is not None and tabs.accuracy.judged is not None:
        judged = tabs.accuracy
        by_month, bins = accuracy(judged.judged, session.workspace.currency)
        parts += [
            Part(by_month, "", judged.chart, judged.card.findChild(Keys)),
            Part(bins, "", judged.reliability, judged.reliability_card.findChild(Keys)),
        ]
    elif cube is not None:
        shown = figures.months(cube, page.view, today)
        buckets = [bucket for bucket, _ in figures.bars(cube, page.view, shown)]
        period = page.filters.pills["period"].accessibleName()
        about.append(period)
        parts.append(Part(headline(cube, page.view, shown, goal.whole, period)))
        card, currency = page.range_card, session.workspace.currency
        if card.found is not None and not card.isHidden():
            chance, words = card.found.range.chance, explained(card.found, currency)
            if chance is not None:
                words = f"{tr('Chance of the target')}: {percent(round(100 * chance))}. {words}"
            parts.append(Part(range_of(card.found, currency, period), words, card.band))
        sheet = months(cube, page.view, buckets, goal, today)
        parts.append(Part(sheet, "", page.chart, page.findChild(Legend)))
        by = page.breakdown.by
        if by != QUANTITY:
            parts.append(Part(shares(page.breakdown.found, tr(NAMES[by]), cube, page.view, shown)))
    return Paper(tr("Forecast"), [*about, date_time(clock.now(), clock.zone())], parts, today.year)


def _narrowed(page: ForecastView) -> str:
    """Whose deals, and of what."""
    view, pills = page.view, page.filters.pills
    named = [pills["owner"].accessibleName()]
    named += [
        pills[name].accessibleName()
        for name in ("pipeline", "product", "source")
        if getattr(view, f"{name}_id") is not None
    ]
    return " · ".join(named)
