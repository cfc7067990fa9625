-- migrate:up
set lock_timeout = '5s';

-- An episode as events tell it. `version` is intake's, of the event that set the phase; `since` is when the phase was
-- entered, `changed_at` the latest event of the episode, both in domain time.
create table journey (
    tenant_id                   text        not null,
    episode_id                  uuid        not null,
    patient_id                  uuid        not null,
    facility_id                 uuid        not null,
    program_id                  uuid        not null,
    phase                       text        not null,
    part                        text,
    prescribed_minutes_per_week integer,
    opened_at                   timestamptz not null,
    since                       timestamptz not null,
    changed_at                  timestamptz not null,
    version                     bigint      not null,
    primary key (tenant_id, episode_id)
) with (fillfactor = 80);
alter table journey enable row level security;
alter table journey force row level security;
create policy tenant on journey using (tenant_id = stepwell_tenant());
create index journey_by_change on journey (tenant_id, changed_at desc, episode_id desc);
create index journey_by_patient on journey (tenant_id, patient_id);

-- Every event about a patient. One without an episode belongs to the episodes that were open at its time; which those
-- are is found when the timeline is read, so that it does not matter which service's events came first.
create table timeline (
    tenant_id  text        not null,
    event_id   uuid        not null,
    patient_id uuid        not null,
    episode_id uuid,
    service    text        not null,
    type       text        not null,
    version    bigint      not null,
    at         timestamptz not null,
    facts      jsonb       not null,
    trace_id   text,
    applied    bigint      generated always as identity,
    primary key (tenant_id, event_id)
);
alter table timeline enable row level security;
alter table timeline force row level security;
create policy tenant on timeline using (tenant_id = stepwell_tenant());
create index timeline_by_patient on timeline (tenant_id, patient_id, episode_id);

-- How far each service's events about a patient were applied, and how many versions were passed over (never any).
create table stream_seen (
    tenant_id  text   not null,
    patient_id uuid   not null,
    service    text   not null,
    version    bigint not null,
    missing    bigint not null,
    primary key (tenant_id, patient_id, service)
) with (fillfactor = 70);
alter table stream_seen enable row level security;
alter table stream_seen force row level security;
create policy tenant on stream_seen using (tenant_id = stepwell_tenant());

create table care_task (
    tenant_id    text        not null,
    task_id      uuid        not null,
    episode_id   uuid        not null,
    kind         text        not null,
    role         text        not null,
    escalated_to text,
    due_at       timestamptz not null,
    opened_at    timestamptz not null,
    state        text        not null check (state in ('open', 'closed')),
    outcome      text,
    version      bigint      not null,
    primary key (tenant_id, task_id)
);
alter table care_task enable row level security;
alter table care_task force row level security;
create policy tenant on care_task using (tenant_id = stepwell_tenant());
create index care_task_open on care_task (tenant_id, episode_id) where state = 'open';
create index care_task_due on care_task (tenant_id, due_at) where state = 'open';

-- Seats of an episode; `attendance` and `minutes` are there once they were recorded.
create table booking (
    tenant_id  text        not null,
    booking_id uuid        not null,
    episode_id uuid        not null,
    modality   text        not null,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    state      text        not null check (state in ('booked', 'cancelled')),
    attendance text,
    minutes    integer,
    version    bigint      not null,
    primary key (tenant_id, booking_id)
);
alter table booking enable row level security;
alter table booking force row level security;
create policy tenant on booking using (tenant_id = stepwell_tenant());
create index booking_by_episode on booking (tenant_id, episode_id, starts_at);

create table episode_week (
    tenant_id         text    not null,
    episode_id        uuid    not null,
    week_starts_on    date    not null,
    required_minutes  integer not null,
    attended_minutes  integer not null,
    shortfall_minutes integer not null,
    version           bigint  not null,
    primary key (tenant_id, episode_id, week_starts_on)
);
alter table episode_week enable row level security;
alter table episode_week force row level security;
create policy tenant on episode_week using (tenant_id = stepwell_tenant());

-- Reference data of scheduling: the neutral name of a facility, and what a program is.
create table facility (
    tenant_id    text   not null,
    facility_id  uuid   not null,
    neutral_name text   not null,
    zone         text   not null,
    version      bigint not null,
    primary key (tenant_id, facility_id)
);
alter table facility enable row level security;
alter table facility force row level security;
create policy tenant on facility using (tenant_id = stepwell_tenant());

create table program (
    tenant_id     text   not null,
    program_id    uuid   not null,
    facility_id   uuid   not null,
    program_type  text   not null,
    level_of_care text   not null,
    version       bigint not null,
    primary key (tenant_id, program_id)
);
alter table program enable row level security;
alter table program force row level security;
create policy tenant on program using (tenant_id = stepwell_tenant());

-- Moves with every batch that was committed, so that open pages know when to look again. A sequence would move before
-- the commit, and whoever looked in between would not look again.
create table projection_mark (
    one    boolean primary key default true check (one),
    number bigint  not null
) with (fillfactor = 50);
insert into projection_mark (number) values (0);

-- migrate:down
drop table projection_mark, program, facility, episode_week, booking, care_task, stream_seen, timeline, journey;
