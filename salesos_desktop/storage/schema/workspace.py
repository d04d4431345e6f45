"""The workspace's own settings, counters, currencies, fields, views and automations."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from .base import code, day, flag, key, metadata, number, ref, text, version

setting = Table(
    "setting",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)

id_counter = Table(
    "id_counter",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("next", BigInteger, nullable=False),
)

exchange_rate = Table(
    "exchange_rate",
    metadata,
    key(),
    code("from_currency", ""),
    code("to_currency", ""),
    day("day"),
    text("rate", "1"),
    version(),
)

custom_field = Table(
    "custom_field",
    metadata,
    key(),
    code("subject_table", "opportunity"),
    text("label"),
    code("key", ""),
    code("kind", "text"),
    flag("required", False),
    text("default_value"),
    text("help"),
    text("options", "[]"),
    text("section"),
    number("position"),
    version(),
    # Conditions on other fields (domain/conditions.py) that show it or make it compulsory.
    text("shown_if", "{}"),
    text("required_if", "{}"),
    number("section_id", None),
    flag("on_card", False),
    flag("active", True),
)

field_section = Table(
    "field_section",
    metadata,
    key(),
    code("subject_table", "opportunity"),
    text("name"),
    number("columns", 1),
    number("position"),
    version(),
)

assignment_rule = Table(
    "assignment_rule",
    metadata,
    key(),
    text("name"),
    text("conditions", "{}"),
    # To a person, or to a team and its way of assigning.
    ref("person_id", "person"),
    ref("team_id", "team"),
    number("position"),
    flag("active", True),
    version(),
)

saved_view = Table(
    "saved_view",
    metadata,
    key(),
    text("name"),
    code("page", "board"),
    ref("owner_id", "person"),
    flag("shared", False),
    text("definition", "{}"),
    version(),
    # Ids of the people whose page opens with it, as JSON.
    text("default_for", "[]"),
)

automation = Table(
    "automation",
    metadata,
    key(),
    text("name"),
    code("trigger", ""),
    text("conditions", "{}"),
    text("actions", "[]"),
    flag("active", True),
    number("position"),
    version(),
)
