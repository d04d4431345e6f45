"""What SQLite and PostgreSQL say differently: folding of texts, and values inside JSON that a Text column keeps.

The functions take a text column and, where they look into an object, a key of ASCII letters, digits, ``_`` and ``-``. They
give NULL for what is not there or of another type.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_Clause = ColumnElement[Any]


def folded(text: _Clause) -> ColumnElement[str]:
    """``domain.text.fold`` of a text. PostgreSQL needs a database in UTF-8, and leaves Cherokee and the iota that
    ancient Greek writes below a letter as they are."""
    return _Folded(text)


def position(text: _Clause, part: _Clause) -> ColumnElement[int]:
    """Where a part begins in a text, from 1; 0 when it is not in it. Case counts."""
    return _Position(text, part)


def ordinal(day: _Clause) -> ColumnElement[int]:
    """The number of a day, as ``date.toordinal`` gives it."""
    return _Ordinal(day)


def day_text(ordinal: _Clause) -> ColumnElement[str]:
    """YYYY-MM-DD of the number of a day."""
    return _DayText(ordinal)


def json_text(document: _Clause, key: str) -> ColumnElement[str]:
    """A text in an object."""
    return _JsonText(document, literal(key))


def json_number(document: _Clause, key: str) -> ColumnElement[int]:
    """A number in an object, with its decimals."""
    return _JsonNumber(document, literal(key))


def json_flag(document: _Clause, key: str) -> ColumnElement[bool]:
    """True or false in an object."""
    return _JsonFlag(document, literal(key))


def json_day(document: _Clause, key: str) -> ColumnElement[str]:
    """A text of the form YYYY-MM-DD in an object; compared byte by byte."""
    return _JsonDay(document, literal(key))


def json_list(document: _Clause, key: str | None = None) -> ColumnElement[str]:
    """A list in an object, or the document itself if it is a list; for ``has_text``."""
    return _JsonList(document) if key is None else _JsonList(document, literal(key))


def json_nothing(document: _Clause, key: str) -> ColumnElement[bool]:
    """Whether an object lacks a key or has null there; never NULL."""
    return _JsonNothing(document, literal(key))


def has_text(listed: _Clause, wanted: Sequence[str] = ()) -> ColumnElement[bool]:
    """Whether a list has a text that, folded, is one of ``wanted``; with none wanted, whether it has any text. Never NULL."""
    return _HasText(listed, *(literal(text) for text in wanted))


class _Written(FunctionElement[Any]):
    """SQL as a template per database: {0} and {1} are the arguments, {at} the place in the document, {kind} its JSON type."""

    inherit_cache = True
    sqlite = ""
    postgresql = ""


class _Folded(_Written):
    inherit_cache = True
    name = "folded"
    type = Text()
    sqlite = "fold({0})"


class _Position(_Written):
    inherit_cache = True
    name = "position"
    type = BigInteger()
    sqlite = "instr({0}, {1})"
    postgresql = "strpos({0}, {1})"


class _Ordinal(_Written):
    inherit_cache = True
    name = "ordinal"
    type = BigInteger()
    sqlite = "CAST(julianday({0}) - 1721424.5 AS INTEGER)"
    postgresql = "({0} - DATE '0001-01-01' + 1)"


class _DayText(_Written):
    inherit_cache = True
    name = "day_text"
    type = Text()
    sqlite = "date({0} + 1721424.5)"
    postgresql = "to_char(DATE '0001-01-01' + ({0} - 1), 'YYYY-MM-DD')"


class _JsonText(_Written):
    inherit_cache = True
    name = "json_text"
    type = Text()
    sqlite = "CASE {kind} WHEN 'text' THEN {at} END"
    postgresql = "CASE {kind} WHEN 'string' THEN {at} #>> '{{}}' END"


class _JsonNumber(_Written):
    inherit_cache = True
    name = "json_number"
    type = BigInteger()
    sqlite = "CASE WHEN {kind} IN ('integer', 'real') THEN {at} END"
    postgresql = "CASE {kind} WHEN 'number' THEN ({at})::numeric END"


class _JsonFlag(_Written):
    inherit_cache = True
    name = "json_flag"
    type = Boolean()
    sqlite = "CASE {kind} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
    postgresql = "CASE {kind} WHEN 'boolean' THEN ({at})::boolean END"


class _JsonDay(_Written):
    inherit_cache = True
    name = "json_day"
    type = Text()
    sqlite = "CASE WHEN {kind} = 'text' AND {at} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' THEN {at} END"
    postgresql = (
        "(CASE WHEN {kind} = 'string' AND ({at} #>> '{{}}') ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' "
        "THEN {at} #>> '{{}}' END COLLATE \"C\")"
    )


class _JsonList(_Written):
    inherit_cache = True
    name = "json_list"
    type = Text()
    sqlite = "CASE {kind} WHEN 'array' THEN {at} END"
    postgresql = "CASE {kind} WHEN 'array' THEN {at} END"


class _JsonNothing(_Written):
    inherit_cache = True
    name = "json_nothing"
    type = Boolean()
    sqlite = "(coalesce({kind}, 'null') = 'null')"
    postgresql = "(coalesce({kind}, 'null') = 'null')"


class _HasText(FunctionElement[bool]):
    name = "has_text"
    type = Boolean()
    inherit_cache = True


@compiles(_Written, "sqlite")
def _write_for_sqlite(element: _Written, compiler: Any, **kw: Any) -> str:
    given = [f"({compiler.process(clause, **kw)})" for clause in element.clauses]
    # A damaged document is none; a key may have a hyphen, so it is quoted.
    document = f"CASE WHEN json_valid({given[0]}) THEN {given[0]} END"
    path = f"'$.\"' || {given[1]} || '\"'" if len(given) > 1 else "'$'"
    kind, at = f"json_type({document}, {path})", f"json_extract({document}, {path})"
    return f"({element.sqlite.format(*given, kind=kind, at=at)})"


@compiles(_Written, "postgresql")
def _write_for_postgresql(element: _Written, compiler: Any, **kw: Any) -> str:
    given = [f"({compiler.process(clause, **kw)})" for clause in element.clauses]
    at = f"(nullif({given[0]}, '')::jsonb" + (f" -> {given[1]})" if len(given) > 1 else ")")
    return f"({element.postgresql.format(*given, kind=f'jsonb_typeof({at})', at=at)})"


@compiles(_Folded, "postgresql")
def _fold_for_postgresql(element: _Folded, compiler: Any, **kw: Any) -> str:
    return _folded_by_postgresql(compiler.process(element.clauses, **kw))


@compiles(_HasText, "sqlite")
def _search_in_sqlite(element: _HasText, compiler: Any, **kw: Any) -> str:
    listed, *wanted = [compiler.process(clause, **kw) for clause in element.clauses]
    # CASE, for SQLite may fold before it looks at the type, and fold takes texts only.
    text = "CASE member.type WHEN 'text' THEN fold(member.value) END"
    return f"EXISTS (SELECT 1 FROM json_each({listed}) AS member WHERE {_among(text, wanted)})"


@compiles(_HasText, "postgresql")
def _search_in_postgresql(element: _HasText, compiler: Any, **kw: Any) -> str:
    listed, *wanted = [compiler.process(clause, **kw) for clause in element.clauses]
    text = "CASE jsonb_typeof(member.value) WHEN 'string' THEN member.value #>> '{}' END"
    searched = _folded_by_postgresql(text) if wanted else text
    return f"EXISTS (SELECT 1 FROM jsonb_array_elements({listed}) AS member(value) WHERE {_among(searched, wanted)})"


def _among(text: str, wanted: Sequence[str]) -> str:
    return f"{text} IN ({', '.join(wanted)})" if wanted else f"{text} IS NOT NULL"


# Small letters of the signs that the database's own lower() may not know where its locale is C.
_CAPITALS = "".join(c for c in map(chr, range(0xC0, 0x180)) if len(c.lower()) == 1 and c != c.lower())


def _folded_by_postgresql(text: str) -> str:
    """In the order of ``fold``: case, decomposition, marks, spaces."""
    lowered = f"replace(lower(translate({text}, '{_CAPITALS}', '{_CAPITALS.lower()}')), 'ß', 'ss')"
    decomposed = f"normalize(translate({lowered}, 'ς', 'σ'), NFKD)"
    bare = f"regexp_replace({decomposed}, '{_marks()}', '', 'g')"
    return f"btrim(regexp_replace({bare}, '{_spaces()}+', ' ', 'g'))"


@cache
def _marks() -> str:
    """All combining signs as a class of a regular expression."""
    return _class([number for number in range(0x300, 0x1F000) if unicodedata.combining(chr(number))])


@cache
def _spaces() -> str:
    return _class([number for number in range(0x3001) if chr(number).isspace()])


def _class(numbers: Sequence[int]) -> str:
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"
