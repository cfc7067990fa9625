-- migrate:up
set lock_timeout = '5s';

-- One number for every change of a read model, so that a page knows when to look again.
create sequence change_number;

create table journey (
    episode_id  uuid        primary key,
    tenant_id   text        not null,
    patient_id  uuid        not null,
    facility_id uuid        not null,
    program_id  uuid        not null,
    phase       text        not null,
    part        text,
    since       timestamptz not null,
    received_at timestamptz not null,
    version     bigint      not null,
    change      bigint      not null default nextval('change_number')
);
alter table journey enable row level security;
alter table journey force row level security;
create policy tenant on journey using (tenant_id = stepwell_tenant());
create index journey_by_change on journey (tenant_id, change desc);
create index journey_by_patient on journey (tenant_id, patient_id);

create table timeline (
    event_id   uuid        primary key,
    tenant_id  text        not null,
    episode_id uuid        not null,
    service    text        not null,
    type       text        not null,
    version    bigint      not null,
    at         timestamptz not null,
    facts      jsonb       not null,
    trace_id   text,
    change     bigint      not null default nextval('change_number')
);
alter table timeline enable row level security;
alter table timeline force row level security;
create policy tenant on timeline using (tenant_id = stepwell_tenant());
create index timeline_by_episode on timeline (tenant_id, episode_id, at, change);

create table care_task (
    task_id    uuid        primary key,
    tenant_id  text        not null,
    episode_id uuid        not null,
    kind       text        not null,
    role       text        not null,
    due_at     timestamptz not null,
    state      text        not null check (state in ('open', 'closed')),
    outcome    text
);
alter table care_task enable row level security;
alter table care_task force row level security;
create policy tenant on care_task using (tenant_id = stepwell_tenant());
create index care_task_open on care_task (tenant_id, episode_id) where state = 'open';

create table facility (
    facility_id  uuid   primary key,
    tenant_id    text   not null,
    neutral_name text   not null,
    zone         text   not null,
    version      bigint not null
);
alter table facility enable row level security;
alter table facility force row level security;
create policy tenant on facility using (tenant_id = stepwell_tenant());

-- Who is signed in at the console. Rows are found by the hash of a random cookie, before any tenant is known.
create table console_session (
    session_hash bytea       primary key,
    person       jsonb       not null,
    csrf         text        not null,
    expires_at   timestamptz not null
);

create table console_login (
    state_hash bytea       primary key,
    verifier   text        not null,
    nonce      text        not null,
    target     text        not null,
    expires_at timestamptz not null
);

-- migrate:down
drop table console_login, console_session, facility, care_task, timeline, journey;
drop sequence change_number;
