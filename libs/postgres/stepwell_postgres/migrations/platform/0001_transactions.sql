-- migrate:up
set lock_timeout = '5s';

-- Roles are named after the owner that migrates: <database>_owner, _app, _relay.
create function stepwell_role(kind text) returns text language sql stable
    return regexp_replace(current_user, '_owner$', '_' || kind);

-- The tenant of the transaction; null outside of one (a setting reads as '' after its first use), so nothing is seen.
create function stepwell_tenant() returns text language sql stable
    return nullif(current_setting('app.tenant', true), '');

do $$
begin
    execute format('grant usage on schema public to %I, %I', stepwell_role('app'), stepwell_role('relay'));
    execute format('grant select on all tables in schema public to %I', stepwell_role('app'));
    execute format('alter default privileges in schema public grant select, insert, update, delete on tables to %I',
                   stepwell_role('app'));
    execute format('alter default privileges in schema public grant usage, select on sequences to %I', stepwell_role('app'));
end $$;

create table idempotency (
    tenant_id   text        not null,
    scope       text        not null,
    key         text        not null check (length(key) between 1 and 200),
    fingerprint bytea       not null,
    answer      jsonb,
    episode_id  uuid,
    made_at     timestamptz not null default clock_timestamp(),
    primary key (tenant_id, scope, key)
);
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy tenant on idempotency using (tenant_id = stepwell_tenant());

create table audit (
    id            uuid        primary key,
    tenant_id     text        not null,
    at            timestamptz not null,
    caller_kind   text        not null,
    subject       text        not null,
    on_behalf_of  text,
    cause         text,
    action        text        not null,
    resource_kind text        not null,
    resource_id   uuid,
    facility_id   uuid,
    outcome       text        not null,
    trace_id      text,
    stamped_at    timestamptz not null default clock_timestamp()
);
alter table audit enable row level security;
alter table audit force row level security;
create policy tenant on audit using (tenant_id = stepwell_tenant());
create index audit_by_resource on audit (tenant_id, resource_kind, resource_id);

-- A due instant in domain time that one row of this service waits for. Opaque: no policy.
create table duty (
    kind       text        not null,
    key        text        not null,
    tenant_id  text        not null,
    due_at     timestamptz not null,
    payload    jsonb       not null,
    state      text        not null default 'due' check (state in ('due', 'done', 'cancelled', 'parked')),
    attempts   integer     not null default 0,
    retry_at   timestamptz,
    error_code text,
    made_at    timestamptz not null default clock_timestamp(),
    ended_at   timestamptz,
    primary key (kind, key)
);
create index duty_due on duty (due_at) where state = 'due';

do $$
begin
    execute format('revoke update, delete on audit from %I', stepwell_role('app'));
end $$;

-- migrate:down
drop table duty, audit, idempotency;
drop function stepwell_tenant(), stepwell_role(text);
