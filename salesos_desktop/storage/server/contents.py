"""Contents of attached files on a server: kept in parts by who brought them (contents.sql), read and written with flat memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def bring(connection: Connection, sha256: str, person_id: int, file: Path) -> None:
    """Puts the content of a file in, in the transaction of the owner of the tables; one that is there whole stays."""
    known = {"sha256": sha256, "person": person_id}
    if connection.execute(_SIZE, known).scalar_one() == file.stat().st_size:
        return
    connection.execute(_GONE, known)
    server: Any = connection.connection.dbapi_connection
    with (
        file.open("rb") as source,
        server.cursor().copy("COPY salesos.content (sha256, person, part, bytes) FROM STDIN") as copy,
    ):
        for number, part in enumerate(iter(lambda: source.read(PART), b"")):
            copy.write_row((sha256, person_id, number, part))


def take(connection: Connection, folder: Path) -> tuple[int, int]:
    """Writes every content that an attachment names into a folder as files by their hash; (files, hashes without a content)."""
    named: dict[str, list[int]] = {}
    for sha256, person_id in connection.execute(_NAMED):
        named.setdefault(sha256, []).append(person_id)
    whole = 0
    for sha256, people in named.items():
        place = folder / sha256[:2] / sha256
        place.parent.mkdir(parents=True, exist_ok=True)
        part_file = place.with_name(place.name + ".part")
        for person_id in people:
            digest = hashlib.sha256()
            with part_file.open("wb") as target:
                for part in parts(connection, sha256, person_id):
                    digest.update(part)
                    target.write(part)
            if digest.hexdigest() == sha256:
                part_file.replace(place)
                whole += 1
                break
        else:
            part_file.unlink()
    return whole, len(named) - whole


_SIZE = text(
    "SELECT coalesce(sum(octet_length(bytes)), 0) FROM salesos.content WHERE sha256 = :sha256 AND person = :person"
)
_GONE = text("DELETE FROM salesos.content WHERE sha256 = :sha256 AND person = :person")
_NAMED = text("SELECT DISTINCT sha256, coalesce(added_by, 0) FROM public.attachment WHERE sha256 <> '' ORDER BY 1, 2")
