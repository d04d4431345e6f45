"""The question behind a figure of one's own: what is counted, of which deals, by which fields, drawn how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from .condition_fields import FieldKind, check, kept, known_fields
from .condition_json import from_json, to_json
from .conditions import All, AnyOf, Condition, Operator, Test, resolve
from .conditions import fields as fields_of
from .custom_fields import CustomField, FieldForm, kinds
from .filters import DealFilter
from .outlook import Scope
from .spans import Span
from .stages import Stage, StageKind

VERSION = 1
"""Of the definitions that are written. A newer program's is read as far as this one understands it."""
FEWEST, MOST = 2, 50
"""Groups that are shown by themselves."""


class Field(StrEnum):
    """What deals are grouped by, beside own fields that are lists or boxes (``custom.key``). CLOSE is the expected close of an
    open deal and the closing day of a closed one; weeks begin on Monday; BAND is the size of the value."""

    STAGE = "stage"
    STATE = "state"
    PIPELINE = "pipeline"
    OWNER = "owner"
    TEAM = "team"
    SOURCE = "source"
    PRODUCT = "product"
    COMPANY = "company"
    PRIORITY = "priority"
    LOSS_REASON = "loss_reason"
    COMPETITOR = "competitor"
    CATEGORY = "category"
    TAG = "tag"
    BAND = "band"
    CLOSE_MONTH = "close_month"
    CLOSE_QUARTER = "close_quarter"
    CLOSE_WEEK = "close_week"
    CREATED_MONTH = "created_month"
    CREATED_QUARTER = "created_quarter"
    CREATED_WEEK = "created_week"


TIMED = frozenset(field for field in Field if field.startswith(("close_", "created_")))
"""Fields whose groups follow each other in time."""
_OWN = frozenset({FieldForm.CHOICE, FieldForm.CHOICES, FieldForm.CHECKBOX})


class Measure(StrEnum):
    """What is shown of a group (``Tally.figure`` has the formulas)."""

    NUMBER = "number"
    VALUE = "value"
    WEIGHTED = "weighted"
    AVERAGE = "average"
    WIN_RATE = "win_rate"
    VALUE_RATE = "value_rate"
    CYCLE = "cycle"
    AGE = "age"
    NO_VALUE = "no_value"


ADDITIVE = frozenset({Measure.NUMBER, Measure.VALUE, Measure.WEIGHTED, Measure.NO_VALUE})
"""Measures of which the parts make the whole."""
AMOUNTS = frozenset({Measure.VALUE, Measure.WEIGHTED, Measure.AVERAGE, Measure.VALUE_RATE})
"""Measures out of amounts, in which deals without a rate are not."""


class Deals(StrEnum):
    """Which deals are asked of."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"
    ALL = "all"


_KINDS = {
    Deals.OPEN: (StageKind.OPEN,), Deals.WON: (StageKind.WON,), Deals.LOST: (StageKind.LOST,),
    Deals.CLOSED: (StageKind.WON, StageKind.LOST), Deals.ALL: tuple(StageKind),
}  # fmt: skip
POSSIBLE: Mapping[Measure, tuple[Deals, ...]] = {
    Measure.WEIGHTED: (Deals.OPEN,), Measure.AGE: (Deals.OPEN,), Measure.WIN_RATE: (Deals.CLOSED,),
    Measure.VALUE_RATE: (Deals.CLOSED,), Measure.CYCLE: (Deals.WON, Deals.LOST, Deals.CLOSED),
}  # fmt: skip
"""Deals that a measure can be asked of, where these are not any."""


class Dated(StrEnum):
    """By which date of a deal the page's period limits a figure."""

    NONE = "none"
    EXPECTED = "expected"
    CLOSED = "closed"
    CREATED = "created"


_COLUMNS = {Dated.EXPECTED: "expected_close", Dated.CLOSED: "closed_on", Dated.CREATED: "created_on"}


class Chart(StrEnum):
    """How a figure is drawn."""

    BAR = "bar"
    LINE = "line"
    PIE = "pie"
    PIVOT = "pivot"


class Sort(StrEnum):
    """The order of the groups: the largest figure first, or by name (stages as on the board). Times follow each other."""

    FIGURE = "figure"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Question:
    """``rows`` and ``columns`` are a Field or ``custom.key``, ``columns`` empty for none. Past ``limit`` groups the others are
    one."""

    rows: str = Field.STAGE.value
    columns: str = ""
    measure: Measure = Measure.NUMBER
    deals: Deals = Deals.OPEN
    dated: Dated = Dated.NONE
    chart: Chart = Chart.BAR
    sort: Sort = Sort.FIGURE
    limit: int = 12
    condition: Condition | None = None

    @property
    def of(self) -> Deals:
        """The deals that are asked of: what was chosen, as far as the measure can be asked of it."""
        possible = POSSIBLE.get(self.measure, (self.deals,))
        return self.deals if self.deals in possible else possible[0]


# Which deals -------------------------------------------------------------------------------------------------------------


def where(question: Question, scope: Scope, span: Span, stages: Mapping[int, Stage], today: date) -> DealFilter:
    """The deals that a question is asked of, on a page that shows a scope and a span. On hold they are left out, as on the
    board, unless the condition looks at that."""
    wanted = [
        stage.id
        for stage in stages.values()
        if stage.kind in _KINDS[question.of] and scope.pipeline_id in (None, stage.pipeline_id)
    ]
    parts: list[Condition] = [] if len(wanted) == len(stages) else [one_of("stage_id", wanted)]
    if scope.owners is not None:
        people = one_of("owner_id", [each for each in scope.owners if each is not None])
        parts.append(AnyOf((people, Test("owner_id", Operator.EMPTY))) if None in scope.owners else people)
    for field, row_id in (("product_id", scope.product_id), ("source_id", scope.source_id)):
        if row_id is not None:
            parts.append(Test(field, Operator.EQUALS, row_id))
    if question.dated is not Dated.NONE:
        days = (span.first, span.last)
        parts.append(Test(_dated_column(question), Operator.BETWEEN, days) if span.days > 0 else AnyOf())
    held: bool | None = False
    if question.condition is not None:
        parts.append(resolve(question.condition, today))
        held = None if "hold_until" in fields_of(question.condition) else False
    return DealFilter(condition=All(tuple(parts)) if parts else None, held=held)


def _dated_column(question: Question) -> str:
    """The column that is asked of; where it is what ``day`` is for such deals that one, which kept totals know."""
    opened = question.of is Deals.OPEN
    closed = question.of in (Deals.WON, Deals.LOST, Deals.CLOSED)
    same = (opened and question.dated is Dated.EXPECTED) or (closed and question.dated is Dated.CLOSED)
    return "day" if same else _COLUMNS[question.dated]


def one_of(field: str, values: list[int]) -> Condition:
    """Any of these numbers, however many there are."""
    chunks = [tuple(sorted(values)[start : start + 500]) for start in range(0, len(values), 500)]
    tests = tuple(Test(field, Operator.ONE_OF, chunk) for chunk in chunks)
    return tests[0] if len(tests) == 1 else AnyOf(tests)


# As it is kept -----------------------------------------------------------------------------------------------------------


def to_plain(question: Question) -> dict[str, Any]:
    """As plain values for JSON."""
    plain: dict[str, Any] = {field.name: getattr(question, field.name) for field in fields(Question)}
    plain = {name: str(value) if isinstance(value, StrEnum) else value for name, value in plain.items()}
    plain["condition"] = None if question.condition is None else to_json(question.condition)
    return {"version": VERSION, **plain}


def from_plain(plain: Mapping[str, Any], own: list[CustomField]) -> tuple[Question, list[str]]:
    """What ``to_plain`` gave, and the names of what of it cannot be read: another program's words, own fields that are gone.
    Those parts are as in a new question."""
    start, lost = Question(), list[str]()
    found: dict[str, Any] = {}
    for field in fields(Question):
        if field.name not in plain:
            continue
        try:
            found[field.name] = _read(field.name, plain[field.name], type(getattr(start, field.name)), own)
        except (ValueError, TypeError):
            lost.append(field.name)
    said = plain.get("condition")
    if said is not None and "condition" in found and found["condition"] != kept(from_json(said), lambda _: True):
        lost.append("condition")
    version = plain.get("version", VERSION)
    if plain.keys() - {field.name for field in fields(Question)} - {"version"} or version != VERSION or not plain:
        lost.append("version")
    return Question(**found), lost


def _read(name: str, value: Any, kind: type, own: list[CustomField]) -> Any:
    """One part. Raises ValueError or TypeError for what is none."""
    if name in ("rows", "columns"):
        known = {*Field, *(each.path for each in groupable(own)), *([""] if name == "columns" else [])}
        if not isinstance(value, str) or value not in known:
            raise ValueError(value)
        return value
    if name == "limit":
        if type(value) is not int or not FEWEST <= value <= MOST:
            raise ValueError(value)
        return value
    if name == "condition":
        return None if value is None else kept(from_json(value), lambda test: _askable(test, own))
    return kind(value)


def _askable(test: Test, own: list[CustomField]) -> bool:
    """Whether deals can be asked by their own columns and fields."""
    plain = {path: kind for path, kind in known_fields("opportunity").items() if "." not in path}
    asked: dict[str, FieldKind] = plain | kinds(each for each in own if each.belongs_to("opportunity"))
    try:
        check(test, asked)
    except ValueError:
        return False
    return True


def groupable(own: list[CustomField]) -> list[CustomField]:
    """Own fields by which deals can be grouped: lists and boxes."""
    return [each for each in own if each.form in _OWN and each.belongs_to("opportunity")]
