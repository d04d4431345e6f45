"""Columns of the table of opportunities: what each shows, orders by, and which field is edited in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ...domain.custom_fields import CustomField, FieldForm, kinds, stored
from ...domain.deal_rows import DealRow, DealSort
from ...domain.leads import OwnSort
from ...domain.opportunities import Due, Priority, due_state
from ...domain.stages import Category, StageKind
from ...i18n import money, number, percent, short_date, tr
from ...services import custom_values
from ...services.deal_words import CATEGORIES
from ..board.card_texts import touch_tip
from ..deal_lists import KeptDealLists
from ..session import Session
from ..tables.columns import Column, owner_column

_INKS = {Due.OVERDUE: "lost", Due.TODAY: "warn", Due.NEAR: "warn"}
_WIDTHS = {FieldForm.NUMBER: 100, FieldForm.CURRENCY: 120, FieldForm.DATE: 100, FieldForm.CHECKBOX: 90}
_NOTE_SHOWN = 400
_CHIPS = {StageKind.WON: ("won", "won_soft"), StageKind.LOST: ("lost", "lost_soft")}


@dataclass(frozen=True, slots=True)
class DealColumn(Column):
    """A column; ``edit`` is the field that is changed in it (services/opportunities.py, ``stage_id``, ``custom.key``),
    empty where nothing is."""

    edit: str = ""


def deal_columns(session: Session, lists: KeptDealLists) -> list[Column]:
    """What is looked at first, further ones and own fields hidden at first."""
    return [*_shown(session), *_hidden(session, lists), *(_own_column(session, each) for each in lists.fields)]


def _shown(session: Session) -> list[Column]:
    days = _Days(session)
    return [
        DealColumn("name", tr("Name"), lambda r: r.name, 182, bold=True, sort=DealSort.NAME, edit="name"),
        DealColumn("company", tr("Company"), lambda r: r.company, 142, sort=DealSort.COMPANY, edit="company"),
        DealColumn("stage", tr("Stage"), lambda r: r.stage, 122, sort=DealSort.STAGE, edit="stage_id",
                   chip=lambda r: _CHIPS.get(r.kind, ("text", "sunken"))),
        DealColumn("value", tr("Value"), lambda r: _amount(r.value, r), 112, right=True, bold=True, sort=DealSort.VALUE,
                   edit="value"),
        DealColumn("close", tr("Close date"), lambda r: days.short(r.day), 134, sort=DealSort.CLOSE, ink=days.close_ink,
                   tooltip=days.close_tip, edit="expected_close"),
        DealColumn("activity", tr("Next activity"), lambda r: days.short(r.next_activity_on), 136,
                   sort=DealSort.ACTIVITY, ink=days.activity_ink),
        DealColumn("in_stage", tr("In stage"), lambda r: days.since(r.stage_since), 100, right=True,
                   sort=DealSort.STAGE_SINCE, tooltip=lambda r: days.short(r.stage_since)),
        DealColumn("priority", tr("Priority"), lambda r: priority_name(r.priority), 92, sort=DealSort.PRIORITY,
                   ink=lambda r: "text" if r.priority is Priority.HIGH else "muted", edit="priority"),
        _editable(owner_column(DealSort.OWNER), "owner_id"),
    ]  # fmt: skip


def _hidden(session: Session, lists: KeptDealLists) -> list[Column]:
    days = _Days(session)

    def pipeline(row: DealRow) -> str:
        return next((each.name for each in lists.pipelines if each.id == row.pipeline_id), "")

    made = [
        DealColumn("touched", tr("Last touch"), lambda r: days.short(r.touched_on), 96, sort=DealSort.TOUCHED,
                   tooltip=lambda _: touch_tip()),
        DealColumn("weighted", tr("Weighted"), lambda r: _amount(r.weighted, r), 112, right=True,
                   sort=DealSort.WEIGHTED),
        DealColumn("probability", tr("Probability"), lambda r: percent(r.probability), 96, right=True,
                   sort=DealSort.PROBABILITY, edit="probability",
                   tooltip=lambda r: tr("Probability set by hand") if r.probability_set else ""),
        category_column(),
        DealColumn("currency", tr("Currency"), lambda r: r.currency, 80, sort=DealSort.CURRENCY, edit="currency"),
        DealColumn("contact", tr("Contact"), lambda r: r.contact, 140, sort=DealSort.CONTACT, edit="contact"),
        DealColumn("product", tr("Product"), lambda r: r.product, 140, sort=DealSort.PRODUCT, edit="product"),
        DealColumn("source", tr("Source"), lambda r: r.source, 116, sort=DealSort.SOURCE, edit="source_id"),
        DealColumn("tags", tr("Tags"), lambda r: ", ".join(r.tags), 140, edit="tags"),
        DealColumn("note", tr("Note"), lambda r: " ".join(r.note[:_NOTE_SHOWN].split()), 220, edit="note"),
        DealColumn("team", tr("Team"), lambda r: r.team, 120, sort=DealSort.TEAM),
        DealColumn("pipeline", tr("Pipeline"), pipeline, 120),
        DealColumn("age", tr("Age"), lambda r: days.since(r.created_on), 84, right=True, sort=DealSort.CREATED),
        DealColumn("created", tr("Created on"), lambda r: days.short(r.created_on), 96, sort=DealSort.CREATED),
        DealColumn("closed", tr("Closed on"), lambda r: days.short(r.closed_on), 96, sort=DealSort.CLOSED),
        DealColumn("loss_reason", tr("Loss reason"), lambda r: r.loss_reason, 120, sort=DealSort.LOSS_REASON),
        DealColumn("competitor", tr("Competitor"), lambda r: r.competitor, 120, sort=DealSort.COMPETITOR),
        DealColumn("hold", tr("On hold until"), lambda r: days.short(r.hold_until, ""), 110, sort=DealSort.HOLD),
        DealColumn("external", tr("Number elsewhere"), lambda r: r.external_id, 120, sort=DealSort.EXTERNAL),
        DealColumn("number", tr("Number"), lambda r: number(r.id), 84, right=True, sort=DealSort.NUMBER),
    ]  # fmt: skip
    return [_put_away(each) for each in made]


def editable_columns(session: Session) -> list[Column]:
    """What short lists of deals elsewhere show: value, date and category are edited there. In no order of theirs."""
    found = {each.name: each for each in _shown(session)}
    first, owner = (replace(found[name], sort=None, edit="", face=None) for name in ("name", "owner"))
    close, value = (replace(found[name], width=98, sort=None) for name in ("close", "value"))
    return [first, replace(owner, width=86), replace(close, title=tr("Date"), width=102), category_column(), value]


def category_column() -> DealColumn:
    """How a deal counts in the forecast; what only its stage says is paler."""
    return DealColumn(
        "category", tr("Forecast"), lambda r: tr(CATEGORIES[Category(r.category or r.stage_category)]), 96, edit="category",
        ink=lambda r: "text" if r.category else "muted",
        tooltip=lambda r: "" if r.category else tr("As the stage says"),
    )  # fmt: skip


def priority_name(priority: Priority) -> str:
    """A priority as people read it."""
    return {Priority.HIGH: tr("High"), Priority.MEDIUM: tr("Medium"), Priority.LOW: tr("Low")}[priority]


def _amount(minor: int | None, row: DealRow) -> str:
    return "—" if minor is None else money(minor, row.currency)


def _put_away(column: DealColumn) -> DealColumn:
    """The same, hidden at first."""
    return replace(column, hidden=True)


def _editable(column: Column, edit: str) -> DealColumn:
    values = {name: getattr(column, name) for name in Column.__dataclass_fields__}
    return DealColumn(**values, edit=edit)


def _own_column(session: Session, each: CustomField) -> DealColumn:
    """An own field, ordered as what it is."""

    def text(row: DealRow) -> str:
        return custom_values.shown(session.workspace, each, stored({"custom": row.custom}).get(each.key))

    right, width = each.form in (FieldForm.NUMBER, FieldForm.CURRENCY), _WIDTHS.get(each.form, 150)
    sort = OwnSort(each.key, kinds([each])[each.path])
    return DealColumn(each.path, each.label, text, width, right=right, hidden=True, sort=sort, edit=each.path)


class _Days:
    """Dates as the table shows them, and their colours."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def short(self, day: date | None, nothing: str = "—") -> str:
        """A date, with its year when it is another."""
        return nothing if day is None else short_date(day, self._session.today.year)

    def since(self, day: date | None) -> str:
        """How many days have passed."""
        return "—" if day is None else tr("{days} d").format(days=number(max(0, (self._session.today - day).days)))

    def close_ink(self, row: DealRow) -> str:
        """Red when an open deal is overdue, amber when its day is near."""
        if row.kind is not StageKind.OPEN:
            return "muted"
        return _INKS.get(due_state(row.day, self._session.today), "text")

    def close_tip(self, row: DealRow) -> str:
        """What the colour says."""
        if row.kind is not StageKind.OPEN:
            return tr("Closed on {day}").format(day=self.short(row.closed_on))
        texts = {Due.OVERDUE: tr("Overdue"), Due.TODAY: tr("Today"), Due.NEAR: tr("In the next days")}
        return texts.get(due_state(row.day, self._session.today), "")

    def activity_ink(self, row: DealRow) -> str:
        """As the sign on a card."""
        if row.next_activity_on is None:
            return "muted"
        return {Due.OVERDUE: "lost", Due.TODAY: "warn"}.get(
            due_state(row.next_activity_on, self._session.today), "text"
        )
