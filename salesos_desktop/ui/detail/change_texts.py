"""History in words: what a field is called, and what one step did to a record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from ...domain.opportunities import Priority
from ...domain.stages import Category
from ...domain.text import fold
from ...i18n import N_, long_date, money, ntr, number, percent, short_date, tr
from ...services.timeline import Entry, Kind, Step, Where
from ..dialogs.deal import CATEGORIES, PRIORITIES

FIELDS = {
    "stage": N_("Stage"), "name": N_("Name"), "value": N_("Value"), "currency": N_("Currency"),
    "expected_close": N_("Expected close"), "closed_on": N_("Closing date"), "probability": N_("Probability"),
    "owner": N_("Owner"), "company": N_("Company"), "contact": N_("Contact"), "product": N_("Product"),
    "source": N_("Source"), "priority": N_("Priority"), "category": N_("Forecast"), "tags": N_("Tags"),
    "custom": N_("Custom fields"),
    "note": N_("Note"), "loss_reason": N_("Reason"), "competitor": N_("Competitor"), "close_note": N_("Closing note"),
    "external_id": N_("Number"), "created_on": N_("Created on"), "created_at": N_("Created on"), "deleted_at": N_("Deleted"),
    "status": N_("Status"), "hold_until": N_("On hold until"),
    "email": N_("Email"), "phone": N_("Phone"), "position": N_("Position"), "place": N_("Place"), "team": N_("Team"),
    "opportunity": N_("Opportunity"), "lead": N_("Lead"), "discard_reason": N_("Reason"), "discard_note": N_("Note"),
    "back_reason": N_("Reason for going back"), "website": N_("Website"), "sector": N_("Sector"),
    "location": N_("Location"), "year_established": N_("Year established"), "revenue": N_("Revenue"),
    "employees": N_("Employees"), "parent": N_("Parent company"), "code": N_("Code"), "series": N_("Series"),
    "price": N_("Price"), "active": N_("Active"), "merged": N_("Merged with"),
}  # fmt: skip
CHILDREN = {
    "attachment": N_("Attachment"), "note_row": N_("Note"), "contact_point": N_("Contact data"),
    "check_item": N_("Check list"), "opportunity_line": N_("Product"), "opportunity_contact": N_("Contact"),
    "employment": N_("Company"), "activity": N_("Activity"), "follower": N_("Follower"),
}  # fmt: skip
KINDS = {
    Kind.STAGES: N_("Stages"), Kind.FIGURES: N_("Values and dates"), Kind.PEOPLE: N_("People"), Kind.NOTES: N_("Notes"),
    Kind.FILES: N_("Files"), Kind.ACTIVITIES: N_("Activities"), Kind.OTHER: N_("Other"),
}  # fmt: skip
_STAGE_KINDS = ("stage", "won", "lost", "reopened")
_FROM = {
    Where.HERE: N_("this window"), Where.WINDOW: N_("another window"), Where.COMMANDS: N_("command line"),
    Where.SAMPLE: N_("sample data"), Where.ITSELF: N_("automatic"),
}  # fmt: skip
_HOW = {
    "lead": N_("from the lead “{name}”"), "opportunity": N_("in the opportunity “{name}”"),
    "merged": N_("from “{name}”, merged into this one"), "activity": N_("on “{name}”"), "contact": N_("contact “{name}”"),
    "deal": N_("opportunity “{name}”"),
}  # fmt: skip
_DAYS = ("expected_close", "closed_on", "created_on", "hold_until")
_LONG = 90


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a step in words; empty texts for nothing. ``long`` when it reads better as a difference."""

    label: str
    before: str
    after: str

    @property
    def long(self) -> bool:
        """Whether it needs more than a line."""
        return max(len(self.before), len(self.after)) > _LONG or "\n" in self.before + self.after


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
    texts = [_change_text(entry, currency) for entry in others if entry not in along]
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
    where = tr("import of {file}").format(file=step.file) if step.where is Where.IMPORT else tr(_FROM[step.where])
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


def _change_text(entry: Entry, currency: str) -> str:
    if entry.field == "deleted_at":
        return tr("Deleted") if entry.after else tr("Restored")
    if entry.field in CHILDREN:
        return _child_text(entry)
    name = field_name(entry.field)
    if (
        entry.field in ("note", "close_note", "discard_note")
        or len(entry.before or "") + len(entry.after or "") > 2 * _LONG
    ):
        return tr("{field} changed").format(field=name)
    before = value_text(entry.field, entry.before, entry.currency_was or currency)
    return f"{name}: {before} → {value_text(entry.field, entry.after, entry.currency or currency)}"


def _child_text(entry: Entry) -> str:
    name = tr(CHILDREN[entry.field])
    if entry.before is None:
        return tr("{thing} added: {text}").format(thing=name, text=entry.after)
    if entry.after is None:
        return tr("{thing} removed: {text}").format(thing=name, text=entry.before)
    return f"{name}: {entry.before} → {entry.after}"


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


def field_name(field: str) -> str:
    """What a field of an entry is called."""
    if ":" in field:
        return field.removeprefix("custom:")
    return tr(CHILDREN.get(field) or FIELDS.get(field, field))


def value_text(field: str, value: str | None, currency: str) -> str:
    """A value of a field as a person reads it; ``value`` as history keeps it."""
    if value in (None, ""):
        return "—"
    assert value is not None
    if field == "value":
        return money(int(value), currency)
    if field == "probability":
        return percent(int(value))
    if field in ("employees", "revenue"):
        return number(int(value))
    if field in _DAYS:
        return long_date(date.fromisoformat(value))
    if field in ("created_at", "deleted_at"):
        return long_date(datetime.fromisoformat(value).date())
    if field == "priority":
        return tr(PRIORITIES[Priority(value)])
    if field == "category":
        return tr(CATEGORIES[Category(value)])
    if field == "tags":
        return ", ".join(json.loads(value)) or "—"
    return value


def same_as_now(row: dict[str, Any], path: str, kept: Any) -> bool:
    """Whether a field of a row (a column, or ``custom.<key>``) has what history kept."""
    if path.startswith("custom."):
        return bool(json.loads(row.get("custom") or "{}").get(path.removeprefix("custom.")) == kept)
    now = row.get(path)
    text = now.isoformat() if hasattr(now, "isoformat") else None if now is None else str(now)
    return (text or "") == (kept or "")
