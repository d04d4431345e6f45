"""A unit of work on a server, where the database itself writes log, history and totals (record.sql)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from ...domain.changes import RowChange
from ..numbering import Numbers
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
        seq, self.at = self.connection.execute(_OPEN, dict(header)).one()
        return int(seq)

    def _note(self, change: RowChange) -> None:
        """The triggers do."""

    def _close(self) -> None:
        self.connection.execute(_CALL, {"label": self._header["label"]})


_OPEN = text(
    "SELECT seq, opened_at FROM salesos.open_unit(:origin, :verb, :label, :undoable, CAST(:reverts AS bigint), :at, "
    "CAST(:actor_id AS integer))"
)
_CALL = text("SELECT salesos.call_unit(:label)")
_RESERVE = text("SELECT salesos.reserve(:name, :size)")
_GIVE_BACK = text("SELECT salesos.give_back(:name, :following, :behind)")
