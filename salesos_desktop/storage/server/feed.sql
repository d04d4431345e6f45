-- Who is told what by the feed. Called for each row and each commit, for a feed is read in few of them: a policy that has the rules
-- of all tables in it takes milliseconds to get ready, and these keep their plans.

-- Whether a row that the feed names is seen by the rules of its own table, which are those of whoever asks.
CREATE OR REPLACE FUNCTION salesos.sees_row(what text, number bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    CASE what
        WHEN 'opportunity' THEN RETURN EXISTS (SELECT FROM public.opportunity WHERE id = number);
        WHEN 'lead' THEN RETURN EXISTS (SELECT FROM public.lead WHERE id = number);
        WHEN 'contact' THEN RETURN EXISTS (SELECT FROM public.contact WHERE id = number);
        WHEN 'company' THEN RETURN EXISTS (SELECT FROM public.company WHERE id = number);
        WHEN 'activity' THEN RETURN EXISTS (SELECT FROM public.activity WHERE id = number);
        WHEN 'note' THEN RETURN EXISTS (SELECT FROM public.note WHERE id = number);
        WHEN 'attachment' THEN RETURN EXISTS (SELECT FROM public.attachment WHERE id = number);
        WHEN 'opportunity_line' THEN RETURN EXISTS (SELECT FROM public.opportunity_line WHERE id = number);
        WHEN 'opportunity_contact' THEN RETURN EXISTS (SELECT FROM public.opportunity_contact WHERE id = number);
        WHEN 'check_item' THEN RETURN EXISTS (SELECT FROM public.check_item WHERE id = number);
        WHEN 'follower' THEN RETURN EXISTS (SELECT FROM public.follower WHERE id = number);
        WHEN 'share' THEN RETURN EXISTS (SELECT FROM public.share WHERE id = number);
        WHEN 'activity_participant' THEN RETURN EXISTS (SELECT FROM public.activity_participant WHERE id = number);
        WHEN 'contact_point' THEN RETURN EXISTS (SELECT FROM public.contact_point WHERE id = number);
        WHEN 'employment' THEN RETURN EXISTS (SELECT FROM public.employment WHERE id = number);
        WHEN 'saved_view' THEN RETURN EXISTS (SELECT FROM public.saved_view WHERE id = number);
        WHEN 'forecast_call' THEN RETURN EXISTS (SELECT FROM public.forecast_call WHERE id = number);
        WHEN 'forecast_adjustment' THEN RETURN EXISTS (SELECT FROM public.forecast_adjustment WHERE id = number);
        WHEN 'quota' THEN RETURN EXISTS (SELECT FROM public.quota WHERE id = number);
        WHEN 'points', 'search_entry' THEN RETURN false;
        ELSE RETURN true;
    END CASE;
END $$;

-- Whether anything of a commit is seen, or a notification of it is for whoever asks.
CREATE OR REPLACE FUNCTION salesos.sees_commit(commit integer) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.change_row WHERE seq = commit)
        OR EXISTS (SELECT FROM public.notification WHERE change_seq = commit);
END $$;

CREATE OR REPLACE FUNCTION salesos.is_my_commit(commit integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.change_log WHERE seq = commit AND actor_id = salesos.me());
END $$;

-- Whether a change took the row away from the person: that it did is theirs to know.
CREATE OR REPLACE FUNCTION salesos.was_mine(what text, before text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN what IN ('opportunity', 'lead', 'contact', 'company') AND before LIKE '%"owner_id":%'
        AND (before::jsonb ->> 'owner_id')::integer = ANY (salesos.reach());
END $$;

-- Number of the newest commit, also of those that a person is not told of: what they have read contains it.
CREATE OR REPLACE FUNCTION salesos.last_seq() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT max(seq) FROM public.change_log), 0);
END $$;
