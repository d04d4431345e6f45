"""The short lists that everything refers to: stages, people, companies, products, reasons, settings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from ...domain.stages import Category, Stage, StageKind
from ..prepared import Prepared
from ..schema import TABLES
from ..schema.pipelines import pipeline, stage
from ..schema.stream import change_log, change_row
from ..schema.workspace import setting
from ..values import Named


def stages(connection: Connection, pipeline_id: int | None = None) -> list[Stage]:
    """Stages in board order; of one pipeline, or of all when None."""
    return [
        Stage(r[0], r[1], r[2], StageKind(r[3]), r[4], r[5], r[6], Category(r[7]), r[8])
        for r in _STAGES.rows(connection)
        if pipeline_id is None or r[1] == pipeline_id
    ]


def pipelines(connection: Connection) -> list[Named]:
    """Pipelines in their order, those out of use last."""
    return [Named(r[0], r[1], r[2]) for r in _PIPELINES.rows(connection)]


def first_pipeline(connection: Connection) -> int | None:
    """Id of the first pipeline, None in a workspace that was not set up yet."""
    return next((each.id for each in pipelines(connection)), None)


def pipeline_of(connection: Connection, deal_id: int) -> int | None:
    """Pipeline of the stage a deal is in, None when the deal does not exist."""
    deal = TABLES["opportunity"]
    statement = select(stage.c.pipeline_id).join(deal, deal.c.stage_id == stage.c.id).where(deal.c.id == deal_id)
    return connection.execute(statement).scalar()


def named(connection: Connection, table: str, *, like: str = "", limit: int | None = None) -> list[Named]:
    """Rows of a short list in its order, else by name; ``like`` is folded text that must occur in the folded name."""
    target = TABLES[table]
    active = target.c.active if "active" in target.c else text("1")
    # The position of a person is a job.
    placed = "position" in target.c and target.c.position.type.python_type is int
    order = [target.c.position] if placed else []
    order.append(target.c.folded if "folded" in target.c else target.c.name)
    statement = select(target.c.id, target.c.name, active).order_by(*order, target.c.id)
    if "deleted_at" in target.c:
        statement = statement.where(target.c.deleted_at.is_(None))
    if like:
        statement = statement.where(target.c.folded.contains(like, autoescape=True))
    if limit is not None:
        statement = statement.limit(limit)
    return [Named(r[0], r[1], bool(r[2])) for r in connection.execute(statement)]


def name_of(connection: Connection, table: str, row_id: int | None) -> str:
    """Name of one row or the text that stands for it, also of one that was removed for good; empty when there is none."""
    if row_id is None:
        return ""
    column = next((name for name in _NAMES if name in TABLES[table].c), None)
    if column is None:
        return ""
    found = _text_of(table, column).value(connection, {"row": row_id})
    return _last_name(connection, table, column, row_id) if found is None else str(found)


@cache
def _text_of(table: str, column: str) -> Prepared:
    """One column of one row."""
    target = TABLES[table]
    return Prepared(select(target.c[column]).where(target.c.id == bindparam("row")))


def _last_name(connection: Connection, table: str, column: str, row_id: int) -> str:
    """What a row was called when it was removed, as the change log keeps it."""
    statement = (
        select(change_row.c.before)
        .join(change_log, change_log.c.seq == change_row.c.seq)
        .where(
            change_log.c.tables.contains(table), change_row.c.table_name == table, change_row.c.row_id == row_id,
            change_row.c.after.is_(None),
        )
        .order_by(change_row.c.seq.desc())
        .limit(1)
    )  # fmt: skip
    whole = connection.execute(statement).scalar()
    return str(json.loads(whole).get(column) or "") if whole else ""


def by_folded(connection: Connection, table: str, folded: Iterable[str]) -> dict[str, int]:
    """Folded name → id of the rows that exist; the lowest id where two share a name."""
    statement, wanted = _by_folded(table), list(folded)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        found.update((r[0], r[1]) for r in statement.rows(connection, {"names": wanted[start : start + 500]}))
    return found


@cache
def _by_folded(table: str) -> Prepared:
    target = TABLES[table]
    statement = select(target.c.folded, func.min(target.c.id)).group_by(target.c.folded)
    statement = statement.where(target.c.folded.in_(bindparam("names", expanding=True)))
    return Prepared(statement.where(target.c.deleted_at.is_(None)) if "deleted_at" in target.c else statement)


def settings(connection: Connection) -> dict[str, Any]:
    """Every setting of the workspace by name."""
    return {r[0]: json.loads(r[1]) for r in connection.execute(select(setting.c.name, setting.c.value))}


_NAMES = ("name", "label", "text", "body", "value")
_PIPELINES = Prepared(
    select(pipeline.c.id, pipeline.c.name, pipeline.c.active).order_by(
        pipeline.c.active.desc(), pipeline.c.position, pipeline.c.id
    )
)
_STAGES = Prepared(
    select(*(stage.c[field.name] for field in fields(Stage))).order_by(
        stage.c.pipeline_id, stage.c.position, stage.c.id
    )
)
