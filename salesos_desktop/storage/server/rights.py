"""The rights of each role, table by table: what is granted column by column, and which rows are seen and written.

Columns and not tables, because who may update a table may also lock it against everybody. What is deleted goes through
``salesos.take_away``, which asks whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...domain.changes import BULK_LIMIT
from ..schema import TABLES
from ..search_texts import KINDS, SPAN

_WHO = "(SELECT {} FROM salesos.reached WHERE login = session_user)"
REACH = f"{_WHO.format('people')}::integer[]"
_TEAMS = f"{_WHO.format('teams')}::integer[]"
_ME = _WHO.format("person")
_ADMIN = f"{_WHO.format('role')} = 'admin'"
_SHARED = "id = ANY (ARRAY(SELECT opportunity_id FROM salesos.shared_deal{}))"
SUBJECTS = ("opportunity", "lead", "contact", "company")


def _seen(place: str, number: str) -> str:
    """Whether the row that another hangs on is seen: asked with the rights of whoever asks."""
    cases = " ".join(
        f"WHEN '{each}' THEN EXISTS (SELECT FROM public.{each} s WHERE s.id = {number})" for each in SUBJECTS
    )
    return f"CASE {place} {cases} ELSE false END"


def _of(table: str, number: str) -> str:
    return f"EXISTS (SELECT FROM public.{table} s WHERE s.id = {number})"


_ACTIVITY = f"assignee_id = ANY ({REACH}) OR created_by = ANY ({REACH})"

SEEN: Mapping[str, str] = {
    "opportunity": f"owner_id = ANY ({REACH}) OR {_SHARED.format('')}",
    "lead": f"owner_id = ANY ({REACH}) OR owner_id IS NULL AND (team_id IS NULL OR team_id = ANY ({_TEAMS}))",
    "contact": f"owner_id IS NULL OR owner_id = ANY ({REACH}) OR id IN (SELECT salesos.met_contacts())",
    "company": f"owner_id IS NULL OR owner_id = ANY ({REACH}) OR id IN (SELECT salesos.met_companies())",
    "activity": f"{_ACTIVITY} OR {_seen('subject_table', 'subject_id')}",
    "note": _seen("subject_table", "subject_id"),
    "attachment": _seen("subject_table", "subject_id"),
    "contact_point": _seen("subject_table", "subject_id"),
    "opportunity_line": _of("opportunity", "opportunity_id"),
    "opportunity_contact": _of("opportunity", "opportunity_id"),
    "check_item": _of("opportunity", "opportunity_id"),
    "follower": _of("opportunity", "opportunity_id"),
    "share": f"person_id = {_ME} OR {_of('opportunity', 'opportunity_id')}",
    "activity_participant": _of("activity", "activity_id"),
    "employment": _of("contact", "contact_id"),
    "saved_view": f"owner_id = {_ME} OR shared",
    "notification": f"person_id = {_ME}",
    "points": f"person_id = ANY ({REACH})",
    "quota": f"person_id = ANY ({REACH}) OR team_id = ANY ({_TEAMS}) OR person_id IS NULL AND team_id IS NULL",
    "forecast_call": f"person_id = ANY ({REACH})",
    "forecast_adjustment": f"person_id = ANY ({REACH}) OR team_id = ANY ({_TEAMS}) OR person_id IS NULL AND team_id IS NULL",
    "total": f"owner_id = ANY ({REACH})",
    "stage_total": "false",
    "search_word": "false",
    "setting": f"name NOT LIKE 'told/%' OR name = 'told/' || {_ME}",
    "history": _seen("subject_table", "subject_id"),
    "change_log": f"verb = 'settings' OR actor_id = {_ME} OR rows > {BULK_LIMIT} OR salesos.sees_commit(seq)",
    "change_row": "salesos.sees_row(table_name, row_id) OR salesos.is_my_commit(seq) OR CASE WHEN after IS NULL "
    "THEN salesos.saw_row(table_name, before) ELSE before ~ '\"(owner_id|team_id|assignee_id|shared)\":' "
    "AND salesos.was_mine(seq, n) END",
    "search_entry": "CASE kind " + " ".join(
        f"WHEN {place} THEN EXISTS (SELECT FROM public.{table} s WHERE s.id = search_entry.id - {place * SPAN})"
        for place, table in enumerate(KINDS)
    ) + " END",
}  # fmt: skip
"""Rows that reps and managers see."""
EVERYBODYS = frozenset({
    "team", "person", "absence", "pipeline", "pipeline_team", "stage", "lead_status", "discard_reason", "source", "loss_reason",
    "tag", "product", "product_price", "not_duplicate", "exchange_rate", "custom_field", "field_section", "assignment_rule",
    "automation", "badge", "badge_award", "challenge", "challenge_participant", "activity_kind", "activity_plan",
    "activity_plan_step",
})  # fmt: skip
"""Tables of which everybody sees all; one that is neither here nor in SEEN is not installed."""
LEAVING: Mapping[str, str] = {name: SEEN[name] for name in (*SUBJECTS, "saved_view")} | {"activity": _ACTIVITY}
"""Rows that a change takes out of somebody's sight, by their own columns."""

_WRITTEN_ON = "salesos.edits(subject_table, subject_id)"
WRITTEN: Mapping[str, str] = {
    "opportunity": f"owner_id = ANY ({REACH}) OR {_SHARED.format(' WHERE may_edit')}",
    "lead": SEEN["lead"],
    "contact": f"owner_id IS NULL OR owner_id = ANY ({REACH})",
    "company": f"owner_id IS NULL OR owner_id = ANY ({REACH})",
    "activity": f"{_ACTIVITY} OR {_WRITTEN_ON}",
    "note": f"author_id = ANY ({REACH})",
    "attachment": _WRITTEN_ON,
    "contact_point": _WRITTEN_ON,
    "opportunity_line": "salesos.edits('opportunity', opportunity_id)",
    "opportunity_contact": "salesos.edits('opportunity', opportunity_id) AND salesos.may_name('contact', contact_id)",
    "check_item": "salesos.edits('opportunity', opportunity_id)",
    "follower": "salesos.edits('opportunity', opportunity_id)",
    "share": "salesos.owns_deal(opportunity_id)",
    "activity_participant": "salesos.edits('activity', activity_id) AND salesos.may_name('contact', contact_id)",
    "employment": "salesos.edits('contact', contact_id) AND salesos.may_name('company', company_id)",
    "saved_view": f"owner_id = {_ME}",
    "forecast_call": f"person_id = ANY ({REACH}) AND created_by = {_ME}",
    "challenge": f"created_by = {_ME}",
    "challenge_participant": "salesos.edits('challenge', challenge_id)",
    "setting": f"name = 'told/' || {_ME}",
    "badge_award": "true",
    "not_duplicate": f"{_seen('subject_table', 'first_id')} AND {_seen('subject_table', 'second_id')}",
    "tag": "true",
    "source": "true",
}
"""Rows that reps and managers write; of tables that are not here only administrators write."""
_ALSO: Mapping[str, str] = {
    "activity": f"({_WRITTEN_ON} OR subject_id IS NULL OR {_seen('subject_table', 'subject_id')})",
    "note": _seen("subject_table", "subject_id"),
}  # fmt: skip
"""What must also hold of a row as it is written: it shows nothing that its writer does not see."""
_GIVEN: Mapping[str, str] = {"lead": "salesos.gives_lead(owner_id, team_id)"}
"""What may be written although it leaves the reach of its writer."""
MANAGED: Mapping[str, str] = {
    "forecast_adjustment": f"created_by = {_ME} AND (person_id = ANY ({REACH}) OR team_id = ANY ({_TEAMS}))",
}
"""The same of managers alone."""
RECORD = ("change_log", "change_row", "history", "points", "notification", "total", "stage_total", "id_counter")
"""Tables that only the database itself writes."""
_HIDDEN = ("id_counter",)
"""Tables that only administrators look at: their backup has all."""
_ADDED_TO = ("tag", "source", "not_duplicate")
"""Lists to which everybody adds what they meet, and in which only administrators change what is there."""
_INDEX = ("search_entry", "search_word")
_UNTOLD: Mapping[str, frozenset[str]] = {"change_log": frozenset({"label", "points"})}
"""Columns that only administrators see of every row that they see: a commit is seen by who sees one row of it, and it may be
called after another."""
_NAMING: Mapping[str, Mapping[str, str]] = {
    "opportunity": {"contact_id": "contact", "company_id": "company", "lead_id": "lead", "merged_into_id": "opportunity"},
    "lead": {"contact_id": "contact", "company_id": "company", "opportunity_id": "opportunity", "merged_into_id": "lead"},
    "contact": {"company_id": "company", "merged_into_id": "contact"},
    "company": {"parent_id": "company", "merged_into_id": "company"},
}  # fmt: skip
"""Columns that name another row, and its table: looked at when they are written, and not at every change of the row."""
_KEPT: Mapping[str, frozenset[str]] = {
    "opportunity": frozenset({"deleted_at"}),
}
"""Columns that only administrators change."""
_OWN_PERSON = ("notices", "summary_on", "visited_at", "version")
_FIXED: Mapping[str, frozenset[str]] = {
    "person": frozenset({"role", "login"}),
    "attachment": frozenset({"sha256", "size", "kind", "added_by"}),
}
"""Columns that are said when a row is made and changed by functions alone; what an attachment is decides who sees its content."""
REMOVABLE = tuple(
    name for name in TABLES if name not in (*RECORD, "setting", "search_word", "person") and "id" in TABLES[name].c
)
ROLES = ("rep", "manager", "admin", "viewer")


def groups(database: int) -> Mapping[str, str]:
    """The group roles of a database, by its number: roles are the server's, and who administers one workspace there has no
    rights in another. ``member`` is what all four are."""
    return {each: f"salesos_{database}_{each}" for each in ("member", *ROLES)}


def rights(database: int) -> Iterator[str]:
    """Statements that put the rights of all roles in place of those that were."""
    names = groups(database)
    said = {f"@{role}": name for role, name in names.items()} | {"@people": f"{names['rep']}, {names['manager']}"}
    for statement in (*_made(names), *_rights(list(names.values()))):
        yield re.sub(r"@[a-z]+", lambda found: said[found[0]], statement)


def _made(names: Mapping[str, str]) -> Iterator[str]:
    """The groups themselves, and what the database gives to everybody otherwise."""
    for name in names.values():
        there = f"SELECT FROM pg_roles WHERE rolname = '{name}'"
        yield f"DO $$ BEGIN IF NOT EXISTS ({there}) THEN CREATE ROLE {name} NOLOGIN; END IF; END $$"
    yield "GRANT @member TO @rep, @manager, @admin, @viewer"
    yield "CREATE TABLE IF NOT EXISTS salesos.role_group (role text PRIMARY KEY, name text NOT NULL)"
    yield "DELETE FROM salesos.role_group"
    yield "INSERT INTO salesos.role_group VALUES " + ", ".join(f"('{role}', '{name}')" for role, name in names.items())
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield (
        "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY, CONNECT ON DATABASE %I FROM PUBLIC', current_database()); "
        "EXECUTE format('GRANT CONNECT ON DATABASE %I TO @member', current_database()); END $$"
    )
    yield "GRANT USAGE ON SCHEMA public, salesos TO @member"


def _rights(names: list[str]) -> Iterator[str]:
    yield _removable()
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public, salesos FROM PUBLIC, {', '.join(names)}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA salesos FROM PUBLIC, {', '.join(names)}"
    yield f"GRANT EXECUTE ON FUNCTION {', '.join(CALLED)} TO @member"
    yield "GRANT SELECT ON public.alembic_version TO @member"
    for name in TABLES:
        yield from _table(name)
    yield "GRANT UPDATE (read_at) ON public.notification TO @member"
    yield from _policy("notification", "marked", "UPDATE", "@member", f"person_id = {_ME}")
    yield f"GRANT UPDATE ({', '.join(_OWN_PERSON)}) ON public.person TO @member"
    yield from _policy("person", "own", "UPDATE", "@member", f"id = {_ME}")
    # Joined and followed by everybody, within what guard_challenge lets through.
    yield from _policy("challenge", "followed", "UPDATE", "@people", "true")
    # What a viewer was told of.
    yield "GRANT INSERT (name, value), UPDATE (value) ON public.setting TO @viewer"
    yield from _policy("setting", "told", "INSERT", "@viewer", f"name = 'told/' || {_ME}")
    yield from _policy("setting", "told_again", "UPDATE", "@viewer", f"name = 'told/' || {_ME}")
    yield "GRANT SELECT ON salesos.seen_total, salesos.seen_stage_total, salesos.said TO @member"
    yield "GRANT SELECT ON salesos.reached, salesos.shared_deal TO @member"
    yield "GRANT SELECT ON salesos.content TO @member"
    yield "GRANT INSERT (sha256, person, part, bytes) ON salesos.content TO @admin, @people"
    yield "GRANT SELECT, INSERT (person, window_name, deal), UPDATE (deal) ON salesos.presence TO @member"
    theirs = (
        f"deal IS NOT NULL AND backend = ANY ((SELECT salesos.backends())::integer[]) AND {_of('opportunity', 'deal')}"
    )
    mine = f"person = {_ME} AND (deal IS NULL OR {_of('opportunity', 'deal')})"
    yield from _policy("presence", "seen", "SELECT", "@member", f"person = {_ME} OR {theirs}", schema="salesos")
    yield from _policy("presence", "made", "INSERT", "@member", mine, schema="salesos")
    yield from _policy("presence", "changed", "UPDATE", "@member", f"person = {_ME}", mine, schema="salesos")
    named = (
        "SELECT FROM public.attachment a WHERE a.sha256 = content.sha256 AND coalesce(a.added_by, 0) = content.person"
    )
    yield from _policy("content", "seen", "SELECT", "@member", f"person = {_ME} OR EXISTS ({named})", schema="salesos")
    yield from _policy("content", "made", "INSERT", "@admin, @people", f"person = {_ME}", schema="salesos")


def _table(name: str) -> Iterator[str]:
    yield f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY"
    if name in _HIDDEN:
        yield f"GRANT SELECT ON public.{name} TO @admin"
        yield from _policy(name, "seen_by_all", "SELECT", "@admin", _ADMIN)
    else:
        if name in _UNTOLD:
            told = ", ".join(column.name for column in TABLES[name].columns if column.name not in _UNTOLD[name])
            yield f"GRANT SELECT ({told}) ON public.{name} TO @member"
        yield f"GRANT SELECT ON public.{name} TO {'@admin' if name in _UNTOLD else '@member'}"
        seen = "true" if name in EVERYBODYS else SEEN[name]
        # One person is found along an index, and counted for what they are.
        yield from _policy(name, "seen", "SELECT", "@rep", seen.replace(f"= ANY ({REACH})", f"= {_ME}"))
        yield from _policy(name, "seen_by_team", "SELECT", "@manager", seen)
        yield from _policy(name, "seen_by_all", "SELECT", "@admin", _ADMIN)
        yield from _policy(name, "looked_at", "SELECT", "@viewer", f"(SELECT salesos.sees_all()) OR {seen}")
    if name in RECORD:
        return
    columns = [column.name for column in TABLES[name].columns]
    yield _granted(name, "@admin", columns, _FIXED.get(name, frozenset()))
    # Who connects as a person is said by salesos.give_login and salesos.disable alone.
    made, changed = ("login = ''", "(login = '' OR active)") if name == "person" else ("true", "true")
    yield from _policy(name, "made_by_all", "INSERT", "@admin", f"{_ADMIN} AND {made}")
    yield from _policy(name, "changed_by_all", "UPDATE", "@admin", _ADMIN, f"{_ADMIN} AND {changed}")
    for roles, rule in (("@people", WRITTEN.get(name)), ("@manager", MANAGED.get(name))):
        if rule is not None:
            whole = f"({rule}) AND ({_ALSO[name]})" if name in _ALSO else rule
            whole = f"({whole}) OR {_GIVEN[name]}" if name in _GIVEN else whole
            yield _granted(name, roles, columns, _KEPT.get(name, frozenset()) | _FIXED.get(name, frozenset()))
            yield from _policy(name, "made", "INSERT", roles, whole)
            yield from _policy(name, "changed", "UPDATE", roles, "false" if name in _ADDED_TO else rule, whole)
    if "id" in TABLES[name].c and name not in _INDEX:
        yield (
            f"CREATE OR REPLACE TRIGGER guard_number BEFORE INSERT ON public.{name} FOR EACH ROW "
            "EXECUTE FUNCTION salesos.guard_number()"
        )
    if name in _NAMING:
        named = ", ".join(f"{column}, {table}" for column, table in _NAMING[name].items())
        yield (
            f"CREATE OR REPLACE TRIGGER guard_names BEFORE INSERT OR UPDATE OF {', '.join(_NAMING[name])} ON public.{name} "
            f"FOR EACH ROW EXECUTE FUNCTION salesos.guard_names({named})"
        )
    if name == "badge_award":
        yield (
            "CREATE OR REPLACE TRIGGER guard_badge BEFORE INSERT OR UPDATE ON public.badge_award FOR EACH ROW "
            "EXECUTE FUNCTION salesos.guard_badge()"
        )
    if name == "opportunity":
        yield (
            "CREATE OR REPLACE TRIGGER guard_deal BEFORE UPDATE OF owner_id ON public.opportunity FOR EACH ROW "
            "EXECUTE FUNCTION salesos.guard_deal()"
        )


def _granted(name: str, roles: str, columns: list[str], kept: frozenset[str]) -> str:
    made = ", ".join(columns)
    changed = ", ".join(column for column in columns if column != "id" and column not in kept)
    return f"GRANT INSERT ({made}), UPDATE ({changed}) ON public.{name} TO {roles}"


def _policy(
    table: str, name: str, what: str, roles: str, using: str, check: str | None = None, *, schema: str = "public"
) -> Iterator[str]:
    rule = f"WITH CHECK ({using})" if what == "INSERT" else f"USING ({using})"
    if check is not None:
        rule += f" WITH CHECK ({check})"
    yield f"CREATE POLICY {name} ON {schema}.{table} FOR {what} TO {roles} {rule}"


def _removable() -> str:
    names = ", ".join(f"'{name}'" for name in REMOVABLE)
    return (
        "CREATE OR REPLACE FUNCTION salesos.removable() RETURNS text[] LANGUAGE sql IMMUTABLE "
        f"SET search_path = pg_catalog, pg_temp AS $$ SELECT ARRAY[{names}] $$"
    )


CALLED = tuple(
    f"salesos.{each}"
    for each in (
        "me()", "my_role()", "my_teams()", "reach()", "sees_all()", "met_contacts()", "met_companies()",
        "edits(text, bigint)", "owns_deal(bigint)", "may_name(text, bigint)", "is_my_commit(integer)",
        "was_mine(integer, integer)", "saw_row(text, text)", "sees_row(text, bigint)", "sees_commit(integer)", "last_seq()",
        "row_now(text, bigint)", "place()", "news(text, integer)",
        "open_unit(text, text, text, boolean, bigint, timestamptz, integer)", "reserve(text, integer)",
        "give_back(text, bigint, bigint)", "finish_unit(text, json, json)", "take_away(text, bigint)", "mark(integer, text)",
        "award(integer, text, bigint, text, bigint, integer)",
        "tell(integer, text, text, text, text, bigint)", "is_owner()", "give_login(integer, text, text, text)",
        "set_role(integer, text)", "disable(integer)", "end_sessions()", "clear_the_way()", "take_turn()",
        "take_by_rule(integer)", "is_shaped(text, text)", "take_turn_of(integer)", "gives_lead(bigint, bigint)",
        "unindex(integer)", "learn(text)", "index_entry(integer, text, text)", "stale_entries(integer)", "seen_words()",
        "find_words(integer, tsquery, integer)", "find_titles(integer, text, text, integer)", "sweep_contents()", "backends()",
        "points_of_all(timestamptz, timestamptz)", "won_by_all(integer, integer)", "won_by(integer)",
        "leads_of_all(timestamptz, timestamptz, integer)", "activities_of_all(timestamptz, timestamptz, integer)",
    )
)  # fmt: skip
"""Functions that a person's login may call, by name or in a policy; each finds out for itself who asks."""
