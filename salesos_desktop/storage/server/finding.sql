-- The search index of a team is written by whoever changes a row, for the rows that they may change. What follows from another
-- row that they may not change, or not even see, is marked: whoever may change it writes it. Run again at each upgrade, after the
-- functions of finding.py, which puts in what begins with a sign: how entries are numbered.

-- Writes an entry of a row that one may change; one of another row is marked.
CREATE OR REPLACE FUNCTION salesos.index_entry(entry integer, title text, words text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF salesos.writes_entry(entry) THEN
        INSERT INTO public.search_entry AS kept (id, kind, title, words)
        VALUES (entry, entry / @span, index_entry.title, index_entry.words)
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, words = excluded.words;
        DELETE FROM salesos.stale_entry AS s WHERE s.entry = index_entry.entry;
    ELSIF salesos.findable(entry) THEN
        INSERT INTO salesos.stale_entry VALUES (entry) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- What can be found no more is taken out; what one no longer sees oneself, because it was given away, is marked.
CREATE OR REPLACE FUNCTION salesos.unindex(entry integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT salesos.findable(entry) THEN
        DELETE FROM public.search_entry WHERE id = entry;
    ELSIF EXISTS (SELECT FROM public.change_row WHERE seq = (salesos.this_unit()).seq
        AND row_id = entry % @span
        AND table_name = (@kinds)[entry / @span + 1])
    THEN
        INSERT INTO salesos.stale_entry VALUES (entry) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- After a row by whose name others are found, or with which they go to the bin: theirs are marked, until they are written.
CREATE OR REPLACE FUNCTION salesos.mark_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF salesos.my_role() = 'admin' OR (OLD.name, OLD.deleted_at, OLD.merged_into_id)
        IS NOT DISTINCT FROM (NEW.name, NEW.deleted_at, NEW.merged_into_id)
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO salesos.stale_entry
    SELECT id + @opportunity FROM public.opportunity WHERE TG_TABLE_NAME = 'contact' AND contact_id = NEW.id
    UNION ALL SELECT id + @opportunity FROM public.opportunity WHERE TG_TABLE_NAME = 'company' AND company_id = NEW.id
    UNION ALL SELECT id + @contact FROM public.contact WHERE TG_TABLE_NAME = 'company' AND company_id = NEW.id
    UNION ALL SELECT id + @activity FROM public.activity WHERE subject_table = TG_TABLE_NAME AND subject_id = NEW.id
    UNION ALL SELECT id + @note FROM public.note WHERE subject_table = TG_TABLE_NAME AND subject_id = NEW.id
    UNION ALL SELECT id + @attachment FROM public.attachment WHERE subject_table = TG_TABLE_NAME AND subject_id = NEW.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
