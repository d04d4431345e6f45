"""Contents of attached files on a server: kept in parts by who brought them (contents.sql), read and written with flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from ..store import Store

PART = 1 << 20
"""Bytes of each part but the last. Never changes: what was brought half is gone on with part by part."""


def keep(store: Store, sha256: str, person_id: int, parts: Iterable[bytes]) -> None:
    """Brings a content, each part of PART bytes in a transaction of its own for which nobody waits; parts that are there stay."""
    with store.beside() as connection:
        there = {row[0] for row in connection.execute(_THERE, {"sha256": sha256, "person": person_id})}
    for number, part in enumerate(parts):
        if number not in there:
            with store.beside() as connection:
                values = {"sha256": sha256, "person": person_id, "part": number, "bytes": part}
                connection.execute(_KEEP, values)


def parts(connection: Connection, sha256: str, person_id: int) -> Iterator[bytes]:
    """The parts of a content in order; none where the person of the connection sees no attachment with it."""
    number = 0
    while True:
        part = connection.execute(_PART, {"sha256": sha256, "person": person_id, "part": number}).scalar()
        if part is None:
            return
        yield bytes(part)
        number += 1


def sweep(connection: Connection) -> int:
    """Takes away contents that nothing names any more and that are older than a day; returns how many."""
    return int(connection.execute(_SWEEP).scalar_one())


_THERE = text("SELECT part FROM salesos.content WHERE sha256 = :sha256 AND person = :person")
_KEEP = text(
    "INSERT INTO salesos.content (sha256, person, part, bytes) VALUES (:sha256, :person, :part, :bytes) ON CONFLICT DO NOTHING"
)
_PART = text("SELECT bytes FROM salesos.content WHERE sha256 = :sha256 AND person = :person AND part = :part")
_SWEEP = text("SELECT salesos.sweep_contents()")
