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

-- Where the feed stands for this statement: its snapshot (`xmin:xmax:running,…`). A replica's snapshots do not say what was running,
-- so there it is the number of the newest commit: commits come to a replica in the order in which they were made, which is that of
-- their numbers, because one writes at a time.
CREATE OR REPLACE FUNCTION salesos.place() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN pg_is_in_recovery() THEN 'number:' || salesos.last_seq() ELSE pg_current_snapshot()::text END
$$;

-- What whoever asks is told of that the place `seen` (feed.py) did not hold, in one answer, for everybody asks at each commit of
-- anybody: the place that it holds, commits, whether they are told in full, which they are not when they are more than `most` rows or
-- very large, the rows that they changed, from the last to the first, each with how it is now where it comes first, and
-- notifications. With the rights of who asks.
CREATE OR REPLACE FUNCTION salesos.news(seen text, most integer) RETURNS json
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC'
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    number integer := CASE WHEN seen LIKE 'number:%' THEN split_part(seen, ':', 2) END;
    held pg_snapshot := CASE WHEN number IS NULL THEN seen END;
    -- What that did not hold, by the index: what came later, and what was running.
    since bigint := pg_snapshot_xmax(held)::text::bigint;
    running bigint[] := ARRAY(SELECT x::text::bigint FROM pg_snapshot_xip(held) AS x);
    fresh integer[];
    counted bigint;
    in_full boolean;
    commits json;
    changed json;
    told json;
BEGIN
    -- An end as well as a beginning, or a plan for whatever place would read the whole log.
    SELECT array_agg(seq), greatest(count(*), sum(rows)),
           json_agg(json_build_array(seq, at, actor_id, origin, verb, undoable, tables,
               (SELECT coalesce(sum(points), 0) FROM public.points WHERE change_seq = l.seq)) ORDER BY seq)
    INTO fresh, counted, commits
    FROM public.change_log AS l
    WHERE xid >= since AND xid < 9223372036854775807 OR xid = ANY (running) OR seq > number AND seq <= 2147483647;
    in_full := counted <= most;
    IF in_full THEN
        SELECT json_agg(json_build_array(seq, table_name, row_id, before::json, after::json,
            CASE WHEN turn = 1 THEN salesos.row_now(table_name, row_id) END) ORDER BY seq DESC, n DESC) INTO changed
        FROM (
            SELECT *, row_number() OVER (PARTITION BY table_name, row_id ORDER BY seq DESC, n DESC) AS turn,
                sum(coalesce(octet_length(before), 0) + coalesce(octet_length(after), 0)) OVER () AS size
            FROM public.change_row WHERE seq = ANY (fresh)
        ) AS r
        WHERE size <= 4000000;
        in_full := changed IS NOT NULL OR NOT EXISTS (SELECT FROM public.change_row WHERE seq = ANY (fresh));
        SELECT json_agg(json_build_array(id, person_id, at, kind, title, body, subject_table, subject_id, change_seq,
            read_at IS NOT NULL) ORDER BY id) INTO told
        FROM public.notification WHERE change_seq = ANY (fresh);
    END IF;
    RETURN json_build_array(salesos.place(), commits, in_full, changed, told);
END $$;
