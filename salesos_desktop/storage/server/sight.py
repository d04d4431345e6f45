"""What the feed asks of a row by its table, made out of the rules for tables in ``rights``.

As functions that are called for each row, for a feed is read in few of them: a policy that has the rules of all tables in it
takes milliseconds to get ready, and these keep their plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .rights import EVERYBODYS, LEAVING, RECORD, SEEN

_NOT_TOLD = {*RECORD, "setting", "search_entry", "search_word"}


def functions() -> Iterator[str]:
    """Statements that make them, and the view ``said`` with what commits are called."""
    rules = {name: rule for name, rule in SEEN.items() if name not in _NOT_TOLD}
    # Whether a row is seen, and whether one that was removed was seen: both with the rights of whoever asks.
    seen = {name: f"EXISTS (SELECT FROM public.{name} WHERE id = $2)" for name in rules}
    yield _by_table("sees_row(text, bigint)", seen | dict.fromkeys(sorted(EVERYBODYS), "true"))
    # The row as it is now, with the same.
    now = {name: f"(SELECT to_json(t) FROM public.{name} AS t WHERE id = $2)" for name in (*rules, *sorted(EVERYBODYS))}
    yield _by_table("row_now(text, bigint)", now, otherwise="NULL", gives="json")
    removed = "jsonb_populate_record(NULL::public.{0}, $2::jsonb) AS {0}"
    yield _by_table("saw_row(text, text)", {name: _any(removed, name, rule) for name, rule in rules.items()})
    # Whether a change took a row away from the person: that it did is theirs to know.
    change = "FROM public.change_row AS c WHERE c.seq = $1 AND c.n = $2"
    then = "jsonb_populate_record((SELECT r FROM public.{0} AS r WHERE r.id = c.row_id), c.before::jsonb) AS {0}"
    left = {name: f"EXISTS (SELECT {change} AND {_any(then, name, rule)})" for name, rule in LEAVING.items()}
    yield _by_table("was_mine(integer, integer)", left, table=f"(SELECT c.table_name {change})", security="SECURITY DEFINER")
    # What somebody did themselves is called so to them, and of which file something came to who sees it.
    yield (
        "CREATE OR REPLACE VIEW salesos.said WITH (security_barrier = true) AS SELECT seq, label FROM public.change_log "
        "WHERE actor_id = (SELECT salesos.me()) OR (SELECT salesos.sees_all()) OR verb = 'import' AND salesos.sees_commit(seq)"
    )


def _any(rows: str, name: str, rule: str) -> str:
    return f"EXISTS (SELECT FROM {rows.format(name)} WHERE {rule})"


def _by_table(
    function: str,
    rules: Mapping[str, str],
    *,
    table: str = "$1",
    security: str = "",
    gives: str = "boolean",
    otherwise: str = "false",
) -> str:
    """A function that goes by a table, and what it gives of one that has no rule."""
    cases = " ".join(f"WHEN '{name}' THEN RETURN {rule};" for name, rule in rules.items())
    return (
        f"CREATE OR REPLACE FUNCTION salesos.{function} RETURNS {gives} LANGUAGE plpgsql STABLE {security} "
        "SET search_path = pg_catalog, public, pg_temp AS "
        f"$$ BEGIN CASE {table} {cases} ELSE RETURN {otherwise}; END CASE; END $$"
    )
