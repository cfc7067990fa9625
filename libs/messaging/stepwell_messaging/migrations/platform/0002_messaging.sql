-- migrate:up
set lock_timeout = '5s';

-- The number of the last event of a patient or facility. Its row is locked before a use case decides.
create table patient_stream (
    tenant_id  text   not null,
    patient_id uuid   not null,
    version    bigint not null,
    primary key (tenant_id, patient_id)
) with (fillfactor = 70);
alter table patient_stream enable row level security;
alter table patient_stream force row level security;
create policy tenant on patient_stream using (tenant_id = stepwell_tenant());

create table facility_stream (
    tenant_id   text   not null,
    facility_id uuid   not null,
    version     bigint not null,
    primary key (tenant_id, facility_id)
) with (fillfactor = 70);
alter table facility_stream enable row level security;
alter table facility_stream force row level security;
create policy tenant on facility_stream using (tenant_id = stepwell_tenant());

-- What is here is unsent. The identity is drawn after the stream's row is locked, so id order is the order of commits
-- per stream; a cache above 1 would break that.
create table outbox (
    id          bigint      generated always as identity (cache 1) primary key,
    event_id    uuid        not null,
    topic       text        not null,
    key         text        not null,
    tenant_id   text        not null,
    headers     bytea       not null,
    payload     bytea       not null,
    traceparent text,
    created_at  timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- What was acknowledged, with its place in the topic; offset -1 where the broker did not tell it.
create table outbox_archive (
    id           bigint      not null,
    event_id     uuid        not null,
    topic        text        not null,
    key          text        not null,
    tenant_id    text        not null,
    headers      bytea       not null,
    payload      bytea       not null,
    traceparent  text,
    created_at   timestamptz not null,
    published_at timestamptz not null default clock_timestamp(),
    part         integer     not null,
    log_offset   bigint      not null,
    relay_epoch  bigint      not null,
    primary key (published_at, id)
) partition by range (published_at);
create table outbox_archive_default partition of outbox_archive default;
create index outbox_archive_by_id on outbox_archive (id);

create table relay_state (
    one   boolean primary key default true check (one),
    epoch bigint  not null
);
insert into relay_state (epoch) values (0);

-- A consumer group's place in a partition, and who may move it.
create table consumer_position (
    consumer    text   not null,
    topic       text   not null,
    part        integer not null,
    next_offset bigint not null,
    owner_epoch bigint not null,
    primary key (consumer, topic, part)
);

create table inbox (
    day        date        not null,
    consumer   text        not null,
    event_id   uuid        not null,
    topic      text        not null,
    part       integer     not null,
    tenant_id  text        not null,
    applied_at timestamptz not null default clock_timestamp(),
    primary key (day, consumer, event_id)
) partition by range (day);
create table inbox_default partition of inbox default;

-- A key whose events wait, in order, for an operator or for code that knows what they waited for.
create table parked_key (
    consumer   text        not null,
    topic      text        not null,
    key        text        not null,
    reason     text        not null,
    parked_at  timestamptz not null default clock_timestamp(),
    primary key (consumer, topic, key)
);

create table parked (
    id        bigint      generated always as identity primary key,
    consumer  text        not null,
    topic     text        not null,
    key       text        not null,
    part      integer     not null,
    log_offset bigint     not null,
    headers   bytea       not null,
    payload   bytea,
    parked_at timestamptz not null default clock_timestamp(),
    unique (consumer, topic, part, log_offset)
);
create index parked_by_key on parked (consumer, topic, key, id);

-- The application may not read the outbox; how much waits in it is all it may know.
create function stepwell_unsent(out events bigint, out seconds double precision) language sql stable security definer
    set search_path = public, pg_temp
    as $body$
        select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::double precision
        from outbox
    $body$;

do $$
begin
    execute format('revoke all on outbox, outbox_archive, relay_state from %I', stepwell_role('app'));
    execute format('grant insert on outbox to %I', stepwell_role('app'));
    execute format('grant select on outbox_archive to %I', stepwell_role('app'));
    execute format('grant select, delete on outbox to %I', stepwell_role('relay'));
    execute format('grant select, insert on outbox_archive to %I', stepwell_role('relay'));
    execute format('grant select, update on relay_state to %I', stepwell_role('relay'));
end $$;

-- migrate:down
drop function stepwell_unsent();
drop table parked, parked_key, inbox, consumer_position, relay_state, outbox_archive, outbox, facility_stream,
    patient_stream;
