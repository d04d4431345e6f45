"""What somebody may try with a login of their own and any program: who, what, and how it must end.

``refused``: the database says no. ``nothing``: no row is given or written. In both cases no row of the workspace is another
afterwards, and nothing that is not theirs is in what they get to read, errors and plans included.

Carla is of another team than Ana, Bea and Max; ``{deal}`` and so on are hers, ``{own}`` is Ana's deal.
"""

from __future__ import annotations

REFUSED, NOTHING = "refused", "nothing"
_UNIT = "SELECT salesos.open_unit('x', 'edit', '[]', true, NULL, now(), {carla}); "

READING = [
    (who, f"SELECT * FROM {table} WHERE {where}", NOTHING)
    for who in ("ana", "max")
    for table, where in (
        ("opportunity", "id = {deal}"), ("contact", "id = {contact}"), ("company", "id = {company}"),
        ("lead", "id = {lead}"), ("activity", "id = {activity}"), ("note", "id = {note}"),
        ("attachment", "id = {attachment}"), ("history", "subject_id = {deal} AND subject_table = 'opportunity'"),
        ("change_row", "table_name = 'opportunity' AND row_id = {deal}"), ("salesos.said", "label LIKE '%Hushhush%'"),
        ("points", "person_id = {carla}"), ("quota", "person_id = {carla}"), ("notification", "person_id = {carla}"),
        ("total", "owner_id = {carla}"), ("check_item", "opportunity_id = {deal}"),
        ("contact_point", "subject_id = {contact}"), ("forecast_call", "person_id = {carla}"),
        ("saved_view", "owner_id = {carla}"), ("search_entry", "words LIKE '%hushhush%'"), ("search_word", "true"),
        ("stage_total", "true"), ("setting", "name = 'told/{carla}'"), ("follower", "opportunity_id = {deal}"),
    )
]  # fmt: skip
ROUND_ABOUT = [
    ("ana", "SELECT count(*) FROM opportunity WHERE 1 / (value - 7654321) = 0", "reads"),
    ("ana", "SELECT id FROM opportunity WHERE name::integer > 0 AND id = {deal}", NOTHING),
    ("ana", "SELECT id FROM contact WHERE note::xml IS NOT NULL AND id = {contact}", NOTHING),
    ("ana", "EXPLAIN (ANALYZE, VERBOSE, BUFFERS) SELECT * FROM opportunity WHERE name LIKE 'Hush%'", "reads"),
    (
        "ana",
        "SELECT * FROM pg_stats WHERE schemaname = 'public' AND tablename IN ('opportunity', 'contact', 'note')",
        NOTHING,
    ),
    ("ana", "SELECT most_common_vals FROM pg_stats WHERE tablename = 'lead'", NOTHING),
    ("ana", "SELECT stavalues1 FROM pg_statistic", REFUSED),
    ("ana", "COPY opportunity TO STDOUT", "copies"),
    ("ana", "COPY (SELECT * FROM note) TO STDOUT", "copies"),
    ("ana", "COPY note TO '/tmp/note'", REFUSED),
    ("ana", "COPY note TO PROGRAM 'cat'", REFUSED),
    ("ana", "COPY opportunity (id, name, stage_id) FROM '/etc/passwd'", REFUSED),
    ("ana", "SELECT pg_read_file('/etc/passwd')", REFUSED),
    ("ana", "SELECT lo_import('/etc/passwd')", REFUSED),
    ("ana", "SELECT * FROM opportunity WHERE id = {deal} FOR UPDATE", NOTHING),
    ("ana", "SELECT query FROM pg_stat_activity WHERE usename = 'carla' AND query LIKE '%Hush%'", NOTHING),
    ("ana", "TABLE salesos.reserved", REFUSED),
    ("ana", "SELECT * FROM salesos.turn FOR UPDATE", REFUSED),
    ("ana", "TABLE salesos.role_group", REFUSED),
    ("ana", "TABLE salesos.made", REFUSED),
    ("ana", "SELECT salesos.is_elsewhere('carla')", REFUSED),
    ("ana", "SELECT rolpassword FROM pg_authid", REFUSED),
    ("ana", "TABLE id_counter", REFUSED),
    ("ana", "SELECT last_value FROM history_id_seq", REFUSED),
    ("ana", "SELECT nextval('history_id_seq')", REFUSED),
    ("ana", "SELECT setval('change_log_seq_seq', 1)", REFUSED),
    ("ana", "SELECT salesos.done_to('opportunity', {deal})", REFUSED),
    ("ana", "SELECT salesos.measured({carla}, 'revenue')", REFUSED),
    ("bea", "SELECT * FROM opportunity WHERE id = {own}", NOTHING),
    *[
        ("ana", f"SELECT * FROM salesos.{what}(now() - interval '1 day', now(){more})", NOTHING)
        for what, more in (("points_of_all", ""), ("leads_of_all", ", {carla}"), ("activities_of_all", ", NULL"))
    ],
    (
        "ana",
        "SELECT * FROM salesos.points_of_all(date_trunc('hour', now()), date_trunc('hour', now()) + '1 h')",
        NOTHING,
    ),
]
COMMITS = [
    ("ana", "SELECT * FROM change_log WHERE actor_id = {carla}", REFUSED),
    ("ana", "SELECT label FROM change_log WHERE actor_id = {carla}", REFUSED),
    ("max", "SELECT seq FROM change_log WHERE points > 9", REFUSED),
    ("ana", "SELECT seq FROM salesos.said WHERE label::xml IS NULL", "reads"),
    ("ana", "SELECT s.label FROM salesos.said s JOIN change_log c USING (seq) WHERE c.actor_id = {carla}", NOTHING),
    ("ana", "SELECT seq FROM change_log WHERE actor_id = {carla} AND tables NOT LIKE '%badge_award%'", NOTHING),
    ("ana", "SELECT * FROM change_row WHERE before LIKE '%Hushhush%' OR after LIKE '%Hushhush%'", NOTHING),
    ("ana", "SELECT salesos.open_unit('x', 'settings', '[]', true, NULL, now(), NULL)", REFUSED),
    ("ana", "SELECT 1 WHERE salesos.sees_row('nothing', 1) OR salesos.sees_row('points', 1)", NOTHING),
    ("vera", "SELECT salesos.open_unit('x', 'settings', '[]', true, NULL, now(), NULL)", REFUSED),
]
WRITING = [
    ("ana", "UPDATE opportunity SET name = 'Mine' WHERE id = {deal}", NOTHING),
    ("bea", "UPDATE opportunity SET name = 'Mine' WHERE id = {own}", NOTHING),
    ("max", "UPDATE opportunity SET name = 'Mine' WHERE id = {deal}", NOTHING),
    ("vera", "UPDATE opportunity SET name = 'Mine' WHERE id = {deal}", REFUSED),
    ("ana", "UPDATE contact SET name = 'Mine' WHERE id = {contact}", NOTHING),
    ("ana", "UPDATE company SET name = 'Mine' WHERE id = {company}", NOTHING),
    ("ana", "UPDATE lead SET name = 'Mine' WHERE id = {lead}", NOTHING),
    ("ana", "UPDATE activity SET subject = 'Mine' WHERE id = {activity}", NOTHING),
    ("ana", "UPDATE note SET body = 'Mine' WHERE id = {note}", NOTHING),
    ("ana", "UPDATE attachment SET url = 'Mine' WHERE id = {attachment}", NOTHING),
    ("ana", "UPDATE notification SET read_at = now() WHERE person_id = {carla}", NOTHING),
    ("ana", "UPDATE notification SET title = '[]'", REFUSED),
    ("ana", "UPDATE quota SET amount = 1", REFUSED),
    ("max", "UPDATE quota SET amount = 1", REFUSED),
    ("ana", "UPDATE saved_view SET shared = true WHERE owner_id = {carla}", NOTHING),
    ("ana", "UPDATE setting SET value = '1' WHERE name = 'points'", NOTHING),
    ("ana", "INSERT INTO setting (name, value) VALUES ('points', '{{}}')", REFUSED),
    ("ana", "UPDATE stage SET probability = 100", REFUSED),
    ("max", "UPDATE stage SET probability = 100", REFUSED),
    ("ana", "UPDATE source SET active = false", NOTHING),
    ("ana", "UPDATE exchange_rate SET rate = '9'", REFUSED),
    ("ana", "UPDATE total SET value = 1", REFUSED),
    ("ana", "UPDATE search_entry SET title = 'x' WHERE words LIKE '%hushhush%'", REFUSED),
    ("ana", "UPDATE opportunity SET deleted_at = now() WHERE id = {own}", REFUSED),
    ("max", "UPDATE opportunity SET deleted_at = now() WHERE id = {own}", REFUSED),
    ("ana", "DELETE FROM opportunity WHERE id = {own}", REFUSED),
    ("marta", "DELETE FROM opportunity WHERE id = {own}", REFUSED),
    ("ana", "TRUNCATE opportunity CASCADE", REFUSED),
]
RECORD = [
    (who, statement, REFUSED)
    for who in ("ana", "marta")
    for statement in (
        "INSERT INTO history (subject_table, subject_id, at, kind) VALUES ('opportunity', {own}, now(), 'won')",
        "UPDATE history SET actor_id = {carla}", "DELETE FROM history",
        "INSERT INTO points (person_id, at, reason, points, subject_table) VALUES ({ana}, now(), 'won', 9, 'opportunity')",
        "UPDATE points SET points = 999", "DELETE FROM points",
        "INSERT INTO change_log (at, verb) VALUES (now(), 'edit')", "UPDATE change_log SET actor_id = {carla}",
        "DELETE FROM change_log", "INSERT INTO change_row (seq, n) VALUES (1, 999)", "UPDATE change_row SET after = NULL",
        "DELETE FROM change_row", "DELETE FROM notification",
        "INSERT INTO notification (person_id, at) VALUES ({carla}, now())",
    )
]  # fmt: skip
_BACK = "SELECT salesos.open_unit('x', 'edit', '[]', true, 1, now(), NULL); "
FORGING = [
    ("ana", _UNIT + "SET CONSTRAINTS ALL IMMEDIATE; UPDATE opportunity SET stage_id = 2 WHERE id = {own}", REFUSED),
    (
        "ana",
        "SET CONSTRAINTS ALL IMMEDIATE; " + _UNIT + "UPDATE opportunity SET stage_id = 2 WHERE id = {own}",
        REFUSED,
    ),
    ("ana", "SET CONSTRAINTS ALL IMMEDIATE; UPDATE opportunity SET stage_id = 2 WHERE id = {own}", REFUSED),
    (
        "ana",
        _UNIT + "UPDATE opportunity SET stage_id = 5 WHERE id = {own}; "
        "SELECT salesos.award({ana}, 'won', 50, 'opportunity', {own}, n) FROM generate_series(1, 2) AS n",
        REFUSED,
    ),
    (
        "ana",
        _UNIT
        + "INSERT INTO note (id, subject_table, subject_id, body, author_id) SELECT salesos.reserve('note', 1) - 1, "
        "'opportunity', {own}, 'x', {ana}; SELECT salesos.award({ana}, 'note_logged', 2, 'note', id, n) FROM note, "
        "generate_series(1, 3) AS n WHERE body = 'x'",
        REFUSED,
    ),
    ("ana", _BACK + "SELECT 1", REFUSED),
    ("ana", _BACK + "SELECT salesos.take_away('opportunity', {own})", REFUSED),
    ("vera", _UNIT + "SELECT salesos.reserve('opportunity', 1)", REFUSED),
    ("ana", "UPDATE contact SET merged_into_id = {contact} WHERE owner_id = {ana}", NOTHING),
    ("ana", "UPDATE opportunity SET merged_into_id = {deal} WHERE id = {own}", REFUSED),
    ("ana", _UNIT + "SELECT salesos.award({ana}, 'won', 1000000, 'opportunity', {own}, NULL)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.award({ana}, 'won', 60, 'opportunity', {own}, NULL)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.award({ana}, 'correction', 60, 'person', {ana}, NULL)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.award({carla}, 'note_logged', -2, 'note', {note}, NULL)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.award({ana}, 'note_logged', 2, 'note', {note}, NULL)", REFUSED),
    ("ana", "SELECT salesos.award({ana}, 'lead_created', 5, 'lead', {lead}, NULL)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.tell({carla}, 'won', '[\"You are fired\"]', '[]', 'opportunity', {own})", REFUSED),
    (
        "ana",
        _UNIT
        + "SELECT salesos.reserve('badge_award', 1); INSERT INTO badge_award (id, badge_id, person_id, at, change_seq)"
        " VALUES (1, 2, {ana}, now(), 1)",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE opportunity SET value = 2 WHERE id = {own}; "
        "SELECT salesos.tell({carla}, 'won', '[]', '[]', 'opportunity', {own})",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE opportunity SET value = 2 WHERE id = {own}; "
        "SELECT salesos.tell({carla}, 'system', '[]', '[]', 'opportunity', {own})",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE opportunity SET value = 2 WHERE id = {own}; "
        "SELECT salesos.tell({carla}, 'deal_changed', '[]', '[]', 'opportunity', {deal})",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE opportunity SET value = 2 WHERE id = {own}; "
        "SELECT salesos.tell({carla}, 'deal_changed', '[\"You are fired\",{{}}]', '[]', 'opportunity', NULL)",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE activity SET subject = 'x' WHERE id = {own_activity}; "
        "SELECT salesos.tell({carla}, 'followed', '[]', '[]', 'opportunity', {deal})",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE activity SET subject = 'x' WHERE id = {own_activity}; "
        "SELECT salesos.tell({carla}, 'activity_assigned', '[]', '[]', 'activity', {own_activity})",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE activity SET done_at = now() WHERE id = {own_activity}; "
        "SELECT salesos.tell({max}, 'activity_done', '[]', '[]', 'activity', NULL)",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "UPDATE activity SET subject = 'x' WHERE id = {own_activity}; "
        "SELECT salesos.award({ana}, 'note_logged', 2, 'activity', {own_activity}, NULL)",
        REFUSED,
    ),
    (
        "max",
        _UNIT + "INSERT INTO note (id, subject_table, subject_id, body, author_id) "
        "SELECT salesos.reserve('note', 1) - 1, 'opportunity', {own}, 'x', {ana}",
        REFUSED,
    ),
    ("max", "UPDATE note SET author_id = {max} WHERE author_id = {ana}", REFUSED),
    ("ana", "UPDATE activity SET created_by = {bea} WHERE id = {own_activity}", REFUSED),
    ("ana", _UNIT + "SELECT salesos.mark(1, 'undone')", REFUSED),
    ("ana", _UNIT + "SELECT salesos.take_away('check_item', {check})", REFUSED),
    ("ana", _UNIT + "SELECT salesos.take_away('opportunity', {own})", REFUSED),
    ("ana", _UNIT + "SELECT salesos.take_away('points', 1)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.reserve('opportunity', 1000000)", REFUSED),
    ("ana", "SELECT salesos.reserve('opportunity', 1)", REFUSED),
    ("ana", _UNIT + _UNIT, REFUSED),
    (
        "ana",
        "SELECT set_config('salesos.unit', '1', false); INSERT INTO history (subject_id, at) VALUES (1, now())",
        REFUSED,
    ),
    ("ana", "UPDATE opportunity SET owner_id = {carla} WHERE id = {own}", REFUSED),
    ("ana", "UPDATE opportunity SET owner_id = NULL WHERE id = {own}", REFUSED),
    ("max", "UPDATE opportunity SET owner_id = {carla} WHERE id = {own}", REFUSED),
    ("ana", "UPDATE opportunity SET owner_id = {ana} WHERE id = {deal}", NOTHING),
    ("ana", "UPDATE opportunity SET id = 999 WHERE id = {own}", REFUSED),
    ("ana", "INSERT INTO opportunity (id, name, stage_id, owner_id) VALUES ({deal}, 'x', 1, {ana})", REFUSED),
    ("ana", "INSERT INTO opportunity (id, name, stage_id, owner_id) VALUES (987654, 'x', 1, {ana})", REFUSED),
    ("ana", "UPDATE opportunity SET contact_id = {contact} WHERE id = {own}", REFUSED),
    ("ana", "UPDATE opportunity SET company_id = {company} WHERE id = {own}", REFUSED),
    ("ana", "UPDATE opportunity SET lead_id = {lead} WHERE id = {own}", REFUSED),
    ("ana", "UPDATE lead SET opportunity_id = {deal} WHERE id = {own_lead}", REFUSED),
    ("ana", "UPDATE lead SET opportunity_id = 987654 WHERE id = {own_lead}", REFUSED),
    (
        "ana",
        _UNIT + "INSERT INTO contact (id, name, folded, owner_id, merged_into_id) "
        "SELECT salesos.reserve('contact', 1) - 1, 'x', 'x', {ana}, {contact}",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "INSERT INTO not_duplicate (id, subject_table, first_id, second_id) "
        "SELECT salesos.reserve('not_duplicate', 1) - 1, 'lead', {own_lead}, {lead}",
        REFUSED,
    ),
    ("ana", "UPDATE not_duplicate SET second_id = 1", NOTHING),
    (
        "ana",
        _UNIT + "INSERT INTO note (id, subject_table, subject_id, body, author_id) "
        "SELECT salesos.reserve('note', 1) - 1, 'opportunity', {deal}, 'x', {ana}",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "INSERT INTO opportunity (id, name, stage_id, owner_id) "
        "SELECT salesos.reserve('opportunity', 1) - 1, 'x', 1, {carla}",
        REFUSED,
    ),
    (
        "ana",
        _UNIT + "INSERT INTO opportunity_contact (id, opportunity_id, contact_id) "
        "SELECT salesos.reserve('opportunity_contact', 1) - 1, {own}, {contact}",
        REFUSED,
    ),
    (
        "ana",
        _UNIT
        + "INSERT INTO share (id, opportunity_id, person_id) SELECT salesos.reserve('share', 1) - 1, {deal}, {ana}",
        REFUSED,
    ),
    ("ana", "UPDATE note SET author_id = {carla} WHERE author_id = {ana}", REFUSED),
    ("ana", "UPDATE activity SET subject_id = {deal} WHERE id = {own_activity}", REFUSED),
]
POWER = [
    ("ana", "UPDATE person SET role = 'admin' WHERE id = {ana}", REFUSED),
    ("ana", "UPDATE person SET login = 'carla' WHERE id = {ana}", REFUSED),
    ("ana", "UPDATE person SET team_id = NULL WHERE id = {ana}", REFUSED),
    ("ana", "UPDATE person SET notices = '{{}}' WHERE id = {carla}", NOTHING),
    ("marta", "UPDATE person SET role = 'admin' WHERE id = {ana}", REFUSED),
    ("marta", "UPDATE person SET login = 'postgres' WHERE id = {marta}", REFUSED),
    ("marta", "UPDATE person SET active = false WHERE id = {ana}", REFUSED),
    ("ana", "UPDATE salesos.reached SET people = teams", REFUSED),
    ("ana", "INSERT INTO salesos.reached VALUES ('x', {carla}, 'admin', '{{}}', '{{}}')", REFUSED),
    ("ana", "SELECT salesos.learn_reach()", REFUSED),
    ("ana", "SELECT * FROM salesos.reached FOR KEY SHARE", REFUSED),
    ("ana", "LOCK TABLE salesos.reached IN ACCESS EXCLUSIVE MODE", REFUSED),
    ("ana", "SELECT * FROM salesos.shared_deal WHERE 1 / (opportunity_id - {deal}) = 0", NOTHING),
    ("ana", "SELECT salesos.set_role({ana}, 'admin')", REFUSED),
    ("max", "SELECT salesos.set_role({max}, 'admin')", REFUSED),
    ("ana", "SELECT salesos.give_login({ana}, 'eve', 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5', 'admin')", REFUSED),
    (
        "marta",
        "SELECT salesos.give_login({marta}, 'postgres', 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5', 'admin')",
        REFUSED,
    ),
    ("ana", "SELECT salesos.give_login({bea}, 'bea', 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5', 'rep')", REFUSED),
    ("marta", "SELECT salesos.give_login({ana}, 'carla', 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5', 'rep')", REFUSED),
    ("marta", "ALTER ROLE carla PASSWORD 'x'", REFUSED),
    ("ana", "SELECT salesos.end_sessions()", REFUSED),
    ("ana", "SELECT salesos.disable({marta})", REFUSED),
    ("marta", "SELECT salesos.disable({marta})", REFUSED),
    ("ana", "SELECT salesos.group_login('ana', 'admin')", REFUSED),
    ("ana", "GRANT {admins} TO ana", REFUSED),
    ("ana", "SET ROLE {admins}", REFUSED),
    ("ana", "SET ROLE postgres", REFUSED),
    ("ana", "SET SESSION AUTHORIZATION carla", REFUSED),
    ("ana", "ALTER ROLE ana SUPERUSER", REFUSED),
    ("ana", "CREATE ROLE eve", REFUSED),
    ("ana", "SET session_replication_role = replica", REFUSED),
    ("ana", "SET row_security = off; SELECT * FROM opportunity", REFUSED),
    ("ana", "ALTER TABLE opportunity DISABLE ROW LEVEL SECURITY", REFUSED),
    ("ana", "ALTER TABLE opportunity DISABLE TRIGGER ALL", REFUSED),
    ("ana", "DROP POLICY seen ON opportunity", REFUSED),
    ("ana", "DROP TRIGGER follow ON opportunity", REFUSED),
    ("ana", "DROP TABLE note", REFUSED),
    ("ana", "ALTER TABLE note ADD COLUMN x integer", REFUSED),
    ("ana", "CREATE TABLE public.x (a integer)", REFUSED),
    ("ana", "CREATE TEMPORARY TABLE person (id integer)", REFUSED),
    ("ana", "CREATE FUNCTION pg_temp.now() RETURNS integer LANGUAGE sql AS 'SELECT 1'", REFUSED),
    ("ana", "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'", REFUSED),
    ("ana", "CREATE VIEW public.v AS SELECT * FROM opportunity", REFUSED),
    ("ana", "CREATE SCHEMA eve", REFUSED),
    ("ana", "CREATE CAST (text AS integer) WITH INOUT", REFUSED),
    ("ana", "CREATE OR REPLACE FUNCTION salesos.me() RETURNS integer LANGUAGE sql AS 'SELECT 1'", REFUSED),
    ("ana", "DO $$ BEGIN EXECUTE 'CREATE TABLE public.x (a integer)'; END $$", REFUSED),
    ("ana", "LOCK TABLE opportunity IN ACCESS EXCLUSIVE MODE", REFUSED),
    ("ana", "LOCK TABLE history IN SHARE MODE", REFUSED),
    ("ana", "LOCK TABLE salesos.turn IN SHARE UPDATE EXCLUSIVE MODE", REFUSED),
    ("marta", "LOCK TABLE opportunity IN ACCESS EXCLUSIVE MODE", REFUSED),
    ("ana", "ALTER DATABASE attacked SET search_path = eve", REFUSED),
    ("ana", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'carla'", REFUSED),
    ("ana", "REINDEX TABLE opportunity", REFUSED),
]
_NEW_FILE = (
    _UNIT + "INSERT INTO attachment (id, subject_table, subject_id, name, kind, size, sha256, added_by) "
    "SELECT salesos.reserve('attachment', 1) - 1, 'opportunity', {own}, 'x', "
)
CONTENTS = [
    ("ana", "SELECT * FROM salesos.content WHERE sha256 = '{hash}'", NOTHING),
    ("max", "SELECT * FROM salesos.content", NOTHING),
    ("ana", "COPY (SELECT encode(bytes, 'escape') FROM salesos.content) TO STDOUT", "copies"),
    ("ana", _NEW_FILE + "'file', 8, '{hash}', {carla}", REFUSED),
    ("ana", _NEW_FILE + "'file', 8, '{hash}', {ana}", REFUSED),
    ("ana", _NEW_FILE + "'file', 8, '{hash}', NULL", REFUSED),
    ("ana", _NEW_FILE + "'link', 8, '{hash}', {carla}", REFUSED),
    ("ana", "UPDATE attachment SET sha256 = '{hash}'", REFUSED),
    ("ana", "UPDATE attachment SET added_by = {carla}", REFUSED),
    ("marta", "UPDATE attachment SET sha256 = '{hash}'", REFUSED),
    ("ana", "INSERT INTO salesos.content (sha256, person, part, bytes) VALUES ('{hash}', {carla}, 0, 'x')", REFUSED),
    ("ana", "INSERT INTO salesos.content (sha256, person, part, bytes) VALUES ('{hash}', {carla}, 1, 'x')", REFUSED),
    (
        "ana",
        "INSERT INTO salesos.content (sha256, person, part, bytes) VALUES ('{hash}', {carla}, 0, 'x') "
        "ON CONFLICT (sha256, person, part) DO UPDATE SET bytes = 'x'",
        REFUSED,
    ),
    ("vera", "INSERT INTO salesos.content (sha256, person, part, bytes) VALUES ('{hash}', {vera}, 0, 'x')", REFUSED),
    ("ana", "UPDATE salesos.content SET bytes = 'x' WHERE sha256 = '{hash}'", REFUSED),
    ("ana", "UPDATE salesos.content SET person = {ana}", REFUSED),
    ("marta", "UPDATE salesos.content SET bytes = 'x'", REFUSED),
    ("ana", "DELETE FROM salesos.content WHERE sha256 = '{hash}'", REFUSED),
    ("marta", "DELETE FROM salesos.content", REFUSED),
    ("ana", "TRUNCATE salesos.content", REFUSED),
    ("carla", "UPDATE salesos.content SET bytes = 'x' WHERE person = {carla}", REFUSED),
    ("ana", "SELECT salesos.sweep_contents()", "sweeps"),
    ("ana", "SELECT most_common_vals FROM pg_stats WHERE tablename = 'content'", NOTHING),
]
_LOOK = "INSERT INTO salesos.presence (person, window_name, deal) VALUES "
PRESENCE = [
    ("ana", "SELECT * FROM salesos.presence WHERE deal = {deal}", NOTHING),
    ("max", "SELECT * FROM salesos.presence WHERE person = {carla}", NOTHING),
    ("ana", "COPY (SELECT * FROM salesos.presence) TO STDOUT", "copies"),
    ("ana", "SELECT seen_at, backend FROM salesos.presence WHERE person = {carla}", NOTHING),
    ("ana", _LOOK + "({ana}, 'x', {deal})", REFUSED),
    ("ana", _LOOK + "({carla}, 'x', {own})", REFUSED),
    ("ana", _LOOK + "({carla}, 'w', {own}) ON CONFLICT (person, window_name) DO UPDATE SET deal = {own}", REFUSED),
    ("vera", _LOOK + "({carla}, 'x', {deal})", REFUSED),
    (
        "ana",
        "INSERT INTO salesos.presence (person, window_name, deal, since) VALUES ({ana}, 'x', {own}, now())",
        REFUSED,
    ),
    ("ana", "INSERT INTO salesos.presence (person, window_name, deal, backend) VALUES ({ana}, 'x', {own}, 1)", REFUSED),
    ("ana", "UPDATE salesos.presence SET deal = {own} WHERE person = {carla}", NOTHING),
    ("ana", "UPDATE salesos.presence SET person = {carla}", REFUSED),
    ("marta", "UPDATE salesos.presence SET backend = 1", REFUSED),
    ("marta", "DELETE FROM salesos.presence", REFUSED),
    ("ana", "TRUNCATE salesos.presence", REFUSED),
    ("ana", "LOCK TABLE salesos.presence IN ACCESS EXCLUSIVE MODE", REFUSED),
    ("ana", "SELECT most_common_vals FROM pg_stats WHERE tablename = 'presence'", NOTHING),
]
_CHALLENGE = (
    _UNIT + "INSERT INTO challenge (id, name, metric, goal, starts_on, ends_on, prize, created_by) "
    "SELECT salesos.reserve('challenge', 1) - 1, 'x', "
)
_MENTION = (
    _UNIT + "INSERT INTO note (id, subject_table, subject_id, body, author_id) SELECT salesos.reserve('note', 1) - 1, "
    "'opportunity', {own}, '@x', {ana}; SELECT salesos.tell({carla}, 'mention', "
)
BOUNDS = [
    *[
        ("ana", f"UPDATE {table} SET {column} = {value} WHERE id = {{{row}}}", REFUSED)
        for table, column, value, row in (
            ("person", "visited_at", "'infinity'", "ana"),
            ("person", "summary_on", "'20000-01-01'", "ana"),
            ("person", "notices", "'garbage'", "ana"),
            ("opportunity", "expected_close", "'infinity'", "own"),
            ("opportunity", "stage_since", "NULL", "own"),
            ("opportunity", "expected_close", "'20000-01-01', day = '20000-01-01'", "own"),
            ("opportunity", "day", "'2026-01-01'", "own"),
            ("opportunity", "tags", "'{{'", "own"),
            ("opportunity", "tags", "'[1]'", "own"),
            ("opportunity", "custom", "'[['", "own"),
            ("opportunity", "custom", "'{{\"x\": [[1]]}}'", "own"),
            ("opportunity", "custom", "'{{\"x\": ' || repeat('9', 5000) || '}}'", "own"),
            ("opportunity", "value", str(10**13 + 1), "own"),
            ("opportunity", "value", "-1", "own"),
            ("opportunity", "probability", "101", "own"),
            ("opportunity", "currency", "'zz'", "own"),
            ("opportunity", "priority", "'odd'", "own"),
            ("opportunity", "category", "'odd'", "own"),
            ("opportunity", "rank", str(-(2**63)), "own"),
            ("opportunity", "name", "repeat('x', 500000)", "own"),
            ("lead", "created_at", "'infinity'", "own_lead"),
            ("lead", "tags", "'{{}}'", "own_lead"),
            ("activity", "recurrence", "'garbage'", "own_activity"),
            ("activity", "minutes", str(10**12), "own_activity"),
        )
    ],
    ("ana", _CHALLENGE + "'won', 1, '2026-11-01', 'infinity', '{{}}', {ana}", REFUSED),
    ("max", _CHALLENGE + "'nope', 1, '2026-11-01', '2026-11-02', '{{}}', {max}", REFUSED),
    ("max", _CHALLENGE + "'won', 1, '2026-11-01', '2026-11-02', '{{\"points\": \"1e5\"}}', {max}", REFUSED),
    ("ana", _MENTION + "'[\"You are fired\",{{}}]', '[]', 'opportunity', {own})", REFUSED),
    ("ana", _UNIT + "SELECT salesos.tell({ana}, 'mention', 'garbage', '[]', 'opportunity', {own})", REFUSED),
    ("ana", _UNIT + "SELECT salesos.tell({ana}, 'mention', '[{{}}]', '[]', 'opportunity', {own})", REFUSED),
    ("ana", _UNIT + "SELECT salesos.finish_unit('garbage', '[]', '[]')", REFUSED),
    ("ana", "SELECT salesos.open_unit('x', 'edit', 'garbage', true, NULL, NULL, NULL)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.reserve('person', 1)", REFUSED),
    ("ana", _UNIT + "SELECT salesos.reserve('nothing', 1)", REFUSED),
    ("ana", _UNIT + "SELECT count(salesos.reserve('note', 1000)) FROM generate_series(1, 1100)", REFUSED),
    ("ana", "SELECT lo_from_bytea(0, 'x')", REFUSED),
]
ATTACKS = [*BOUNDS, *PRESENCE, *READING, *ROUND_ABOUT, *COMMITS, *WRITING, *RECORD, *FORGING, *POWER, *CONTENTS]
