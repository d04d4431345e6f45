-- Logins of people: given, changed and taken by an administrator or the owner of the tables. Who asks is found out here.

CREATE OR REPLACE FUNCTION salesos.need_admin() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM salesos.need_now();
    IF salesos.my_role() IS DISTINCT FROM 'admin' THEN
        RAISE EXCEPTION 'salesos: only an administrator does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Whether a login belongs to the workspace of another database of this server.
CREATE OR REPLACE FUNCTION salesos.is_elsewhere(wanted_login text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member JOIN pg_roles AS g ON g.oid = m.roleid
        JOIN pg_database AS d ON g.rolname LIKE 'salesos\_' || d.oid || '\_%'
        WHERE r.rolname = wanted_login AND g.rolname NOT IN (SELECT name FROM salesos.role_group));
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
            -- What somebody else has granted stays, with a warning that nobody reads.
            IF pg_has_role(wanted_login, one.name, 'MEMBER') AND (SELECT rolcanlogin FROM pg_roles WHERE rolname = wanted_login) THEN
                RAISE EXCEPTION 'salesos: somebody else has put % into %', wanted_login, one.name
                    USING ERRCODE = 'dependent_objects_still_exist';
            END IF;
        END IF;
    END LOOP;
END $$;

-- How long what a login does may take, and how many connections it may have: a window holds up to nine.
CREATE OR REPLACE FUNCTION salesos.keep_in_bounds(wanted_login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 30', wanted_login);
    EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', wanted_login, '2min');
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', wanted_login, '15s');
    EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', wanted_login, '20s');
END $$;

-- Gives a person a login with a password that was made unreadable before it came here (a SCRAM verifier), or the login that they
-- have another password. A login that exists must be one that this program made and that nobody else has, here or in another
-- workspace of the server, unless the owner gives it, who may do so there too. Its old password counts no more in any case.
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
    ELSIF verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        RAISE EXCEPTION 'salesos: not a verifier' USING ERRCODE = 'invalid_parameter_value', HINT = 'password';
    END IF;
    SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS strong,
           shobj_description(oid, 'pg_authid') = 'SalesOS Desktop' AS ours
    INTO known FROM pg_roles WHERE rolname = wanted_login;
    IF NOT FOUND THEN
        EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD %L', wanted_login, verifier);
        EXECUTE format('COMMENT ON ROLE %I IS %L', wanted_login, 'SalesOS Desktop');
        PERFORM salesos.keep_in_bounds(wanted_login);
    ELSIF known.strong OR known.ours IS NOT TRUE OR salesos.is_elsewhere(wanted_login) AND NOT salesos.is_owner()
        OR EXISTS (SELECT FROM public.person AS p WHERE p.login = wanted_login AND p.id <> give_login.person)
    THEN
        RAISE EXCEPTION 'salesos: this login is taken' USING ERRCODE = 'duplicate_object', HINT = 'login';
    ELSE
        BEGIN
            EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', wanted_login, verifier);
            EXECUTE format('ALTER ROLE %I RESET ALL', wanted_login);
            EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', wanted_login, current_database());
            PERFORM salesos.keep_in_bounds(wanted_login);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'salesos: this login is another owner''s' USING ERRCODE = 'duplicate_object', HINT = 'login';
        END;
    END IF;
    IF NOT pg_has_role(wanted_login, 'USAGE') THEN
        -- So that the owner sees what its sessions do, and may end them.
        EXECUTE format('GRANT %I TO %I', wanted_login, current_user);
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
        IF NOT salesos.is_elsewhere(theirs) THEN
            BEGIN
                EXECUTE format('ALTER ROLE %I NOLOGIN', theirs);
            EXCEPTION WHEN insufficient_privilege THEN
                -- It is another owner's, and has no rights here any more.
            END;
        END IF;
        PERFORM salesos.group_login(theirs, '');
        PERFORM salesos.end_sessions();
    END IF;
END $$;

-- Ends the sessions here of logins of this program that nobody has any more. ``disable`` does, and whoever disables somebody once
-- more when that is committed, for a program connects again at once.
CREATE OR REPLACE FUNCTION salesos.end_sessions() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM salesos.need_admin();
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pg_has_role(usesysid, 'USAGE')
    AND shobj_description(usesysid, 'pg_authid') = 'SalesOS Desktop'
    AND NOT EXISTS (SELECT FROM public.person WHERE login = usename AND active);
END $$;

CREATE OR REPLACE FUNCTION salesos.keep_an_admin() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.person WHERE role = 'admin' AND active AND login <> '') THEN
        RAISE EXCEPTION 'salesos: the last administrator stays one' USING ERRCODE = 'check_violation';
    END IF;
END $$;

-- Ends the sessions of people that others who want to write wait for, directly or through one who waits: after some seconds (ten,
-- or what the administrator has set as `patience`) without doing anything, six times as long at one statement that waits for
-- nobody or without having written a row, or sixty times in one transaction. Time-outs alone would not do, because every session
-- may set its own. Only functions lock the turn and write the record, so that locks on those tables say who has the turn or waits
-- for it, and who has written.
CREATE OR REPLACE FUNCTION salesos.clear_the_way() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE patience(length) AS (
        SELECT interval '1 s' * coalesce((SELECT substring(value FROM '^[0-9]{0,4}[.]?[0-9]{1,3}$')::numeric FROM public.setting
            WHERE name = 'patience'), 10)
    ), way(pid) AS (
        SELECT pid FROM pg_locks JOIN pg_database AS d ON d.oid = database
        WHERE datname = current_database() AND relation = 'salesos.turn'::regclass AND pid <> pg_backend_pid()
        UNION SELECT unnest(pg_blocking_pids(pid)) FROM way
    )
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::integer
    FROM pg_stat_activity JOIN way USING (pid) JOIN public.person ON login = usename, patience
    WHERE pg_has_role(usesysid, 'USAGE') AND (
        state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - length
        OR state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock' AND query_start < clock_timestamp() - length * 6
        OR xact_start < clock_timestamp() - length * 6 AND NOT EXISTS (
            SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database WHERE l.pid = pg_stat_activity.pid
            AND datname = current_database() AND relation = 'public.change_row'::regclass AND mode = 'RowExclusiveLock')
        OR xact_start < clock_timestamp() - length * 60)
$$;

-- Logins that an earlier version has made.
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT rolname FROM pg_roles JOIN public.person ON login = rolname
        WHERE rolconnlimit = -1 AND shobj_description(pg_roles.oid, 'pg_authid') = 'SalesOS Desktop'
    LOOP
        BEGIN
            EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 30', one);
        EXCEPTION WHEN insufficient_privilege THEN
            -- It is another owner's.
        END;
    END LOOP;
END $$;

-- Large objects, which no policy holds, are nobody's to write; only who may everything on the server may say so.
DO $$
DECLARE
    one regprocedure;
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
            AND proname IN ('lo_from_bytea', 'lo_creat', 'lo_create', 'lo_put', 'lowrite', 'lo_truncate', 'lo_truncate64', 'lo_open')
        LOOP
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
        END LOOP;
    END IF;
END $$;
