"""What of roles, policies, rights, functions and triggers is not as this version makes it: found by making it, in a transaction
that is taken back, and by looking for what nobody makes."""

from __future__ import annotations

from typing import Any

from ..schema import TABLES
from .install import shut, statements


def found(server: Any) -> tuple[list[str], list[str]]:
    """(what differs, what somebody else added) of the database of a connection of the owner, whose transaction must be taken
    back afterwards. Raises Busy."""
    shut(server)
    before, standing = set(server.execute(_STATE).fetchall()), set(server.execute(_MADE).fetchall())
    number = server.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()[0]
    for statement in statements(number):
        server.execute(statement)
    changed = {f"{kind} {name}" for kind, name, _ in before ^ set(server.execute(_STATE).fetchall())}
    # What was made just now is another version of its row; what is the same one still, nobody makes.
    foreign = {f"{kind} {name}" for kind, name, _ in standing & set(server.execute(_MADE).fetchall())}
    return sorted(changed), sorted(foreign) + [row[0] for row in server.execute(_STRANGERS).fetchall()]


_OURS = "n.nspname IN ('public', 'salesos')"
_STATE = f"""
SELECT 'policy', schemaname || '.' || tablename || '.' || policyname,
    concat_ws('|', permissive, roles::text, cmd, qual, with_check) FROM pg_policies WHERE schemaname IN ('public', 'salesos')
UNION ALL SELECT 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname, t.tgenabled::text || pg_get_triggerdef(t.oid)
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND {_OURS}
UNION ALL SELECT 'function', p.oid::regprocedure::text,
    concat_ws('|', md5(p.prosrc), p.prosecdef, p.proconfig::text, p.provolatile)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'salesos'
UNION ALL SELECT 'function', p.oid::regprocedure::text, concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace,
LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE n.nspname = 'salesos'
UNION ALL SELECT 'table', n.nspname || '.' || c.relname, concat_ws('|', c.relrowsecurity, c.relkind)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND {_OURS}
UNION ALL SELECT 'table', n.nspname || '.' || c.relname, concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) AS a
WHERE c.relkind IN ('r', 'v', 'S') AND {_OURS} AND a.grantee <> c.relowner
UNION ALL SELECT 'column', n.nspname || '.' || c.relname || '.' || t.attname,
    concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_attribute AS t JOIN pg_class AS c ON c.oid = t.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace,
LATERAL aclexplode(t.attacl) AS a WHERE {_OURS} AND NOT t.attisdropped
UNION ALL SELECT 'schema', n.nspname, concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_namespace AS n, LATERAL aclexplode(n.nspacl) AS a WHERE {_OURS}
UNION ALL SELECT 'database', datname, concat_ws('|', a.grantee::regrole::text, a.privilege_type)
FROM pg_database, LATERAL aclexplode(coalesce(datacl, acldefault('d', datdba))) AS a WHERE datname = current_database()
UNION ALL SELECT 'group', g.rolname, m.member::regrole::text FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
JOIN pg_roles AS r ON r.oid = m.member WHERE g.rolname LIKE 'salesos\\_%' AND r.rolname LIKE 'salesos\\_%'
UNION ALL SELECT 'group', rolname, concat_ws('|', rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolcanlogin) FROM pg_roles
WHERE rolname IN (SELECT name FROM salesos.role_group)
"""
_MADE = f"""
SELECT 'policy', n.nspname || '.' || c.relname || '.' || p.polname, p.xmin::text
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE {_OURS}
UNION ALL SELECT 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname, t.xmin::text
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND {_OURS}
"""
_TABLES = ", ".join(f"'{name}'" for name in TABLES)
_STRANGERS = f"""
SELECT DISTINCT 'right of ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END || ' on ' || c.relname
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_attribute AS t ON t.attrelid = c.oid,
LATERAL (SELECT * FROM aclexplode(c.relacl) UNION ALL SELECT * FROM aclexplode(t.attacl)) AS a
WHERE {_OURS} AND (n.nspname = 'salesos' OR c.relname IN ({_TABLES})) AND a.grantee <> c.relowner
AND NOT EXISTS (SELECT FROM salesos.role_group WHERE name = a.grantee::regrole::text) ORDER BY 1
"""
