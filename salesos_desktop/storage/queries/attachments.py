"""Files and links that hang on rows."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, select

from ..schema.people import person
from ..schema.sales import attachment
from ..schema.stream import change_log, change_row


def of(connection: Connection, table: str, row_id: int) -> list[tuple[Any, ...]]:
    """(id, name, size, sha256, url, who added it, when) of what is not in the bin, newest first."""
    columns = (
        attachment.c.id, attachment.c.name, attachment.c.size, attachment.c.sha256, attachment.c.url,
        func.coalesce(person.c.name, ""), attachment.c.added_at,
    )  # fmt: skip
    statement = (
        select(*columns)
        .outerjoin(person, person.c.id == attachment.c.added_by)
        .where(
            attachment.c.subject_table == table, attachment.c.subject_id == row_id, attachment.c.deleted_at.is_(None)
        )
        .order_by(attachment.c.id.desc())
    )
    return [tuple(r) for r in connection.execute(statement)]


def hashes(connection: Connection) -> set[str]:
    """Of every file that a row names, the bin included, or that a redo would name again."""
    found = {r[0] for r in connection.execute(select(attachment.c.sha256).distinct())}
    undone = (
        select(change_row.c.after)
        .join(change_log, change_log.c.seq == change_row.c.seq)
        .where(change_log.c.state == "undone", change_row.c.table_name == "attachment", change_row.c.after.isnot(None))
    )
    return found | {json.loads(r[0]).get("sha256", "") for r in connection.execute(undone)}


def row(connection: Connection, attachment_id: int) -> dict[str, Any] | None:
    """The whole row, None when there is none or it is in the bin."""
    statement = select(attachment).where(attachment.c.id == attachment_id, attachment.c.deleted_at.is_(None))
    found = connection.execute(statement).mappings().first()
    return None if found is None else dict(found)
