-- migrate:up
set lock_timeout = '5s';

-- The episodes whose journey was started, so that an event of an unknown one is told from one of a closed one.
create table episode (
    episode_id uuid        primary key,
    tenant_id  text        not null,
    patient_id uuid        not null,
    started_at timestamptz not null,
    closed_at  timestamptz
);
alter table episode enable row level security;
alter table episode force row level security;
create policy tenant on episode using (tenant_id = stepwell_tenant());

-- Events that came after their episode had closed.
create table late_event (
    event_id   uuid        primary key,
    tenant_id  text        not null,
    episode_id uuid        not null,
    type       text        not null,
    at         timestamptz not null,
    noted_at   timestamptz not null default clock_timestamp()
);
alter table late_event enable row level security;
alter table late_event force row level security;
create policy tenant on late_event using (tenant_id = stepwell_tenant());

-- migrate:down
drop table late_event, episode;
