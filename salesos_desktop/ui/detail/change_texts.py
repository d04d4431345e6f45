"""History in words: what a field is called, and what one step did to a record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from ...domain.text import fold
from ...i18n import N_, long_date, ntr, short_date, tr
from ...services.change_words import CHILDREN, LONG, change_text, where_text
from ...services.change_words import FIELDS as FIELDS
from ...services.change_words import field_name as field_name
from ...services.change_words import value_text as value_text
from ...services.timeline import Entry, Kind, Step

KINDS = {
    Kind.STAGES: N_("Stages"), Kind.FIGURES: N_("Values and dates"), Kind.PEOPLE: N_("People"), Kind.NOTES: N_("Notes"),
    Kind.FILES: N_("Files"), Kind.ACTIVITIES: N_("Activities"), Kind.OTHER: N_("Other"),
}  # fmt: skip
_STAGE_KINDS = ("stage", "won", "lost", "reopened")
_HOW = {
    "lead": N_("from the lead “{name}”"), "opportunity": N_("in the opportunity “{name}”"),
    "merged": N_("from “{name}”, merged into this one"), "activity": N_("on “{name}”"), "contact": N_("contact “{name}”"),
    "deal": N_("opportunity “{name}”"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a step in words; empty texts for nothing. ``long`` when it reads better as a difference."""

    label: str
    before: str
    after: str

    @property
    def long(self) -> bool:
        """Whether it needs more than a line."""
        return max(len(self.before), len(self.after)) > LONG or "\n" in self.before + self.after


@dataclass(frozen=True, slots=True)
class Line:
    """A step in words: what happened, the rest of it, by whom and from where, at what time. ``colour`` is a token."""

    step: Step
    title: str
    rest: str
    source: str
    time: str
    colour: str
    changes: tuple[Change, ...]

    @property
    def detail(self) -> str:
        """Everything below the title."""
        return " · ".join(part for part in (self.source, self.rest) if part)

    @property
    def folds(self) -> bool:
        """Whether there is more than the title says."""
        return len(self.changes) > 1 or any(each.long for each in self.changes)

    def has(self, words: str) -> bool:
        """Whether every one of these folded words occurs in it."""
        everything = [self.title, self.detail, *(f"{each.label} {each.before} {each.after}" for each in self.changes)]
        text = fold(" ".join(everything))
        return all(word in text for word in words.split())

    def whole(self, day: str) -> str:
        """All of it as text, to be copied."""
        texts = [f"{each.label}: {each.before or '—'} → {each.after or '—'}" for each in self.changes]
        return "\n".join((f"{day}, {self.time}", self.title, self.source, *texts))


def line_of(step: Step, currency: str, zone: tzinfo | None) -> Line:
    """A step as a line; amounts that have no currency of their own are in the workspace's."""
    first = step.entries[0]
    stage = next((entry for entry in step.entries if entry.kind in _STAGE_KINDS), None)
    others = [entry for entry in step.entries if entry is not stage]
    along = [entry for entry in others if entry.field in CHILDREN] if step.verb in ("convert", "merge") else []
    texts = [change_text(entry, currency) for entry in others if entry not in along]
    if along:
        texts.append(
            ntr("{count} thing came along", "{count} things came along", len(along)).format(count=len(along))
            if along[0].after is not None
            else ntr("{count} thing went along", "{count} things went along", len(along)).format(count=len(along))
        )
    colour = "muted"
    if first.kind == "created":
        title, rest, colour = tr("Created"), _created_texts(first, currency), "accent"
    elif first.kind == "removed":
        title, rest = tr("Creation taken back"), []
    elif stage is not None:
        title, rest = f"{stage.before} → {stage.after}", texts
        colour = {"won": "won", "lost": "lost"}.get(stage.kind, "accent")
    else:
        title, rest = texts[0], texts[1:]
    changes = [each for entry in step.entries for each in _changes(entry, currency)]
    return Line(
        step,
        title,
        " · ".join(text for text in rest if text),
        source_of(step),
        _time(step.at, zone),
        colour,
        tuple(changes),
    )


def source_of(step: Step) -> str:
    """By whom, from where, what for."""
    where = where_text(step)
    again = {"undo": tr("undone"), "redo": tr("redone")}.get(step.verb, "")
    about = tr(_HOW[step.how]).format(name=step.name) if step.how else ""
    points = ntr("{points} point", "{points} points", step.points).format(points=f"{step.points:+d}".replace("-", "−"))
    return " · ".join(part for part in (again, step.by, where, about, points if step.points else "") if part)


def _time(moment: datetime, zone: tzinfo | None) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def day_text(day: date, today: date) -> str:
    """The heading of a day."""
    near = {0: tr("Today"), 1: tr("Yesterday")}.get((today - day).days)
    return f"{near}, {short_date(day, today.year)}" if near else long_date(day)


def _created_texts(entry: Entry, currency: str) -> list[str]:
    values = json.loads(entry.after or "{}")
    order = ("stage", "value", "expected_close")
    currency = values.get("currency", currency)
    return [value_text(name, str(values[name]), currency) for name in order if values.get(name) is not None]


def _changes(entry: Entry, currency: str) -> list[Change]:
    """What an entry says, field by field."""
    if not entry.field:
        return [
            Change(field_name(name), *sides)
            for name, value in json.loads(entry.after or entry.before or "{}").items()
            if name not in ("custom", "currency")
            and (text := value_text(name, str(value), entry.currency or currency))
            and (sides := ("", text) if entry.after else (text, ""))
        ]
    before = value_text(entry.field, entry.before, entry.currency_was or currency) if entry.before else ""
    after = value_text(entry.field, entry.after, entry.currency or currency) if entry.after else ""
    return [Change(field_name(entry.field), before, after)]


def same_as_now(row: dict[str, Any], path: str, kept: Any) -> bool:
    """Whether a field of a row (a column, or ``custom.<key>``) has what history kept."""
    if path.startswith("custom."):
        return bool(json.loads(row.get("custom") or "{}").get(path.removeprefix("custom.")) == kept)
    now = row.get(path)
    text = now.isoformat() if hasattr(now, "isoformat") else None if now is None else str(now)
    return (text or "") == (kept or "")
