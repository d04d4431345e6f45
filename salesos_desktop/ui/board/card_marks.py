"""What the colour of a card says, with the word beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from ...domain.opportunities import Card, Due, Priority, due_state
from ...domain.stages import Stage, StageKind
from ...domain.working_days import WorkingDays
from ...i18n import tr
from ..delegates.card_drawing import Mark
from ..dialogs.deal import PRIORITIES
from ..theme import AVATARS, tokens
from .card_options import CardOptions

if TYPE_CHECKING:
    from ...domain.custom_fields import CustomField

Marker = Callable[[Card], Mark | None]

CARD_FIELDS = frozenset(
    {
        "name", "value", "currency", "expected_close", "closed_on", "probability", "probability_set", "stage_since",
        "priority", "next_activity_on", "hold_until", "tags", "stage_id", "owner_id", "company_id", "source_id",
    }
)  # fmt: skip
"""Columns that a card knows; with the own fields they are what rules can ask."""


def marker(
    options: CardOptions, stages: Mapping[int, Stage], own: Sequence[CustomField], today: date, working: WorkingDays
) -> Marker | None:
    """Gives each card its colour and word by what was chosen; None where cards have no colour."""
    by_name: dict[str, Marker] = {
        "stage": lambda card: _by_stage(card, stages),
        "priority": _by_priority,
        "stale": lambda card: _by_staleness(card, today, working),
        "activity": lambda card: _by_activity(card, today),
    }
    if options.colour in by_name:
        return by_name[options.colour]
    if options.colour == "rules":
        return _by_rules(options, today)
    field = next((each for each in own if f"custom.{each.key}" == options.colour), None)
    return None if field is None else lambda card: _by_option(card, field)


def _by_stage(card: Card, stages: Mapping[int, Stage]) -> Mark | None:
    stage = stages.get(card.stage_id)
    return None if stage is None else (tokens().stage(stage.colour), stage.name)


def _by_priority(card: Card) -> Mark | None:
    t = tokens()
    colours = {Priority.HIGH: t.lost, Priority.MEDIUM: t.warn, Priority.LOW: t.faint}
    return colours[card.priority], tr(PRIORITIES[card.priority])


def _by_staleness(card: Card, today: date, working: WorkingDays) -> Mark | None:
    if card.kind is not StageKind.OPEN or card.stale_days is None:
        return None
    if card.stale(today, working):
        return tokens().lost, "‼ " + tr("stale")
    if card.untouched(today, working) * 3 > card.stale_days * 2:
        return tokens().warn, tr("soon stale")
    return tokens().won, tr("fresh")


def _by_activity(card: Card, today: date) -> Mark | None:
    if card.kind is not StageKind.OPEN:
        return None
    t, state = tokens(), due_state(card.next_activity_on, today)
    if state is Due.NONE:
        return t.faint, tr("nothing planned")
    if state is Due.OVERDUE:
        return t.lost, "! " + tr("overdue")
    return (t.warn, tr("today")) if state is Due.TODAY else (t.won, tr("planned"))


def _by_option(card: Card, field: CustomField) -> Mark | None:
    with suppress(ValueError):
        found: Any = json.loads(card.custom or "{}").get(field.key)
        word = found[0] if isinstance(found, list) and found else found
        if isinstance(word, str) and word in field.options:
            return AVATARS[field.options.index(word) % len(AVATARS)], word
    return None


def _by_rules(options: CardOptions, today: date) -> Marker:
    from ...domain.condition_json import from_json
    from ...domain.conditions import Condition, matches

    rules: list[tuple[Condition, str, str]] = []
    for rule in options.rules:
        with suppress(ValueError, TypeError):
            rules.append((from_json(json.loads(rule.condition)), rule.colour, rule.word))

    def mark(card: Card) -> Mark | None:
        row = {name: getattr(card, name) for name in CARD_FIELDS} | {"custom": card.custom}
        for condition, colour, word in rules:
            # A rule may ask what a card no longer knows.
            with suppress(ValueError, KeyError):
                if matches(condition, row, today, None):
                    return colour, word
        return None

    return mark
