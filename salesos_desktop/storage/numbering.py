"""Numbers for rows to come, so that none is used twice."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from .prepared import Prepared
from .schema.workspace import id_counter

_MOST = 1000


class Numbers:
    """Takes them out of growing blocks of the counter during one unit of work; what is left of one goes back at the end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: dict[str, tuple[int, int]] = {}
        self._reserved: dict[str, int] = {}

    def next(self, table: str) -> int:
        """The next number of a table."""
        following, end = self._ids.get(table, (0, 0))
        if following >= end:
            size = min(_MOST, 1 + 2 * self._reserved.get(table, 0))
            end = self._reserve(table, size)
            following = end - size
            self._reserved[table] = self._reserved.get(table, 0) + size
        self._ids[table] = (following + 1, end)
        return following

    def close(self) -> None:
        """Gives back what was not needed."""
        for table, (following, end) in self._ids.items():
            if following < end:
                self._give_back(table, following, end)

    def _reserve(self, table: str, size: int) -> int:
        """Takes a block and returns the number behind it; the row of the counter exists since set-up."""
        end: int = _RESERVE.value(self._connection, {"table": table, "size": size})
        return end

    def _give_back(self, table: str, following: int, end: int) -> None:
        _GIVE_BACK.run(self._connection, {"table": table, "end": end, "following": following})


_COUNTER = update(id_counter).where(id_counter.c.name == bindparam("table"))
_RESERVE = Prepared(
    _COUNTER.values(next=id_counter.c.next + bindparam("size", type_=id_counter.c.next.type)).returning(
        id_counter.c.next
    )
)
_GIVE_BACK = Prepared(_COUNTER.where(id_counter.c.next == bindparam("end")).values(next=bindparam("following")))
