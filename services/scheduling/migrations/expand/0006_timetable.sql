-- migrate:up
set lock_timeout = '5s';

-- Rules of the timetable. A version is never edited: it ends, and the next one begins. The row of a state goes before that
-- of the country.

-- Seats of a group. A group of family therapy is a multi-family group.
create table group_size_rule (
    rule_id        text    not null,
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    modality       text    not null,
    least          integer not null check (least > 0),
    most           integer not null check (most >= least),
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    approved_by    text    not null,
    primary key (rule_id, version, jurisdiction),
    constraint group_size_rule_in_force_once exclude using gist
        (jurisdiction with =, modality with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- Who may hold a session: one of the roles, and one of the credentials where the row names any.
create table credential_rule (
    rule_id        text    not null,
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    modality       text    not null,
    roles          text[]  not null,
    credentials    text[]  not null,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    approved_by    text    not null,
    primary key (rule_id, version, jurisdiction),
    constraint credential_rule_in_force_once exclude using gist
        (jurisdiction with =, modality with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- In which settings the clinician needs a license of the state where the patient is: a credential with one of the prefixes
-- and the state, as in license_us_ny.
create table telehealth_rule (
    rule_id        text    not null,
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    settings       text[]  not null,
    prefixes       text[]  not null,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    approved_by    text    not null,
    primary key (rule_id, version, jurisdiction),
    constraint telehealth_rule_in_force_once exclude using gist
        (jurisdiction with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- How long clinician and room stay taken after a session.
create table turnover_rule (
    rule_id        text    not null,
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    kind           text    not null check (kind in ('group', 'visit')),
    setting        text    not null check (setting in ('on_site', 'video', 'telephone')),
    minutes        integer not null check (minutes between 0 and 60),
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    approved_by    text    not null,
    primary key (rule_id, version, jurisdiction),
    constraint turnover_rule_in_force_once exclude using gist
        (jurisdiction with =, kind with =, setting with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- When the recurring work of a facility is done, in its local time; weekdays count from Monday 0. The place is a jurisdiction
-- or the id of a facility, whose row goes first.
create table calendar_rule (
    rule_id           text    not null,
    version           integer not null check (version > 0),
    place             text    not null,
    week_begins_on    integer not null check (week_begins_on between 0 and 6),
    plan_days_before  integer not null check (plan_days_before between 1 and 14),
    plan_at           time    not null,
    series_days_ahead integer not null check (series_days_ahead between 7 and 180),
    draw_at           time    not null,
    effective_from    date    not null,
    effective_to      date    check (effective_to > effective_from),
    source            text    not null,
    approved_by       text    not null,
    primary key (rule_id, version, place),
    constraint calendar_rule_in_force_once exclude using gist
        (place with =, daterange(effective_from, effective_to, '[)') with &&)
);

do $$
begin
    execute format(
        'revoke insert, update, delete on group_size_rule, credential_rule, telehealth_rule, turnover_rule, calendar_rule from %I',
        stepwell_role('app'));
end $$;

insert into group_size_rule (rule_id, version, jurisdiction, modality, least, most, effective_from, source, approved_by)
select rule_id, 1, jurisdiction, modality, least, most, date '2020-01-01', source, 'clinical director, compliance'
from (values
    ('group_size.therapy', 'US', 'group_therapy', 1, 12, 'therapy groups of 8 to 10, never above 12; default of the house'),
    ('group_size.workshop', 'US', 'educational_workshop', 1, 20, 'psychoeducation up to 20; default of the house'),
    ('group_size.multi_family', 'US', 'family_therapy', 1, 24, 'multi-family groups up to 24; default of the house'),
    ('group_size.therapy', 'US-CT', 'group_therapy', 1, 12,
     'Connecticut Medicaid, clinic provider bulletin: group psychotherapy of at most 12, regardless of payer mix'),
    ('group_size.multi_family', 'US-CT', 'family_therapy', 1, 24,
     'Connecticut Medicaid, clinic provider bulletin: multi-family group of at most 24'),
    ('group_size.therapy', 'US-CA', 'group_therapy', 2, 12, 'California DMC-ODS: group counseling of 2 to 12')
) as row (rule_id, jurisdiction, modality, least, most, source);

insert into credential_rule (rule_id, version, jurisdiction, modality, roles, credentials, effective_from, source, approved_by)
select rule_id, 1, 'US', modality, roles::text[], credentials::text[], date '2020-01-01', source,
       'clinical director, compliance'
from (values
    ('credential.group_therapy', 'group_therapy', '{counselor,nurse,supervisor}', '{}',
     'counseling by qualified staff under supervision; default of the house, a state row narrows it'),
    ('credential.workshop', 'educational_workshop', '{counselor,nurse,supervisor}', '{}',
     'psychoeducation by qualified staff; default of the house, a state row narrows it'),
    ('credential.individual_therapy', 'individual_therapy', '{counselor,supervisor}',
     '{do,lcadc,lcpc,lcsw,licsw,lmft,lpc,lpcc,md,np,pa,phd,psyd}',
     'psychotherapy by a licensed clinician; default of the house, a state row narrows the credentials'),
    ('credential.family_therapy', 'family_therapy', '{counselor,supervisor}',
     '{do,lcadc,lcpc,lcsw,licsw,lmft,lpc,lpcc,md,np,pa,phd,psyd}',
     'family psychotherapy by a licensed clinician; default of the house, a state row narrows the credentials'),
    ('credential.medication_management', 'medication_management', '{prescriber}', '{}',
     'medication management by a prescriber; default of the house, a state row narrows it')
) as row (rule_id, modality, roles, credentials, source);

insert into telehealth_rule (rule_id, version, jurisdiction, settings, prefixes, effective_from, source, approved_by)
values
    ('telehealth.license', 1, 'US', '{video,telephone}', '{license,privilege}', '2020-01-01',
     'state licensing: care is given where the patient is, under a license or compact privilege of that state; default of the '
     'house', 'compliance');

insert into turnover_rule (rule_id, version, jurisdiction, kind, setting, minutes, effective_from, source, approved_by)
select 'turnover.' || kind || '.' || setting, 1, 'US', kind, setting, minutes, date '2020-01-01', source, 'clinical director'
from (values
    ('group', 0, 'blocks of groups follow one another with breaks inside; default of the house'),
    ('visit', 10, 'turnover of 10 minutes for clinician and room; default of the house')
) as kinds (kind, minutes, source), unnest(array['on_site', 'video', 'telephone']) as setting;

insert into calendar_rule (rule_id, version, place, week_begins_on, plan_days_before, plan_at, series_days_ahead, draw_at,
                           effective_from, source, approved_by)
values
    ('calendar', 1, 'US', 0, 4, '12:00', 28, '05:00', '2020-01-01',
     'weeks from Monday, planned on Thursday noon; meetings four weeks ahead; tests drawn before opening; default of the house',
     'clinical director');

-- Under which rule the group's seats were allowed.
alter table care_group add column size_rule text;

-- Left out of the latest document: neither is given anything new to hold.
alter table staff add column withdrawn boolean not null default false;
alter table room add column withdrawn boolean not null default false;

-- A weekly series of a group's meetings. Its days are local days of the facility.
create table series (
    series_id   uuid     primary key,
    tenant_id   text     not null,
    facility_id uuid     not null references facility,
    group_id    uuid     not null references care_group,
    weekday     smallint not null check (weekday between 0 and 6),
    from_day    date     not null,
    until_day   date
);
alter table series enable row level security;
alter table series force row level security;
create policy tenant on series using (tenant_id = stepwell_tenant());
create index series_by_facility on series (tenant_id, facility_id);
create index series_by_group on series (tenant_id, group_id);

-- How a series meets from a day on, until the next row.
create table series_pattern (
    tenant_id    text    not null,
    series_id    uuid    not null references series,
    from_day     date    not null,
    starts_local time    not null,
    minutes      integer not null check (minutes > 0),
    clinician_id uuid    not null references staff,
    room_id      uuid    references room,
    setting      text    not null check (setting in ('on_site', 'video', 'telephone')),
    primary key (series_id, from_day)
);
alter table series_pattern enable row level security;
alter table series_pattern force row level security;
create policy tenant on series_pattern using (tenant_id = stepwell_tenant());

-- Days on which a series does not meet.
create table series_exception (
    tenant_id   text not null,
    series_id   uuid not null references series,
    day         date not null,
    reason_code text not null,
    primary key (series_id, day)
);
alter table series_exception enable row level security;
alter table series_exception force row level security;
create policy tenant on series_exception using (tenant_id = stepwell_tenant());

-- Days on which a meeting could not be scheduled when the series was extended, for a person to settle.
create table series_gap (
    tenant_id   text not null,
    series_id   uuid not null references series,
    day         date not null,
    reason_code text not null,
    primary key (series_id, day)
);
alter table series_gap enable row level security;
alter table series_gap force row level security;
create policy tenant on series_gap using (tenant_id = stepwell_tenant());

-- `age_band` is that of the group, `seated_band` that of the patients with seats in a therapy group while there are any.
-- `series_day` is the local day for which a meeting was made, also after it moved.
alter table session
    add column turnover_minutes     integer not null default 0,
    add column rules                text[]  not null default '{}',
    add column patient_jurisdiction text,
    add column age_band             text,
    add column seated_band          text,
    add column series_id            uuid references series,
    add column series_day           date,
    add column cancel_reason        text,
    add constraint session_series_has_day check ((series_id is null) = (series_day is null));
create unique index session_once_in_series on session (series_id, series_day);

-- migrate:down
alter table session
    drop column turnover_minutes, drop column rules, drop column patient_jurisdiction, drop column age_band,
    drop column seated_band, drop column series_id, drop column series_day, drop column cancel_reason;
drop table series_gap, series_exception, series_pattern, series;
alter table room drop column withdrawn;
alter table staff drop column withdrawn;
alter table care_group drop column size_rule;
drop table calendar_rule, turnover_rule, telehealth_rule, credential_rule, group_size_rule;
