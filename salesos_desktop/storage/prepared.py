"""Statements of the hot path, compiled once: on SQLite, SQLAlchemy's way to a statement costs ten times the statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.engine.interfaces import Compiled

Processor = Callable[[Any], Any]
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Shape:
    """The statement for one length of each list among its values."""

    sql: str
    names: Sequence[str]
    constants: Mapping[str, Any]
    expansion: Mapping[str, Sequence[str]]
    processors: Mapping[str, Processor]

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the places of their question marks, as SQLite keeps them."""
        flat = {**self.constants, **values}
        for name, parts in self.expansion.items():
            flat.update(zip(parts, values[name], strict=True))
        process = self.processors
        return [process[name](flat[name]) if name in process else flat[name] for name in self.names]


class Prepared:
    """One statement and its named values. Other databases than SQLite run it through SQLAlchemy as usual.

    ``columns`` are those that every row of an insert gives.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns_given = columns
        self._compiled: Compiled | None = None
        self._shapes: dict[tuple[int, ...], _Shape] = {}
        self._lists: tuple[str, ...] = ()
        self._columns: list[tuple[int, Processor]] = []

    def rows(self, connection: Connection, values: Mapping[str, Any] = _NOTHING) -> Sequence[Sequence[Any]]:
        """Every row, as tuples in the order of the statement's columns."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).all()
        shape = self._shape(connection.dialect, values)
        file: Any = connection.connection.dbapi_connection
        found: list[Sequence[Any]] = file.execute(shape.sql, shape.bound(values)).fetchall()
        return [self._typed(row) for row in found] if self._columns else found

    def value(self, connection: Connection, values: Mapping[str, Any] = _NOTHING) -> Any:
        """The first column of the first row, None when there is no row."""
        found = self.rows(connection, values)
        return found[0][0] if found else None

    def run(self, connection: Connection, values: Mapping[str, Any] = _NOTHING) -> None:
        """Writes."""
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, values)
            return
        shape = self._shape(connection.dialect, values)
        file: Any = connection.connection.dbapi_connection
        file.execute(shape.sql, shape.bound(values))

    def count(self, connection: Connection, values: Mapping[str, Any] = _NOTHING) -> int:
        """Writes, on other databases than SQLite; how many rows."""
        return connection.execute(self._statement, values).rowcount

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes once per row of values; all rows have the same names."""
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, rows)
            return
        shape = self._shape(connection.dialect, rows[0])
        file: Any = connection.connection.dbapi_connection
        file.executemany(shape.sql, map(shape.bound, rows))

    def _typed(self, row: Sequence[Any]) -> list[Any]:
        typed = list(row)
        for place, process in self._columns:
            typed[place] = process(typed[place])
        return typed

    def _shape(self, dialect: Dialect, values: Mapping[str, Any]) -> _Shape:
        if self._compiled is None:
            self._compile(dialect)
        lengths = tuple([len(values[name]) for name in self._lists])
        shape = self._shapes.get(lengths)
        if shape is None:
            shape = self._shapes[lengths] = self._made(values)
        return shape

    def _compile(self, dialect: Dialect) -> None:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns_given)  # type: ignore[attr-defined]
        assert not compiled.insert_prefetch, compiled.insert_prefetch
        self._lists = tuple(name for name, bind in compiled.binds.items() if bind.expanding)
        columns = []
        for place, column in enumerate(getattr(self._statement, "selected_columns", ())):
            process = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if process is not None:
                columns.append((place, process))
        # At once: an export runs beside the worker and may compile the same statement.
        self._columns, self._compiled = columns, compiled

    def _made(self, values: Mapping[str, Any]) -> _Shape:
        compiled: Any = self._compiled
        state = compiled.construct_expanded_state(values)
        given = set(values).union(*state.parameter_expansion.values())
        constants = {name: value for name, value in state.parameters.items() if name not in given}
        return _Shape(
            state.statement,
            tuple(state.positiontup or ()),
            constants,
            dict(state.parameter_expansion),
            {**compiled._bind_processors, **state.processors},
        )
