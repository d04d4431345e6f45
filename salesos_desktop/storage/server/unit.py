"""A unit of work on a server, where the database itself writes log, history and totals (record.sql)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from ...domain.changes import RowChange
from ..numbering import Numbers
from ..prepared import Prepared
from ..refusals import denied
from ..unit_of_work import UnitOfWork


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

    def _open(self, header: Mapping[str, Any]) -> int:
        seq, self.at, self.xid = self.connection.execute(_OPEN, dict(header)).one()
        return int(seq)

    def _note(self, change: RowChange) -> None:
        """The triggers do."""

    def _write_record(self) -> None:
        """Points, each of which the database finds due or refuses."""
        if self._points:
            self.connection.execute(_AWARD, self._points)
            self._points.clear()

    def _tell(self, values: Mapping[str, Any]) -> int:
        self.flush()
        told: int = self.connection.execute(_TELL, dict(values)).scalar_one()
        return told

    def _write(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        """A row that is seen and may not be written is left as it was by the database, without a word."""
        if not statement.count(self.connection, values):
            raise denied()

    def _delete(self, table: str, row_id: int) -> None:
        self.connection.execute(_TAKE_AWAY, {"table": table, "id": row_id})

    def _close(self) -> None:
        self.connection.execute(_CALL, {"label": self._header["label"]})


_OPEN = text(
    "SELECT seq, opened_at, pg_current_xact_id()::text::bigint FROM salesos.open_unit(:origin, :verb, :label, :undoable, "
    "CAST(:reverts AS bigint), :at, CAST(:actor_id AS integer))"
)
_AWARD = text(
    "SELECT salesos.award(:person_id, :reason, :points, :subject_table, :subject_id, CAST(:stage_id AS integer))"
)
_TELL = text("SELECT salesos.tell(:person_id, :kind, :title, :body, :subject_table, CAST(:subject_id AS bigint))")
_TAKE_AWAY = text("SELECT salesos.take_away(:table, :id)")
_CALL = text("SELECT salesos.call_unit(:label)")
_RESERVE = text("SELECT salesos.reserve(:name, :size)")
_GIVE_BACK = text("SELECT salesos.give_back(:name, :following, :behind)")
