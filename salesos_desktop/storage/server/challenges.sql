-- Challenges that any member's program follows: who takes part, what they have, and what may be written of it. Run again at each
-- upgrade, after figures.sql.

CREATE OR REPLACE FUNCTION salesos.taking_part(c public.challenge) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE named AS (
        SELECT person_id, team_id FROM public.challenge_participant WHERE challenge_id = c.id
    ), below(id) AS (
        SELECT team_id FROM named WHERE team_id IS NOT NULL
        UNION SELECT team.id FROM public.team JOIN below ON team.parent_id = below.id
    )
    SELECT p.id FROM public.person AS p WHERE p.active AND (NOT EXISTS (SELECT FROM named)
        OR p.id IN (SELECT person_id FROM named) OR p.team_id IN (SELECT id FROM below))
    AND (c.automatic OR coalesce(c.state::jsonb -> 'joined', '[]') @> to_jsonb(p.id))
$$;

-- The most that counts for a person's goal, or with `sure` the least. Where days begin is where somebody is: a day more is counted
-- on both sides or a day less, and of what a share is taken of the other way round.
CREATE OR REPLACE FUNCTION salesos.counted(c public.challenge, person integer, sure boolean DEFAULT false) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    people integer[] := CASE WHEN c.shared THEN ARRAY(SELECT salesos.taking_part(c)) ELSE ARRAY[person] END;
    early timestamptz := c.starts_on - 1;
    late timestamptz := c.starts_on + 1;
    since timestamptz := CASE WHEN sure THEN late ELSE early END;
    until timestamptz := CASE WHEN sure THEN c.ends_on ELSE c.ends_on + 2 END;
    found numeric;
BEGIN
    CASE WHEN c.metric IN ('revenue', 'won') THEN
        SELECT CASE c.metric WHEN 'won' THEN sum(w.count)
            ELSE sum(w.value * salesos.factor(w.currency, DATE '0001-01-01' + w.day - 1)) END INTO found
        FROM salesos.won_by_all(c.starts_on - DATE '0001-01-01' + 1, c.ends_on - DATE '0001-01-01' + 2) AS w
        WHERE w.owner_id = ANY (people);
    WHEN c.metric = 'activities' THEN
        SELECT sum(a.count) INTO found FROM salesos.activities_of_all(since, until, NULL) AS a WHERE a.person_id = ANY (people);
    WHEN c.metric = 'conversion' THEN
        SELECT sum(l.won) * 100 / greatest(1, (SELECT sum(n.made) FROM salesos.leads_of_all(CASE WHEN sure THEN early ELSE late END,
            CASE WHEN sure THEN c.ends_on + 2 ELSE c.ends_on END, NULL) AS n WHERE n.owner_id = ANY (people))) INTO found
        FROM salesos.leads_of_all(since, until, NULL) AS l WHERE l.owner_id = ANY (people);
    ELSE
        SELECT sum(CASE c.metric WHEN 'leads' THEN l.made ELSE l.good END) INTO found
        FROM salesos.leads_of_all(since, until, NULL) AS l WHERE l.owner_id = ANY (people);
    END CASE;
    RETURN coalesce(found, 0);
END $$;

-- Whether a person has won a challenge whose end this unit of work tells.
CREATE OR REPLACE FUNCTION salesos.has_won(number bigint, person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.challenge AS c WHERE c.id = number AND coalesce((c.state::jsonb ->> 'ended')::boolean, false)
        AND EXISTS (SELECT FROM salesos.done_to('challenge', number) WHERE after ? 'state')
        AND person IN (SELECT salesos.taking_part(c)) AND salesos.counted(c, person::integer) >= c.goal * 0.999999999)
$$;

-- Before a challenge is written by somebody who does not administer: its own maker or a manager changes it, a rep's has no prize
-- but words; anybody joins or leaves for themself and tells what has been reached and what is over.
CREATE OR REPLACE FUNCTION salesos.guard_challenge() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    prize jsonb := NEW.prize::jsonb;
    was jsonb;
    now_is jsonb;
    back bigint := (salesos.this_unit()).reverts;
    fine boolean := true;
BEGIN
    IF salesos.my_role() = 'admin' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR (to_jsonb(NEW) - 'state' - 'version') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'version') THEN
        fine := (TG_OP = 'INSERT' OR salesos.edits('challenge', OLD.id) AND NEW.created_by = OLD.created_by) AND (
            salesos.my_role() = 'manager'
            OR coalesce((prize ->> 'points')::bigint, 0) = 0 AND prize ->> 'badge_id' IS NULL);
    END IF;
    was := CASE WHEN TG_OP = 'UPDATE' THEN coalesce(nullif(OLD.state, ''), '{}')::jsonb ELSE '{}' END;
    now_is := coalesce(nullif(NEW.state, ''), '{}')::jsonb;
    IF TG_OP = 'INSERT' AND back IS NOT NULL THEN
        -- Brought back, it is what was taken away.
        fine := fine AND EXISTS (SELECT FROM public.change_row AS r JOIN public.change_log AS l USING (seq)
            WHERE (l.seq = back OR l.reverts = back) AND r.table_name = 'challenge' AND r.row_id = NEW.id AND r.after IS NULL
            AND r.before::jsonb ->> 'state' = NEW.state);
    ELSIF fine AND was IS DISTINCT FROM now_is THEN
        fine := was - '{joined,told,ended}'::text[] = now_is - '{joined,told,ended}'::text[]
            AND NOT EXISTS (
                ((SELECT jsonb_array_elements(was -> 'joined') AS who EXCEPT SELECT jsonb_array_elements(now_is -> 'joined'))
                    UNION (SELECT jsonb_array_elements(now_is -> 'joined') EXCEPT SELECT jsonb_array_elements(was -> 'joined')))
                EXCEPT SELECT to_jsonb(salesos.me()))
            AND NOT EXISTS (SELECT FROM jsonb_each_text(coalesce(was -> 'told', '{}')) AS t(who, level)
                WHERE coalesce((now_is -> 'told' ->> who)::numeric, -1) < level::numeric)
            AND NOT EXISTS (SELECT FROM jsonb_each_text(coalesce(now_is -> 'told', '{}')) AS t(who, level)
                WHERE level::numeric > coalesce((was -> 'told' ->> who)::numeric, 0)
                AND NOT (who::integer IN (SELECT salesos.taking_part(NEW))
                    AND salesos.counted(NEW, who::integer) * 100.0000001 / greatest(NEW.goal, 1) >= level::numeric))
            AND (coalesce((now_is ->> 'ended')::boolean, false) = coalesce((was ->> 'ended')::boolean, false)
                OR coalesce((now_is ->> 'ended')::boolean, false)
                AND NEW.ends_on < (clock_timestamp() AT TIME ZONE 'UTC' + interval '14 h')::date);
    END IF;
    IF fine IS NOT TRUE THEN
        RAISE EXCEPTION 'salesos: this is not yours to say of a challenge' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- At the commit: a challenge that a rep has made is for nobody but themself.
CREATE OR REPLACE FUNCTION salesos.guard_participants() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    number bigint := CASE TG_TABLE_NAME WHEN 'challenge' THEN (to_jsonb(NEW) ->> 'id')
        ELSE coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'challenge_id' END;
BEGIN
    IF salesos.my_role() NOT IN ('admin', 'manager') AND EXISTS (
        SELECT FROM public.challenge WHERE id = number AND created_by IS NOT DISTINCT FROM salesos.me()
    ) AND (SELECT array_agg(person_id) FROM public.challenge_participant WHERE challenge_id = number)
        IS DISTINCT FROM ARRAY[salesos.me()]
    THEN
        RAISE EXCEPTION 'salesos: only a manager makes challenges for others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

-- Whoever ends a challenge gives its prize: without that it does not end. Asked for is what everybody's days make of it, and of
-- sums of money with a percent more, for amounts are rounded one by one.
CREATE OR REPLACE FUNCTION salesos.guard_prize() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    amount bigint := coalesce((NEW.prize::jsonb ->> 'points')::bigint, 0);
    badge integer := (SELECT id FROM public.badge WHERE id = (NEW.prize::jsonb ->> 'badge_id')::integer);
BEGIN
    IF (NEW.state::jsonb ->> 'ended')::boolean AND (OLD.state::jsonb ->> 'ended')::boolean IS NOT TRUE
        AND (amount > 0 OR badge IS NOT NULL) AND EXISTS (
            SELECT FROM salesos.taking_part(NEW) AS winner
            WHERE salesos.counted(NEW, winner, true) >= NEW.goal * CASE NEW.metric WHEN 'revenue' THEN 1.01 ELSE 1 END
            AND (amount > 0 AND NOT EXISTS (SELECT FROM public.points AS p WHERE p.person_id = winner
                    AND p.subject_table = 'challenge' AND p.subject_id = NEW.id AND p.reason = 'challenge')
                OR badge IS NOT NULL AND NOT EXISTS (SELECT FROM public.badge_award AS a WHERE a.person_id = winner
                    AND a.badge_id = badge)))
    THEN
        RAISE EXCEPTION 'salesos: a challenge ends with its prize' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS guard_prize ON public.challenge;
CREATE CONSTRAINT TRIGGER guard_prize AFTER UPDATE ON public.challenge DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION salesos.guard_prize();
CREATE OR REPLACE TRIGGER guard_challenge BEFORE INSERT OR UPDATE ON public.challenge
    FOR EACH ROW EXECUTE FUNCTION salesos.guard_challenge();
DROP TRIGGER IF EXISTS guard_participants ON public.challenge;
CREATE CONSTRAINT TRIGGER guard_participants AFTER INSERT OR UPDATE ON public.challenge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION salesos.guard_participants();
DROP TRIGGER IF EXISTS guard_participants ON public.challenge_participant;
CREATE CONSTRAINT TRIGGER guard_participants AFTER INSERT OR UPDATE OR DELETE ON public.challenge_participant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION salesos.guard_participants();
