-- What every change leaves behind, written by the database itself: the turn of a writer, the unit of work with its place in the
-- feed, the rows that changed, history and totals. Run again at each upgrade. Nothing here depends on who is asked to behave.
--
-- Every function that works with more rights than its caller has a pinned search_path with pg_temp last.

CREATE SCHEMA IF NOT EXISTS salesos;
REVOKE ALL ON SCHEMA salesos FROM PUBLIC;

-- One row that whoever writes holds until the end of the transaction: one writer at a time, as in a file. No person may lock it
-- by hand, and an advisory lock everybody could.
CREATE TABLE IF NOT EXISTS salesos.turn (id integer PRIMARY KEY CHECK (id = 1));
INSERT INTO salesos.turn VALUES (1) ON CONFLICT DO NOTHING;

-- Where what is new in the feed is found (feed.py).
CREATE INDEX IF NOT EXISTS ix_change_log_xid ON public.change_log (xid);
CREATE INDEX IF NOT EXISTS ix_notification_change_seq ON public.notification (change_seq);

-- The person of the login, whatever role or function is at work; NULL for the owner of the tables.
CREATE OR REPLACE FUNCTION salesos.me() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT person FROM salesos.reached WHERE login = session_user);
END $$;

-- Whether the session is that of the owner of the tables: set-up, moving in, upgrades.
CREATE OR REPLACE FUNCTION salesos.is_owner() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN session_user = current_user;
END $$;

-- Who writes is asked what they may as it is now, and not as it was when their transaction began.
CREATE OR REPLACE FUNCTION salesos.need_now() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') AND NOT salesos.is_owner() THEN
        RAISE EXCEPTION 'salesos: nobody writes out of an old snapshot' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Waits until nobody else writes, for some seconds at a time: who waits looks then whether the other is still there.
CREATE OR REPLACE FUNCTION salesos.take_turn() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    PERFORM salesos.need_now();
    PERFORM 1 FROM salesos.turn FOR UPDATE;
END $$;

-- The unit of work of this transaction. A number in the setting that is not of this transaction is not believed.
CREATE OR REPLACE FUNCTION salesos.this_unit() RETURNS public.change_log
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given text := current_setting('salesos.unit', true);
    found public.change_log;
BEGIN
    IF given ~ '^[0-9]{1,9}$' THEN
        SELECT * INTO found FROM public.change_log WHERE seq = given::integer;
        IF found.xid = pg_current_xact_id()::text::bigint THEN
            RETURN found;
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- Opens a unit of work: the first thing that a transaction of the program does. The owner says who acts and when; of others
-- the database knows it.
CREATE OR REPLACE FUNCTION salesos.open_unit(
    origin text, verb text, label text, undoable boolean, reverts bigint, at timestamptz, actor integer
) RETURNS TABLE (seq integer, opened_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    who integer;
    moment timestamptz;
    made integer;
BEGIN
    PERFORM salesos.need_words(label), salesos.take_turn();
    -- What a restore has put there while one waited is seen only now.
    who := salesos.me();
    moment := clock_timestamp();
    IF (salesos.this_unit()).seq IS NOT NULL THEN
        RAISE EXCEPTION 'salesos: this transaction has a unit of work already';
    END IF;
    IF session_user = current_user THEN
        who := nullif(open_unit.actor, 0);
        moment := coalesce(open_unit.at, moment);
    ELSIF who IS NULL THEN
        RAISE EXCEPTION 'salesos: nobody has this login' USING ERRCODE = 'insufficient_privilege';
    ELSIF open_unit.verb = 'settings' AND salesos.my_role() <> 'admin' THEN
        RAISE EXCEPTION 'salesos: everybody reads afresh what is called so' USING ERRCODE = 'insufficient_privilege';
    ELSIF open_unit.reverts IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.change_log AS l WHERE l.seq = open_unit.reverts AND l.actor_id = who AND l.undoable
        AND l.state IN ('done', 'undone'))
    THEN
        RAISE EXCEPTION 'salesos: only one''s own commits are taken back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Without a number of rows it is open (salesos.need_open).
    INSERT INTO public.change_log (at, actor_id, origin, verb, label, undoable, reverts, state, xid, rows)
    VALUES (moment, who, open_unit.origin, open_unit.verb, open_unit.label, open_unit.undoable, open_unit.reverts, 'done',
            pg_current_xact_id()::text::bigint, -1)
    RETURNING change_log.seq INTO made;
    PERFORM set_config('salesos.unit', made::text, true);
    RETURN QUERY SELECT made, moment;
END $$;

-- A unit of work that was closed early (SET CONSTRAINTS) takes nothing more: it would be in no count, and give no points.
CREATE OR REPLACE FUNCTION salesos.need_open(unit public.change_log) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF unit.rows >= 0 THEN
        RAISE EXCEPTION 'salesos: this unit of work is closed' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Numbers that a unit of work has taken and not given back yet.
CREATE TABLE IF NOT EXISTS salesos.reserved (
    unit integer NOT NULL, name text NOT NULL, first bigint NOT NULL, behind bigint NOT NULL, PRIMARY KEY (unit, name, first)
);

-- Takes a block of numbers for rows to come; gives the number behind it.
CREATE OR REPLACE FUNCTION salesos.reserve(name text, size integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    unit integer := (salesos.this_unit()).seq;
    behind bigint;
BEGIN
    IF unit IS NULL OR reserve.size NOT BETWEEN 1 AND 1000 OR NOT salesos.is_owner() AND (
        to_regclass(format('public.%I', reserve.name)) IS NULL
        OR NOT has_any_column_privilege(session_user, format('public.%I', reserve.name), 'INSERT')
        OR (SELECT sum(r.behind - r.first) FROM salesos.reserved AS r WHERE r.unit = (salesos.this_unit()).seq AND r.name = reserve.name) > 1000000)
    THEN
        RAISE EXCEPTION 'salesos: numbers are taken inside a unit of work, for rows that one may make, up to 1000 at once'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.id_counter AS counter SET next = counter.next + reserve.size WHERE counter.name = reserve.name
    RETURNING counter.next INTO STRICT behind;
    INSERT INTO salesos.reserved VALUES (unit, reserve.name, behind - reserve.size, behind);
    RETURN behind;
END $$;

-- Gives back the end of the block that this unit of work took last, if nobody has taken more since.
CREATE OR REPLACE FUNCTION salesos.give_back(name text, following bigint, behind bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE public.id_counter AS counter SET next = following
    WHERE counter.name = give_back.name AND counter.next = give_back.behind AND EXISTS (
        SELECT FROM salesos.reserved AS r WHERE r.unit = (salesos.this_unit()).seq AND r.name = give_back.name
        AND r.behind = give_back.behind AND give_back.following BETWEEN r.first AND r.behind)
    AND NOT EXISTS (
        SELECT FROM public.change_row AS c WHERE c.seq = (salesos.this_unit()).seq AND c.table_name = give_back.name
        AND c.row_id >= give_back.following AND c.row_id < give_back.behind)
$$;

-- At the end of a unit of work: numbers behind the last row that it made go back, and few may lie unused before it.
CREATE OR REPLACE FUNCTION salesos.settle_numbers(number integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    taken record;
BEGIN
    FOR taken IN
        SELECT name, min(first) AS first, max(behind) AS behind,
               (SELECT count(*) FROM public.change_row AS c WHERE c.seq = number AND c.table_name = name AND c.before IS NULL
                AND c.row_id >= min(r.first)) AS made,
               (SELECT max(row_id) FROM public.change_row AS c WHERE c.seq = number AND c.table_name = name AND c.before IS NULL) + 1
               AS used
        FROM salesos.reserved AS r WHERE unit = number GROUP BY name
    LOOP
        UPDATE public.id_counter AS counter SET next = greatest(taken.first, taken.used)
        WHERE counter.name = taken.name AND counter.next = taken.behind;
        IF taken.used - taken.first > taken.made + 1000 AND NOT salesos.is_owner() THEN
            RAISE EXCEPTION 'salesos: numbers are for rows' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    DELETE FROM salesos.reserved WHERE unit = number;
END $$;

-- Before anything is written, by whatever program: the turn is taken, and there is a unit of work.
CREATE OR REPLACE FUNCTION salesos.begin_writing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit public.change_log := salesos.this_unit();
BEGIN
    IF unit.seq IS NULL THEN
        PERFORM salesos.open_unit('sql', 'edit', '["Changed with another program",{}]', false, NULL, NULL, NULL);
    ELSE
        PERFORM salesos.need_open(unit);
    END IF;
    RETURN NULL;
END $$;

-- At the commit: what the unit of work did is counted, what could have been redone no longer can, and everybody is woken.
CREATE OR REPLACE FUNCTION salesos.close_unit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    counted integer;
    touched text;
BEGIN
    SELECT count(*), coalesce(string_agg(DISTINCT table_name, ',' ORDER BY table_name), '') INTO counted, touched
    FROM public.change_row WHERE seq = NEW.seq;
    IF NEW.origin = 'sql' AND counted = 0 THEN
        -- A statement of another program that met no row.
        DELETE FROM public.change_log WHERE seq = NEW.seq;
        RETURN NULL;
    END IF;
    IF 'opportunity' = ANY (string_to_array(touched, ',')) THEN
        PERFORM salesos.settle(NEW);
    END IF;
    UPDATE public.change_log AS log
    SET rows = counted, tables = touched,
        points = coalesce((SELECT sum(points) FROM public.points WHERE change_seq = NEW.seq), 0)
    WHERE log.seq = NEW.seq;
    IF NEW.undoable THEN
        UPDATE public.change_log SET state = 'dropped' WHERE actor_id = NEW.actor_id AND state = 'undone';
    END IF;
    PERFORM salesos.settle_numbers(NEW.seq);
    PERFORM pg_notify('salesos', NEW.seq::text);
    RETURN NULL;
END $$;

-- One value of a column as history keeps it: yes and no as 1 and 0, the fraction of an instant, if there is one, in six digits.
CREATE OR REPLACE FUNCTION salesos.plain(name text, value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(value) = 'boolean' THEN CASE WHEN value::boolean THEN '1' ELSE '0' END
        WHEN name LIKE '%\_at' AND value #>> '{}' LIKE '%.%'
        THEN left(rpad(split_part(value #>> '{}', '+', 1), 26, '0'), 26) || '+00:00' ELSE value #>> '{}' END
$$;

-- A row that hangs on another, in a line (storage/tracking.py has the same); NULL for one in the bin.
CREATE OR REPLACE FUNCTION salesos.line(child text, value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN value IS NULL OR coalesce(value ->> 'deleted_at', '') <> '' THEN NULL ELSE CASE child
        WHEN 'attachment' THEN value ->> 'name'
        WHEN 'note' THEN value ->> 'body'
        WHEN 'contact_point' THEN value ->> 'value'
        WHEN 'check_item' THEN CASE WHEN (value ->> 'done')::boolean THEN '✓ ' ELSE '' END || (value ->> 'text')
        WHEN 'opportunity_line' THEN concat_ws(':', coalesce(value ->> 'product_id', '0'), value ->> 'quantity_thousandths',
            value ->> 'unit_price', value ->> 'discount_basis_points', value ->> 'description')
        WHEN 'opportunity_contact' THEN concat_ws(':', value ->> 'contact_id', value ->> 'buying_role')
        WHEN 'activity' THEN array_to_json(ARRAY[value -> 'kind',
            to_jsonb(CASE WHEN value ->> 'done_at' IS NULL THEN 'open' ELSE 'done' END),
            to_jsonb(coalesce(salesos.plain('due_at', value -> 'due_at'), value ->> 'due_on')),
            value -> 'assignee_id', value -> 'subject', value -> 'outcome', value -> 'id'])::text
        WHEN 'follower' THEN value ->> 'person_id'
        WHEN 'share' THEN (value ->> 'person_id') || CASE WHEN (value ->> 'may_edit')::boolean THEN ':edit' ELSE ':see' END
        WHEN 'employment' THEN concat_ws(':', value ->> 'company_id', value ->> 'position')
    END END
$$;

-- After each row: its place in the feed, and history. Arguments: the fields that are history, or of a row that hangs on another
-- 'child', the columns (or the fixed name) of that one's table and the column of its id.
CREATE OR REPLACE FUNCTION salesos.follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    now_is jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    number bigint := (coalesce(now_is, was) ->> 'id')::bigint;
    unit public.change_log := salesos.this_unit();
    -- Out of the rows, which nobody but this writes.
    place integer := coalesce((SELECT max(n) FROM public.change_row WHERE seq = unit.seq), 0) + 1;
    changed text[];
    went text;
    came text;
BEGIN
    -- As the program writes JSON: whoever looks into it as text finds the same.
    SELECT array_agg(key),
           CASE WHEN was IS NOT NULL THEN '{' || string_agg(to_json(key)::text || ':' || (was -> key), ',') || '}' END,
           CASE WHEN now_is IS NOT NULL THEN '{' || string_agg(to_json(key)::text || ':' || (now_is -> key), ',') || '}' END
    INTO changed, went, came
    FROM jsonb_each(coalesce(now_is, was)) WHERE TG_OP <> 'UPDATE' OR value <> was -> key;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.change_row (seq, n, table_name, row_id, before, after)
    VALUES (unit.seq, place, TG_TABLE_NAME, number, went, came);
    IF TG_NARGS = 3 THEN
        PERFORM salesos.follow_child(TG_TABLE_NAME::text, TG_ARGV[1], TG_ARGV[2], was, now_is, unit);
    ELSIF TG_NARGS = 1 AND TG_OP = 'UPDATE' THEN
        INSERT INTO public.history (subject_table, subject_id, at, actor_id, kind, field, before, after, change_seq)
        SELECT TG_TABLE_NAME, number, unit.at, unit.actor_id,
               CASE WHEN name = 'stage_id' THEN salesos.kind_of_move(was, now_is) ELSE 'changed' END,
               name, salesos.plain(name, was -> name), salesos.plain(name, now_is -> name), unit.seq
        FROM (SELECT name, array_position(string_to_array(TG_ARGV[0], ','), name) AS place FROM unnest(changed) AS name) AS field
        WHERE field.place IS NOT NULL ORDER BY field.place;
        IF 'merged_into_id' = ANY (changed) THEN
            PERFORM salesos.follow_merging(TG_TABLE_NAME::text, was, now_is, unit);
        END IF;
    ELSIF TG_NARGS = 1 THEN
        PERFORM salesos.follow_whole(TG_TABLE_NAME::text, string_to_array(TG_ARGV[0], ','), was, now_is, unit);
    END IF;
    RETURN NULL;
END $$;

-- A row that came or went, with all that it has.
CREATE OR REPLACE FUNCTION salesos.follow_whole(
    what text, fields text[], was jsonb, now_is jsonb, unit public.change_log
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whole text;
BEGIN
    SELECT '{' || coalesce(string_agg(to_json(name)::text || ':' || CASE WHEN name LIKE '%\_at'
        THEN to_json(salesos.plain(name, value))::text ELSE value::text END, ',' ORDER BY place), '') || '}' INTO whole
    FROM unnest(fields) WITH ORDINALITY AS field(name, place), LATERAL (SELECT coalesce(now_is, was) -> name) AS v(value)
    WHERE value NOT IN ('null', '""', '"[]"', '"{}"');
    INSERT INTO public.history (subject_table, subject_id, at, actor_id, kind, field, before, after, change_seq)
    VALUES (what, (coalesce(now_is, was) ->> 'id')::bigint, unit.at, unit.actor_id,
            CASE WHEN was IS NULL THEN 'created' ELSE 'removed' END, '',
            CASE WHEN was IS NOT NULL THEN whole END, CASE WHEN was IS NULL THEN whole END, unit.seq);
END $$;

-- The row into which one was merged has the name of that one come, or go again.
CREATE OR REPLACE FUNCTION salesos.follow_merging(what text, was jsonb, now_is jsonb, unit public.change_log) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.history (subject_table, subject_id, at, actor_id, kind, field, before, after, change_seq)
    SELECT what, subject, unit.at, unit.actor_id, 'changed', 'merged', went, came, unit.seq
    FROM (VALUES (1, (was ->> 'merged_into_id')::bigint, was ->> 'name', NULL),
                 (2, (now_is ->> 'merged_into_id')::bigint, NULL, now_is ->> 'name')) AS said(place, subject, went, came)
    WHERE subject IS NOT NULL ORDER BY place;
END $$;

CREATE OR REPLACE FUNCTION salesos.kind_of_move(was jsonb, now_is jsonb) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    came text := (SELECT kind FROM public.stage WHERE id = (now_is ->> 'stage_id')::integer);
    went text := (SELECT kind FROM public.stage WHERE id = (was ->> 'stage_id')::integer);
BEGIN
    RETURN CASE WHEN came <> 'open' THEN came WHEN went <> 'open' THEN 'reopened' ELSE 'stage' END;
END $$;

-- A row that goes from one that it hangs on to another leaves the first and comes to the second.
CREATE OR REPLACE FUNCTION salesos.follow_child(
    child text, place text, number text, was jsonb, now_is jsonb, unit public.change_log
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.history (subject_table, subject_id, at, actor_id, kind, field, before, after, change_seq)
    SELECT subject_table, subject_id, unit.at, unit.actor_id, 'changed',
           CASE child WHEN 'note' THEN 'note_row' ELSE child END, max(went), max(came), unit.seq
    FROM (
        SELECT 1 AS side, coalesce(was ->> place, place) AS subject_table, (was ->> number)::bigint AS subject_id,
               salesos.line(child, was) AS went, NULL AS came
        UNION ALL
        SELECT 2, coalesce(now_is ->> place, place), (now_is ->> number)::bigint, NULL, salesos.line(child, now_is)
    ) AS sides
    WHERE subject_id IS NOT NULL
    GROUP BY subject_table, subject_id
    HAVING max(went) IS DISTINCT FROM max(came) ORDER BY min(side);
END $$;

-- What is deleted for good is found no more. Argument: where the entries of its kind begin.
CREATE OR REPLACE FUNCTION salesos.forget() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.search_entry WHERE id = TG_ARGV[0]::integer + OLD.id;
    RETURN NULL;
END $$;

-- Totals of deals follow each of them (storage/totals.py).
CREATE OR REPLACE FUNCTION salesos.follow_totals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        OLD.stage_id, OLD.owner_id, OLD.day, OLD.currency, OLD.category, OLD.value, OLD.probability, OLD.deleted_at,
        OLD.hold_until
    ) IS NOT DISTINCT FROM (
        NEW.stage_id, NEW.owner_id, NEW.day, NEW.currency, NEW.category, NEW.value, NEW.probability, NEW.deleted_at,
        NEW.hold_until
    ) THEN
        RETURN NULL;
    END IF;
    WITH sides AS (
        SELECT OLD.stage_id, OLD.owner_id, OLD.day, OLD.currency, OLD.category, OLD.value, OLD.probability, -1 AS sign
        WHERE TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL AND OLD.hold_until IS NULL
        UNION ALL
        SELECT NEW.stage_id, NEW.owner_id, NEW.day, NEW.currency, NEW.category, NEW.value, NEW.probability, 1
        WHERE TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL AND NEW.hold_until IS NULL
    ), by_stage AS (
        INSERT INTO public.stage_total AS kept
        SELECT stage_id, currency, sum(sign), sum(coalesce(value, 0) * sign), sum(coalesce(value, 0) * probability * sign),
               sum(CASE WHEN value IS NULL THEN sign ELSE 0 END)
        FROM sides GROUP BY stage_id, currency
        ON CONFLICT (stage_id, currency) DO UPDATE
        SET count = kept.count + excluded.count, value = kept.value + excluded.value,
            weighted = kept.weighted + excluded.weighted, no_value = kept.no_value + excluded.no_value
    )
    INSERT INTO public.total AS kept
    SELECT stage_id, coalesce(owner_id, 0), coalesce(day - DATE '0001-01-01' + 1, 0) AS ordinal, currency, category,
           sum(sign), sum(coalesce(value, 0) * sign), sum(coalesce(value, 0) * probability * sign),
           sum(CASE WHEN value IS NULL THEN sign ELSE 0 END)
    FROM sides GROUP BY stage_id, coalesce(owner_id, 0), ordinal, currency, category
    ON CONFLICT (stage_id, owner_id, day, currency, category) DO UPDATE
    SET count = kept.count + excluded.count, value = kept.value + excluded.value,
        weighted = kept.weighted + excluded.weighted, no_value = kept.no_value + excluded.no_value;
    -- So that nobody fills a stage: where sums of usual deals are nowhere near, another of billions is refused.
    IF TG_OP <> 'DELETE' AND NEW.value > 10000000000 AND NOT salesos.is_owner() AND EXISTS (
        SELECT FROM public.stage_total AS s WHERE s.stage_id = NEW.stage_id AND s.currency = NEW.currency
        AND s.weighted > 4000000000000000000)
    THEN
        RAISE EXCEPTION 'salesos: a stage holds no more than this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
