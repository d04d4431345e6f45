-- Who has which deal open: no record of anything, forgotten with the session. A row tells only who sees its deal, and what is
-- notified says only that something is another.

CREATE TABLE IF NOT EXISTS salesos.presence (
    person integer NOT NULL,
    window_name text NOT NULL CHECK (length(window_name) <= 40),
    deal integer,
    backend integer NOT NULL DEFAULT 0,
    since timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person, window_name)
);
ALTER TABLE salesos.presence ENABLE ROW LEVEL SECURITY;

-- Sessions that there are.
CREATE OR REPLACE FUNCTION salesos.backends() RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(pid), '{}') FROM pg_stat_activity WHERE datname = current_database()
$$;

-- Whose session it is and since when is not for the person to say; what is over goes.
CREATE OR REPLACE FUNCTION salesos.look() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.backend := pg_backend_pid();
    NEW.seen_at := now();
    NEW.since := CASE WHEN TG_OP = 'UPDATE' AND NEW.deal IS NOT DISTINCT FROM OLD.deal THEN OLD.since ELSE now() END;
    -- Nobody waits for another window that does the same.
    DELETE FROM salesos.presence WHERE (person, window_name) IN (
        SELECT p.person, p.window_name FROM salesos.presence AS p WHERE (p.person, p.window_name) <> (NEW.person, NEW.window_name)
        AND (p.backend <> ALL (salesos.backends()) OR p.seen_at < now() - interval '5 minutes'
            OR p.person = NEW.person AND (SELECT count(*) FROM salesos.presence AS q
                WHERE q.person = p.person AND q.seen_at > p.seen_at) > 10)
        FOR UPDATE SKIP LOCKED);
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION salesos.looked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.deal IS DISTINCT FROM OLD.deal THEN
        PERFORM pg_notify('salesos', 'presence');
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER looked AFTER INSERT OR UPDATE ON salesos.presence FOR EACH ROW EXECUTE FUNCTION salesos.looked();
CREATE OR REPLACE TRIGGER look BEFORE INSERT OR UPDATE ON salesos.presence FOR EACH ROW EXECUTE FUNCTION salesos.look();
