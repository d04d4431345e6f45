"""The record of what one commit changed: the only thing that undo, models, charts and notices live off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]

BULK_LIMIT = 500
"""Past this many changed rows a change set is only a mark, and the views reload once."""
KEPT_DAYS = 30
"""How long the bin keeps what was deleted. Undo reaches no further back: it would meet rows that are gone for good."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after; ``before`` is None for an insert, ``after`` for a delete. Both hold every column."""

    table: str
    row_id: int
    before: Row | None
    after: Row | None

    @property
    def fields(self) -> frozenset[str]:
        """Names of the columns that differ."""
        if self.before is None or self.after is None:
            return frozenset((self.before or self.after or {}).keys())
        after = self.after
        return frozenset(name for name, value in self.before.items() if after.get(name) != value)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification as it was recorded: for whom, of which kind, about which deals."""

    id: int
    person_id: int
    at: datetime
    kind: str
    title: str
    body: str
    subject_table: str
    subject_id: int | None
    change_seq: int
    read: bool = False


_MARKED = "#"


def marked(origin: str, mark: str) -> str:
    """The origin of a commit that can be asked for by its mark."""
    return f"{origin}{_MARKED}{mark}" if mark else origin


def unmarked(origin: str) -> str:
    """The window or process that an origin names."""
    return origin.partition(_MARKED)[0]


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one committed unit of work changed, in the order it was written.

    ``seq`` grows with each commit of a workspace; ``origin`` names the window or process that started it; ``verb`` the
    action (``move``, ``win``, ``undo`` …); ``label`` what it is called in the undo menu, as a message with its values (``[]`` of
    other windows' commits).
    A ``bulk`` set carries no changes: whoever follows the stream loads afresh.
    """

    seq: int
    at: datetime
    actor_id: int
    origin: str
    verb: str
    label: str
    changes: tuple[RowChange, ...] = ()
    notices: tuple[Notice, ...] = ()
    points: int = 0
    undoable: bool = True
    bulk: bool = False
    tables: frozenset[str] = field(default_factory=frozenset)

    def of(self, table: str) -> Iterator[RowChange]:
        """Changes of one table, in order."""
        return (change for change in self.changes if change.table == table)

    def touches(self, table: str) -> bool:
        """Whether rows of ``table`` changed, also when the set is bulk."""
        return table in self.tables
