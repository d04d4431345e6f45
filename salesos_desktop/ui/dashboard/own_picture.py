"""Out of a figure of one's own what its charts draw: which groups, in which colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...domain.pivot import TOTAL, Slot, Whole
from ...domain.questions import ADDITIVE, Chart, Field
from ...domain.sheets import Column, Kind, Sheet
from ...domain.stages import StageKind
from ...i18n import compact_money, tr
from ...services import sheets
from ...services.figures import Figure
from .own_drawn import Drawn, Value
from .own_words import MEASURES, column_of, field_title

PALETTE = ("stage2", "#B07A1E", "#2E8F98", "stage4", "#7A8A2E", "#A4553F", "stage3")
"""The colours of groups, in this order; each stands out on light and dark ground."""
_REST = "stage1"
_STATES = {StageKind.OPEN.value: "stage2", StageKind.WON.value: "won", StageKind.LOST.value: "lost"}
_SMALL = 0.025
"""Shares below this stand together."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, and the slots behind its rows and columns. ``chart`` is how it can be drawn: shares that do not add up are
    bars. ``apart`` deals have no date and stand on no line; ``hidden`` groups are past the limit and in no other."""

    chart: Chart
    rows: Sequence[Slot]
    columns: Sequence[Slot]
    drawn: Drawn
    apart: int = 0
    hidden: int = 0


def picture_of(figure: Figure) -> Picture:
    """The picture of a figure as it is now."""
    question, pivot = figure.question, figure.pivot
    adds_up = question.measure in ADDITIVE
    chart = question.chart
    if chart is Chart.PIE and (not adds_up or pivot.rows.several):
        chart = Chart.BAR
    rows, columns, apart = figure.rows(), figure.columns(), 0
    if chart is Chart.PIE:
        rows, columns = _together(figure, rows), [TOTAL]
    elif chart is Chart.LINE and pivot.rows.timed:
        apart = sum(pivot.tally(slot).count for slot in rows if None in slot.keys)
        rows = [slot for slot in rows if None not in slot.keys and not slot.rest]
    if question.columns and not columns:
        columns = [TOTAL]
    column = column_of(question.measure, "", figure.currency)
    second = pivot.columns
    drawn = Drawn(
        [figure.title(slot) for slot in rows],
        [figure.title(slot, second=True) if slot != TOTAL else "" for slot in columns],
        [[pivot.figure(row, each) for each in columns] for row in rows], [pivot.figure(row) for row in rows],
        _colours(figure, rows if len(columns) == 1 and not question.columns else columns, chart, by_row=not question.columns),
        lambda value: sheets.text(column, value), lambda value: _short(column, value),
        adds_up and second is not None and not second.several and chart is Chart.BAR, pivot.figure(),
    )  # fmt: skip
    if chart is Chart.PIE:
        drawn = replace(drawn, colours=_colours(figure, rows, chart, by_row=True))
    hidden = len(pivot.groups()) - len(rows) if pivot.rows.several else 0
    return Picture(chart, rows, columns, drawn, apart, hidden)


def _together(figure: Figure, rows: list[Slot]) -> list[Slot]:
    """Small shares as one, together with those past the limit and those for which there is no colour of their own."""
    shares = {slot: figure.pivot.figure(slot) or 0 for slot in rows}
    largest = sorted((slot for slot in rows if not slot.rest), key=lambda slot: -shares[slot])[: len(PALETTE)]
    small = [slot for slot in rows if slot.rest or slot not in largest or shares[slot] < sum(shares.values()) * _SMALL]
    if len(small) < 2:
        return rows
    large = [slot for slot in rows if slot not in small]
    keys, others = (tuple(key for slot in slots for key in slot.keys) for slots in (small, large))
    return [*large, Slot(keys, rest=True, but=others)]


def _colours(figure: Figure, slots: Sequence[Slot], chart: Chart, *, by_row: bool) -> list[str]:
    """Stages and states have their own colours; of others bars of one kind have one, and the rest is grey."""
    dimension = figure.pivot.rows if by_row else figure.pivot.columns
    keys = [slot.keys[0] for slot in slots if not slot.rest]
    own: dict[object, str] = {}
    if dimension is not None and dimension.field is Field.STATE:
        own = dict(_STATES)
    elif dimension is not None and dimension.field is Field.STAGE:
        stages = dimension.known.stages
        found = {key: stages[key].colour for key in keys if isinstance(key, int)}
        own = dict(found) if max(Counter(found.values()).values(), default=0) == 1 else {}
    if by_row and chart is not Chart.PIE and not (own and not figure.pivot.rows.timed):
        return [PALETTE[0]]
    colours, place = list[str](), 0
    for slot in slots:
        key = slot.keys[0]
        if slot.rest or (key is None and not isinstance(key, Whole)):
            colours.append(_REST)
        elif key in own:
            colours.append(own[key])
        else:
            colours.append(PALETTE[place % len(PALETTE)])
            place += 1
    return colours or [PALETTE[0]]


def _short(column: Column, value: float) -> str:
    """A figure on a scale."""
    if column.kind is Kind.MONEY:
        return compact_money(value, column.currency)
    if column.kind is Kind.DAYS:
        return sheets.text(Column("", Kind.NUMBER), round(value, 1))
    return sheets.text(column, round(value, 4) if column.kind is Kind.SHARE else round(value, 1))


def sheet_of(figure: Figure, picture: Picture, name: str) -> Sheet:
    """The same figures as a table, with totals."""
    question, pivot = figure.question, figure.pivot
    of_columns = [slot for slot in picture.columns if slot != TOTAL]
    made = [column_of(question.measure, figure.title(slot, second=True), figure.currency) for slot in of_columns]
    last = tr("Total") if of_columns else tr(MEASURES[question.measure])
    columns = [
        Column(field_title(question.rows, pivot.rows.known.own)), *made, column_of(question.measure, last, figure.currency)
    ]  # fmt: skip

    def line(title: str, slot: Slot) -> list[str | Value]:
        return [title, *(pivot.figure(slot, each) for each in of_columns), pivot.figure(slot)]

    rows = [line(figure.title(slot), slot) for slot in picture.rows]
    return Sheet(name, columns, [*rows, line(tr("Total"), TOTAL)] if len(rows) > 1 else rows)
