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

-- A row that is written another way than by the program grows in version all the same, so that a stale edit is seen.
CREATE OR REPLACE FUNCTION salesos.grow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
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
        EXECUTE format('CREATE OR REPLACE TRIGGER grow BEFORE UPDATE ON public.%I FOR EACH ROW '
            'WHEN (NEW.version = OLD.version AND NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION salesos.grow()', one.place);
    END LOOP;
END $$;

-- Whether this unit of work gives a reason to tell somebody else: a notification is of what it has done, and of its kind.
CREATE OR REPLACE FUNCTION salesos.gives_reason(wanted text, what text, number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unit integer := (salesos.this_unit()).seq;
    told text[] := CASE
        WHEN wanted = 'deal_assigned' AND number IS NULL AND salesos.my_role() = 'admin' THEN '{opportunity,lead,activity}'
        WHEN wanted IN ('stage_changed', 'won', 'lost', 'deal_assigned', 'back_on_board') THEN '{opportunity}'
        WHEN wanted IN ('deal_changed', 'followed') THEN '{opportunity,follower,note,activity,attachment}'
        WHEN wanted = 'shared' THEN '{share}'
        WHEN wanted = 'mention' THEN '{note}'
        WHEN wanted = 'badge' THEN '{badge_award}'
        WHEN wanted = 'lead_assigned' THEN '{lead}'
        WHEN wanted IN ('activity_assigned', 'activity_done') THEN '{activity}'
        WHEN wanted IN ('challenge_new', 'challenge_progress', 'challenge_results') THEN '{challenge,challenge_participant}'
        ELSE '{}' END;
BEGIN
    IF wanted IN ('won', 'lost') THEN
        RETURN EXISTS (SELECT FROM public.change_row AS r JOIN public.opportunity AS o ON o.id = r.row_id
            JOIN public.stage AS s ON s.id = o.stage_id AND s.kind = wanted
            WHERE r.seq = unit AND r.table_name = 'opportunity' AND r.after LIKE '%"stage_id":%' AND (number IS NULL OR o.id = number));
    END IF;
    RETURN EXISTS (SELECT FROM public.change_row WHERE seq = unit AND table_name = ANY (told)
        AND (number IS NULL OR table_name <> what OR row_id = number));
END $$;
