-- migrate:up
set lock_timeout = '5s';

create table session (
    session_id   uuid        primary key,
    tenant_id    text        not null,
    facility_id  uuid        not null references facility,
    program_id   uuid        not null references program,
    group_id     uuid        not null references care_group,
    modality     text        not null,
    starts_local timestamp   not null,
    zone         text        not null,
    starts_at    timestamptz not null,
    ends_at      timestamptz not null,
    clinician_id uuid        not null references staff,
    room_id      uuid        not null references room,
    capacity     integer     not null,
    taken        integer     not null default 0,
    check (starts_at < ends_at),
    constraint session_not_overfull check (taken between 0 and capacity)
);
alter table session enable row level security;
alter table session force row level security;
create policy tenant on session using (tenant_id = stepwell_tenant());
create index session_by_program on session (tenant_id, program_id, starts_at);
create index session_by_facility on session (tenant_id, facility_id, starts_at);

-- A step-down's exchange of seats: the former ones stay held until the phase has changed.
create table replacement (
    replacement_id uuid        primary key,
    tenant_id      text        not null,
    episode_id     uuid        not null,
    state          text        not null check (state in ('made', 'settled', 'undone')),
    made_at        timestamptz not null
);
alter table replacement enable row level security;
alter table replacement force row level security;
create policy tenant on replacement using (tenant_id = stepwell_tenant());
create index replacement_open on replacement (episode_id) where state = 'made';

create table booking (
    booking_id     uuid        primary key,
    tenant_id      text        not null,
    facility_id    uuid        not null,
    session_id     uuid        not null references session,
    episode_id     uuid        not null,
    patient_id     uuid        not null,
    state          text        not null check (state in ('booked', 'replaced', 'cancelled')),
    reason_code    text,
    given_up_by    uuid        references replacement,
    booked_by      uuid        references replacement,
    attendance     text,
    minutes        integer check (minutes >= 0),
    booked_at      timestamptz not null
);
alter table booking enable row level security;
alter table booking force row level security;
create policy tenant on booking using (tenant_id = stepwell_tenant());
create unique index booking_once on booking (session_id, patient_id) where state = 'booked';
create index booking_by_episode on booking (tenant_id, episode_id);

-- Who or what is taken when. One constraint keeps clinician, room and patient free of overlaps.
create table claim (
    tenant_id   text      not null,
    kind        text      not null check (kind in ('clinician', 'room', 'patient')),
    resource_id uuid      not null,
    holder_id   uuid      not null,
    during      tstzrange not null check (not isempty(during) and lower(during) is not null and upper(during) is not null),
    primary key (kind, holder_id),
    constraint claim_free exclude using gist (kind with =, resource_id with =, during with &&)
);
alter table claim enable row level security;
alter table claim force row level security;
create policy tenant on claim using (tenant_id = stepwell_tenant());

create table episode_week (
    tenant_id         text        not null,
    episode_id        uuid        not null,
    week_starts_on    date        not null,
    required_minutes  integer     not null,
    attended_minutes  integer     not null,
    shortfall_minutes integer     not null,
    closed_at         timestamptz not null,
    primary key (episode_id, week_starts_on)
);
alter table episode_week enable row level security;
alter table episode_week force row level security;
create policy tenant on episode_week using (tenant_id = stepwell_tenant());

-- migrate:down
drop table episode_week, claim, booking, replacement, session;
