-- Sums that people see: the kept totals of what is theirs, and of everybody's scores what the ranking shows. Run again at each
-- upgrade, after rights.sql.

-- The kept totals of a person's reach, and deals of others that are shared with them: together the deals that they see.
CREATE OR REPLACE VIEW salesos.seen_total WITH (security_invoker = true) AS
    SELECT stage_id, owner_id, day, currency, category, count, value, weighted, no_value FROM public.total
    UNION ALL
    SELECT stage_id, coalesce(owner_id, 0), coalesce(day - DATE '0001-01-01' + 1, 0), currency, category, 1,
           coalesce(value, 0), coalesce(value, 0) * probability, CASE WHEN value IS NULL THEN 1 ELSE 0 END
    FROM public.opportunity
    WHERE id = ANY (ARRAY(SELECT opportunity_id FROM salesos.shared_deal)) AND deleted_at IS NULL AND hold_until IS NULL
    AND NOT (SELECT salesos.sees_all()) AND (owner_id = ANY ((SELECT salesos.reach())::integer[])) IS NOT TRUE;

-- The same by stage alone; who sees all reads what is kept.
CREATE OR REPLACE VIEW salesos.seen_stage_total WITH (security_invoker = true) AS
    SELECT stage_id, currency, count, value, weighted, no_value FROM public.stage_total
    UNION ALL
    SELECT stage_id, currency, sum(count)::bigint, sum(value)::bigint, sum(weighted)::bigint, sum(no_value)::bigint
    FROM salesos.seen_total WHERE NOT (SELECT salesos.sees_all()) GROUP BY stage_id, currency;

-- What everybody in a team knows of everybody: points, won deals, leads and activities, summed over whole days, wherever these begin.
-- Without bounds: of all time.
CREATE OR REPLACE FUNCTION salesos.is_period(since timestamptz, until timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT salesos.my_role() IS NOT NULL AND (since IS NULL AND until IS NULL OR until - since >= interval '22 h'
        AND extract(epoch FROM since) % 900 = 0 AND extract(epoch FROM until) % 900 = 0)
$$;

CREATE OR REPLACE FUNCTION salesos.points_of_all(since timestamptz, until timestamptz)
RETURNS TABLE (person_id integer, points bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.person_id, sum(p.points)::bigint FROM public.points AS p
    WHERE (SELECT salesos.is_period(since, until)) AND (since IS NULL OR p.at >= since) AND (until IS NULL OR p.at < until)
    GROUP BY p.person_id
$$;

-- Days as in `total`: ordinals, 0 for none.
CREATE OR REPLACE FUNCTION salesos.won_by_all(first integer, after integer)
RETURNS TABLE (owner_id integer, day integer, currency text, count bigint, value bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.owner_id, t.day, t.currency, sum(t.count)::bigint, sum(t.value)::bigint FROM public.total AS t
    WHERE (SELECT salesos.my_role()) IS NOT NULL AND t.stage_id IN (SELECT id FROM public.stage WHERE kind = 'won')
    AND t.day >= first AND t.day < after
    GROUP BY t.owner_id, t.day, t.currency HAVING sum(t.count) <> 0
$$;

-- Won deals of a person by day, as far as one sees their rows; of others what the ranking shows, their sum of all time, and the
-- largest only where this unit of work has given them points.
CREATE OR REPLACE FUNCTION salesos.won_by(person integer)
RETURNS TABLE (day date, currency text, count bigint, value bigint, largest bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.day, o.currency, count(*), sum(o.value)::bigint, max(o.value) FROM public.opportunity AS o
    WHERE o.owner_id = person AND o.deleted_at IS NULL AND (SELECT salesos.sees_all() OR person = ANY (salesos.reach()))
    AND o.stage_id IN (SELECT id FROM public.stage WHERE kind = 'won') GROUP BY o.day, o.currency
    UNION ALL
    SELECT NULL, coalesce((SELECT s.value::jsonb #>> '{}' FROM public.setting AS s WHERE s.name = 'currency'), 'USD'),
        salesos.measured(person, 'won')::bigint, salesos.measured(person, 'revenue')::bigint,
        CASE WHEN EXISTS (SELECT FROM public.points AS p WHERE p.change_seq = (salesos.this_unit()).seq AND p.person_id = person)
            THEN salesos.measured(person, 'largest')::bigint ELSE 0 END
    WHERE salesos.my_role() IS NOT NULL AND NOT salesos.sees_all() AND NOT person = ANY (salesos.reach())
$$;

-- Leads made, those of them that are qualified or converted, and that became won deals.
CREATE OR REPLACE FUNCTION salesos.leads_of_all(since timestamptz, until timestamptz, person integer)
RETURNS TABLE (owner_id integer, made bigint, good bigint, won bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT l.owner_id, count(*),
           count(*) FILTER (WHERE l.status IN (SELECT code FROM public.lead_status WHERE kind IN ('qualified', 'converted'))),
           count(o.id)
    FROM public.lead AS l LEFT JOIN public.opportunity AS o ON o.id = l.opportunity_id AND o.deleted_at IS NULL
        AND o.stage_id IN (SELECT id FROM public.stage WHERE kind = 'won')
    WHERE (SELECT salesos.is_period(since, until)) AND l.deleted_at IS NULL AND l.owner_id IS NOT NULL
    AND (person IS NULL OR l.owner_id = person)
    AND (since IS NULL OR l.created_at >= since) AND (until IS NULL OR l.created_at < until) GROUP BY l.owner_id
$$;

CREATE OR REPLACE FUNCTION salesos.activities_of_all(since timestamptz, until timestamptz, person integer)
RETURNS TABLE (person_id integer, count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.assignee_id, count(*) FROM public.activity AS a
    WHERE (SELECT salesos.is_period(since, until)) AND a.done_at IS NOT NULL AND a.deleted_at IS NULL AND a.assignee_id IS NOT NULL
    AND (person IS NULL OR a.assignee_id = person) AND (since IS NULL OR a.done_at >= since)
    AND (until IS NULL OR a.done_at < until) GROUP BY a.assignee_id
$$;
