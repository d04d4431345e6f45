"""What of roles, policies, rights, functions, views, triggers and rules is not as this version has made it: each upgrade keeps in
``salesos.made`` what then stood in the catalogue, so that looking locks nothing. Indexes and constraints are kept once for a
layout, for nothing but its migration makes them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from ..migrate import HEAD
from ..schema import TABLES

_TABLES = ", ".join(f"'{name}'" for name in (*TABLES, "alembic_version"))
OUR_TABLES = f"({{schema}} = 'salesos' OR {{schema}} = 'public' AND {{table}} IN ({_TABLES}))"


def keep(server: Any, made: Iterable[str]) -> None:
    """Notes what these statements have made."""
    server.execute("CREATE TABLE IF NOT EXISTS salesos.made (kind text, name text, what text)")
    layout = ("layout", "", HEAD)
    if layout not in _kept(server):
        server.execute("TRUNCATE salesos.made")
        server.execute("INSERT INTO salesos.made VALUES (%s, %s, %s)", layout)
        server.execute(f"INSERT INTO salesos.made {_STRUCTURE}")
    server.execute("DELETE FROM salesos.made WHERE kind NOT IN ('layout', 'structure')")
    server.execute(f"INSERT INTO salesos.made {_STATE}")
    server.execute("INSERT INTO salesos.made VALUES ('version', '', %s)", [_mark(made)])


def missing(server: Any) -> dict[str, str]:
    """Indexes and constraints that are gone, each with the statement that makes it."""
    there = {row[1] for row in server.execute(_STRUCTURE).fetchall()}
    return {name: what for kind, name, what in sorted(_kept(server)) if kind == "structure" and name not in there}


def found(server: Any, made: Iterable[str]) -> tuple[list[str], list[str]]:
    """(what differs, what somebody else added) of the database of a connection of the owner, where these statements belong."""
    server.execute("SET LOCAL search_path = public")
    kept = {each for each in _kept(server) if each[0] not in ("layout", "structure")}
    version = ("version", "", _mark(made))
    if version not in kept:
        return ["schema salesos"], []
    known = {(kind, name) for kind, name, _ in kept}
    differ = {(kind, name) for kind, name, _ in (kept - {version}) ^ set(server.execute(_STATE).fetchall())}
    added = {each for each in differ - known if each[0] in _ADDED}
    strangers = [row[0] for row in server.execute(_STRANGERS).fetchall()]
    return sorted(map(" ".join, differ - added)), sorted(map(" ".join, added)) + strangers


def _kept(server: Any) -> set[tuple[str, str, str]]:
    if server.execute("SELECT to_regclass('salesos.made')").fetchone()[0] is None:
        return set()
    return set(server.execute("SELECT kind, name, what FROM salesos.made").fetchall())


def _mark(made: Iterable[str]) -> str:
    return sha256("\n".join([*made, _STATE]).encode()).hexdigest()


_ADDED = frozenset({"policy", "trigger", "function", "rule", "default", "event trigger"})
_GROUPS = "(a.grantee = 0 OR a.grantee::regrole::text IN (SELECT name FROM salesos.role_group))"
_OURS = OUR_TABLES.format(schema="n.nspname", table="c.relname")
_COUNTED = f"""
({_OURS} OR c.relkind = 'S' AND EXISTS (
    SELECT FROM pg_depend AS od JOIN pg_class AS oc ON oc.oid = od.refobjid JOIN pg_namespace AS o ON o.oid = oc.relnamespace
    WHERE od.objid = c.oid AND od.classid = 'pg_class'::regclass AND od.refclassid = 'pg_class'::regclass
    AND od.deptype IN ('a', 'i') AND {OUR_TABLES.format(schema="o.nspname", table="oc.relname")}))
"""
_STATE = f"""
SELECT 'policy', schemaname || '.' || tablename || '.' || policyname,
    concat_ws('|', permissive, roles::text, cmd, qual, with_check) FROM pg_policies
WHERE {OUR_TABLES.format(schema="schemaname", table="tablename")}
UNION ALL SELECT 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname, t.tgenabled::text || pg_get_triggerdef(t.oid)
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND {_OURS}
UNION ALL SELECT 'function', p.oid::regprocedure::text,
    concat_ws('|', md5(p.prosrc), p.prosecdef, p.proconfig::text, p.provolatile)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'salesos'
UNION ALL SELECT 'function', p.oid::regprocedure::text, concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace,
LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE n.nspname = 'salesos'
UNION ALL SELECT 'table', n.nspname || '.' || c.relname,
    concat_ws('|', c.relrowsecurity, c.relkind, CASE c.relkind WHEN 'v' THEN md5(pg_get_viewdef(c.oid)) END)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND {_OURS}
UNION ALL SELECT 'table', n.nspname || '.' || c.relname, concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) AS a
WHERE c.relkind IN ('r', 'v', 'S') AND {_COUNTED} AND {_GROUPS}
UNION ALL SELECT 'column', n.nspname || '.' || c.relname || '.' || t.attname,
    concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_attribute AS t JOIN pg_class AS c ON c.oid = t.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace,
LATERAL aclexplode(t.attacl) AS a WHERE {_OURS} AND {_GROUPS} AND NOT t.attisdropped
UNION ALL SELECT 'check', c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.contype = 'c' AND {_OURS}
UNION ALL SELECT 'schema', n.nspname, concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_namespace AS n, LATERAL aclexplode(n.nspacl) AS a WHERE n.nspname IN ('public', 'salesos')
UNION ALL SELECT 'database', 'rights', concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_database, LATERAL aclexplode(coalesce(datacl, acldefault('d', datdba))) AS a WHERE datname = current_database()
UNION ALL SELECT 'group', g.rolname, m.member::regrole::text FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
JOIN pg_roles AS r ON r.oid = m.member WHERE g.rolname IN (SELECT name FROM salesos.role_group) AND NOT r.rolcanlogin
UNION ALL SELECT 'group', rolname, concat_ws('|', rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolcanlogin) FROM pg_roles
WHERE rolname IN (SELECT name FROM salesos.role_group)
UNION ALL SELECT 'rule', concat_ws('.', schemaname, tablename, rulename), definition FROM pg_rules
WHERE {OUR_TABLES.format(schema="schemaname", table="tablename")}
UNION ALL SELECT 'default', 'right of ' || a.grantee::regrole::text,
    concat_ws('|', d.defaclrole, d.defaclnamespace, d.defaclobjtype, a.privilege_type)
FROM pg_default_acl AS d, LATERAL aclexplode(d.defaclacl) AS a WHERE a.grantee <> d.defaclrole
UNION ALL SELECT 'event trigger', evtname, concat_ws('|', evtevent, evtfoid, evtenabled) FROM pg_event_trigger
"""
_STRUCTURE = f"""
SELECT 'structure', 'index ' || i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {_OURS} AND i.indisvalid AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND conrelid = c.oid)
UNION ALL SELECT 'structure', concat_ws(' ', 'constraint', k.conname, 'of', c.relname),
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.oid::regclass, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {_OURS} AND k.contype IN ('p', 'u', 'f', 'c', 'x')
"""
_MEMBERS = (
    "(SELECT r.oid FROM pg_roles AS r JOIN public.person AS p ON p.login = r.rolname WHERE p.active AND NOT r.rolsuper)"
)
_OWNER = "(SELECT relowner FROM pg_class WHERE oid = 'public.person'::regclass)"
_STRANGERS = f"""
SELECT DISTINCT 'right of ' || a.grantee::regrole::text || ' on ' || c.relname
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_attribute AS t ON t.attrelid = c.oid,
LATERAL (SELECT * FROM aclexplode(c.relacl) UNION ALL SELECT * FROM aclexplode(t.attacl)) AS a
WHERE {_COUNTED} AND a.grantee <> c.relowner AND NOT {_GROUPS}
UNION SELECT concat_ws(' ', 'owner of', c.relname || ':', c.relowner::regrole)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'S') AND {_COUNTED} AND c.relowner <> {_OWNER}
UNION SELECT concat_ws(' ', 'owner of', p.oid::regprocedure || ':', p.proowner::regrole)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'salesos' AND p.proowner <> {_OWNER}
UNION SELECT concat_ws(' ', 'table', i.inhrelid::regclass, 'under', c.relname)
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhparent JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE {_OURS}
UNION SELECT 'view ' || v.oid::regclass FROM pg_class AS v JOIN pg_rewrite AS w ON w.ev_class = v.oid
JOIN pg_depend AS d ON d.objid = w.oid AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
JOIN pg_class AS c ON c.oid = d.refobjid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE v.relkind IN ('v', 'm') AND v.relnamespace <> 'salesos'::regnamespace AND {_OURS}
AND NOT coalesce(v.reloptions @> '{{security_invoker=true}}', false)
AND EXISTS (SELECT FROM {_MEMBERS} AS m WHERE m.oid <> v.relowner AND has_any_column_privilege(m.oid, v.oid, 'SELECT'))
UNION SELECT 'function ' || p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname NOT IN ('salesos', 'pg_catalog', 'information_schema')
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND classid = 'pg_proc'::regclass AND deptype = 'e')
AND has_table_privilege(p.proowner, 'public.person', 'SELECT') AND EXISTS (
    SELECT FROM {_MEMBERS} AS m WHERE m.oid <> p.proowner AND has_function_privilege(m.oid, p.oid, 'EXECUTE')
    AND has_schema_privilege(m.oid, n.oid, 'USAGE'))
ORDER BY 1
"""
