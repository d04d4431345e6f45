"""A unit of work on a server, where the database itself writes log, history and totals (record.sql)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

from ...domain.changes import RowChange
from ..numbering import Numbers
from ..prepared import Prepared
from ..refusals import denied
from ..unit_of_work import UnitOfWork
from .turns import taken


class ServerNumbers(Numbers):
    """The same blocks, which no person's role may take in another way."""

    def _reserve(self, table: str, size: int) -> int:
        end: int = self._connection.execute(_RESERVE, {"name": table, "size": size}).scalar_one()
        return end

    def _give_back(self, table: str, following: int, end: int) -> None:
        self._connection.execute(_GIVE_BACK, {"name": table, "following": following, "behind": end})


class ServerUnit(UnitOfWork):
    """Tells the database what it is about, and leaves to its triggers what a changed row leaves behind."""

    _numbering = ServerNumbers

    def __init__(self, connection: Connection, **header: Any) -> None:
        self._told: list[Mapping[str, Any]] = []
        super().__init__(connection, **header)

    def _open(self, header: Mapping[str, Any]) -> int:
        seq, self.at, self.xid = taken(self.connection, lambda: self.connection.execute(_OPEN, dict(header)).one())
        return int(seq)

    def _note(self, change: RowChange) -> None:
        """The triggers do."""

    def _write_record(self) -> None:
        """Points, each of which the database finds due or refuses."""
        if self._points:
            self.connection.execute(_AWARD, self._points)
            self._points.clear()

    def _tell(self, values: Mapping[str, Any]) -> int:
        """Together at the end, for who writes keeps others waiting; until then a place stands for the number."""
        self._told.append(values)
        return len(self._told) - 1

    def _write(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        """A row that is seen and may not be written is left as it was by the database, without a word."""
        if not statement.count(self.connection, values):
            raise denied()

    def _delete(self, table: str, row_id: int) -> None:
        self.connection.execute(_TAKE_AWAY, {"table": table, "id": row_id})

    def _close(self) -> None:
        points, notices = ([{name: row[name] for name in names} for row in rows] for names, rows in (
            (_POINTS, self._points), (_NOTICE, self._told),
        ))  # fmt: skip
        numbers = self.connection.execute(
            _FINISH, {"label": self._header["label"], "points": json.dumps(points), "notices": json.dumps(notices)}
        ).scalar_one()
        self._points.clear()
        self._notices = [replace(told, id=number) for told, number in zip(self._notices, numbers, strict=True)]


_OPEN = text(
    "SELECT seq, opened_at, pg_current_xact_id()::text::bigint FROM salesos.open_unit(:origin, :verb, :label, :undoable, "
    "CAST(:reverts AS bigint), :at, CAST(:actor_id AS integer))"
)
_AWARD = text(
    "SELECT salesos.award(:person_id, :reason, :points, :subject_table, :subject_id, CAST(:stage_id AS integer))"
)
_TAKE_AWAY = text("SELECT salesos.take_away(:table, :id)")
_FINISH = text("SELECT salesos.finish_unit(:label, CAST(:points AS json), CAST(:notices AS json))")
_POINTS = ("person_id", "reason", "points", "subject_table", "subject_id", "stage_id")
_NOTICE = ("person_id", "kind", "title", "body", "subject_table", "subject_id")
_RESERVE = text("SELECT salesos.reserve(:name, :size)")
_GIVE_BACK = text("SELECT salesos.give_back(:name, :following, :behind)")
