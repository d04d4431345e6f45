"""What conditions stand on: texts are folded alike everywhere, and every known field is one that a statement can look at."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.sql.elements import False_

from salesos_desktop.domain import conditions as c
from salesos_desktop.domain.condition_fields import FieldKind, known_fields
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.text import fold
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.conditions import where
from salesos_desktop.storage.engine import reading, writing
from salesos_desktop.storage.portable import folded
from salesos_desktop.storage.schema import TABLES


def test_texts_are_folded_alike(any_ws: Workspace) -> None:
    """Every sign of the Latin, Greek and Cyrillic scripts, and of what stands around them."""
    blocks = [
        (1, 0x345),
        (0x346, 0x590),
        (0x600, 0x700),
        (0x1E00, 0x1F00),
        (0x2000, 0x2200),
        (0x3000, 0x3100),
        (0xFB00, 0xFB07),
    ]
    signs = [chr(number) for first, end in blocks for number in range(first, end)]
    texts = [f" x{sign}\u0301 Y{sign}" for sign in signs]
    lead = TABLES["lead"]
    with writing(any_ws.store.engine) as connection:
        connection.execute(insert(lead), [{"id": n, "name": text} for n, text in enumerate(texts)])
        found = connection.execute(select(lead.c.name, folded(lead.c.name)).order_by(lead.c.id)).all()
    assert [(text, f) for text, f in found if f != fold(text)] == []


def test_every_known_field_can_be_looked_at(any_ws: Workspace) -> None:
    values: dict[FieldKind, Any] = {
        FieldKind.DATE: date(2026, 1, 1),
        FieldKind.INSTANT: date(2026, 1, 1),
        FieldKind.FLAG: True,
        FieldKind.TEXT: "a",
        FieldKind.CHOICE: "a",
        FieldKind.TAGS: ("a",),
    }
    with reading(any_ws.store.engine) as connection:
        for table in ("lead", "opportunity", "contact", "company"):
            for field, kind in known_fields(table).items():
                operator = Operator.HAS_ANY if kind is FieldKind.TAGS else Operator.EQUALS
                test = c.Test(field, operator, values.get(kind, 1))
                expression = where(c.AnyOf((test, c.Test(field, Operator.EMPTY))), table, date(2026, 1, 1))
                assert not isinstance(where(test, table, date(2026, 1, 1)), False_), f"{table}.{field} is no {kind}"
                connection.execute(select(TABLES[table].c.id).where(expression)).all()
