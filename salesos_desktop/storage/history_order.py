"""Where a moment lies in history: entries of deals are numbered as they are written, so that it is found by halving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, String, bindparam, func, literal, literal_column, select, type_coerce

from .prepared import Prepared
from .schema.stream import history

WHOLE = frozenset({"stage_id", "value", "probability", "owner_id", "product_id", "source_id"})
DAYS = frozenset({"expected_close", "closed_on", "hold_until"})
FIELDS = (
    "stage_id", "value", "currency", "expected_close", "closed_on", "probability", "owner_id", "product_id", "source_id",
    "category", "deleted_at", "hold_until",
)  # fmt: skip
"""What is known of each deal at any moment; ``deleted_at`` only as whether there is one."""


def last_before(connection: Connection, moment: datetime) -> int:
    """Number of the last entry about a deal before an instant, 0 for none.

    Looks at what ``FIELDS`` name alone: sample data write what is about leads and activities afterwards. A
    computer's clock that ran wrong for a while may shift it by what was written meanwhile.
    """
    wanted = as_kept(connection, moment)
    low, high = 0, last(connection)
    while low < high:
        middle = (low + high + 1) // 2
        found = _UP_TO.rows(connection, {"id": middle})
        if found and found[0][1] >= wanted:
            high = found[0][0] - 1
        else:
            low = middle
    found = _UP_TO.rows(connection, {"id": low})
    return int(found[0][0]) if found else 0


def last(connection: Connection) -> int:
    """Number of the newest entry, 0 for none."""
    return int(_LAST.value(connection) or 0)


def as_kept(connection: Connection, moment: datetime) -> Any:
    """An instant as the database gives it: SQLite keeps every one as one text (layout 0004), which sorts like it."""
    if connection.dialect.name != "sqlite":
        return moment
    return moment.replace(tzinfo=None).isoformat(" ", timespec="microseconds")


_LAST = Prepared(select(func.max(history.c.id)))
_UP_TO = Prepared(
    select(history.c.id, type_coerce(history.c.at, String))
    .where(
        history.c.id <= bindparam("id", type_=BigInteger),
        # A table that is no plain column: along the key, and not along the index by subject.
        func.coalesce(history.c.subject_table, "") == literal("opportunity"),
        history.c.field.in_([literal_column(f"'{name}'") for name in ("", *FIELDS)]),
    )
    .order_by(history.c.id.desc())
    .limit(1)
)
