-- Leads that a member's program gives to others: whose turn it is the database finds out, and what it has given out must come to
-- that person. Run again at each upgrade, after rights.sql. Whether a rule's conditions hold, the program says.

-- What a unit of work has been given for others and has not handed out yet.
CREATE TABLE IF NOT EXISTS salesos.given_lead (
    unit integer NOT NULL, person integer NOT NULL, count integer NOT NULL, PRIMARY KEY (unit, person)
);

CREATE OR REPLACE FUNCTION salesos.takes_leads(person integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    SELECT EXISTS (SELECT FROM public.person AS p WHERE p.id = person AND p.active AND p.role <> 'viewer' AND NOT EXISTS (
        SELECT FROM public.absence AS a WHERE a.person_id = p.id AND clock_timestamp()::date BETWEEN a.starts_on AND a.ends_on))
$$;

-- Whether rules in front of a place in their order leave anything to what stands there.
CREATE OR REPLACE FUNCTION salesos.is_reached(place integer, rule integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM public.assignment_rule AS r WHERE r.active AND (r.position, r.id) < (place, rule)
        AND coalesce(nullif(r.conditions, ''), '{}')::jsonb IN ('{}', '{"all": []}')
        AND (r.team_id IS NOT NULL OR salesos.takes_leads(r.person_id)))
$$;

CREATE OR REPLACE FUNCTION salesos.note_lead(taker integer, turns integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (salesos.this_unit()).seq IS NULL OR salesos.my_role() NOT IN ('admin', 'manager', 'rep') THEN
        RAISE EXCEPTION 'salesos: leads are given inside a unit of work' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.person SET lead_turns = turns, version = version + 1 WHERE id = taker;
    INSERT INTO salesos.given_lead AS g VALUES ((salesos.this_unit()).seq, taker, 1)
    ON CONFLICT (unit, person) DO UPDATE SET count = g.count + 1;
    RETURN taker;
END $$;

-- The person of a rule, who has the lead then; NULL for one who takes none now.
CREATE OR REPLACE FUNCTION salesos.take_by_rule(rule integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT salesos.note_lead(p.id, p.lead_turns::integer + 1) FROM public.assignment_rule AS r JOIN public.person AS p ON p.id = r.person_id
    WHERE r.id = rule AND r.active AND salesos.takes_leads(p.id) AND salesos.is_reached(r.position::integer, r.id)
$$;

-- Whose turn it is in a team (domain/assignment.py), who has the lead then; NULL where nobody can.
CREATE OR REPLACE FUNCTION salesos.take_turn_of(team integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    way text := (SELECT assignment FROM public.team AS t WHERE t.id = take_turn_of.team);
    taker record;
    level integer;
BEGIN
    IF way NOT IN ('turns', 'weights') OR NOT (
        EXISTS (SELECT FROM public.assignment_rule AS r WHERE r.active AND r.team_id = take_turn_of.team
            AND salesos.is_reached(r.position::integer, r.id))
        OR take_turn_of.team = ANY (salesos.my_teams()) AND salesos.is_reached(2147483647, 0)
    ) THEN
        RAISE EXCEPTION 'salesos: no rule gives leads to this team' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT p.id, p.lead_turns AS given, CASE way WHEN 'turns' THEN 1 ELSE p.lead_weight END AS weight INTO taker
    FROM public.person AS p WHERE p.team_id = take_turn_of.team AND salesos.takes_leads(p.id) AND (way = 'turns' OR p.lead_weight > 0)
    ORDER BY p.lead_turns::numeric / CASE way WHEN 'turns' THEN 1 ELSE p.lead_weight END, p.id LIMIT 1;
    IF taker.id IS NULL THEN
        RETURN NULL;
    END IF;
    -- Who was away is brought up to one turn behind the others first.
    SELECT max(ceil((p.lead_turns * taker.weight - greatest(taker.weight, w.weight))::numeric / w.weight)) INTO level
    FROM public.person AS p, LATERAL (SELECT CASE way WHEN 'turns' THEN 1 ELSE p.lead_weight END) AS w(weight)
    WHERE p.team_id = take_turn_of.team AND p.id <> taker.id AND w.weight > 0 AND salesos.takes_leads(p.id);
    RETURN salesos.note_lead(taker.id, greatest(taker.given, coalesce(level, 0))::integer + 1);
END $$;

-- Whether this unit of work may leave a lead with somebody, or in the pool of a team.
CREATE OR REPLACE FUNCTION salesos.gives_lead(owner bigint, team bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN owner IS NOT NULL
        THEN EXISTS (SELECT FROM salesos.given_lead WHERE unit = (salesos.this_unit()).seq AND person = owner)
        ELSE EXISTS (SELECT FROM public.assignment_rule AS r LEFT JOIN public.person AS p ON p.id = r.person_id
            WHERE r.active AND coalesce(r.team_id, p.team_id) = team) END
$$;

-- Before a lead comes to somebody out of reach: it is one that was given out for them.
CREATE OR REPLACE FUNCTION salesos.guard_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF salesos.my_role() = 'admin' OR NEW.owner_id IS NULL OR TG_OP = 'UPDATE' AND NEW.owner_id IS NOT DISTINCT FROM OLD.owner_id THEN
        RETURN NEW;
    END IF;
    UPDATE salesos.given_lead SET count = count - 1
    WHERE unit = (salesos.this_unit()).seq AND person = NEW.owner_id AND count > 0;
    IF NOT FOUND AND NOT NEW.owner_id = ANY (salesos.reach()) THEN
        RAISE EXCEPTION 'salesos: it is not their turn' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- At the commit: nobody's turn was taken for nothing, one's own neither.
CREATE OR REPLACE FUNCTION salesos.guard_turns() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF salesos.my_role() <> 'admin' AND EXISTS (SELECT FROM salesos.given_lead WHERE unit = NEW.unit AND count > 0) THEN
        RAISE EXCEPTION 'salesos: a turn was taken and no lead given' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM salesos.given_lead WHERE unit = NEW.unit;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER guard_lead BEFORE INSERT OR UPDATE OF owner_id ON public.lead
    FOR EACH ROW EXECUTE FUNCTION salesos.guard_lead();
DROP TRIGGER IF EXISTS guard_turns ON salesos.given_lead;
CREATE CONSTRAINT TRIGGER guard_turns AFTER INSERT ON salesos.given_lead
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION salesos.guard_turns();
