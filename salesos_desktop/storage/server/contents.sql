-- Contents of attached files, in parts, each kept for the person who brought it: whoever sees an attachment sees what its
-- `added_by` brought under its hash, and nobody gets at what others brought by naming a hash. Nobody changes a part.

CREATE TABLE IF NOT EXISTS salesos.content (
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    person integer NOT NULL,
    part integer NOT NULL CHECK (part >= 0),
    bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sha256, person, part)
);
-- Files are compressed as they come or not at all.
ALTER TABLE salesos.content ALTER bytes SET STORAGE EXTERNAL;
ALTER TABLE salesos.content ENABLE ROW LEVEL SECURITY;
CREATE INDEX IF NOT EXISTS ix_attachment_content ON public.attachment (sha256, added_by);

-- Before an attachment with a content is made: the person has brought all of that content.
CREATE OR REPLACE FUNCTION salesos.guard_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.sha256 <> '' AND NOT salesos.is_owner() AND (NEW.added_by IS DISTINCT FROM salesos.me() OR NEW.size IS DISTINCT FROM (
        SELECT coalesce(sum(octet_length(bytes)), 0) FROM salesos.content WHERE sha256 = NEW.sha256 AND person = NEW.added_by))
    THEN
        RAISE EXCEPTION 'salesos: this content was not brought' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_content BEFORE INSERT ON public.attachment FOR EACH ROW EXECUTE FUNCTION salesos.guard_content();

-- Takes away what no attachment names, not even one that doing again what was undone would bring back. What is younger than a
-- day may be just being brought.
CREATE OR REPLACE FUNCTION salesos.sweep_contents() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    PERFORM salesos.take_turn();
    WITH swept AS (
        DELETE FROM salesos.content AS c
        WHERE at < now() - interval '1 day'
        AND NOT EXISTS (SELECT FROM public.attachment AS a WHERE a.sha256 = c.sha256 AND coalesce(a.added_by, 0) = c.person)
        AND NOT EXISTS (
            SELECT FROM public.change_log AS l JOIN public.change_row AS r USING (seq)
            WHERE l.state = 'undone' AND r.table_name = 'attachment' AND r.after::jsonb ->> 'sha256' = c.sha256)
        RETURNING part
    )
    SELECT count(*) FILTER (WHERE part = 0) INTO gone FROM swept;
    RETURN gone;
END $$;
