"""What the lists of the start page say, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from ...domain.activities import Activity, ActivityState
from ...domain.home import Beginning, Due, Endangered, Fresh, News
from ...domain.notices import Kind
from ...domain.text import unmarked
from ...domain.work_list import Key
from ...i18n import money, ntr, number, short_date, tr
from ...services.messages import render
from ..activities import words
from .reasons import reasons_of

OTHER = "other"
"""Key of the line that shows more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``title`` over ``detail``; ``when`` at the right over ``state``, in the colour of the token ``tone``.

    ``key`` is the table and id of what it opens; a ``heading`` opens nothing. ``below`` is a third row of text in ``tone``.
    ``ticks`` gives it a box to tick.
    """

    key: Key
    title: str
    detail: str = ""
    when: str = ""
    state: str = ""
    tone: str = "muted"
    icon: str = ""
    below: str = ""
    heading: bool = False
    ticks: bool = False
    activity: Activity | None = None

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return ", ".join(part for part in (self.title, self.detail, self.below, self.when, self.state) if part)


def due_lines(due: Due, icons: dict[str, str], now: datetime, zone: tzinfo | None) -> list[Line]:
    """Overdue ones under their heading, then today's under theirs."""
    lines: list[Line] = []
    for title, activities in zip((tr("Overdue"), tr("Today")), due.split(now, zone), strict=True):
        if activities:
            lines.append(_heading(title, len(activities)))
            lines += [activity_line(each, icons, now, zone) for each in activities]
    if due.earlier:
        said = ntr("{count} older one is in the agenda.", "{count} older ones are in the agenda.", due.earlier)
        lines.append(Line(("agenda", 0), said.format(count=number(due.earlier))))
    return lines


def activity_line(each: Activity, icons: dict[str, str], now: datetime, zone: tzinfo | None) -> Line:
    """One activity."""
    state, today = each.state(now, zone), now.astimezone(zone).date()
    sign, tone, word = words.STATES[state]
    when = words.when(each, today, zone)
    if state is not ActivityState.OVERDUE and each.due_at is not None:
        when = words.clock(each.due_at.astimezone(zone))
    elif each.due_at is None and each.day(zone) == today:
        when = tr("all day")
    return Line(
        ("activity", each.id), each.subject + (f" {words.RECURS}" if each.recurrence else ""), each.about, when,
        f"{sign} {tr(word)}", tone, icons.get(each.kind, "check"), ticks=True, activity=each,
    )  # fmt: skip


def danger_lines(deals: Sequence[Endangered], more: bool) -> list[Line]:
    """Deals with what endangers them."""
    lines = [
        Line(
            ("opportunity", deal.id), deal.name, " · ".join(part for part in (deal.company, deal.stage) if part),
            _value(deal.value, deal.currency), tone="warn", below="⚠ " + " · ".join(reasons_of(deal)),
        )
        for deal in deals
    ]  # fmt: skip
    return [*lines, Line(("board", 0), tr("More of them are on the board."))] if more else lines


def fresh_lines(found: Sequence[Fresh], now: datetime, zone: tzinfo | None) -> list[Line]:
    """Leads that wait for a first contact, then deals that were assigned."""
    today = now.astimezone(zone).date()
    lines: list[Line] = []
    for table, title in (("lead", tr("First contact")), ("opportunity", tr("Assigned to you"))):
        these = [each for each in found if each.table == table]
        if these:
            lines.append(_heading(title, len(these)))
        for each in these:
            whose = (
                tr("from {name}").format(name=each.source) if table == "opportunity" and each.source else each.source
            )
            lines.append(
                Line(
                    (table, each.id), each.name, " · ".join(part for part in (each.detail, whose) if part),
                    words.day_name(each.at.astimezone(zone).date(), today), f"● {tr('new')}", "accent",
                    "leads" if table == "lead" else "board",
                )
            )  # fmt: skip
    return lines


def news_lines(found: Sequence[News], now: datetime, zone: tzinfo | None) -> list[Line]:
    """What others have done."""
    today = now.astimezone(zone).date()

    def when(moment: datetime) -> str:
        local = moment.astimezone(zone)
        return words.clock(local) if local.date() == today else short_date(local.date(), today.year)

    def body(each: News) -> str:
        said = render(each.body)
        return unmarked(said) if each.kind == Kind.MENTION else said

    return [
        Line(
            _subject(each), render(each.title),
            " · ".join(part for part in (each.by, body(each)) if part), when(each.at),
            *_NEWS.get(each.kind, ("", "muted")),
        )
        for each in found
    ]  # fmt: skip


def _subject(each: News) -> Key:
    """What it is about; the page that lists them where it is about several."""
    if each.subject_id is not None:
        return each.subject_table, each.subject_id
    return "leads" if each.subject_table == "lead" else "board", each.id


_NEWS = {"won": ("✓", "won"), "lost": ("✕", "lost"), "mention": ("@", "accent"), "deal_assigned": ("●", "accent"),
         "lead_assigned": ("●", "accent"), "activity_assigned": ("●", "accent")}  # fmt: skip


def figures_of(beginning: Beginning, currency: str) -> list[tuple[str, str]]:
    """Captions and figures of the person's own; sums in several currencies stand beside each other."""
    found = beginning.figures

    def amounts(of: Callable[[Any], int]) -> str:
        parts = [money(of(each), each.currency) for each in found.sums if of(each)]
        return " + ".join(parts) or money(0, currency)

    place = "—"
    if found.month_points > 0:
        place = tr("{rank} of {people}").format(rank=number(found.rank), people=number(found.people))
    return [
        (tr("Open value"), amounts(lambda each: each.open)),
        (tr("Weighted"), amounts(lambda each: each.weighted)),
        (tr("Won this month"), amounts(lambda each: each.won)),
        (tr("Open deals"), number(found.deals)),
        (tr("Points this month"), number(found.month_points)),
        (tr("Place this month"), place),
    ]


def cut(lines: Sequence[Line], most: int) -> list[Line]:
    """The first ``most`` lines, with one below them that shows the others."""
    if len(lines) <= most + 1:
        return list(lines)
    hidden = sum(not line.heading for line in lines[most:])
    said = ntr("Show {count} more", "Show {count} more", hidden).format(count=number(hidden))
    return [*lines[:most], Line((OTHER, 0), said)]


def _heading(title: str, count: int) -> Line:
    return Line(("", 0), f"{title}  {number(count)}", heading=True)


def _value(value: int | None, currency: str) -> str:
    return tr("no value") if value is None else money(value, currency)
