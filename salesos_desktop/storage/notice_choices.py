"""What people have chosen to be told of, read once in a unit of work."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from ..domain.notices import Channel, NoticeSettings, from_json
from .prepared import Prepared
from .schema.people import person


class NoticeChoices:
    """Says whether a notification is to be recorded at all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[int, NoticeSettings] = {}

    def record(self, person_id: int, kind: str) -> bool:
        """Whether the person is told of this kind."""
        found = self._known.get(person_id)
        if found is None:
            kept = _KEPT.value(self._connection, {"person": person_id})
            found = self._known[person_id] = from_json(kept or "{}")
        return found.wants(kind, Channel.IN_APP)


_KEPT = Prepared(select(person.c.notices).where(person.c.id == bindparam("person")))
