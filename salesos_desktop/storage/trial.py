"""A unit of work that only looks: what a change would meet is found out while others go on writing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.changes import ChangeSet, RowChange
from .unit_of_work import UnitOfWork


class Trial(UnitOfWork):
    """Reads one consistent state and writes nothing of what it is told; its connection only has to be one that reads.

    A row that would be added has a number that no row has; one that would change stays as it was read.
    """

    def _open(self, header: Mapping[str, Any]) -> int:  # noqa: ARG002
        return 0

    def insert(self, table: str, values: Mapping[str, Any], row_id: int | None = None) -> int:  # noqa: ARG002
        """A negative number."""
        self._count += 1
        return -self._count

    def update(
        self, table: str, row_id: int, values: Mapping[str, Any], *, expect_version: int | None = None  # noqa: ARG002
    ) -> RowChange | None:  # fmt: skip
        """Nothing."""
        return None

    def delete(self, table: str, row_id: int) -> None:
        """Nothing."""

    def notify(
        self, person_id: int, kind: str, title: list[Any], body: list[Any], subject_id: int | None,
        table: str = "opportunity",
    ) -> None:  # fmt: skip
        """Nobody is told."""

    def award(
        self, person_id: int, reason: str, amount: int, subject_id: int, stage_id: int | None = None,
        table: str = "opportunity",
    ) -> None:  # fmt: skip
        """Nothing."""

    def flush(self) -> None:
        """Nothing waits."""

    def finish(self) -> ChangeSet:
        """There is nothing to keep. Raises RuntimeError."""
        raise RuntimeError("a trial is not committed")
