"""Who has which deal open, on a server (presence.sql): no row of the record."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from ..store import Store


def look(store: Store, person_id: int, window: str, deal_id: int | None) -> None:
    """Says which deal a window of a person has open, None for none; nobody's turn to write is taken."""
    with store.beside() as connection:
        connection.execute(_LOOK, {"person": person_id, "window": window, "deal": deal_id})


def lookers(connection: Connection, person_id: int) -> list[tuple[int, int, str, datetime]]:
    """Deals that others have open, among those that whoever asks sees: (deal, person, their name, since)."""
    return [(r[0], r[1], r[2], r[3]) for r in connection.execute(_LOOKERS, {"person": person_id})]


_LOOK = text(
    "INSERT INTO salesos.presence (person, window_name, deal) VALUES (:person, :window, CAST(:deal AS integer)) "
    "ON CONFLICT (person, window_name) DO UPDATE SET deal = excluded.deal"
)
_LOOKERS = text(
    "SELECT p.deal, p.person, o.name, min(p.since) FROM salesos.presence AS p JOIN public.person AS o ON o.id = p.person "
    "WHERE p.deal IS NOT NULL AND p.person <> :person GROUP BY 1, 2, 3 ORDER BY 1, 4"
)
