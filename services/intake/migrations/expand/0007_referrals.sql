-- migrate:up
set lock_timeout = '5s';

alter table episode
    add column priority text not null default 'general',
    add column payer text,
    add column previous_episode_id uuid references episode check (previous_episode_id <> episode_id);

-- A readmission may begin while the year of aftercare goes on; care under way is only ever in one episode.
create unique index episode_under_way on episode (patient_id) where phase not in ('aftercare', 'declined', 'closed');
create index episode_by_previous on episode (previous_episode_id) where previous_episode_id is not null;

-- Who insures a patient, as the referral states it; the member id is encrypted with the patient's key.
create table coverage (
    coverage_id uuid        primary key,
    tenant_id   text        not null,
    episode_id  uuid        not null references episode,
    payer       text        not null,
    member_id   bytea       not null,
    recorded_at timestamptz not null
);
alter table coverage enable row level security;
alter table coverage force row level security;
create policy tenant on coverage using (tenant_id = stepwell_tenant());
create index coverage_by_episode on coverage (episode_id, recorded_at);

-- migrate:down
drop table coverage;
drop index episode_by_previous, episode_under_way;
alter table episode drop column priority, drop column payer, drop column previous_episode_id;
