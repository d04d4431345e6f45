"""Fields of a workspace's own on leads and deals: what they hold, when they are shown and when they must be filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from .condition_fields import FieldKind, check, known_fields
from .conditions import All, Condition, matches
from .text import fold


class FieldForm(StrEnum):
    """What a field holds. Kept as JSON: texts; NUMBER a number; CURRENCY minor units; DATE ``YYYY-MM-DD``; CHOICES a list."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CURRENCY = "currency"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    CHECKBOX = "checkbox"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"


BOTH = "both"
_NEVER = All()
_KINDS = {
    FieldForm.NUMBER: FieldKind.NUMBER, FieldForm.CURRENCY: FieldKind.MONEY, FieldForm.DATE: FieldKind.DATE,
    FieldForm.CHOICE: FieldKind.CHOICE, FieldForm.CHOICES: FieldKind.TAGS, FieldForm.CHECKBOX: FieldKind.FLAG,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CustomField:
    """One field. ``subject`` is lead, opportunity or both; ``default`` is a value as it is kept, None for none.

    ``shown_if`` and ``required_if`` are conditions on the same record; the empty one shows always and, for
    ``required_if``, adds nothing to ``required``.
    """

    id: int
    subject: str
    label: str
    key: str
    form: FieldForm
    required: bool = False
    default: Any = None
    help: str = ""
    options: tuple[str, ...] = ()
    section_id: int | None = None
    position: int = 0
    shown_if: Condition = field(default_factory=All)
    required_if: Condition = field(default_factory=All)
    on_card: bool = False
    active: bool = True

    @property
    def path(self) -> str:
        """How conditions, imports and errors name it: ``custom.budget``."""
        return f"custom.{self.key}"

    def belongs_to(self, table: str) -> bool:
        """Whether records of ``table`` have it now."""
        return self.active and (self.subject == table or (self.subject == BOTH and table in ("lead", "opportunity")))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its fields below, in one or two columns."""

    id: int
    subject: str
    name: str
    columns: int
    position: int


def kinds(fields: Iterable[CustomField]) -> dict[str, FieldKind]:
    """Path → kind, for conditions."""
    return {each.path: _KINDS.get(each.form, FieldKind.TEXT) for each in fields}


def check_condition(condition: Condition, subject: str, others: Iterable[CustomField]) -> None:
    """Raises ValueError naming what records of ``subject`` cannot be asked: they have plain columns and own fields."""
    if condition == _NEVER:
        return
    others = list(others)
    for table in ("lead", "opportunity") if subject == BOTH else (subject,):
        plain = {path: kind for path, kind in known_fields(table).items() if "." not in path}
        check(condition, plain | kinds(each for each in others if each.belongs_to(table)))


def askable(fields: Iterable[CustomField]) -> list[CustomField]:
    """The fields as they apply: a condition that names what is gone or switched off shows always and demands nothing."""
    known = list(fields)
    if all(each.shown_if == each.required_if == _NEVER for each in known):
        return known
    return [
        replace(
            each, shown_if=_if_askable(each.shown_if, each, known), required_if=_if_askable(each.required_if, each, known)
        )
        for each in known
    ]  # fmt: skip


def is_shown(each: CustomField, row: Mapping[str, Any], today: date) -> bool:
    """Whether the record as it is shows the field. A condition that can no longer be asked shows it."""
    return _holds(each.shown_if, row, today, missing=True)


def is_required(each: CustomField, row: Mapping[str, Any], today: date) -> bool:
    """Whether the record as it is must have a value in the field; one that is not shown need not."""
    if not is_shown(each, row, today):
        return False
    return each.required or (each.required_if != _NEVER and _holds(each.required_if, row, today, missing=False))


def missing(fields: Iterable[CustomField], row: Mapping[str, Any], today: date) -> list[CustomField]:
    """Fields that the record must have and has not. ``row`` holds columns by name, ``custom`` as JSON text."""
    values = stored(row)
    return [each for each in fields if is_blank(values.get(each.key)) and is_required(each, row, today)]


def stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """Key → value as it is kept; a text that is no JSON object holds nothing."""
    try:
        found = json.loads(row.get("custom") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def is_blank(value: Any) -> bool:
    """Whether a value is none: nothing, a blank text, a list without anything in it; 0 is a value.

    A box that is not ticked is blank too: whoever demands it wants it ticked.
    """
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is False or (isinstance(value, list | tuple) and all(map(is_blank, value)))


def key_of(label: str, taken: Iterable[str]) -> str:
    """A key made from a label that no other field has: ``"Presupuesto (€)"`` → ``presupuesto``, then ``presupuesto_2``."""
    base = "_".join(re.findall("[a-z0-9]+", fold(label)))[:30].strip("_") or "field"
    used, key, number = set(taken), base, 2
    while key in used:
        key, number = f"{base}_{number}", number + 1
    return key


def option_named(each: CustomField, text: str) -> str | None:
    """The option of that name, without case and accents; None when there is none."""
    return next((option for option in each.options if fold(option) == fold(text)), None)


def _if_askable(condition: Condition, each: CustomField, known: Iterable[CustomField]) -> Condition:
    try:
        check_condition(condition, each.subject, known)
    except ValueError:
        return _NEVER
    return condition


def _holds(condition: Condition, row: Mapping[str, Any], today: date, *, missing: bool) -> bool:
    try:
        return matches(condition, {"custom": "{}", **row}, today)
    except KeyError:
        return missing
