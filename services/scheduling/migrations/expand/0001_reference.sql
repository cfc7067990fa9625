-- migrate:up
set lock_timeout = '5s';

create table facility (
    facility_id     uuid   primary key,
    tenant_id       text   not null,
    neutral_name    text   not null,
    callback_number text   not null,
    zone            text   not null,
    holidays        date[] not null
);
alter table facility enable row level security;
alter table facility force row level security;
create policy tenant on facility using (tenant_id = stepwell_tenant());

create table program (
    program_id       uuid    primary key,
    tenant_id        text    not null,
    facility_id      uuid    not null references facility,
    program_type     text    not null,
    level_of_care    text    not null,
    minutes_per_week integer not null
);
alter table program enable row level security;
alter table program force row level security;
create policy tenant on program using (tenant_id = stepwell_tenant());

create table track (
    track_id    uuid primary key,
    tenant_id   text not null,
    facility_id uuid not null references facility,
    program_id  uuid not null references program,
    kind        text not null
);
alter table track enable row level security;
alter table track force row level security;
create policy tenant on track using (tenant_id = stepwell_tenant());

create table care_group (
    group_id    uuid    primary key,
    tenant_id   text    not null,
    facility_id uuid    not null references facility,
    track_id    uuid    not null references track,
    modality    text    not null,
    is_open     boolean not null,
    capacity    integer not null check (capacity > 0)
);
alter table care_group enable row level security;
alter table care_group force row level security;
create policy tenant on care_group using (tenant_id = stepwell_tenant());

create table staff (
    staff_id    uuid   primary key,
    tenant_id   text   not null,
    facility_id uuid   not null references facility,
    roles       text[] not null,
    credentials text[] not null
);
alter table staff enable row level security;
alter table staff force row level security;
create policy tenant on staff using (tenant_id = stepwell_tenant());

create table room (
    room_id     uuid    primary key,
    tenant_id   text    not null,
    facility_id uuid    not null references facility,
    seats       integer not null check (seats > 0)
);
alter table room enable row level security;
alter table room force row level security;
create policy tenant on room using (tenant_id = stepwell_tenant());

-- What scheduling keeps of an episode, folded from intake's events.
create table ref_episode (
    episode_id                  uuid    primary key,
    tenant_id                   text    not null,
    patient_id                  uuid    not null,
    facility_id                 uuid    not null,
    program_id                  uuid    not null,
    age_band                    text    not null,
    phase                       text    not null,
    prescribed_minutes_per_week integer not null,
    version                     bigint  not null
);
alter table ref_episode enable row level security;
alter table ref_episode force row level security;
create policy tenant on ref_episode using (tenant_id = stepwell_tenant());

-- migrate:down
drop table ref_episode, room, staff, care_group, track, program, facility;
