"""What of roles, policies, rights, functions, views and triggers is not as this version has made it: each upgrade keeps in
``salesos.made`` what then stood in the catalogue, so that looking locks nothing."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from ..schema import TABLES

_TABLES = ", ".join(f"'{name}'" for name in (*TABLES, "alembic_version"))
OUR_TABLES = f"({{schema}} = 'salesos' OR {{schema}} = 'public' AND {{table}} IN ({_TABLES}))"


def keep(server: Any, made: Iterable[str]) -> None:
    """Notes what these statements have made."""
    server.execute("DROP TABLE IF EXISTS salesos.made")
    server.execute("CREATE TABLE salesos.made (kind text, name text, what text)")
    server.execute(f"INSERT INTO salesos.made {_STATE}")
    server.execute("INSERT INTO salesos.made VALUES ('version', '', %s)", [_mark(made)])


def found(server: Any, made: Iterable[str]) -> tuple[list[str], list[str]]:
    """(what differs, what somebody else added) of the database of a connection of the owner, where these statements belong."""
    server.execute("SET LOCAL search_path = public")
    kept = set()
    if server.execute("SELECT to_regclass('salesos.made')").fetchone()[0] is not None:
        kept = set(server.execute("SELECT kind, name, what FROM salesos.made").fetchall())
    version = ("version", "", _mark(made))
    if version not in kept:
        return ["schema salesos"], []
    known = {(kind, name) for kind, name, _ in kept}
    differ = {(kind, name) for kind, name, _ in (kept - {version}) ^ set(server.execute(_STATE).fetchall())}
    added = {each for each in differ - known if each[0] in ("policy", "trigger", "function")}
    strangers = [row[0] for row in server.execute(_STRANGERS).fetchall()]
    return sorted(map(" ".join, differ - added)), sorted(map(" ".join, added)) + strangers


def _mark(made: Iterable[str]) -> str:
    return sha256("\n".join(made).encode()).hexdigest()


_GROUPS = "(a.grantee = 0 OR a.grantee::regrole::text IN (SELECT name FROM salesos.role_group))"
_OURS = OUR_TABLES.format(schema="n.nspname", table="c.relname")
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
WHERE c.relkind IN ('r', 'v', 'S') AND {_OURS} AND {_GROUPS}
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
"""
_STRANGERS = f"""
SELECT DISTINCT 'right of ' || a.grantee::regrole::text || ' on ' || c.relname
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_attribute AS t ON t.attrelid = c.oid,
LATERAL (SELECT * FROM aclexplode(c.relacl) UNION ALL SELECT * FROM aclexplode(t.attacl)) AS a
WHERE {_OURS} AND a.grantee <> c.relowner AND NOT {_GROUPS} ORDER BY 1
"""
