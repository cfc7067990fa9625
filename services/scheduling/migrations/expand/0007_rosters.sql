-- migrate:up
set lock_timeout = '5s';

-- Rules that law, payer or the house may change. A version is never edited: it ends, and the next one begins. The rows of a
-- state go before those of the country.

-- From how many minutes on a patient is late, what counts as a full session and what as none (in per cent of its minutes),
-- and how many hours before the start a seat is given back too late.
create table attendance_rule (
    rule_id               text    not null default 'attendance',
    version               integer not null check (version > 0),
    jurisdiction          text    not null,
    effective_from        date    not null,
    effective_to          date    check (effective_to > effective_from),
    late_after_minutes    integer not null check (late_after_minutes >= 0),
    full_percent          integer not null check (full_percent between 1 and 100),
    absent_below_percent  integer not null check (absent_below_percent between 0 and full_percent),
    late_cancel_hours     integer not null check (late_cancel_hours >= 0),
    source                text    not null,
    approved_by           text    not null,
    primary key (rule_id, version, jurisdiction),
    constraint attendance_rule_in_force_once exclude using gist
        (rule_id with =, jurisdiction with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- Reasons of a cancellation that are the program's own; such a seat is never given back too late.
create table program_cancellation_rule (
    reason_code    text    not null check (reason_code ~ '^[a-z][a-z0-9_]{1,39}$'),
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    approved_by    text    not null,
    primary key (reason_code, version, jurisdiction),
    constraint program_cancellation_rule_in_force_once exclude using gist
        (reason_code with =, jurisdiction with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- How much care a patient has on one local day at most, and how many of its sessions may make up for missed ones.
create table day_hours_rule (
    rule_id        text    not null default 'day_hours',
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    most_minutes   integer not null check (most_minutes > 0),
    most_make_ups  integer not null check (most_make_ups >= 0),
    source         text    not null,
    approved_by    text    not null,
    primary key (rule_id, version, jurisdiction),
    constraint day_hours_rule_in_force_once exclude using gist
        (rule_id with =, jurisdiction with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- After which meeting nobody enters a closed group any more.
create table enrollment_rule (
    rule_id               text    not null default 'enrollment',
    version               integer not null check (version > 0),
    jurisdiction          text    not null,
    effective_from        date    not null,
    effective_to          date    check (effective_to > effective_from),
    closes_after_meetings integer not null check (closes_after_meetings > 0),
    source                text    not null,
    approved_by           text    not null,
    primary key (rule_id, version, jurisdiction),
    constraint enrollment_rule_in_force_once exclude using gist
        (rule_id with =, jurisdiction with =, daterange(effective_from, effective_to, '[)') with &&)
);

insert into attendance_rule (version, jurisdiction, effective_from, late_after_minutes, full_percent, absent_below_percent,
                             late_cancel_hours, source, approved_by)
values (1, 'US', date '2020-01-01', 5, 85, 50, 24,
        'published attendance policies: late after 5 min, late cancellation within 24 h; 85 % and 50 %: default of the house',
        'clinical director');

insert into program_cancellation_rule (reason_code, version, jurisdiction, effective_from, source, approved_by)
select reason_code, 1, 'US', date '2020-01-01', 'default of the house', 'clinical director'
from unnest(array['program_cancelled', 'session_cancelled', 'series_changed', 'facility_closed', 'holiday', 'weather',
                  'clinician_absent', 'room_closed', 'booked_by_mistake']) as program (reason_code);

insert into day_hours_rule (version, jurisdiction, effective_from, most_minutes, most_make_ups, source,
                            approved_by)
values (1, 'US', date '2020-01-01', 360, 2,
        'intensive outpatient: at most 6 clinical hours a day, at most 2 make-up groups a day; default of the house',
        'clinical director');

insert into enrollment_rule (version, jurisdiction, effective_from, closes_after_meetings, source, approved_by)
values (1, 'US', date '2020-01-01', 2, 'closed cohorts take nobody after session 2; default of the house',
        'clinical director');

do $$
begin
    execute format('revoke insert, update, delete on attendance_rule, program_cancellation_rule, day_hours_rule,
                    enrollment_rule from %I', stepwell_role('app'));
end $$;

-- Who comes first among those who wait (45 CFR 96.126 and 96.131).
alter table ref_episode add column priority text not null default 'general';

-- Members of a group from a day up to another, which is not theirs any more. While an exchange of seats is open, the
-- membership is held: its place stays taken and new meetings do not seat it.
create table group_member (
    membership_id   uuid        primary key,
    tenant_id       text        not null,
    facility_id     uuid        not null,
    group_id        uuid        not null references care_group,
    episode_id      uuid        not null,
    patient_id      uuid        not null,
    from_day        date        not null,
    until_day       date        check (until_day >= from_day),
    reason_code     text,
    held_by         uuid        references replacement,
    enrollment_rule text,
    joined_at       timestamptz not null,
    ended_at        timestamptz,
    constraint member_once exclude using gist
        (group_id with =, episode_id with =, daterange(from_day, until_day, '[)') with &&)
);
alter table group_member enable row level security;
alter table group_member force row level security;
create policy tenant on group_member using (tenant_id = stepwell_tenant());
create index group_member_by_group on group_member (tenant_id, group_id, from_day);
create index group_member_by_episode on group_member (tenant_id, episode_id);
create index group_member_held on group_member (held_by) where held_by is not null;

-- Meetings in which a member could not be seated, by the rule that stood against it.
create table unseated_member (
    tenant_id     text        not null,
    membership_id uuid        not null references group_member,
    session_id    uuid        not null references session,
    code          text        not null,
    noted_at      timestamptz not null,
    primary key (membership_id, session_id)
);
alter table unseated_member enable row level security;
alter table unseated_member force row level security;
create policy tenant on unseated_member using (tenant_id = stepwell_tenant());
create index unseated_member_by_session on unseated_member (session_id);

create table waitlist (
    waitlist_id   uuid        primary key,
    tenant_id     text        not null,
    facility_id   uuid        not null,
    group_id      uuid        not null references care_group,
    episode_id    uuid        not null,
    patient_id    uuid        not null,
    priority      text        not null,
    state         text        not null check (state in ('waiting', 'promoted', 'withdrawn', 'left_care')),
    membership_id uuid        references group_member check ((membership_id is not null) = (state = 'promoted')),
    joined_at     timestamptz not null,
    ended_at      timestamptz
);
alter table waitlist enable row level security;
alter table waitlist force row level security;
create policy tenant on waitlist using (tenant_id = stepwell_tenant());
create unique index waitlist_once on waitlist (group_id, episode_id) where state = 'waiting';
create index waitlist_waiting on waitlist (tenant_id, facility_id, group_id) where state = 'waiting';
create index waitlist_by_episode on waitlist (tenant_id, episode_id) where state = 'waiting';

-- Two patients who never share a session; one row for both directions.
create table keep_apart (
    tenant_id text        not null,
    one       uuid        not null,
    other     uuid        not null check (one < other),
    set_by    uuid,
    set_at    timestamptz not null,
    primary key (tenant_id, one, other)
);
alter table keep_apart enable row level security;
alter table keep_apart force row level security;
create policy tenant on keep_apart using (tenant_id = stepwell_tenant());
create index keep_apart_other on keep_apart (tenant_id, other);

-- Which versions of the rules let the seat be taken and judged the attendance; how long after the start the patient came;
-- whether that counts as the full session, a part of it or none; the missed booking that this one makes up for.
alter table booking
    add column rules           text[] not null default '{}',
    add column late_minutes    integer check (late_minutes >= 0),
    add column counts_as       text   check (counts_as in ('full', 'part', 'absent')),
    add column attendance_rule text,
    add column makes_up        uuid   references booking;
create unique index booking_made_up_once on booking (makes_up) where state = 'booked';
create index booking_by_patient on booking (tenant_id, patient_id) where state = 'booked';
create index booking_by_session on booking (session_id) where state in ('booked', 'replaced');
create index booking_unmarked on booking (tenant_id, facility_id) where state = 'booked' and attendance is null;
create index booking_given_up_by on booking (given_up_by) where given_up_by is not null;
create index booking_booked_by on booking (booked_by) where booked_by is not null;
create index session_by_group on session (tenant_id, group_id, starts_at);

alter table episode_week add column amended_at timestamptz;

-- migrate:down
alter table episode_week drop column amended_at;
drop index session_by_group, booking_booked_by, booking_given_up_by, booking_unmarked, booking_by_session,
    booking_by_patient, booking_made_up_once;
alter table booking
    drop column rules, drop column late_minutes, drop column counts_as, drop column attendance_rule, drop column makes_up;
drop table keep_apart, waitlist, unseated_member, group_member;
alter table ref_episode drop column priority;
drop table enrollment_rule, day_hours_rule, program_cancellation_rule, attendance_rule;
