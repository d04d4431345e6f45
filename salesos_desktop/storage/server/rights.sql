-- Who may see and write what. Group roles hold the rights, a login belongs to one of them; what a row is to a person is asked of
-- the functions here. Run again at each upgrade, after record.sql; rights.py adds roles, grants and policies.
--
-- Rows are seen by plain conditions that look up who asks in sub-selects, so that it is done once a query and not once a row.
-- `salesos.edits` is for rows that hang on others, when they are written.

-- What a person is ------------------------------------------------------------------------------------------------------

-- What every policy asks first, by login: who it is in which role, the teams that they work with (their own, those they lead, and all
-- below), and the people whose rows they see as their own (a rep's is themself, a manager's and a viewer's their teams).
-- A name and no text, which has another order than session_user and would be found by reading all.
CREATE TABLE IF NOT EXISTS salesos.reached (
    login name PRIMARY KEY, person integer NOT NULL, role text NOT NULL, teams integer[] NOT NULL, people integer[] NOT NULL
);

CREATE OR REPLACE FUNCTION salesos.learn_reach() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM salesos.reached AS r WHERE NOT EXISTS (SELECT FROM public.person AS p WHERE p.login = r.login AND p.active);
    WITH RECURSIVE works(person, team) AS (
        SELECT p.id, t.id FROM public.person AS p JOIN public.team AS t ON t.leader_id = p.id OR t.id = p.team_id
        WHERE p.login <> '' AND p.active
        UNION SELECT w.person, t.id FROM works AS w JOIN public.team AS t ON t.parent_id = w.team
    )
    INSERT INTO salesos.reached AS r
    SELECT p.login, p.id, p.role, ARRAY(SELECT team FROM works WHERE person = p.id ORDER BY team), p.id || ARRAY(
        SELECT DISTINCT q.id FROM works AS w JOIN public.person AS q ON q.team_id = w.team
        WHERE w.person = p.id AND q.id <> p.id AND p.role IN ('manager', 'viewer') ORDER BY q.id)
    FROM public.person AS p WHERE p.login <> '' AND p.active
    -- Each version of a row that nobody needs any more is read by every policy until it is swept.
    ON CONFLICT (login) DO UPDATE SET person = excluded.person, role = excluded.role, teams = excluded.teams, people = excluded.people
    WHERE (r.person, r.role, r.teams, r.people) IS DISTINCT FROM (excluded.person, excluded.role, excluded.teams, excluded.people)
$$;
SELECT salesos.learn_reach();

CREATE OR REPLACE FUNCTION salesos.keep_reach() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM salesos.learn_reach();
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_reach AFTER INSERT OR DELETE OR UPDATE OF login, role, active, team_id ON public.person
    FOR EACH STATEMENT EXECUTE FUNCTION salesos.keep_reach();
CREATE OR REPLACE TRIGGER keep_reach AFTER INSERT OR DELETE OR UPDATE OF leader_id, parent_id ON public.team
    FOR EACH STATEMENT EXECUTE FUNCTION salesos.keep_reach();

CREATE OR REPLACE FUNCTION salesos.my_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE WHEN session_user = current_user THEN 'admin' ELSE
        (SELECT role FROM salesos.reached WHERE login = session_user) END;
END $$;

-- Teams that a person works with, and people whose rows they see as their own.
CREATE OR REPLACE FUNCTION salesos.my_teams() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT teams FROM salesos.reached WHERE login = session_user), '{}');
END $$;

CREATE OR REPLACE FUNCTION salesos.reach() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT people FROM salesos.reached WHERE login = session_user), '{}');
END $$;

-- A viewer without a team looks at the whole workspace.
CREATE OR REPLACE FUNCTION salesos.sees_all() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN session_user = current_user OR EXISTS (SELECT FROM salesos.reached
        WHERE login = session_user AND (role = 'admin' OR role = 'viewer' AND teams = '{}'));
END $$;

-- Deals that others have shared with a person.
CREATE OR REPLACE VIEW salesos.shared_deal WITH (security_barrier = true) AS
    SELECT opportunity_id, may_edit FROM public.share
    WHERE person_id = (SELECT person FROM salesos.reached WHERE login = session_user);

-- Contacts and companies of the deals that a person sees, and companies of those contacts.
CREATE OR REPLACE FUNCTION salesos.met_contacts() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mine AS (
        SELECT id, contact_id FROM public.opportunity WHERE owner_id = ANY (salesos.reach())
        UNION SELECT id, contact_id FROM public.opportunity WHERE id IN (SELECT opportunity_id FROM salesos.shared_deal)
    )
    SELECT contact_id FROM mine WHERE contact_id IS NOT NULL
    UNION SELECT o.contact_id FROM public.opportunity_contact o JOIN mine ON mine.id = o.opportunity_id
$$;

CREATE OR REPLACE FUNCTION salesos.met_companies() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT company_id FROM public.opportunity WHERE company_id IS NOT NULL
        AND (owner_id = ANY (salesos.reach()) OR id IN (SELECT opportunity_id FROM salesos.shared_deal))
    UNION SELECT company_id FROM public.contact WHERE company_id IS NOT NULL
        AND (owner_id = ANY (salesos.reach()) OR id IN (SELECT salesos.met_contacts()))
$$;

-- Whether a person may change a row, by its table; also for what hangs on it.
CREATE OR REPLACE FUNCTION salesos.edits(what text, row_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine integer[];
    found record;
BEGIN
    IF salesos.my_role() = 'admin' THEN
        RETURN true;
    ELSIF row_id IS NULL OR salesos.my_role() NOT IN ('rep', 'manager') THEN
        RETURN false;
    END IF;
    mine := salesos.reach();
    CASE what
        WHEN 'opportunity' THEN
            RETURN EXISTS (SELECT FROM public.opportunity WHERE id = row_id AND owner_id = ANY (mine))
                OR EXISTS (SELECT FROM salesos.shared_deal WHERE opportunity_id = row_id AND may_edit);
        WHEN 'lead' THEN
            RETURN EXISTS (SELECT FROM public.lead WHERE id = row_id AND (
                owner_id = ANY (mine) OR owner_id IS NULL AND (team_id IS NULL OR team_id = ANY (salesos.my_teams()))));
        WHEN 'contact' THEN
            RETURN EXISTS (SELECT FROM public.contact WHERE id = row_id AND (owner_id IS NULL OR owner_id = ANY (mine)));
        WHEN 'company' THEN
            RETURN EXISTS (SELECT FROM public.company WHERE id = row_id AND (owner_id IS NULL OR owner_id = ANY (mine)));
        WHEN 'activity' THEN
            SELECT * INTO found FROM public.activity WHERE id = row_id;
            RETURN found.id IS NOT NULL AND (found.assignee_id = ANY (mine) OR found.created_by = ANY (mine)
                OR salesos.edits(found.subject_table, found.subject_id));
        WHEN 'note' THEN
            RETURN EXISTS (SELECT FROM public.note WHERE id = row_id AND author_id = ANY (mine));
        WHEN 'challenge' THEN
            RETURN EXISTS (SELECT FROM public.challenge WHERE id = row_id
                AND (created_by = salesos.me() OR salesos.my_role() = 'manager'));
        ELSE
            RETURN false;
    END CASE;
END $$;

-- Whether a deal is a person's own or their team's: what is only shared is not shared further.
CREATE OR REPLACE FUNCTION salesos.owns_deal(number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN salesos.my_role() = 'admin' OR salesos.my_role() IN ('rep', 'manager')
        AND EXISTS (SELECT FROM public.opportunity WHERE id = number AND owner_id = ANY (salesos.reach()));
END $$;

-- Whether a person may name a row in another: what is referred to must be seen by the rules of its table, which are those of
-- whoever asks, or the reference would show it.
CREATE OR REPLACE FUNCTION salesos.may_name(what text, row_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN row_id IS NULL OR salesos.sees_all() OR salesos.sees_row(what, row_id);
END $$;

-- Before a row is written that names others (arguments: column and table of each): they are seen, or the name would show them.
CREATE OR REPLACE FUNCTION salesos.guard_names() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    came jsonb := to_jsonb(NEW);
    went jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
BEGIN
    FOR n IN 0 .. TG_NARGS - 1 BY 2 LOOP
        IF came ->> TG_ARGV[n] IS DISTINCT FROM went ->> TG_ARGV[n]
            AND NOT salesos.may_name(TG_ARGV[n + 1], (came ->> TG_ARGV[n])::bigint)
        THEN
            RAISE EXCEPTION 'salesos: what is named here is not yours to see' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

-- What only a function may do -------------------------------------------------------------------------------------------

-- Before a row is made: its number is one that this unit of work has taken, or that of a row which the person has had before.
CREATE OR REPLACE FUNCTION salesos.guard_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT salesos.is_owner() AND NOT EXISTS (
        SELECT FROM salesos.reserved WHERE unit = (salesos.this_unit()).seq AND name = TG_TABLE_NAME
        AND NEW.id >= first AND NEW.id < behind
    ) AND NOT EXISTS (
        SELECT FROM public.change_row AS r JOIN public.change_log AS l USING (seq)
        WHERE r.table_name = TG_TABLE_NAME AND r.row_id = NEW.id AND l.actor_id = salesos.me()
    ) THEN
        RAISE EXCEPTION 'salesos: this number is not yours to give' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- A deal changes hands by a manager within the team, or by an administrator; what is shared to be edited stays its owner's.
CREATE OR REPLACE FUNCTION salesos.guard_deal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.owner_id IS DISTINCT FROM OLD.owner_id AND salesos.my_role() <> 'admin' AND NOT (
        salesos.my_role() = 'manager' AND ARRAY[OLD.owner_id, NEW.owner_id] <@ salesos.reach()
    ) THEN
        RAISE EXCEPTION 'salesos: only a manager gives deals to others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- Takes a row away for good: a part of what the person may change, or what they made in the change that they take back, as it was.
CREATE OR REPLACE FUNCTION salesos.take_away(what text, row_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    unit public.change_log := salesos.this_unit();
    there jsonb;
    allowed boolean := salesos.my_role() = 'admin';
BEGIN
    IF unit.seq IS NULL OR NOT what = ANY (salesos.removable()) THEN
        RAISE EXCEPTION 'salesos: nothing is taken away like that' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT allowed AND unit.reverts IS NOT NULL THEN
        EXECUTE format('SELECT to_jsonb(t) FROM public.%I AS t WHERE id = $1', what) INTO there USING row_id;
        allowed := EXISTS (
            SELECT FROM public.change_row AS r JOIN public.change_log AS l USING (seq)
            WHERE (l.seq = unit.reverts OR l.reverts = unit.reverts) AND l.actor_id = salesos.me()
            AND r.table_name = what AND r.row_id = take_away.row_id AND r.before IS NULL
            AND there @> r.after::jsonb - 'version')
            AND NOT EXISTS (SELECT FROM public.note AS n WHERE n.subject_table = what AND n.subject_id = take_away.row_id)
            AND NOT EXISTS (SELECT FROM public.attachment AS a WHERE a.subject_table = what AND a.subject_id = take_away.row_id)
            AND NOT EXISTS (SELECT FROM public.activity AS a WHERE a.subject_table = what AND a.subject_id = take_away.row_id);
    END IF;
    IF NOT allowed THEN
        EXECUTE CASE what
            WHEN 'opportunity_line' THEN 'SELECT salesos.edits(''opportunity'', opportunity_id) FROM public.opportunity_line WHERE id = $1'
            WHEN 'opportunity_contact' THEN 'SELECT salesos.edits(''opportunity'', opportunity_id) FROM public.opportunity_contact WHERE id = $1'
            WHEN 'check_item' THEN 'SELECT salesos.edits(''opportunity'', opportunity_id) FROM public.check_item WHERE id = $1'
            WHEN 'share' THEN 'SELECT salesos.owns_deal(opportunity_id) FROM public.share WHERE id = $1'
            WHEN 'follower' THEN 'SELECT person_id = salesos.me() OR salesos.edits(''opportunity'', opportunity_id) FROM public.follower WHERE id = $1'
            WHEN 'activity_participant' THEN 'SELECT salesos.edits(''activity'', activity_id) FROM public.activity_participant WHERE id = $1'
            WHEN 'contact_point' THEN 'SELECT salesos.edits(subject_table, subject_id) FROM public.contact_point WHERE id = $1'
            WHEN 'employment' THEN 'SELECT salesos.edits(''contact'', contact_id) FROM public.employment WHERE id = $1'
            WHEN 'saved_view' THEN 'SELECT owner_id = salesos.me() FROM public.saved_view WHERE id = $1'
            WHEN 'challenge' THEN 'SELECT salesos.edits(''challenge'', id) FROM public.challenge WHERE id = $1'
            WHEN 'challenge_participant' THEN 'SELECT salesos.edits(''challenge'', challenge_id) FROM public.challenge_participant WHERE id = $1'
            WHEN 'forecast_call' THEN 'SELECT person_id = ANY (salesos.reach()) FROM public.forecast_call WHERE id = $1'
            ELSE 'SELECT false' END INTO allowed USING row_id;
    END IF;
    IF allowed IS NOT TRUE THEN
        RAISE EXCEPTION 'salesos: this is not yours to take away' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('DELETE FROM public.%I WHERE id = $1', what) USING row_id;
END $$;

-- Marks a commit of the person as undone, or as done again.
CREATE OR REPLACE FUNCTION salesos.mark(commit integer, wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wanted NOT IN ('done', 'undone') OR (salesos.this_unit()).reverts IS DISTINCT FROM commit THEN
        RAISE EXCEPTION 'salesos: only what takes a commit back marks it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.change_log SET state = wanted WHERE seq = commit AND (salesos.is_owner() OR actor_id = salesos.me());
END $$;

-- Before a setting is written that is not one's own mark of what was told: it is part of a unit of work, that of another program has
-- one made for it.
CREATE OR REPLACE FUNCTION salesos.note_setting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM salesos.need_open(salesos.this_unit());
    IF (salesos.this_unit()).seq IS NULL AND NOT salesos.is_owner() THEN
        PERFORM salesos.open_unit('other', 'settings', json_build_array('Set “{name}” with another program',
            json_build_object('name', NEW.name))::text, false, NULL, NULL, NULL);
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER note_setting BEFORE INSERT OR UPDATE ON public.setting
    FOR EACH ROW WHEN (NEW.name NOT LIKE 'told/%') EXECUTE FUNCTION salesos.note_setting();
