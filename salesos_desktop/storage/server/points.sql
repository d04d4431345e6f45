-- Points and notifications: whether they are due is found out here, and what whoever moved a deal left out is made good at the end
-- of the unit of work. Run again at each upgrade, after rights.sql.

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

-- Whether points are due: for what this very unit of work has done, as much as the rules say, each reason of a thing once. What is
-- taken back, or done again, is what the commit had given that is taken back; else a note that goes takes its points along, and a
-- won deal that is merged into another.
CREATE OR REPLACE FUNCTION salesos.is_due(
    person bigint, reason text, amount bigint, what text, number bigint, stage bigint
) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given bigint := coalesce((SELECT sum(points) FROM public.points AS p WHERE p.subject_table = what
        AND p.subject_id = number AND p.reason = is_due.reason
        AND (p.reason <> 'stage_forward' OR p.stage_id IS NOT DISTINCT FROM stage)
        AND (p.reason NOT IN ('badge', 'challenge') OR p.person_id = person)), 0);
    reverted bigint := (salesos.this_unit()).reverts;
    deal public.opportunity;
BEGIN
    IF reverted IS NOT NULL THEN
        RETURN CASE WHEN amount < 0 THEN given + amount >= 0 ELSE given <= 0 END AND EXISTS (
            SELECT FROM public.points AS p JOIN public.change_log AS l ON l.seq = p.change_seq
            WHERE (l.seq = reverted OR l.reverts = reverted) AND l.actor_id = salesos.me() AND p.person_id = person
            AND p.subject_table = what AND p.subject_id = number AND p.reason = is_due.reason
            AND p.stage_id IS NOT DISTINCT FROM stage AND p.points = -amount);
    ELSIF amount < 0 THEN
        RETURN given = -amount AND EXISTS (SELECT FROM public.points AS p WHERE p.person_id = person
            AND p.subject_table = what AND p.subject_id = number AND p.reason = is_due.reason)
            AND CASE what
                WHEN 'note' THEN EXISTS (SELECT FROM salesos.done_to(what, number) WHERE after ->> 'deleted_at' <> '')
                WHEN 'opportunity' THEN reason = 'won'
                    AND EXISTS (SELECT FROM salesos.done_to(what, number) WHERE after ->> 'merged_into_id' <> '')
                ELSE false END;
    ELSIF reason = 'stage_forward' OR reason = 'won' THEN
        SELECT * INTO deal FROM public.opportunity WHERE id = number;
        RETURN what = 'opportunity' AND given <= 0 AND person = coalesce(deal.owner_id, salesos.me())
            AND EXISTS (SELECT FROM salesos.done_to(what, number) WHERE after ? 'stage_id')
            AND CASE reason WHEN 'won' THEN
                (SELECT kind FROM public.stage WHERE id = deal.stage_id) = 'won' AND amount = salesos.won_points(deal)
            ELSE amount = salesos.point_rule(reason) AND EXISTS (
                SELECT FROM public.stage AS entered JOIN public.stage AS here ON here.id = deal.stage_id
                JOIN public.stage AS went ON went.id = (SELECT (before ->> 'stage_id')::integer
                    FROM salesos.done_to(what, number) WHERE before ? 'stage_id' LIMIT 1)
                WHERE entered.id = stage AND 'open' = ALL (ARRAY[entered.kind, here.kind, went.kind])
                AND here.pipeline_id = ALL (ARRAY[entered.pipeline_id, went.pipeline_id])
                AND entered.position > went.position AND entered.position <= here.position) END;
    ELSIF reason IN ('lead_created', 'lead_qualified', 'lead_converted') THEN
        RETURN what = 'lead' AND given <= 0 AND amount = salesos.point_rule(reason)
            AND EXISTS (SELECT FROM public.lead AS l JOIN public.lead_status AS s ON s.code = l.status
                WHERE l.id = number AND coalesce(l.owner_id, salesos.me()) = person AND CASE reason
                    WHEN 'lead_qualified' THEN s.kind IN ('qualified', 'converted')
                    WHEN 'lead_converted' THEN s.kind = 'converted' ELSE true END)
            AND EXISTS (SELECT FROM salesos.done_to(what, number) AS d
                WHERE CASE reason WHEN 'lead_created' THEN d.before IS NULL ELSE d.after ? 'status' END);
    ELSIF reason IN ('task_on_time', 'note_logged') AND what = 'activity' THEN
        RETURN amount = salesos.point_rule(reason) AND coalesce((SELECT sum(points) FROM public.points AS p
                WHERE p.subject_table = what AND p.subject_id = number), 0) <= 0
            AND EXISTS (SELECT FROM public.activity WHERE id = number AND done_at IS NOT NULL
                AND coalesce(assignee_id, salesos.me()) = person)
            AND EXISTS (SELECT FROM salesos.done_to(what, number)
                WHERE after ? 'done_at' AND (reason = 'note_logged' OR before IS NOT NULL));
    ELSIF reason = 'note_logged' THEN
        -- One that comes out of the bin gives again what it took along.
        RETURN what = 'note' AND given <= 0 AND CASE WHEN EXISTS (SELECT FROM salesos.done_to(what, number) WHERE before IS NULL)
            THEN person = salesos.me() AND amount = salesos.point_rule(reason)
            ELSE EXISTS (SELECT FROM salesos.done_to(what, number) WHERE before ->> 'deleted_at' <> '')
                AND amount = -(SELECT p.points FROM public.points AS p WHERE p.person_id = person AND p.subject_table = what
                    AND p.subject_id = number AND p.reason = is_due.reason ORDER BY p.id DESC LIMIT 1) END;
    ELSIF reason = 'badge' THEN
        RETURN what = 'badge' AND amount = (SELECT points FROM public.badge WHERE id = number)
            AND EXISTS (SELECT FROM public.badge_award AS a WHERE a.badge_id = number AND a.person_id = person
                AND a.change_seq = (salesos.this_unit()).seq) AND given <= 0;
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    unit integer := (salesos.this_unit()).seq;
    wanted jsonb := (SELECT criteria::jsonb FROM public.badge WHERE id = NEW.badge_id);
    base text := coalesce((SELECT value::jsonb #>> '{}' FROM public.setting WHERE name = 'currency'), 'USD');
    goal numeric := (wanted ->> 'threshold')::numeric;
BEGIN
    IF wanted ->> 'measure' IN ('revenue', 'largest') THEN
        goal := goal * 10::numeric ^ salesos.exponent(base);
    END IF;
    -- Done again: the badge that the commit had given.
    IF EXISTS (SELECT FROM public.change_row WHERE seq = (salesos.this_unit()).reverts AND table_name = 'badge_award'
        AND row_id = NEW.id AND after::jsonb @> to_jsonb(NEW))
    THEN
        RETURN NEW;
    END IF;
    IF salesos.my_role() <> 'admin' AND (
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
    PERFORM salesos.need_open(unit);
    IF unit.seq IS NULL OR NOT (salesos.is_owner() OR salesos.is_due(person, reason, amount, what, number, stage)) THEN
        RAISE EXCEPTION 'salesos: these points are not due' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.points (person_id, at, reason, points, subject_table, subject_id, stage_id, change_seq)
    VALUES (person, unit.at, award.reason, amount, what, number, stage, unit.seq);
END $$;

-- What somebody else's program shows is a message that it can read.
CREATE OR REPLACE FUNCTION salesos.need_words(words text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF words IS NULL OR NOT (salesos.is_owner() OR salesos.is_shaped(words, 'message')) THEN
        RAISE EXCEPTION 'salesos: these are no words' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Tells somebody of what this unit of work has done: oneself of anything, others of a row of theirs that it has changed.
CREATE OR REPLACE FUNCTION salesos.tell(
    person integer, kind text, title text, body text, what text, number bigint
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit public.change_log := salesos.this_unit();
    made integer;
BEGIN
    PERFORM salesos.need_open(unit), salesos.need_words(title), salesos.need_words(body);
    IF unit.seq IS NULL OR NOT (salesos.is_owner() OR person = salesos.me() OR salesos.gives_reason(person, kind, what, number)) THEN
        RAISE EXCEPTION 'salesos: there is nothing to tell' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.notification (person_id, at, kind, title, body, subject_table, subject_id, change_seq)
    VALUES (person, unit.at, tell.kind, tell.title, tell.body, what, number, unit.seq) RETURNING id INTO made;
    RETURN made;
END $$;

-- The end of the program's unit of work in one step: what it is called, points and notifications; gives the numbers of these.
CREATE OR REPLACE FUNCTION salesos.finish_unit(label text, points json, notices json) RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit public.change_log := salesos.this_unit();
BEGIN
    PERFORM salesos.need_open(unit), salesos.need_words(label);
    UPDATE public.change_log AS log SET label = finish_unit.label WHERE seq = unit.seq;
    PERFORM salesos.award(p.person_id, p.reason, p.points, p.subject_table, p.subject_id, p.stage_id)
    FROM json_to_recordset(finish_unit.points) AS p(
        person_id integer, reason text, points bigint, subject_table text, subject_id bigint, stage_id integer);
    RETURN ARRAY(SELECT salesos.tell(n.person_id, n.kind, n.title, n.body, n.subject_table, n.subject_id)
        FROM json_to_recordset(notices) AS n(
            person_id integer, kind text, title text, body text, subject_table text, subject_id bigint));
END $$;

-- Whether a person has not turned off a kind of notification (domain/notices.py): kept as {"channels": {"won": ["in_app"]}}.
CREATE OR REPLACE FUNCTION salesos.hears(notices text, kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT strpos(notices, '"' || kind || '": [') = 0 OR notices ~ ('"' || kind || '": \[[^]]*"in_app"')
$$;

-- Who hears of somebody's win (queries/people.py has the same rule): the seller's team and those below, and whoever sees their
-- deals by their role, or leads a team above.
CREATE OR REPLACE FUNCTION salesos.hears_of_win(seller integer) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE home(id) AS (SELECT team_id FROM public.person WHERE id = seller AND team_id IS NOT NULL),
    below(id) AS (SELECT id FROM home UNION SELECT t.id FROM below AS b JOIN public.team AS t ON t.parent_id = b.id),
    above(id) AS (SELECT id FROM home UNION
        SELECT t.parent_id FROM above AS a JOIN public.team AS t ON t.id = a.id WHERE t.parent_id IS NOT NULL)
    SELECT p.id FROM public.person AS p WHERE seller IS NOT NULL AND p.active AND (
        p.id = seller OR p.team_id IN (SELECT id FROM below) OR p.role = 'admin' OR p.role = 'viewer' AND p.team_id IS NULL
        OR p.role IN ('manager', 'viewer') AND p.team_id IN (SELECT id FROM above)
        OR p.id IN (SELECT leader_id FROM public.team WHERE id IN (SELECT id FROM above)))
$$;

-- Whether a deal that comes to a stage is there because a commit is taken back, or done again, that had moved it there or away.
CREATE OR REPLACE FUNCTION salesos.takes_back(reverted bigint, deal integer, stage integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM (
        SELECT (array_agg(before::jsonb ->> 'stage_id' ORDER BY n))[1] AS went,
               (array_agg(after::jsonb ->> 'stage_id' ORDER BY n DESC))[1] AS came
        FROM public.change_row WHERE seq = reverted AND table_name = 'opportunity' AND row_id = deal
        AND before LIKE '%"stage_id":%' AND after LIKE '%"stage_id":%') AS net
        WHERE went <> came AND stage::text IN (went, came))
$$;

-- Writes the points that a deal has not given yet, by reason, and of stages by stage.
CREATE OR REPLACE FUNCTION salesos.give_once(
    seller integer, reason text, amount bigint, deal integer, stage integer, unit public.change_log
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.points (person_id, at, reason, points, subject_table, subject_id, stage_id, change_seq)
    SELECT seller, unit.at, give_once.reason, amount, 'opportunity', deal, stage, unit.seq
    WHERE seller IS NOT NULL AND coalesce((SELECT sum(p.points) FROM public.points AS p WHERE p.subject_table = 'opportunity'
        AND p.subject_id = deal AND p.reason = give_once.reason AND (p.reason = 'won' OR p.stage_id = stage)), 0) <= 0
$$;

-- At the end of a unit of work: a deal that was moved gives its points and is told of, also where whoever moved it did neither.
CREATE OR REPLACE FUNCTION salesos.settle(unit public.change_log) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    deal record;
BEGIN
    IF unit.origin <> 'sql' AND salesos.my_role() = 'admin' THEN
        RETURN;
    END IF;
    FOR deal IN
        SELECT o.id, o.name, o.value, o.currency, o.owner_id, coalesce(o.owner_id, unit.actor_id) AS seller,
               went.name AS before, went.kind AS left_kind, went.pipeline_id AS left_pipeline, went.position AS left_position,
               came.id AS stage_id, came.name AS after, came.kind, came.pipeline_id, came.position,
               CASE came.kind WHEN 'open' THEN 'stage_changed' ELSE came.kind END AS said, o AS whole
        FROM (
            SELECT DISTINCT ON (row_id) row_id, (before::jsonb ->> 'stage_id')::integer AS stage_id FROM public.change_row
            WHERE seq = unit.seq AND table_name = 'opportunity' AND before LIKE '%"stage_id":%' AND after IS NOT NULL
            ORDER BY row_id, n
        ) AS first
        JOIN public.opportunity AS o ON o.id = first.row_id AND o.stage_id <> first.stage_id
        JOIN public.stage AS went ON went.id = first.stage_id JOIN public.stage AS came ON came.id = o.stage_id
        WHERE unit.reverts IS NULL OR NOT salesos.takes_back(unit.reverts, o.id, o.stage_id)
        ORDER BY o.id
    LOOP
        IF deal.kind = 'won' THEN
            PERFORM salesos.give_once(deal.seller, 'won', salesos.won_points(deal.whole), deal.id, deal.stage_id, unit);
        ELSIF deal.kind = 'open' AND deal.left_kind = 'open' AND deal.pipeline_id = deal.left_pipeline
            AND deal.position > deal.left_position THEN
            PERFORM salesos.give_once(deal.seller, 'stage_forward', salesos.point_rule('stage_forward'), deal.id, s.id, unit)
            FROM public.stage AS s WHERE s.pipeline_id = deal.pipeline_id AND s.kind = 'open'
                AND s.position > deal.left_position AND s.position <= deal.position ORDER BY s.position;
        END IF;
        INSERT INTO public.notification (person_id, at, kind, title, body, subject_table, subject_id, change_seq)
        SELECT person.id, unit.at, deal.said,
               json_build_array(CASE deal.said WHEN 'won' THEN 'Won: {name}' WHEN 'lost' THEN 'Lost: {name}'
                   ELSE '{name} moved to {stage}' END, json_build_object('name', deal.name, 'stage', deal.after))::text,
               json_build_array('{before} → {after} · {value}', json_build_object('before', deal.before, 'after', deal.after,
                   'value', deal.value, 'currency', deal.currency))::text, 'opportunity', deal.id, unit.seq
        FROM public.person WHERE person.active AND (person.id IN (deal.owner_id, unit.actor_id) OR deal.said = 'won'
            AND person.id IN (SELECT salesos.hears_of_win(deal.owner_id)))
        AND salesos.hears(person.notices, deal.said) AND NOT EXISTS (
            SELECT FROM public.notification AS n WHERE n.change_seq = unit.seq AND n.person_id = person.id
            AND n.kind IN (deal.said, 'followed') AND coalesce(n.subject_id, deal.id) = deal.id
            AND n.title::json ->> 0 IN ('Won: {name}', 'Lost: {name}', '{name} moved to {stage}', '{count} deal moved to {stage}'));
    END LOOP;
END $$;
