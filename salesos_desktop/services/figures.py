"""Figures of one's own: asked of the database once, then moved by every change set; kept as saved views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet, Row
from ..domain.groupings import Dimension, Known
from ..domain.outlook import Scope
from ..domain.pivot import TOTAL, Pivot, Slot
from ..domain.questions import Chart, Dated, Deals, Field, Measure, Question, Sort, from_plain, to_plain, where
from ..domain.spans import Span
from ..domain.stages import StageKind
from ..domain.text import fold
from ..errors import NotFound
from ..i18n import N_, tr
from . import forecast, views
from .figure_names import TABLES, Names
from .views import View
from .workspace import SETTINGS, Workspace

PAGE = "figure"
MOST_COLUMNS = 7
"""Groups of the second field that a figure shows by themselves: as many as there are colours."""
_ALWAYS = frozenset({"stage", "exchange_rate", "custom_field"})
_LOST = {
    "rows": N_("what it is grouped by"), "columns": N_("the second field it is grouped by"), "measure": N_("what it shows"),
    "deals": N_("which deals it counts"), "dated": N_("by which date the period limits it"), "chart": N_("its chart"),
    "sort": N_("its order"), "limit": N_("how many groups it shows"), "condition": N_("part of its conditions"),
    "version": N_("what a newer version of the program has written"),
}  # fmt: skip


@dataclass(slots=True)
class Figure:
    """A question with its answer as commit ``seq`` left it. ``currency``: of its amounts."""

    pivot: Pivot
    names: tuple[Names, Names | None]
    currency: str
    seq: int

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.pivot.question

    def rows(self) -> list[Slot]:
        """The groups that are shown, in order."""
        by_figure = self.question.sort is Sort.FIGURE
        return self.pivot.slots(self.names[0].place, self.question.limit, by_figure=by_figure)

    def columns(self) -> list[Slot]:
        """The groups of the second field, in the order they have by themselves; one for all where there is none."""
        names = self.names[1]
        return [TOTAL] if names is None else self.pivot.slots(names.place, MOST_COLUMNS, second=True)

    def title(self, slot: Slot, *, second: bool = False) -> str:
        """What a group that is shown is called."""
        if slot == TOTAL:
            return tr("Total")
        names, dimension = self.names[second], (self.pivot.rows, self.pivot.columns)[second]
        if slot.rest or names is None or dimension is None:
            return tr("Earlier") if dimension is not None and dimension.timed else tr("Others")
        key: Any = slot.keys[0]
        return names.title(key)


@dataclass(frozen=True, slots=True)
class Saved:
    """A figure that is kept, with its question; ``lost`` says in words what of it this program cannot read."""

    view: View
    question: Question
    lost: list[str] = field(default_factory=list)


# The answer --------------------------------------------------------------------------------------------------------------


def load(ws: Workspace, question: Question, scope: Scope, span: Span) -> Figure:
    """The answer to a question, of the deals of ``scope``; of those of ``span`` where the question says by which date."""
    today = ws.clock.today()
    with ws.store.read() as connection:
        stages = {stage.id: stage for stage in storage.reference.stages(connection)}
        own = {each.path: each for each in storage.custom_fields.fields(connection)}
        teams = storage.pivots.teams(connection) if Field.TEAM in (question.rows, question.columns) else {}
        known = Known(stages, teams, ws.currency, own)
        dimensions = Dimension(question.rows, known), Dimension(question.columns, known) if question.columns else None
        asked, rates = where(question, scope, span, stages, today), forecast.rates_of(ws, connection)
        pivot = Pivot(question, asked, stages, rates, today, dimensions)
        closed = [stage.id for stage in stages.values() if stage.kind is not StageKind.OPEN]
        pivot.add_all(
            storage.pivots.sums(
                connection, asked, dimensions, question.measure, today=today, foreign=(ws.currency, closed)
            )
        )
        first = Names(connection, dimensions[0], pivot.groups(), today.year)
        second = (
            None if dimensions[1] is None else Names(connection, dimensions[1], pivot.groups(second=True), today.year)
        )
        return Figure(pivot, (first, second), ws.currency, storage.change_log.last_seq(connection))


def follow(figure: Figure, changes: ChangeSet) -> bool:
    """Moves a figure by a change set; False when it must be loaded afresh: a bulk change, other stages, rates, own fields or
    names, a group that nobody was in. What the figure contains already is not counted again."""
    if changes.seq <= figure.seq:
        return True
    tables = set(_ALWAYS)
    for dimension in (figure.pivot.rows, figure.pivot.columns):
        if dimension is not None and dimension.field in TABLES:
            tables |= {TABLES[dimension.field], *(["person"] if dimension.field is Field.TEAM else [])}
    if changes.tables & tables or changes.verb == SETTINGS or (changes.bulk and changes.touches("opportunity")):
        return False
    known = True
    for change in changes.of("opportunity"):
        for row, sign in ((change.before, -1), (change.after, 1)):
            if row is not None:
                figure.pivot.add_row(row, sign)
        known = known and (change.after is None or _knows(figure, change.after))
    figure.seq = changes.seq
    return known


def _knows(figure: Figure, row: Row) -> bool:
    """Whether the groups that a deal is in have names."""
    return all(
        names is None or dimension is None or all(map(names.knows, figure.pivot.keys_of(dimension, row)))
        for names, dimension in zip(figure.names, (figure.pivot.rows, figure.pivot.columns), strict=True)
    )


# As they are kept --------------------------------------------------------------------------------------------------------


def listing(ws: Workspace) -> list[Saved]:
    """One's own figures, then those that others share; each by name."""
    with ws.store.read() as connection:
        own = storage.custom_fields.fields(connection)
    return [_saved(view, own) for view in views.listing(ws, PAGE)]


def one(ws: Workspace, view_id: int) -> Saved:
    """One's own figure, or one that is shared. Raises NotFound."""
    found = next((each for each in listing(ws) if each.view.id == view_id), None)
    if found is None:
        raise NotFound(tr("This figure does not exist any more."), tr("Take it off the dashboard."))
    return found


def opened(ws: Workspace, view_id: int, scope: Scope, span: Span) -> tuple[Saved, Figure]:
    """A figure that is kept, with its answer. Raises NotFound."""
    found = one(ws, view_id)
    return found, load(ws, found.question, scope, span)


def save(ws: Workspace, name: str, question: Question, *, shared: bool = False, view_id: int | None = None) -> int:
    """Keeps a figure, or (``view_id``) changes one of one's own; returns the id. Raises InvalidInput, NotFound, UserError."""
    if view_id is None:
        return views.save(ws, PAGE, name, to_plain(question), shared=shared)
    views.change(ws, view_id, name, to_plain(question), shared=shared)
    return view_id


def duplicate(ws: Workspace, view_id: int) -> int:
    """A copy of a figure, one's own to change; returns its id. Raises NotFound."""
    found = one(ws, view_id)
    taken = {fold(each.view.name) for each in listing(ws) if each.view.mine}
    name, number = tr("{name} (copy)").format(name=found.view.name), 2
    while fold(name) in taken:
        name, number = tr("{name} (copy {number})").format(name=found.view.name, number=number), number + 1
    return views.save(ws, PAGE, name, found.view.definition)


def _saved(view: View, own: list[Any]) -> Saved:
    question, lost = from_plain(view.definition, own)
    return Saved(view, question, [tr(_LOST[name]) for name in dict.fromkeys(lost)])


# What is offered to begin with -------------------------------------------------------------------------------------------

STARTS: tuple[tuple[str, Question], ...] = (
    (N_("Won by month and person"),
     Question("close_month", "owner", Measure.VALUE, Deals.WON, Dated.CLOSED, sort=Sort.NAME)),
    (N_("Open value by source"), Question("source", "", Measure.VALUE, chart=Chart.PIE)),
    (N_("Losses by reason and competitor"),
     Question("loss_reason", "competitor", Measure.NUMBER, Deals.LOST, Dated.CLOSED, Chart.PIVOT)),
    (N_("Win rate by source"), Question("source", "", Measure.WIN_RATE, Deals.CLOSED, Dated.CLOSED)),
    (N_("New deals by week"), Question("created_week", "", Measure.NUMBER, Deals.ALL, Dated.CREATED, Chart.LINE)),
    (N_("Open deals by stage and priority"), Question("stage", "priority", sort=Sort.NAME)),
)  # fmt: skip
"""Name and question."""
