-- Who may see and write what. Group roles hold the rights, a login belongs to one of them; what a row is to a person is asked of
-- the functions here. Run again at each upgrade, after record.sql; rights.py adds roles, grants and policies.
--
-- Rows are seen by plain conditions whose function calls are in sub-selects, so that each is called once a query and not once a
-- row. `salesos.edits` is for rows that hang on others, when they are written.

-- What a person is ------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION salesos.my_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE WHEN session_user = current_user THEN 'admin' ELSE
        (SELECT role FROM public.person WHERE login = session_user AND login <> '' AND active) END;
END $$;

-- Teams that a person works with: their own, those they lead, and all below.
CREATE OR REPLACE FUNCTION salesos.my_teams() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine public.person;
BEGIN
    SELECT * INTO mine FROM public.person WHERE login = session_user AND login <> '' AND active;
    RETURN (
        WITH RECURSIVE below(id) AS (
            SELECT id FROM public.team WHERE leader_id = mine.id OR id = mine.team_id
            UNION SELECT team.id FROM public.team JOIN below ON team.parent_id = below.id
        )
        SELECT coalesce(array_agg(id), '{}') FROM below);
END $$;

-- People whose rows a person sees as their own: a rep's is themself, a manager's and a viewer's their teams.
CREATE OR REPLACE FUNCTION salesos.reach() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine public.person;
    teams integer[];
BEGIN
    SELECT * INTO mine FROM public.person WHERE login = session_user AND login <> '' AND active;
    IF mine.role IN ('manager', 'viewer') THEN
        teams := salesos.my_teams();
        RETURN array_append(coalesce((SELECT array_agg(id) FROM public.person
            WHERE team_id = ANY (teams) AND id <> mine.id), '{}'), mine.id);
    END IF;
    RETURN ARRAY[mine.id];
END $$;

-- A viewer without a team looks at the whole workspace.
CREATE OR REPLACE FUNCTION salesos.sees_all() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN salesos.my_role() = 'admin' OR salesos.my_role() = 'viewer' AND salesos.my_teams() = '{}';
END $$;

-- Deals that others have shared with a person.
CREATE OR REPLACE FUNCTION salesos.shared(to_edit boolean) RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(opportunity_id), '{}') FROM public.share
            WHERE person_id = salesos.me() AND (may_edit OR NOT to_edit));
END $$;

-- Contacts and companies of the deals that a person sees, and companies of those contacts.
CREATE OR REPLACE FUNCTION salesos.met_contacts() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mine AS (
        SELECT id, contact_id FROM public.opportunity WHERE owner_id = ANY (salesos.reach())
        UNION SELECT id, contact_id FROM public.opportunity WHERE id = ANY (salesos.shared(false))
    )
    SELECT contact_id FROM mine WHERE contact_id IS NOT NULL
    UNION SELECT o.contact_id FROM public.opportunity_contact o JOIN mine ON mine.id = o.opportunity_id
$$;

CREATE OR REPLACE FUNCTION salesos.met_companies() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT company_id FROM public.opportunity WHERE company_id IS NOT NULL
        AND (owner_id = ANY (salesos.reach()) OR id = ANY (salesos.shared(false)))
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
                OR row_id = ANY (salesos.shared(true));
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

-- Whether a person may name a row in another: what is referred to must be seen, or the reference would show it.
CREATE OR REPLACE FUNCTION salesos.may_name(what text, row_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN row_id IS NULL OR salesos.sees_all() OR CASE what
        WHEN 'contact' THEN EXISTS (SELECT FROM public.contact WHERE id = row_id
            AND (owner_id IS NULL OR owner_id = ANY (salesos.reach()) OR id IN (SELECT salesos.met_contacts())))
        WHEN 'company' THEN EXISTS (SELECT FROM public.company WHERE id = row_id
            AND (owner_id IS NULL OR owner_id = ANY (salesos.reach()) OR id IN (SELECT salesos.met_companies())))
        ELSE false END;
END $$;

-- Before a row is written that names a contact or a company: both are seen, or the name would show them.
CREATE OR REPLACE FUNCTION salesos.guard_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named jsonb := to_jsonb(NEW);
BEGIN
    IF NOT (salesos.may_name('contact', (named ->> 'contact_id')::bigint)
        AND salesos.may_name('company', coalesce(named ->> 'company_id', named ->> 'parent_id')::bigint))
    THEN
        RAISE EXCEPTION 'salesos: what is named here is not yours to see' USING ERRCODE = 'insufficient_privilege';
    END IF;
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
    IF NEW.owner_id IS DISTINCT FROM OLD.owner_id AND salesos.my_role() NOT IN ('admin', 'manager') THEN
        RAISE EXCEPTION 'salesos: only a manager gives deals to others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- Takes a row away for good: a part of what the person may change, or what they made in the change that they take back.
CREATE OR REPLACE FUNCTION salesos.take_away(what text, row_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit public.change_log := salesos.this_unit();
    gone public.change_log;
    allowed boolean := salesos.my_role() = 'admin';
BEGIN
    IF unit.seq IS NULL OR NOT what = ANY (salesos.removable()) THEN
        RAISE EXCEPTION 'salesos: nothing is taken away like that' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT allowed AND unit.reverts IS NOT NULL THEN
        allowed := EXISTS (
            SELECT FROM public.change_row AS r JOIN public.change_log AS l USING (seq)
            WHERE (l.seq = unit.reverts OR l.reverts = unit.reverts) AND l.actor_id = salesos.me()
            AND r.table_name = what AND r.row_id = take_away.row_id AND r.before IS NULL);
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

-- Points and notifications ----------------------------------------------------------------------------------------------

-- What a unit of work has done to a deal, a lead, an activity or a note: the changed columns before and after, the oldest first.
CREATE OR REPLACE FUNCTION salesos.done_to(what text, number bigint) RETURNS TABLE (before jsonb, after jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.before::jsonb, r.after::jsonb FROM public.change_row AS r
    WHERE r.seq = (salesos.this_unit()).seq AND r.table_name = what AND r.row_id = number ORDER BY r.n
$$;

CREATE OR REPLACE FUNCTION salesos.point_rule(reason text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT (value::jsonb ->> reason)::bigint FROM public.setting WHERE name = 'points'),
                    (SELECT points FROM salesos.usual_points AS usual WHERE usual.reason = point_rule.reason))
$$;

-- Of a won deal (domain/points.py): the base, and its value in major units by the divisor.
CREATE OR REPLACE FUNCTION salesos.won_points(deal public.opportunity) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT salesos.point_rule('won') + CASE WHEN coalesce(deal.value, 0) <= 0 OR salesos.point_rule('won_value_divisor') = 0 THEN 0
        ELSE div(deal.value, salesos.point_rule('won_value_divisor') * 10::numeric ^ salesos.exponent(deal.currency))::bigint END
$$;

-- Whether points are due: for what this very unit of work has done, as much as the rules say, each reason of a thing once; a
-- negative amount takes back what the same thing has given.
CREATE OR REPLACE FUNCTION salesos.is_due(
    person bigint, reason text, amount bigint, what text, number bigint, stage bigint
) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given bigint := coalesce((SELECT sum(points) FROM public.points AS p WHERE p.subject_table = what
        AND p.subject_id = number AND p.reason = is_due.reason AND p.stage_id IS NOT DISTINCT FROM stage), 0);
    deal public.opportunity;
BEGIN
    IF amount < 0 THEN
        RETURN given >= -amount AND EXISTS (SELECT FROM public.points AS p WHERE p.person_id = person
            AND p.subject_table = what AND p.subject_id = number AND p.reason = is_due.reason)
            AND (salesos.edits(what, number) OR person = salesos.me());
    ELSIF (salesos.this_unit()).reverts IS NOT NULL THEN
        -- Doing again what was undone gives back what that took.
        RETURN EXISTS (SELECT FROM public.points AS p JOIN public.change_log AS l ON l.seq = p.change_seq
            WHERE l.actor_id = salesos.me() AND p.person_id = person AND p.subject_table = what AND p.subject_id = number
            AND p.reason = is_due.reason AND p.points = -amount) AND given < amount;
    ELSIF reason = 'stage_forward' OR reason = 'won' THEN
        SELECT * INTO deal FROM public.opportunity WHERE id = number;
        RETURN what = 'opportunity' AND given <= 0 AND person = coalesce(deal.owner_id, salesos.me())
            AND EXISTS (SELECT FROM salesos.done_to(what, number) WHERE after ? 'stage_id')
            AND CASE reason WHEN 'won' THEN
                (SELECT kind FROM public.stage WHERE id = deal.stage_id) = 'won' AND amount = salesos.won_points(deal)
            ELSE amount = salesos.point_rule(reason) AND EXISTS (
                SELECT FROM public.stage AS entered JOIN public.stage AS here ON here.id = deal.stage_id
                WHERE entered.id = stage AND entered.pipeline_id = here.pipeline_id AND entered.kind = 'open'
                AND (entered.position <= here.position OR here.kind <> 'open')) END;
    ELSIF reason IN ('lead_created', 'lead_qualified', 'lead_converted') THEN
        RETURN what = 'lead' AND given <= 0 AND amount = salesos.point_rule(reason)
            AND EXISTS (SELECT FROM public.lead WHERE id = number AND coalesce(owner_id, salesos.me()) = person)
            AND EXISTS (SELECT FROM salesos.done_to(what, number) AS d
                WHERE CASE reason WHEN 'lead_created' THEN d.before IS NULL ELSE d.after ? 'status' END);
    ELSIF reason IN ('task_on_time', 'note_logged') AND what = 'activity' THEN
        RETURN given <= 0 AND amount = salesos.point_rule(reason)
            AND EXISTS (SELECT FROM public.activity WHERE id = number AND done_at IS NOT NULL
                AND coalesce(assignee_id, salesos.me()) = person)
            AND EXISTS (SELECT FROM salesos.done_to(what, number));
    ELSIF reason = 'note_logged' THEN
        RETURN what = 'note' AND given <= 0 AND amount = salesos.point_rule(reason) AND person = salesos.me()
            AND EXISTS (SELECT FROM salesos.done_to(what, number));
    ELSIF reason = 'badge' THEN
        RETURN what = 'badge' AND amount = (SELECT points FROM public.badge WHERE id = number)
            AND EXISTS (SELECT FROM public.badge_award AS a WHERE a.badge_id = number AND a.person_id = person
                AND a.change_seq = (salesos.this_unit()).seq);
    ELSIF reason = 'challenge' AND what = 'challenge' THEN
        RETURN salesos.my_role() = 'admin' OR amount = (SELECT (prize::jsonb ->> 'points')::bigint FROM public.challenge
            WHERE id = number) AND salesos.has_won(number, person) AND NOT EXISTS (SELECT FROM public.points AS p WHERE p.person_id = person
                AND p.subject_table = what AND p.subject_id = number AND p.reason = is_due.reason);
    END IF;
    RETURN salesos.my_role() = 'admin' AND reason = 'correction';
END $$;

-- What one minor unit of a currency is worth in the workspace's own on a day (domain/rates.py), NULL without a rate.
CREATE OR REPLACE FUNCTION salesos.factor(currency text, day date) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH base(code) AS (SELECT coalesce((SELECT value::jsonb #>> '{}' FROM public.setting WHERE name = 'currency'), 'USD'))
    SELECT CASE WHEN factor.currency = code THEN 1 ELSE (
        SELECT CASE WHEN r.to_currency = code THEN r.rate::numeric ELSE 1 / nullif(r.rate::numeric, 0) END
            * 10::numeric ^ (salesos.exponent(code) - salesos.exponent(factor.currency))
        FROM public.exchange_rate AS r WHERE r.day <= factor.day
        AND (r.from_currency, r.to_currency) IN ((factor.currency, code), (code, factor.currency))
        ORDER BY r.day DESC, r.to_currency = code DESC LIMIT 1) END FROM base
$$;

-- What a person has of what a badge counts (domain/badges.py), money in minor units of the workspace's currency.
CREATE OR REPLACE FUNCTION salesos.measured(person bigint, measure text) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(CASE
        WHEN measure IN ('won', 'revenue', 'largest') THEN (
            SELECT CASE measure WHEN 'won' THEN count(*) WHEN 'revenue' THEN sum(worth) ELSE max(worth) END
            FROM (SELECT o.value * salesos.factor(o.currency, o.closed_on) AS worth FROM public.opportunity AS o
                JOIN public.stage AS s ON s.id = o.stage_id AND s.kind = 'won'
                WHERE o.owner_id = person AND o.deleted_at IS NULL) AS won)
        WHEN measure IN ('leads', 'qualified') THEN (
            SELECT count(*) FROM public.lead AS l WHERE l.owner_id = person AND l.deleted_at IS NULL AND (measure = 'leads'
                OR l.status IN (SELECT code FROM public.lead_status WHERE kind IN ('qualified', 'converted'))))
        WHEN measure = 'activities' THEN (SELECT count(*) FROM public.activity AS a
            WHERE a.assignee_id = person AND a.done_at IS NOT NULL AND a.deleted_at IS NULL)
        END, 0)
$$;

-- Before a badge is given: somebody who has earned points by this unit of work has reached it, and does not hold it yet.
CREATE OR REPLACE FUNCTION salesos.guard_badge() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit integer := (salesos.this_unit()).seq;
    wanted jsonb := (SELECT criteria::jsonb FROM public.badge WHERE id = NEW.badge_id);
    base text := coalesce((SELECT value::jsonb #>> '{}' FROM public.setting WHERE name = 'currency'), 'USD');
    goal numeric := (wanted ->> 'threshold')::numeric;
BEGIN
    IF wanted ->> 'measure' IN ('revenue', 'largest') THEN
        goal := goal * 10::numeric ^ salesos.exponent(base);
    END IF;
    IF salesos.my_role() <> 'admin' AND (salesos.this_unit()).reverts IS NULL AND (
        NEW.change_seq IS DISTINCT FROM unit
        OR NOT EXISTS (SELECT FROM public.points WHERE change_seq = unit AND person_id = NEW.person_id)
        OR EXISTS (SELECT FROM public.badge_award WHERE badge_id = NEW.badge_id AND person_id = NEW.person_id)
        OR coalesce(salesos.measured(NEW.person_id, wanted ->> 'measure') < goal * 0.999999999, true)
    ) AND NOT (NEW.change_seq = unit AND EXISTS (
        SELECT FROM public.challenge AS c WHERE (c.prize::jsonb ->> 'badge_id')::integer = NEW.badge_id
        AND salesos.has_won(c.id, NEW.person_id))
        AND NOT EXISTS (SELECT FROM public.badge_award WHERE badge_id = NEW.badge_id AND person_id = NEW.person_id)
    ) THEN
        RAISE EXCEPTION 'salesos: this badge is not earned' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- Writes points that are due; anything else is refused.
CREATE OR REPLACE FUNCTION salesos.award(
    person integer, reason text, amount bigint, what text, number bigint, stage integer
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit public.change_log := salesos.this_unit();
BEGIN
    IF unit.seq IS NULL OR NOT (salesos.is_owner() OR salesos.is_due(person, reason, amount, what, number, stage)) THEN
        RAISE EXCEPTION 'salesos: these points are not due' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.points (person_id, at, reason, points, subject_table, subject_id, stage_id, change_seq)
    VALUES (person, unit.at, award.reason, amount, what, number, stage, unit.seq);
END $$;

-- Tells somebody of what this unit of work has done: oneself of anything, others of a row that it has changed.
CREATE OR REPLACE FUNCTION salesos.tell(
    person integer, kind text, title text, body text, what text, number bigint
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit public.change_log := salesos.this_unit();
    made integer;
BEGIN
    IF unit.seq IS NULL OR NOT (salesos.is_owner() OR person = salesos.me() OR salesos.gives_reason(kind, what, number)) THEN
        RAISE EXCEPTION 'salesos: there is nothing to tell' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.notification (person_id, at, kind, title, body, subject_table, subject_id, change_seq)
    VALUES (person, unit.at, tell.kind, tell.title, tell.body, what, number, unit.seq) RETURNING id INTO made;
    RETURN made;
END $$;

-- At the end of a unit of work: a deal that was moved gives its points and is told of, also where whoever moved it did neither.
CREATE OR REPLACE FUNCTION salesos.settle(unit public.change_log) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    deal public.opportunity;
    went public.stage;
    came public.stage;
    said text;
BEGIN
    IF unit.reverts IS NOT NULL OR salesos.my_role() = 'admin' AND unit.origin <> 'sql' THEN
        RETURN;
    END IF;
    FOR deal IN SELECT o.* FROM public.opportunity AS o WHERE o.id IN (
        SELECT row_id FROM public.change_row WHERE seq = unit.seq AND table_name = 'opportunity' AND before IS NOT NULL
        AND after LIKE '%"stage_id":%') ORDER BY o.id
    LOOP
        SELECT s.* INTO went FROM public.change_row AS r JOIN public.stage AS s ON s.id = (r.before::jsonb ->> 'stage_id')::integer
        WHERE r.seq = unit.seq AND r.table_name = 'opportunity' AND r.row_id = deal.id AND r.after LIKE '%"stage_id":%'
        ORDER BY r.n LIMIT 1;
        SELECT * INTO came FROM public.stage WHERE id = deal.stage_id;
        CONTINUE WHEN went.id = came.id;
        INSERT INTO public.points (person_id, at, reason, points, subject_table, subject_id, stage_id, change_seq)
        SELECT coalesce(deal.owner_id, unit.actor_id), unit.at, due.reason, due.points, 'opportunity', deal.id, due.stage, unit.seq
        FROM (
            SELECT 'won' AS reason, salesos.won_points(deal) AS points, came.id AS stage WHERE came.kind = 'won'
            UNION ALL
            SELECT 'stage_forward', salesos.point_rule('stage_forward'), s.id FROM public.stage AS s
            WHERE came.kind = 'open' AND went.kind = 'open' AND went.pipeline_id = came.pipeline_id AND s.kind = 'open'
            AND s.pipeline_id = came.pipeline_id AND s.position > went.position AND s.position <= came.position
        ) AS due
        WHERE coalesce(deal.owner_id, unit.actor_id) IS NOT NULL AND coalesce((SELECT sum(p.points) FROM public.points AS p
            WHERE p.subject_table = 'opportunity' AND p.subject_id = deal.id AND p.reason = due.reason
            AND (due.reason = 'won' OR p.stage_id = due.stage)), 0) <= 0;
        said := CASE came.kind WHEN 'open' THEN 'stage_changed' ELSE came.kind END;
        INSERT INTO public.notification (person_id, at, kind, title, body, subject_table, subject_id, change_seq)
        SELECT person.id, unit.at, said,
               json_build_array(CASE said WHEN 'won' THEN 'Won: {name}' WHEN 'lost' THEN 'Lost: {name}'
                   ELSE '{name} moved to {stage}' END, json_build_object('name', deal.name, 'stage', came.name))::text,
               json_build_array('{before} → {after} · {value}', json_build_object('before', went.name, 'after', came.name,
                   'value', deal.value, 'currency', deal.currency))::text, 'opportunity', deal.id, unit.seq
        FROM public.person WHERE person.active AND (person.id = deal.owner_id OR person.id = unit.actor_id OR said = 'won'
            AND person.team_id = (SELECT team_id FROM public.person AS seller WHERE seller.id = deal.owner_id))
        AND NOT EXISTS (SELECT FROM public.notification AS n WHERE n.change_seq = unit.seq AND n.kind IN (said, 'followed'));
    END LOOP;
END $$;
