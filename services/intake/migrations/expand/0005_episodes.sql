-- migrate:up
set lock_timeout = '5s';

-- The truth about the phase of an episode of care.
create table episode (
    episode_id                  uuid        primary key,
    tenant_id                   text        not null,
    patient_id                  uuid        not null references patient,
    facility_id                 uuid        not null,
    program_id                  uuid        not null,
    source                      text        not null,
    urgency                     text        not null,
    age_band                    text        not null,
    phase                       text        not null,
    part                        text,
    prescribed_minutes_per_week integer     not null default 0 check (prescribed_minutes_per_week >= 0),
    received_at                 timestamptz not null,
    phase_since                 timestamptz not null,
    contacted_at                timestamptz,
    contacted_by                uuid,
    spoke_with                  text,
    closed_at                   timestamptz,
    check ((part is not null) = (phase = 'treatment')),
    check ((closed_at is not null) = (phase = 'closed'))
);
alter table episode enable row level security;
alter table episode force row level security;
create policy tenant on episode using (tenant_id = stepwell_tenant());
create index episode_by_patient on episode (tenant_id, patient_id);

create table assessment (
    assessment_id uuid        primary key,
    tenant_id     text        not null,
    episode_id    uuid        not null references episode,
    edition       text        not null,
    ratings       smallint[]  not null check (cardinality(ratings) = 6 and 0 <= all (ratings) and 4 >= all (ratings)),
    recommended   text,
    rule_id       text        not null,
    rule_version  integer     not null,
    decided       text        not null,
    reason_code   text,
    decided_by    uuid        not null,
    decided_at    timestamptz not null
);
alter table assessment enable row level security;
alter table assessment force row level security;
create policy tenant on assessment using (tenant_id = stepwell_tenant());
create index assessment_by_episode on assessment (episode_id, decided_at desc);

-- `form` holds discloser, information and recipients, encrypted with the patient's key: they can name people.
create table consent (
    consent_id   uuid        primary key,
    tenant_id    text        not null,
    episode_id   uuid        not null references episode,
    purpose      text        not null,
    form         bytea       not null,
    signed_by    text        not null,
    signed_on    date        not null,
    expires_on   date        check (expires_on > signed_on),
    rule_id      text        not null,
    rule_version integer     not null,
    recorded_by  uuid        not null,
    recorded_at  timestamptz not null
);
alter table consent enable row level security;
alter table consent force row level security;
create policy tenant on consent using (tenant_id = stepwell_tenant());
create index consent_by_episode on consent (episode_id, purpose);

-- What a person decided and the journey carries out; one at a time.
create table decision (
    decision_id                 uuid        primary key,
    tenant_id                   text        not null,
    episode_id                  uuid        not null references episode,
    kind                        text        not null check (kind in ('admission', 'step_down', 'discharge')),
    state                       text        not null check (state in ('open', 'carried_out', 'superseded')),
    program_id                  uuid,
    prescribed_minutes_per_week integer,
    reason                      smallint,
    last_contact_on             date,
    rules                       text[]      not null,
    decided_by                  uuid        not null,
    decided_at                  timestamptz not null,
    settled_at                  timestamptz,
    check ((settled_at is null) = (state = 'open')),
    check ((kind = 'discharge') = (reason is not null and last_contact_on is not null)),
    check ((kind = 'discharge') = (program_id is null and prescribed_minutes_per_week is null))
);
alter table decision enable row level security;
alter table decision force row level security;
create policy tenant on decision using (tenant_id = stepwell_tenant());
create unique index decision_under_way on decision (episode_id) where state = 'open';
create index decision_by_episode on decision (episode_id, kind);

create table care_task (
    task_id           uuid        primary key,
    tenant_id         text        not null,
    episode_id        uuid        not null references episode,
    facility_id       uuid        not null,
    kind              text        not null,
    role              text        not null,
    due_at            timestamptz not null,
    state             text        not null check (state in ('open', 'closed')),
    escalated_to      text,
    escalation_due_at timestamptz,
    outcome           text,
    opened_at         timestamptz not null,
    closed_at         timestamptz,
    check ((escalated_to is null) = (escalation_due_at is null)),
    check ((state = 'closed') = (outcome is not null and closed_at is not null))
);
alter table care_task enable row level security;
alter table care_task force row level security;
create policy tenant on care_task using (tenant_id = stepwell_tenant());
create index care_task_by_episode on care_task (episode_id, opened_at);
create index care_task_open on care_task (tenant_id, facility_id, due_at) where state = 'open';

create table aftercare_contact (
    contact_id  uuid        primary key,
    tenant_id   text        not null,
    episode_id  uuid        not null references episode,
    reached     boolean     not null,
    recorded_by uuid        not null,
    recorded_at timestamptz not null
);
alter table aftercare_contact enable row level security;
alter table aftercare_contact force row level security;
create policy tenant on aftercare_contact using (tenant_id = stepwell_tenant());
create index aftercare_contact_by_episode on aftercare_contact (episode_id, recorded_at);

-- migrate:down
drop table aftercare_contact, care_task, decision, consent, assessment, episode;
