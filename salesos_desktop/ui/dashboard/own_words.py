"""What a question of a figure of one's own is called, and the kinds of its figures."""

from __future__ import annotations

from collections.abc import Mapping

from ...domain.custom_fields import CustomField
from ...domain.questions import Chart, Dated, Deals, Field, Measure, Question, Sort
from ...domain.sheets import Column, Kind
from ...i18n import N_, tr
from ...services.figure_names import FIELDS

MEASURES: Mapping[Measure, str] = {
    Measure.NUMBER: N_("Number of deals"), Measure.VALUE: N_("Value"), Measure.WEIGHTED: N_("Weighted value"),
    Measure.AVERAGE: N_("Average value"), Measure.WIN_RATE: N_("Win rate"), Measure.VALUE_RATE: N_("Win rate by value"),
    Measure.CYCLE: N_("Days from creation to closing"), Measure.AGE: N_("Age in days"),
    Measure.NO_VALUE: N_("Deals without a value"),
}  # fmt: skip
DEALS: Mapping[Deals, str] = {
    Deals.OPEN: N_("open deals"), Deals.WON: N_("won deals"), Deals.LOST: N_("lost deals"),
    Deals.CLOSED: N_("won and lost deals"), Deals.ALL: N_("all deals"),
}  # fmt: skip
DATES: Mapping[Dated, str] = {
    Dated.NONE: N_("whatever their dates"), Dated.EXPECTED: N_("expected to close in the period"),
    Dated.CLOSED: N_("closed in the period"), Dated.CREATED: N_("created in the period"),
}  # fmt: skip
CHARTS: Mapping[Chart, str] = {
    Chart.BAR: N_("Bars"), Chart.LINE: N_("Lines"), Chart.PIE: N_("Shares"), Chart.PIVOT: N_("Table"),
}  # fmt: skip
SORTS: Mapping[Sort, str] = {Sort.FIGURE: N_("the largest first"), Sort.NAME: N_("by name")}
_KINDS: Mapping[Measure, Kind] = {
    Measure.NUMBER: Kind.NUMBER, Measure.NO_VALUE: Kind.NUMBER, Measure.WIN_RATE: Kind.SHARE,
    Measure.VALUE_RATE: Kind.SHARE, Measure.CYCLE: Kind.DAYS, Measure.AGE: Kind.DAYS,
}  # fmt: skip


def column_of(measure: Measure, name: str, currency: str) -> Column:
    """A column of such figures; what is not counted, a share or days is money."""
    return Column(name, _KINDS.get(measure, Kind.MONEY), currency)


def field_title(code: str, own: Mapping[str, CustomField]) -> str:
    """What a field is called, an own one too."""
    return own[code].label if code in own else tr(FIELDS[Field(code)])


def note_of(question: Question) -> str:
    """What a figure means, in small: which deals, of which dates."""
    return ", ".join([tr(MEASURES[question.measure]), tr(DEALS[question.of]), tr(DATES[question.dated])])
