"""The search index of a team: looked through as a whole and given as far as the person sees it.

Under row-level security no index of words can be used (its operator might tell of rows that one does not see), so that the looks
are functions: they search first and keep what the policies of ``rights.SEEN`` let the caller see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..search_texts import FINDABLE, KINDS, SPAN, entry_id
from .rights import REACH, SEEN, SUBJECTS, WRITTEN

_DEFINER = (
    "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp "
    "SET plan_cache_mode = force_custom_plan"
)
"""Planned for each search: a plan for any would go through all entries for rare words."""
_ASSIGNED = f"t.assignee_id = ANY ({REACH}) OR t.created_by = ANY ({REACH})"


def functions() -> Iterator[str]:
    """Statements that make the looks; ``findable``: whether the row of an entry can be found at all; ``writes_entry``: whether
    a person may say with which words it is; and ``stale_entries``: those that are marked of rows that they may change."""
    yield _look(
        "find_words(kind integer, wanted tsquery, most integer) RETURNS SETOF integer",
        "SELECT e.id FROM public.search_entry e WHERE array_to_tsvector(string_to_array(e.words, ' ')) @@ wanted",
        "ORDER BY e.id DESC LIMIT most",
    )
    yield _look(
        "find_titles(kind integer, start text, behind text, most integer) RETURNS TABLE (entry integer, name text)",
        'SELECT e.id, e.title FROM public.search_entry e WHERE e.kind = {kind} AND e.title COLLATE "C" >= start '
        'AND e.title COLLATE "C" < behind',
        'ORDER BY e.title COLLATE "C", e.id LIMIT most',
    )
    words = " UNION ".join(
        f"SELECT unnest(string_to_array(e.words, ' ')) FROM public.search_entry e WHERE e.kind = {kind} AND {_seen(kind)}"
        for kind in range(len(KINDS))
    )
    yield (
        f"CREATE OR REPLACE FUNCTION salesos.seen_words() RETURNS SETOF text {_DEFINER} "
        "AS $$ BEGIN IF salesos.sees_all() THEN RETURN QUERY SELECT '0' || word FROM public.search_word; "
        f"ELSE RETURN QUERY {words}; END IF; END $$"
    )
    found = " ".join(
        f"WHEN {place} THEN EXISTS (SELECT FROM {source.partition(' FROM ')[2]} AND t.id = entry % {SPAN})"
        for place, source in enumerate(FINDABLE.values())
    )
    yield (
        "CREATE OR REPLACE FUNCTION salesos.findable(entry integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, pg_temp AS $$ SELECT CASE entry / {SPAN} {found} ELSE false END $$"
    )
    yield "CREATE TABLE IF NOT EXISTS salesos.stale_entry (entry integer PRIMARY KEY)"
    written = " ".join(
        f"WHEN {kind} THEN EXISTS (SELECT FROM public.{table} t WHERE t.id = entry % {SPAN} AND ({_written(table)}))"
        for kind, table in enumerate(KINDS)
    )
    yield (
        f"CREATE OR REPLACE FUNCTION salesos.writes_entry(entry integer) RETURNS boolean {_DEFINER} AS $$ BEGIN "
        "RETURN salesos.my_role() = 'admin' OR salesos.my_role() IN ('rep', 'manager') "
        f"AND CASE entry / {SPAN} {written} ELSE false END; END $$"
    )
    marked = " UNION ALL ".join(
        f"SELECT m.entry FROM salesos.stale_entry m JOIN public.{table} t ON t.id = m.entry - {entry_id(table, 0)} "
        f"WHERE m.entry BETWEEN {entry_id(table, 0)} AND {entry_id(table, SPAN - 1)} AND ({_written(table)})"
        for table in KINDS
    )
    yield (
        f"CREATE OR REPLACE FUNCTION salesos.stale_entries(most integer) RETURNS SETOF integer {_DEFINER} AS $$ BEGIN "
        "IF salesos.my_role() = 'admin' THEN RETURN QUERY SELECT m.entry FROM salesos.stale_entry m LIMIT most; "
        f"ELSIF salesos.my_role() IN ('rep', 'manager') THEN RETURN QUERY {marked} LIMIT most; END IF; END $$"
    )


def filled(statements: str) -> str:
    """SQL in which an @word stands for a number of the layout of entries."""
    said = {"span": str(SPAN), "kinds": f"ARRAY{list(KINDS)}", **{kind: str(entry_id(kind, 0)) for kind in KINDS}}
    return re.sub(r"@([a-z]+)", lambda found: said[found[1]], statements)


def _look(head: str, search: str, end: str) -> str:
    """A function that gives what a search finds of a kind, all of it to whoever sees all."""
    cases = " ".join(
        f"WHEN {kind} THEN RETURN QUERY {search.format(kind=kind)} AND {_seen(kind)} {end};"
        for kind in range(len(KINDS))
    )
    return (
        f"CREATE OR REPLACE FUNCTION salesos.{head} {_DEFINER} AS $$ BEGIN "
        f"IF salesos.sees_all() THEN RETURN QUERY {search.format(kind='find_titles.kind')} {end}; "
        f"ELSE CASE kind {cases} END CASE; END IF; END $$"
    )


def _seen(kind: int) -> str:
    """Whether the caller sees the row of the entry ``e``."""
    table = KINDS[kind]
    rule = SEEN[table]
    if table not in SUBJECTS:
        rule = f"{_ASSIGNED} OR {_hung(SEEN)}" if table == "activity" else _hung(SEEN)
    return f"EXISTS (SELECT FROM public.{table} t WHERE t.id = e.id - {kind * SPAN} AND ({rule}))"


def _written(table: str) -> str:
    """Whether the caller may say with which words the row ``t`` is found: once a query, and not once a row."""
    if table in SUBJECTS:
        return WRITTEN[table]
    own = {"activity": f"{_ASSIGNED} OR ", "note": f"t.author_id = ANY ({REACH}) OR "}
    return own.get(table, "") + _hung(WRITTEN)


def _hung(rules: Mapping[str, str]) -> str:
    """Whether a rule holds of what the row ``t`` hangs on."""
    cases = " ".join(
        f"WHEN '{each}' THEN EXISTS (SELECT FROM public.{each} s WHERE s.id = t.subject_id AND ({rules[each]}))"
        for each in SUBJECTS
    )
    return f"CASE t.subject_table {cases} ELSE false END"
