-- migrate:up
set lock_timeout = '5s';

-- When the referred person was first reached, and how care ended: a reason for discharge or `declined`. The latter counts
-- once the episode is in aftercare or beyond; `outcome_version` is intake's, of the event that told it.
alter table journey add column first_contact_at timestamptz;
alter table journey add column outcome text;
alter table journey add column outcome_version bigint not null default 0;
create index journey_by_facility on journey (tenant_id, facility_id, changed_at desc, episode_id desc);

-- `withdrawn` tells that the journey closed the task because nobody had to do it any more.
alter table care_task add column closed_at timestamptz;
alter table care_task add column withdrawn boolean not null default false;

alter table booking add column session_id uuid;
create index booking_by_session on booking (tenant_id, session_id) where state = 'booked';

-- With the type, events are counted from the index alone.
create index timeline_by_episode on timeline (tenant_id, patient_id, episode_id) include (type);
drop index timeline_by_patient;

-- From when until when an episode stood in a phase at a facility, in domain time; `infinity` until it is left, so that one
-- index serves both. `version` is intake's, of the event that began it.
create table episode_phase (
    tenant_id   text        not null,
    episode_id  uuid        not null,
    version     bigint      not null,
    facility_id uuid        not null,
    phase       text        not null,
    from_at     timestamptz not null,
    to_at       timestamptz not null default 'infinity',
    primary key (tenant_id, episode_id, version)
) with (fillfactor = 80);
create index episode_phase_by_end on episode_phase (tenant_id, to_at) where phase not in ('closed', 'declined');

-- Sessions of a facility; one without a group is the visit of one patient. `version` is that of the facility's stream.
create table session (
    tenant_id   text        not null,
    session_id  uuid        not null,
    facility_id uuid        not null,
    group_id    uuid,
    modality    text        not null,
    setting     text        not null,
    starts_at   timestamptz not null,
    ends_at     timestamptz not null,
    capacity    integer     not null,
    state       text        not null check (state in ('scheduled', 'cancelled')),
    version     bigint      not null,
    primary key (tenant_id, session_id)
);
create index session_by_facility on session (tenant_id, facility_id, starts_at);

-- Reference data of scheduling: the tracks of a program, and the groups of a track.
create table track (
    tenant_id   text   not null,
    track_id    uuid   not null,
    facility_id uuid   not null,
    program_id  uuid   not null,
    kind        text   not null,
    version     bigint not null,
    primary key (tenant_id, track_id)
);

create table care_group (
    tenant_id   text    not null,
    group_id    uuid    not null,
    facility_id uuid    not null,
    track_id    uuid    not null,
    modality    text    not null,
    capacity    integer not null,
    topic       text,
    age_band    text,
    version     bigint  not null,
    primary key (tenant_id, group_id)
);

-- Waits for a place in a group.
create table group_wait (
    tenant_id   text        not null,
    waitlist_id uuid        not null,
    episode_id  uuid        not null,
    group_id    uuid        not null,
    since       timestamptz not null,
    outcome     text,
    version     bigint      not null,
    primary key (tenant_id, waitlist_id)
);
create index group_wait_open on group_wait (tenant_id, episode_id) where outcome is null;

-- Messages to patients and their answers, as events tell of them; `at` is when a message got to its state.
create table message (
    tenant_id   text        not null,
    message_id  uuid        not null,
    episode_id  uuid        not null,
    template    text        not null,
    channel     text,
    state       text        not null check (state in ('sent', 'delivered', 'suppressed', 'lapsed', 'failed')),
    reason_code text,
    about       uuid        not null,
    at          timestamptz not null,
    trace_id    text,
    version     bigint      not null,
    primary key (tenant_id, message_id)
) with (fillfactor = 80);
create index message_by_time on message (tenant_id, at desc, message_id desc);
create index message_by_episode on message (tenant_id, episode_id);

create table reply (
    tenant_id  text        not null,
    reply_id   uuid        not null,
    episode_id uuid        not null,
    kind       text        not null,
    at         timestamptz not null,
    version    bigint      not null,
    primary key (tenant_id, reply_id)
);
create index reply_by_time on reply (tenant_id, at desc, reply_id desc);

-- What the timeline knows already. It holds no facility, so that a transferred episode counts where it is now from its
-- beginning on; sessions, tracks and groups are known from their next event on. The owner is under the policies too,
-- and sees no tenant's rows: they are lifted for the time of this transaction.
alter table timeline no force row level security;
alter table journey no force row level security;
alter table care_task no force row level security;
alter table booking no force row level security;

insert into episode_phase (tenant_id, episode_id, version, facility_id, phase, from_at, to_at)
select t.tenant_id, t.episode_id, t.version, j.facility_id, coalesce(t.facts->>'phase', 'referral'), t.at,
       lead(t.at, 1, 'infinity') over (partition by t.tenant_id, t.episode_id order by t.version)
from timeline t
join journey j on j.tenant_id = t.tenant_id and j.episode_id = t.episode_id
where t.type in ('referral_received', 'episode_phase_changed');

update journey j set first_contact_at = e.at
from (select tenant_id, episode_id, min(at) as at from timeline where type = 'first_contact_recorded' group by 1, 2) e
where j.tenant_id = e.tenant_id and j.episode_id = e.episode_id;

update journey j set outcome = e.outcome, outcome_version = e.version
from (
    select distinct on (tenant_id, episode_id) tenant_id, episode_id, version,
           case type when 'decline_decided' then 'declined' else facts->>'reason' end as outcome
    from timeline where type in ('discharge_decided', 'decline_decided')
    order by tenant_id, episode_id, version desc
) e
where j.tenant_id = e.tenant_id and j.episode_id = e.episode_id;

update care_task c
set closed_at = e.at,
    withdrawn = e.type = 'care_task_closed'
        and e.outcome in ('amended', 'closed', 'fast_path', 'phase_changed', 'returned', 'window_passed')
from (
    select distinct on (tenant_id, facts->>'task_id') tenant_id, (facts->>'task_id')::uuid as task_id, type,
           facts->>'outcome' as outcome, at
    from timeline where type in ('care_task_closed', 'care_task_completed')
    order by tenant_id, facts->>'task_id', version
) e
where c.tenant_id = e.tenant_id and c.task_id = e.task_id and c.state = 'closed';

update booking b set session_id = e.session_id
from (
    select distinct on (tenant_id, facts->>'booking_id') tenant_id, (facts->>'booking_id')::uuid as booking_id,
           (facts->>'session_id')::uuid as session_id
    from timeline where type in ('appointment_booked', 'appointment_moved')
    order by tenant_id, facts->>'booking_id', version desc
) e
where b.tenant_id = e.tenant_id and b.booking_id = e.booking_id;

insert into group_wait (tenant_id, waitlist_id, episode_id, group_id, since, outcome, version)
select distinct on (t.tenant_id, t.facts->>'waitlist_id') t.tenant_id, (t.facts->>'waitlist_id')::uuid, t.episode_id,
       (t.facts->>'group_id')::uuid, min(t.at) over waiting, t.facts->>'outcome', t.version
from timeline t
where t.type in ('waitlist_joined', 'waitlist_ended')
window waiting as (partition by t.tenant_id, t.facts->>'waitlist_id')
order by t.tenant_id, t.facts->>'waitlist_id', t.version desc;

insert into message (tenant_id, message_id, episode_id, template, channel, state, reason_code, about, at, trace_id, version)
select distinct on (t.tenant_id, t.facts->>'message_id') t.tenant_id, (t.facts->>'message_id')::uuid, t.episode_id,
       t.facts->>'template', t.facts->>'channel', substring(t.type from 9), t.facts->>'reason_code',
       (t.facts->>'about')::uuid, t.at, t.trace_id, t.version
from timeline t
where t.type in ('message_sent', 'message_delivered', 'message_suppressed', 'message_lapsed', 'message_failed')
order by t.tenant_id, t.facts->>'message_id', t.version desc;

insert into reply (tenant_id, reply_id, episode_id, kind, at, version)
select t.tenant_id, (t.facts->>'reply_id')::uuid, t.episode_id, t.facts->>'kind', t.at, t.version
from timeline t
where t.type = 'reply_received' and t.episode_id is not null;

alter table booking force row level security;
alter table care_task force row level security;
alter table journey force row level security;
alter table timeline force row level security;

alter table episode_phase enable row level security;
alter table episode_phase force row level security;
create policy tenant on episode_phase using (tenant_id = stepwell_tenant());
alter table session enable row level security;
alter table session force row level security;
create policy tenant on session using (tenant_id = stepwell_tenant());
alter table track enable row level security;
alter table track force row level security;
create policy tenant on track using (tenant_id = stepwell_tenant());
alter table care_group enable row level security;
alter table care_group force row level security;
create policy tenant on care_group using (tenant_id = stepwell_tenant());
alter table group_wait enable row level security;
alter table group_wait force row level security;
create policy tenant on group_wait using (tenant_id = stepwell_tenant());
alter table message enable row level security;
alter table message force row level security;
create policy tenant on message using (tenant_id = stepwell_tenant());
alter table reply enable row level security;
alter table reply force row level security;
create policy tenant on reply using (tenant_id = stepwell_tenant());

-- migrate:down
drop table reply, message, group_wait, care_group, track, session, episode_phase;
create index timeline_by_patient on timeline (tenant_id, patient_id, episode_id);
drop index timeline_by_episode, booking_by_session, journey_by_facility;
alter table booking drop column session_id;
alter table care_task drop column withdrawn, drop column closed_at;
alter table journey drop column outcome_version, drop column outcome, drop column first_contact_at;
