-- Who is told of which commit; of which row is in sight.py (`sees_row`, `saw_row`, `was_mine`).

-- Whether anything of a commit is seen, or a notification of it is for whoever asks; of a large one, of which everybody knows that
-- there was one, among its first rows.
CREATE OR REPLACE FUNCTION salesos.sees_commit(commit integer) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.change_row WHERE seq = commit AND n <= 500)
        OR EXISTS (SELECT FROM public.notification WHERE change_seq = commit);
END $$;

CREATE OR REPLACE FUNCTION salesos.is_my_commit(commit integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.change_log WHERE seq = commit AND actor_id = salesos.me());
END $$;

-- Number of the newest commit, also of those that a person is not told of: what they have read contains it.
CREATE OR REPLACE FUNCTION salesos.last_seq() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT max(seq) FROM public.change_log), 0);
END $$;
