"""The kept totals as they are read: in a file the tables, on a server what of them the person sees."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, TableClause, column
from sqlalchemy.ext.compiler import compiles

from ..schema import sales


class _Seen(TableClause):
    """Columns of a table under its name; on a server out of the view ``salesos.seen_…`` (server/figures.sql)."""

    inherit_cache = True


@compiles(_Seen)
def _in_a_file(element: _Seen, compiler: Any, **more: Any) -> str:
    return str(compiler.visit_table(element, **more))


@compiles(_Seen, "postgresql")
def _on_a_server(element: _Seen, compiler: Any, **more: Any) -> str:
    name = compiler.visit_table(element, **more)
    return f"salesos.seen_{name} AS {name}" if name else ""


def _seen(table: Table) -> _Seen:
    return _Seen(table.name, *(column(each.name, each.type) for each in table.columns))


total, stage_total = _seen(sales.total), _seen(sales.stage_total)
