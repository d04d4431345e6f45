"""What people have chosen to be told of, read once in a unit of work."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ..domain.notices import Channel, NoticeSettings, from_json
from .prepared import Prepared
from .schema.people import person


class NoticeChoices:
    """Says whether a notification is to be recorded at all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[int, NoticeSettings] | None = None

    def record(self, person_id: int, kind: str) -> bool:
        """Whether the person is told of this kind."""
        if self._known is None:
            self._known = {row[0]: from_json(row[1]) for row in _CHOSEN.rows(self._connection)}
        return self._known.get(person_id, _USUAL).wants(kind, Channel.IN_APP)


_USUAL = NoticeSettings()
_CHOSEN = Prepared(select(person.c.id, person.c.notices).where(person.c.notices != "", person.c.notices != "{}"))
