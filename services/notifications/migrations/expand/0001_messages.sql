-- migrate:up
set lock_timeout = '5s';

create table ref_facility (
    facility_id     uuid   primary key,
    tenant_id       text   not null,
    neutral_name    text   not null,
    callback_number text   not null,
    zone            text   not null,
    version         bigint not null
);
alter table ref_facility enable row level security;
alter table ref_facility force row level security;
create policy tenant on ref_facility using (tenant_id = stepwell_tenant());

create table ref_episode (
    episode_id  uuid   primary key,
    tenant_id   text   not null,
    patient_id  uuid   not null,
    facility_id uuid   not null,
    phase       text   not null,
    version     bigint not null
);
alter table ref_episode enable row level security;
alter table ref_episode force row level security;
create policy tenant on ref_episode using (tenant_id = stepwell_tenant());
create index ref_episode_by_patient on ref_episode (tenant_id, patient_id);

-- A message by its fate. Neither text nor address is kept. `withdrawn` is why it should no longer go out.
create table message (
    message_id   uuid        primary key,
    tenant_id    text        not null,
    facility_id  uuid        not null,
    episode_id   uuid        not null,
    patient_id   uuid        not null,
    template     text        not null,
    channel      text        not null,
    about        uuid        not null,
    starts_at    timestamptz not null,
    due_at       timestamptz not null,
    useful_until timestamptz not null,
    state        text        not null check (state in ('due', 'sending', 'sent', 'suppressed', 'lapsed', 'failed')),
    withdrawn    text,
    reason_code  text,
    ended_at     timestamptz
);
alter table message enable row level security;
alter table message force row level security;
create policy tenant on message using (tenant_id = stepwell_tenant());
create index message_by_episode on message (tenant_id, episode_id);
create index message_by_about on message (tenant_id, about);
create index message_open on message (tenant_id, patient_id) where state in ('due', 'sending');

-- The delivery ledger: every attempt, committed before anything is sent. `address_hash` is a keyed hash.
create table attempt (
    message_id   uuid        not null references message,
    number       integer     not null,
    tenant_id    text        not null,
    channel      text        not null,
    begun_at     timestamptz not null default clock_timestamp(),
    ended_at     timestamptz,
    outcome      text,
    provider_id  text,
    address_hash bytea,
    primary key (message_id, number)
);
alter table attempt enable row level security;
alter table attempt force row level security;
create policy tenant on attempt using (tenant_id = stepwell_tenant());

-- migrate:down
drop table attempt, message, ref_episode, ref_facility;
