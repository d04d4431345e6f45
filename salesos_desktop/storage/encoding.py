"""Rows as JSON for the change log and history, and back with the types of their columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Table

from ..domain.text import mended
from .schema import TABLES
from .schema.base import Utc

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=lambda value: value.isoformat())


def encode(values: Mapping[str, Any] | list[Any]) -> str:
    """JSON with dates and instants as ISO 8601; a label loses what no database keeps."""
    return mended(_encoder.encode(values))


def plain(value: Any) -> str | None:
    """One value as history keeps it: text, ISO for dates, None for nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def decode(table: Table, text: str | None) -> dict[str, Any] | None:
    """The columns that ``encode`` wrote, typed as ``table`` has them; None for None."""
    return None if text is None else typed(table, json.loads(text))


def typed(table: Table, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """The same of what was JSON: its dates and instants are made, in place; None for None."""
    if values is not None:
        for name, parse in _parsers(table.name).items():
            value = values.get(name)
            if value is not None:
                values[name] = parse(value)
    return values


_cache: dict[str, dict[str, Any]] = {}


def _parsers(table: str) -> dict[str, Any]:
    found = _cache.get(table)
    if found is None:
        found = {}
        for column in TABLES[table].columns:
            if isinstance(column.type, Date):
                found[column.name] = date.fromisoformat
            elif isinstance(column.type, Utc):
                found[column.name] = datetime.fromisoformat
        _cache[table] = found
    return found
