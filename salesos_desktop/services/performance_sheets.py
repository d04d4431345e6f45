"""The dashboard's own figures as tables: what its cards draw, read aloud, print and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..domain.changes import ChangeSet
from ..domain.performance import Closed, Performance, Quartiles, Way
from ..domain.sheets import Column, Kind, Sheet, Value
from ..domain.stages import Stage
from ..i18n import tr
from . import activities, board
from .performance import Loaded
from .workspace import Workspace

TABLES = frozenset({"person", "loss_reason", "pipeline", "activity_kind"})

Keyed = tuple[Sheet, list[Any]]
"""A table, and what each of its rows is of."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids and codes are called; kinds in their order."""

    people: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    pipelines: Mapping[int, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def names(ws: Workspace) -> Names:
    """All of them, those that are no longer in use as well."""
    people, reasons, pipelines = (
        {each.id: each.name for each in board.names(ws, table)} for table in ("person", "loss_reason", "pipeline")
    )
    return Names(people, reasons, pipelines, {kind.code: kind.name for kind in activities.kinds(ws, every=True)})


def concerns(changes: ChangeSet) -> bool:
    """Whether a commit may have changed a name."""
    return bool(changes.tables & TABLES)


LESS_IS_BETTER = frozenset({3, 7})
"""Columns of ``key_figures`` of which less is better: deals lost, and how long the won ones took."""


def key_figures(found: Loaded, currency: str) -> Keyed:
    """One row for the days that are shown and one for those before them."""
    columns = [
        Column(tr("Days")), Column(tr("Won"), Kind.MONEY, currency), Column(tr("Deals won"), Kind.NUMBER),
        Column(tr("Deals lost"), Kind.NUMBER), Column(tr("Win rate"), Kind.SHARE),
        Column(tr("Win rate by value"), Kind.SHARE), Column(tr("Average won deal"), Kind.MONEY, currency),
        Column(tr("Cycle, median"), Kind.DAYS), Column(tr("Velocity a day"), Kind.MONEY, currency),
        Column(tr("New deals"), Kind.NUMBER), Column(tr("Deals worked"), Kind.NUMBER),
    ]  # fmt: skip
    rows = [
        (name, p.won.value, p.won.count, p.lost.count, p.win_rate.value, p.win_rate_by_value, p.average,
         _median(p.cycle_length), p.velocity, p.made, p.worked)
        for name, p in ((tr("These days"), found.now), (tr("The days before"), found.before))
    ]  # fmt: skip
    return Sheet(tr("Key figures"), columns, rows), ["now", "before"]


def funnel(found: Loaded, names: Names) -> Keyed:
    """Per open stage: deals that reached it, and what came of those that left it; the conversion of the days before."""
    columns = [
        Column(tr("Stage")), Column(tr("Reached it"), Kind.NUMBER), Column(tr("Went on"), Kind.NUMBER),
        Column(tr("Went back"), Kind.NUMBER), Column(tr("Deals lost"), Kind.NUMBER), Column(tr("Conversion"), Kind.SHARE),
        Column(tr("Conversion before"), Kind.SHARE),
    ]  # fmt: skip
    rows: list[Sequence[Value]] = []
    stages = _stages(found, names)
    for stage, name in stages:
        now, before = found.now.by_stage[stage.id], found.before.by_stage[stage.id]
        counts = (now.ways[way] for way in (Way.REACHED, Way.FORWARD, Way.BACK, Way.LOST))
        rows.append((name, *counts, now.conversion.value, before.conversion.value))
    return Sheet(tr("Funnel"), columns, rows), [stage.id for stage, _ in stages]


def time_in_stage(found: Loaded, names: Names) -> Keyed:
    """Days that deals had been in a stage when they left it."""
    columns = [
        Column(tr("Stage")), Column(tr("Left it"), Kind.NUMBER), Column(tr("5% at most"), Kind.DAYS),
        Column(tr("A quarter at most"), Kind.DAYS), Column(tr("Median"), Kind.DAYS),
        Column(tr("Three quarters at most"), Kind.DAYS), Column(tr("95% at most"), Kind.DAYS),
        Column(tr("Median before"), Kind.DAYS),
    ]  # fmt: skip
    rows: list[Sequence[Value]] = []
    stages = _stages(found, names)
    for stage, name in stages:
        q, before = found.now.time_in(stage.id), _median(found.before.time_in(stage.id))
        spread: tuple[Value, ...] = (0, *[None] * 5)
        if q is not None:
            spread = (q.count, q.low, q.first, q.median, q.third, q.high)
        rows.append((name, *spread, before))
    return Sheet(tr("Time in stage"), columns, rows), [stage.id for stage, _ in stages]


def losses(found: Loaded, names: Names, currency: str, part: int) -> Keyed:
    """Lost deals by reason (``part`` 0) or competitor (1), the most first."""
    columns = [
        Column(tr("Competitor") if part else tr("Reason")), Column(tr("Deals"), Kind.NUMBER),
        Column(tr("Share"), Kind.SHARE), Column(tr("Value"), Kind.MONEY, currency),
        Column(tr("Deals before"), Kind.NUMBER),
    ]  # fmt: skip
    now, before = found.now.losses_by(part), found.before.losses_by(part)
    nothing, whole = Closed(), sum(each.count for each in now.values())

    def name(key: int | str | None) -> str:
        return names.reasons.get(key, tr("No reason")) if isinstance(key, int) or not part else str(key or tr("None"))  # type: ignore[arg-type]

    keys = sorted(now.keys() | before.keys(), key=lambda k: (-now.get(k, nothing).count, name(k)))
    rows: list[Sequence[Value]] = []
    for key in keys:
        sums = now.get(key, nothing)
        share = sums.count / whole if whole else None
        rows.append((name(key), sums.count, share, sums.value, before.get(key, nothing).count))
    return Sheet(tr("Losses by competitor") if part else tr("Losses by reason"), columns, rows), list(keys)


def kinds_of(found: Loaded, names: Names) -> list[str]:
    """Codes of the kinds of activities that were done, in their order: those of the columns of ``activity``."""
    used = {kind for _, kind in found.now.done}
    return [code for code in names.kinds if code in used] + sorted(used - names.kinds.keys())


def activity(found: Loaded, names: Names) -> Keyed:
    """Activities done by each person, by kind, the busiest first."""
    done, before, kinds = found.now.done, found.before.done, kinds_of(found, names)
    people = {person for person, _ in (*done, *before)}
    totals = {p: sum(n for (who, _), n in done.items() if who == p) for p in people}

    def name(person: int | None) -> str:
        return tr("Nobody") if person is None else names.people.get(person, tr("somebody"))

    keys = sorted(people, key=lambda p: (-totals[p], name(p)))
    columns = [
        Column(tr("Person")), *(Column(names.kinds.get(code, code), Kind.NUMBER) for code in kinds),
        Column(tr("Total"), Kind.NUMBER), Column(tr("Total before"), Kind.NUMBER),
    ]  # fmt: skip
    rows: list[Sequence[Value]] = [
        (name(p), *(done[(p, code)] for code in kinds), totals[p], sum(n for (w, _), n in before.items() if w == p))
        for p in keys
    ]
    return Sheet(tr("Activity per person"), columns, rows), keys


def _stages(found: Loaded, names: Names) -> list[tuple[Stage, str]]:
    """Open stages of the pipelines that are asked of, in their order; with the pipeline's name where there are several."""
    pipelines = list(names.pipelines)
    stages = [found.now.stages[stage_id] for stage_id in found.now.by_stage]
    shown = [each for each in stages if found.asked.scope.pipeline_id in (None, each.pipeline_id)]
    several = len({each.pipeline_id for each in shown}) > 1

    def place(stage: Stage) -> tuple[int, int]:
        known = stage.pipeline_id in names.pipelines
        return (pipelines.index(stage.pipeline_id) if known else len(pipelines)), stage.position

    return [
        (each, f"{names.pipelines.get(each.pipeline_id, '')} · {each.name}" if several else each.name)
        for each in sorted(shown, key=place)
    ]


def _median(found: Quartiles | None) -> float | None:
    return None if found is None else found.median


def no_deal(found: Performance) -> bool:
    """Whether nothing was made, worked or closed in these days."""
    return not (found.worked or found.made or found.won.count or found.lost.count)
