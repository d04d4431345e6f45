"""Definitions of a workspace's own fields."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, select

from ...domain.condition_json import from_json
from ...domain.conditions import All, Condition
from ...domain.custom_fields import CustomField, FieldForm, Section, askable
from ..schema import TABLES
from ..schema.workspace import custom_field, field_section


def fields(connection: Connection) -> list[CustomField]:
    """Every field, also those that are no longer used, in their order, with the conditions that can still be asked."""
    rows = connection.execute(select(custom_field).order_by(custom_field.c.position, custom_field.c.id))
    return askable(
        CustomField(
            r.id, r.subject_table, r.label, r.key, FieldForm(r.kind), r.required, json.loads(r.default_value or "null"),
            r.help, tuple(json.loads(r.options)), r.section_id, r.position, _condition(r.shown_if),
            _condition(r.required_if), r.on_card, r.active,
        )
        for r in rows
    )  # fmt: skip


def sections(connection: Connection) -> list[Section]:
    """Every section in its order."""
    rows = connection.execute(select(field_section).order_by(field_section.c.position, field_section.c.id))
    return [Section(r.id, r.subject_table, r.name, r.columns, r.position) for r in rows]


def uses(connection: Connection, table: str, key: str) -> int:
    """How many records of ``table`` hold a value of the field; an exact count of what its JSON names."""
    target = TABLES[table]
    named = target.c.custom.contains(f"{json.dumps(key)}:", autoescape=True)
    return int(connection.execute(select(func.count()).select_from(target).where(named)).scalar_one())


def _condition(text: str) -> Condition:
    data: Any = json.loads(text)
    return from_json(data) if data else All()
