-- What a row that may be written may still not say: that somebody else wrote it, that it is as old as it was. Run after rights.sql.

-- Whoever is named as the author of a row (argument: the column) is who makes it, and stays; a row that comes back has its own.
CREATE OR REPLACE FUNCTION salesos.guard_author() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    IF salesos.is_owner() OR named IS NULL AND TG_OP = 'INSERT' OR TG_OP = 'INSERT' AND named = salesos.me() THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND named IS NOT DISTINCT FROM (to_jsonb(OLD) ->> TG_ARGV[0])::bigint THEN
        RETURN NEW;
    ELSIF EXISTS (SELECT FROM public.change_row WHERE table_name = TG_TABLE_NAME AND row_id = NEW.id
        AND (before::jsonb ->> TG_ARGV[0])::bigint = named AND salesos.is_my_commit(seq)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'salesos: nobody writes in the name of another' USING ERRCODE = 'insufficient_privilege';
END $$;

-- What is merged goes into a row that the person may change, too: its history tells of it.
CREATE OR REPLACE FUNCTION salesos.guard_merging() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id AND NOT (
        (NEW.merged_into_id IS NULL OR salesos.edits(TG_TABLE_NAME, NEW.merged_into_id))
        AND (OLD.merged_into_id IS NULL OR salesos.edits(TG_TABLE_NAME, OLD.merged_into_id)))
    THEN
        RAISE EXCEPTION 'salesos: what it is merged into is not yours to change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- A row grows in version by one, whatever writes it, so that a stale edit is seen.
CREATE OR REPLACE FUNCTION salesos.grow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

-- The day that totals go by is the expected close of an open deal and the closing day of a closed one.
CREATE OR REPLACE FUNCTION salesos.guard_day() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT salesos.is_owner() AND NEW.day IS DISTINCT FROM
        (CASE (SELECT kind FROM public.stage WHERE id = NEW.stage_id) WHEN 'open' THEN NEW.expected_close ELSE NEW.closed_on END)
        AND (TG_OP = 'INSERT' OR (NEW.day, NEW.closed_on, NEW.expected_close, NEW.stage_id)
            IS DISTINCT FROM (OLD.day, OLD.closed_on, OLD.expected_close, OLD.stage_id))
    THEN
        RAISE EXCEPTION 'salesos: the day of a deal follows from when it closes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_day BEFORE INSERT OR UPDATE OF day, closed_on, expected_close, stage_id ON public.opportunity
    FOR EACH ROW WHEN (NEW.day IS DISTINCT FROM coalesce(NEW.closed_on, NEW.expected_close)) EXECUTE FUNCTION salesos.guard_day();

-- Whether a text is JSON of a shape that the program reads (bounds.py): an object or an array of anything, an array of texts,
-- values of own fields, the prize of a challenge, a message (services/messages.py).
CREATE OR REPLACE FUNCTION salesos.is_shaped(document text, shape text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found jsonb;
BEGIN
    found := document::jsonb;
    RETURN jsonb_typeof(found) = CASE WHEN shape IN ('array', 'texts', 'message') THEN 'array' ELSE 'object' END
        AND NOT found @? '$.** ? (@ > 10000000000000000000 || @ < -10000000000000000000)' AND NOT found @? '$.**{100 to last}'
        AND CASE shape
            WHEN 'texts' THEN NOT found @? 'strict $[*] ? (@.type() != "string")'
            WHEN 'message' THEN octet_length(document) <= 100000 AND (document = '[]' OR jsonb_typeof(found -> 0) = 'string')
            WHEN 'fields' THEN NOT found @? '$.**{3 to last}' AND NOT found @? '$.* ? (@.type() == "object")'
            WHEN 'prize' THEN coalesce(found ->> 'points', '0') ~ '^[0-9]{1,9}$' AND coalesce(found ->> 'badge_id', '0') ~ '^[0-9]{1,9}$'
            ELSE true END;
EXCEPTION WHEN data_exception OR statement_too_complex THEN
    RETURN false;
END $$;

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM (VALUES ('note', 'author_id'), ('activity', 'created_by'), ('attachment', 'added_by'),
        ('forecast_call', 'created_by'), ('forecast_adjustment', 'created_by'), ('challenge', 'created_by')) AS told(place, name)
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER guard_author BEFORE INSERT OR UPDATE OF %I ON public.%I FOR EACH ROW '
            'EXECUTE FUNCTION salesos.guard_author(%L)', one.name, one.place, one.name);
    END LOOP;
    FOR one IN SELECT unnest(ARRAY['opportunity', 'lead', 'contact', 'company']) AS place LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER guard_merging BEFORE UPDATE OF merged_into_id ON public.%I FOR EACH ROW '
            'EXECUTE FUNCTION salesos.guard_merging()', one.place);
    END LOOP;
    FOR one IN SELECT table_name AS place FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'version'
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER grow BEFORE UPDATE ON public.%I FOR EACH ROW WHEN (NEW.version <> OLD.version + 1 '
            'AND %s) EXECUTE FUNCTION salesos.grow()', one.place, CASE one.place
            -- When somebody last looked is a mark, and no change.
            WHEN 'person' THEN 'to_jsonb(NEW) - ''visited_at'' <> to_jsonb(OLD) - ''visited_at''' ELSE 'NEW IS DISTINCT FROM OLD' END);
    END LOOP;
END $$;

-- A text in lower case without accents, spaces collapsed (domain/text.py).
CREATE OR REPLACE FUNCTION salesos.plainly(said text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT btrim(regexp_replace(lower(regexp_replace(normalize(said, NFKD), U&'[\0300-\036f]', '', 'g')), '\s+', ' ', 'g'))
$$;

-- Whether a note names a person behind an @ (domain/mentions.py), in any case, with or without accents.
CREATE OR REPLACE FUNCTION salesos.names(body text, who integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT body LIKE '%@%' AND EXISTS (SELECT FROM public.person AS p WHERE p.id = who AND p.active AND p.name <> '' AND (
        strpos(body, '@' || p.name) > 0 OR strpos(salesos.plainly(body), '@' || salesos.plainly(p.name)) > 0))
$$;

-- Whether this unit of work gives a reason to tell somebody else: it has touched the very row that the notification names, or
-- without a number one of many, and that row is theirs in the way of its kind.
CREATE OR REPLACE FUNCTION salesos.gives_reason(person integer, wanted text, what text, number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    unit integer := (salesos.this_unit()).seq;
BEGIN
    IF what = 'opportunity' AND wanted IN
        ('stage_changed', 'won', 'lost', 'deal_assigned', 'deal_changed', 'followed', 'back_on_board')
    THEN
        RETURN salesos.is_told_of_deal(person, wanted, number, unit)
            OR wanted = 'deal_assigned' AND number IS NULL AND salesos.my_role() = 'admin' AND (
                salesos.gives_reason(person, 'lead_assigned', 'lead', NULL)
                OR salesos.gives_reason(person, 'activity_assigned', 'activity', NULL));
    END IF;
    RETURN EXISTS (SELECT FROM public.change_row AS r WHERE r.seq = unit AND CASE
        WHEN wanted = 'shared' THEN r.table_name = 'share' AND what = 'opportunity' AND EXISTS (
            SELECT FROM (SELECT person_id, opportunity_id FROM public.share WHERE id = r.row_id UNION ALL
                SELECT (r.before::jsonb ->> 'person_id')::integer, (r.before::jsonb ->> 'opportunity_id')::integer) AS share
            WHERE share.person_id = person AND (number IS NULL OR share.opportunity_id = number))
        WHEN wanted = 'mention' THEN r.table_name = 'note' AND EXISTS (SELECT FROM public.note
            WHERE note.id = r.row_id AND note.subject_table = what AND note.subject_id = number AND salesos.names(note.body, person))
        WHEN wanted = 'badge' THEN r.table_name = 'badge_award' AND (r.after::jsonb ->> 'badge_id')::integer = number
            AND (r.after::jsonb ->> 'person_id')::integer = person
        WHEN wanted = 'lead_assigned' THEN r.table_name = 'lead' AND what = 'lead' AND (number IS NULL OR r.row_id = number)
            AND EXISTS (SELECT FROM public.lead WHERE lead.id = r.row_id AND lead.owner_id = person)
        WHEN wanted IN ('activity_assigned', 'activity_done') THEN r.table_name = 'activity' AND what = 'activity'
            AND (number IS NULL OR r.row_id = number) AND EXISTS (SELECT FROM public.activity WHERE activity.id = r.row_id
                AND CASE wanted WHEN 'activity_done' THEN activity.created_by ELSE activity.assignee_id END = person)
        WHEN wanted IN ('challenge_new', 'challenge_progress', 'challenge_results') THEN
            r.table_name = 'challenge' AND r.row_id = number
        ELSE false END);
END $$;

-- The same of a deal: its owner, whose it was, who follows it, and of a won one who hears of it.
CREATE OR REPLACE FUNCTION salesos.is_told_of_deal(person integer, wanted text, number bigint, unit integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT r.row_id AS id, r.before FROM public.change_row AS r WHERE r.seq = unit AND r.table_name = 'opportunity'
                AND (wanted NOT IN ('stage_changed', 'won', 'lost') OR r.after LIKE '%"stage_id":%')
            UNION ALL
            SELECT CASE r.table_name
                WHEN 'follower' THEN (coalesce(r.after, r.before)::jsonb ->> 'opportunity_id')::integer
                WHEN 'note' THEN (SELECT subject_id FROM public.note WHERE id = r.row_id AND subject_table = 'opportunity')
                WHEN 'activity' THEN (SELECT subject_id FROM public.activity WHERE id = r.row_id AND subject_table = 'opportunity')
                ELSE (SELECT subject_id FROM public.attachment WHERE id = r.row_id AND subject_table = 'opportunity') END, NULL
            FROM public.change_row AS r WHERE r.seq = unit AND wanted IN ('deal_changed', 'followed')
                AND r.table_name IN ('follower', 'note', 'activity', 'attachment')
        ) AS touched JOIN public.opportunity AS deal USING (id)
        WHERE (number IS NULL OR deal.id = number)
        AND (wanted NOT IN ('won', 'lost') OR wanted = (SELECT kind FROM public.stage WHERE stage.id = deal.stage_id))
        AND (deal.owner_id = person OR wanted <> 'deal_assigned' AND (
            EXISTS (SELECT FROM public.follower AS f WHERE f.opportunity_id = deal.id AND f.person_id = person)
            OR (touched.before::jsonb ->> 'owner_id')::integer = person
            OR wanted = 'won' AND person IN (SELECT salesos.hears_of_win(deal.owner_id)))))
$$;
