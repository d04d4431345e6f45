-- The search index of a team is written by whoever changes a row, for the rows that they may change. What follows from another
-- row that they may not change, or not even see, is marked: whoever may change it writes it. Run again at each upgrade, after the
-- functions of finding.py.

CREATE TABLE IF NOT EXISTS salesos.stale_entry (entry integer PRIMARY KEY);

-- Whether a person may say with which words a row is found.
CREATE OR REPLACE FUNCTION salesos.writes_entry(entry integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    number bigint := entry % 268435456;
BEGIN
    RETURN salesos.my_role() = 'admin' OR CASE entry / 268435456
        WHEN 0 THEN salesos.edits('opportunity', number)
        WHEN 1 THEN salesos.edits('contact', number)
        WHEN 2 THEN salesos.edits('company', number)
        WHEN 3 THEN salesos.edits('lead', number)
        WHEN 4 THEN salesos.edits('activity', number)
        WHEN 5 THEN (SELECT salesos.edits('note', id) OR salesos.edits(subject_table, subject_id) FROM public.note WHERE id = number)
        WHEN 6 THEN (SELECT salesos.edits(subject_table, subject_id) FROM public.attachment WHERE id = number)
    END;
END $$;

-- Writes an entry of a row that one may change; one of another row is marked.
CREATE OR REPLACE FUNCTION salesos.index_entry(entry integer, title text, words text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF salesos.writes_entry(entry) THEN
        INSERT INTO public.search_entry AS kept (id, kind, title, words)
        VALUES (entry, entry / 268435456, index_entry.title, index_entry.words)
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
    ELSIF EXISTS (SELECT FROM public.change_row WHERE seq = (salesos.this_unit()).seq AND row_id = entry % 268435456
        AND table_name = (ARRAY['opportunity', 'contact', 'company', 'lead', 'activity', 'note', 'attachment'])[entry / 268435456 + 1])
    THEN
        INSERT INTO salesos.stale_entry VALUES (entry) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Marked entries of rows that a person may change.
CREATE OR REPLACE FUNCTION salesos.stale_entries(most integer) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT entry FROM salesos.stale_entry WHERE salesos.writes_entry(entry) LIMIT most
$$;

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
    SELECT id FROM public.opportunity WHERE TG_TABLE_NAME = 'contact' AND contact_id = NEW.id
    UNION ALL SELECT id FROM public.opportunity WHERE TG_TABLE_NAME = 'company' AND company_id = NEW.id
    UNION ALL SELECT id + 268435456 FROM public.contact WHERE TG_TABLE_NAME = 'company' AND company_id = NEW.id
    UNION ALL SELECT id + 4 * 268435456 FROM public.activity WHERE subject_table = TG_TABLE_NAME AND subject_id = NEW.id
    UNION ALL SELECT id + 5 * 268435456 FROM public.note WHERE subject_table = TG_TABLE_NAME AND subject_id = NEW.id
    UNION ALL SELECT id + 6 * 268435456 FROM public.attachment WHERE subject_table = TG_TABLE_NAME AND subject_id = NEW.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
