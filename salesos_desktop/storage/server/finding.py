"""The search index of a team: looked through as a whole and given as far as the person sees it.

Under row-level security no index of words can be used (its operator might tell of rows that one does not see), so that the looks
are functions: they search first and keep what the policies of ``rights.SEEN`` let the caller see.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..search_texts import FINDABLE, KINDS, SPAN
from .rights import SEEN, SUBJECTS

_DEFINER = (
    "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp "
    "SET plan_cache_mode = force_custom_plan"
)
"""Planned for each search: a plan for any would go through all entries for rare words."""
_HUNG = " ".join(
    f"WHEN '{each}' THEN EXISTS (SELECT FROM public.{each} s WHERE s.id = t.subject_id AND ({SEEN[each]}))"
    for each in SUBJECTS
)
_ASSIGNED = (
    "assignee_id = ANY ((SELECT salesos.reach())::integer[]) OR created_by = ANY ((SELECT salesos.reach())::integer[])"
)


def functions() -> Iterator[str]:
    """Statements that make the looks, and ``findable``: whether the row of an entry can be found at all."""
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
    if table in SUBJECTS:
        rule = SEEN[table]
    else:
        rule = f"CASE t.subject_table {_HUNG} ELSE false END"
        rule = f"{_ASSIGNED} OR {rule}" if table == "activity" else rule
    return f"EXISTS (SELECT FROM public.{table} t WHERE t.id = e.id - {kind * SPAN} AND ({rule}))"
