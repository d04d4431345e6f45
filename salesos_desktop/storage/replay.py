"""A row out of its history: as it was before an instant, with the lines of what hung on it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Date, Integer

from .encoding import plain
from .queries import history
from .schema import TABLES
from .schema.base import Utc
from .tracking import CHILDREN, TRACKED

_EMPTY = (None, "", "[]", "{}")
State = dict[str, str | None]
"""Field → what history has of it as text, None for nothing."""


@dataclass
class Replayed:
    """``fields`` None when the row was not there; ``hanging``: name of the history's field → lines as it keeps them."""

    fields: State | None = None
    hanging: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, name: str, before: str | None, after: str | None) -> None:
        """One more entry of its history."""
        if name not in _HANGING:
            self.fields = step(self.fields, kind, name, after)
            return
        lines = self.hanging.setdefault(name, [])
        place = lines.index(before) if before in lines else len(lines)
        lines[place : place + 1] = [] if after is None else [after]


def step(state: State | None, kind: str, name: str, after: str | None) -> State | None:
    """A row's fields after one more entry of its history."""
    if kind == "created":
        return {key: bare(plain(value)) for key, value in json.loads(after or "{}").items()}
    if kind == "removed":
        return None
    if state is not None:
        state[name] = bare(after)
    return state


def bare(value: str | None) -> str | None:
    """The same for everything that stands for nothing."""
    return None if value in _EMPTY else value


def then_and_now(connection: Connection, table: str, row_id: int, moment: datetime) -> tuple[Replayed, Replayed]:
    """A row of ``table`` as it was before an instant (a whole second), and as it is."""
    then, now = Replayed(), Replayed()
    for kind, name, before, after, early in history.told(connection, (table, row_id), moment):
        now.add(kind, name, before, after)
        if early:
            then.add(kind, name, before, after)
    return then, now


def typed(table: str, state: State) -> dict[str, Any]:
    """The tracked columns of ``table`` as rows have them; what history does not name is empty."""
    return {name: value(table, name, state.get(name)) for name in TRACKED[table]}


def value(table: str, name: str, text: str | None) -> Any:
    """One value of a column as rows have it, from the text that history keeps."""
    column: Any = TABLES[table].c[name]
    if text is None:
        empty = column.default.arg if column.default is not None else None
        return empty if empty in _EMPTY else None
    if isinstance(column.type, Boolean):
        return text == "1"
    if isinstance(column.type, Integer | BigInteger):
        return int(text)
    if isinstance(column.type, Utc):
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if isinstance(column.type, Date) else text


_HANGING = frozenset({"note_row" if name == "note" else name for name in CHILDREN})
