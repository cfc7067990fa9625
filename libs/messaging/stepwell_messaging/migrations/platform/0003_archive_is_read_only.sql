-- migrate:up
set lock_timeout = '5s';

-- Default privileges reach each partition by itself: without this the application could rewrite what was published.
do $$
begin
    execute format('revoke all on outbox_archive_default from %I', stepwell_role('app'));
end $$;

-- migrate:down
do $$
begin
    execute format('grant select, insert, update, delete on outbox_archive_default to %I', stepwell_role('app'));
end $$;
