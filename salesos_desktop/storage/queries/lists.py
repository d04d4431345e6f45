"""The short lists an administrator keeps, with how often each entry is used, and the dated exchange rates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, or_, select

from ...domain.text import fold
from ..schema import TABLES
from ..schema.workspace import exchange_rate

# Columns that refer to an entry, by its id; a status by its code, a tag by its words.
_REFERENCES = {
    "source": ("lead.source_id", "opportunity.source_id"),
    "loss_reason": ("opportunity.loss_reason_id",),
    "discard_reason": ("lead.discard_reason_id",),
    "lead_status": ("lead.status",),
}
TAGGED = ("lead", "opportunity", "contact", "company")
"""Tables whose rows carry tags, as JSON."""


def rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    """Every entry of a list, in its order: by position where it has one, else by name."""
    target = TABLES[table]
    order = [target.c.position] if "position" in target.c else []
    order += [target.c.folded] if "folded" in target.c else []
    return [dict(r) for r in connection.execute(select(target).order_by(*order, target.c.id)).mappings()]


def uses(connection: Connection, table: str) -> dict[Any, int]:
    """How many rows, also those in the bin, refer to each entry: by id, a lead status by its code."""
    found: Counter[Any] = Counter()
    for reference in _REFERENCES[table]:
        name, _, column = reference.partition(".")
        key = TABLES[name].c[column]
        statement = select(key, func.count()).where(key.isnot(None)).group_by(key)
        found.update({r[0]: r[1] for r in connection.execute(statement)})
    return found


def tag_uses(connection: Connection) -> dict[str, tuple[str, int]]:
    """Folded tag → how it is written, how many rows carry it. Only distinct combinations of tags are taken apart."""
    written: dict[str, str] = {}
    found: Counter[str] = Counter()
    for name in TAGGED:
        tags = TABLES[name].c.tags
        for text, count in connection.execute(select(tags, func.count()).where(tags != "[]").group_by(tags)):
            for tag in json.loads(text):
                written.setdefault(fold(tag), tag)
                found[fold(tag)] += count
    return {key: (written[key], found[key]) for key in found}


def tagged(connection: Connection, table: str, spellings: Iterable[str]) -> list[int]:
    """Ids of the rows that carry one of these tags, spelt so."""
    target = TABLES[table]
    found = [target.c.tags.contains(json.dumps(tag, ensure_ascii=False), autoescape=True) for tag in spellings]
    if not found:
        return []
    return [r[0] for r in connection.execute(select(target.c.id).where(or_(*found)).order_by(target.c.id))]


def tag_spellings(connection: Connection, folded: str) -> set[str]:
    """Every way in which rows spell a tag."""
    found: set[str] = set()
    for name in TAGGED:
        tags = TABLES[name].c.tags
        for (text,) in connection.execute(select(tags).where(tags != "[]").distinct()):
            found.update(tag for tag in json.loads(text) if fold(tag) == folded)
    return found


def rates(connection: Connection) -> list[dict[str, Any]]:
    """Every dated rate, the newest first."""
    order = (exchange_rate.c.day.desc(), exchange_rate.c.from_currency, exchange_rate.c.to_currency)
    return [dict(r) for r in connection.execute(select(exchange_rate).order_by(*order)).mappings()]


def newest_rate(connection: Connection, source: str, target: str, day: date) -> tuple[date, str] | None:
    """The latest rate of exactly this pair that is not after ``day``, with its own day."""
    statement = (
        select(exchange_rate.c.day, exchange_rate.c.rate)
        .where(
            exchange_rate.c.from_currency == source, exchange_rate.c.to_currency == target, exchange_rate.c.day <= day
        )
        .order_by(exchange_rate.c.day.desc())
        .limit(1)
    )
    found = connection.execute(statement).first()
    return None if found is None else (found[0], found[1])
