-- Logins of people: given, changed and taken by an administrator or the owner of the tables. Who asks is found out here.

CREATE OR REPLACE FUNCTION salesos.need_admin() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF salesos.my_role() IS DISTINCT FROM 'admin' THEN
        RAISE EXCEPTION 'salesos: only an administrator does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Puts a login into the group of a role, and into no other of this workspace.
CREATE OR REPLACE FUNCTION salesos.group_login(wanted_login text, wanted_role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT role, name FROM salesos.role_group WHERE role <> 'member' LOOP
        IF one.role = wanted_role THEN
            EXECUTE format('GRANT %I TO %I', one.name, wanted_login);
        ELSIF pg_has_role(wanted_login, one.name, 'MEMBER') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = wanted_login) THEN
            EXECUTE format('REVOKE %I FROM %I', one.name, wanted_login);
        END IF;
    END LOOP;
END $$;

-- Gives a person a login, with a password that was made unreadable before it came here (a SCRAM verifier). A login that exists
-- must be one that this program made; it keeps its password, unless it was disabled.
CREATE OR REPLACE FUNCTION salesos.give_login(person integer, wanted_login text, verifier text, wanted_role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known record;
BEGIN
    PERFORM salesos.need_admin();
    IF wanted_login !~ '^[a-z_][a-z0-9_.-]{0,62}$' OR wanted_login ~ '^(pg_|salesos_)' THEN
        RAISE EXCEPTION 'salesos: no such login' USING ERRCODE = 'invalid_parameter_value', HINT = 'login';
    ELSIF NOT EXISTS (SELECT FROM salesos.role_group WHERE role = wanted_role AND role <> 'member') THEN
        RAISE EXCEPTION 'salesos: no such role' USING ERRCODE = 'invalid_parameter_value', HINT = 'role';
    ELSIF verifier NOT LIKE 'SCRAM-SHA-256$%' THEN
        RAISE EXCEPTION 'salesos: not a verifier' USING ERRCODE = 'invalid_parameter_value', HINT = 'password';
    END IF;
    SELECT rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS strong,
           shobj_description(oid, 'pg_authid') = 'SalesOS Desktop' AS ours
    INTO known FROM pg_roles WHERE rolname = wanted_login;
    IF NOT FOUND THEN
        EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD %L', wanted_login, verifier);
        EXECUTE format('COMMENT ON ROLE %I IS %L', wanted_login, 'SalesOS Desktop');
        EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', wanted_login, '2min');
        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', wanted_login, '15s');
        EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', wanted_login, '20s');
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            -- So that the owner may end its sessions.
            EXECUTE format('GRANT %I TO %I', wanted_login, current_user);
        END IF;
    ELSIF known.strong OR known.ours IS NOT TRUE THEN
        RAISE EXCEPTION 'salesos: this login is taken' USING ERRCODE = 'duplicate_object', HINT = 'login';
    ELSIF NOT known.rolcanlogin THEN
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', wanted_login, verifier);
    END IF;
    UPDATE public.person SET login = wanted_login, role = wanted_role, active = true WHERE id = give_login.person;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'salesos: no such person' USING ERRCODE = 'no_data_found', HINT = 'person';
    END IF;
    PERFORM salesos.group_login(wanted_login, wanted_role);
END $$;

-- Another role: at once, also for sessions that are open. The last administrator stays one.
CREATE OR REPLACE FUNCTION salesos.set_role(person integer, wanted_role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    theirs public.person;
BEGIN
    PERFORM salesos.need_admin();
    IF NOT EXISTS (SELECT FROM salesos.role_group WHERE role = wanted_role AND role <> 'member') THEN
        RAISE EXCEPTION 'salesos: no such role' USING ERRCODE = 'invalid_parameter_value', HINT = 'role';
    END IF;
    UPDATE public.person SET role = wanted_role WHERE id = set_role.person RETURNING * INTO theirs;
    PERFORM salesos.keep_an_admin();
    IF theirs.login <> '' THEN
        PERFORM salesos.group_login(theirs.login, wanted_role);
    END IF;
END $$;

-- Takes all access at once: the login belongs to no group of this workspace, and its sessions end. Their data stay.
CREATE OR REPLACE FUNCTION salesos.disable(person integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    theirs text;
BEGIN
    PERFORM salesos.need_admin();
    SELECT login INTO STRICT theirs FROM public.person WHERE id = disable.person;
    UPDATE public.person SET active = false, login = '' WHERE id = disable.person;
    PERFORM salesos.keep_an_admin();
    IF theirs <> '' THEN
        PERFORM salesos.group_login(theirs, '');
        IF NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
            WHERE r.rolname = theirs AND g.rolname LIKE 'salesos\_%') THEN
            EXECUTE format('ALTER ROLE %I NOLOGIN', theirs);
        END IF;
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = theirs AND datname = current_database();
    END IF;
END $$;

CREATE OR REPLACE FUNCTION salesos.keep_an_admin() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.person WHERE role = 'admin' AND active AND login <> '') THEN
        RAISE EXCEPTION 'salesos: the last administrator stays one' USING ERRCODE = 'check_violation';
    END IF;
END $$;

-- Ends the sessions that have written or locked something and keep others waiting: after some seconds (ten, or what the
-- administrator has set as `patience`) without doing anything, six times as long at one statement that waits for nobody, or sixty
-- times in one transaction. Time-outs alone would not do, because every session may set its own.
CREATE OR REPLACE FUNCTION salesos.clear_the_way() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH patience(length) AS (
        SELECT interval '1 s' * coalesce((SELECT value::numeric FROM public.setting WHERE name = 'patience'), 10)
    )
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::integer FROM pg_stat_activity, patience
    WHERE datname = current_database() AND usename <> current_user AND backend_xid IS NOT NULL AND (
        state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - length
        OR state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock' AND query_start < clock_timestamp() - length * 6
        OR xact_start < clock_timestamp() - length * 60)
$$;
