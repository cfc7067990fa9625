-- migrate:up
set lock_timeout = '5s';

-- Rules of the weekly plan. A version is never edited: it ends, and the next one begins. The row of a state goes before that
-- of the country, that of a program type or part of treatment before 'any'.

-- The minutes a week that a level of care stands for, both bounds included.
create table hours_rule (
    rule_id         text    not null,
    version         integer not null check (version > 0),
    jurisdiction    text    not null,
    level_of_care   text    not null,
    age_band        text    not null,
    floor_minutes   integer not null check (floor_minutes >= 0),
    ceiling_minutes integer check (ceiling_minutes >= floor_minutes),
    effective_from  date    not null,
    effective_to    date    check (effective_to > effective_from),
    source          text    not null,
    approved_by     text    not null,
    primary key (rule_id, version, jurisdiction, age_band),
    constraint hours_rule_in_force_once exclude using gist
        (jurisdiction with =, level_of_care with =, age_band with =, daterange(effective_from, effective_to, '[)') with &&)
);

-- What a week holds where the treatment plan prescribes no mix of its own; one row per modality. The one that fills takes what
-- is left to the required minutes, and at least its own.
create table mix_rule (
    rule_id        text    not null,
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    program_type   text    not null,
    level_of_care  text    not null,
    part           text    not null,
    place          integer not null,
    modality       text    not null,
    sessions       integer not null check (sessions > 0),
    minutes        integer not null check (minutes > 0),
    every_weeks    integer not null check (every_weeks > 0),
    fills          boolean not null default false,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    approved_by    text    not null,
    primary key (rule_id, version, jurisdiction, modality),
    check (not fills or every_weeks = 1),
    constraint mix_rule_in_force_once exclude using gist
        (jurisdiction with =, program_type with =, level_of_care with =, part with =, modality with =,
         daterange(effective_from, effective_to, '[)') with &&)
);

-- In which local hours tracks meet and visits are held; weekdays count from Monday 0.
create table open_hours_rule (
    rule_id        text       not null,
    version        integer    not null check (version > 0),
    jurisdiction   text       not null,
    kind           text       not null check (kind in ('day', 'evening', 'weekend', 'telehealth', 'visit')),
    age_band       text       not null,
    weekdays       smallint[] not null,
    opens          time       not null,
    closes         time       not null check (closes > opens),
    effective_from date       not null,
    effective_to   date       check (effective_to > effective_from),
    source         text       not null,
    approved_by    text       not null,
    primary key (rule_id, version, jurisdiction)
);

do $$
begin
    execute format('revoke insert, update, delete on hours_rule, mix_rule, open_hours_rule from %I', stepwell_role('app'));
end $$;

insert into hours_rule (rule_id, version, jurisdiction, level_of_care, age_band, floor_minutes, ceiling_minutes,
                        effective_from, source, approved_by)
select 'hours.' || level, 1, 'US', level, age_band, floor, ceiling, date '2020-01-01', source, 'medical director'
from (values
    ('1', 'adult', 0, 539, 'ASAM Criteria, 3rd ed.: level 1 below 9 h a week'),
    ('1', 'adolescent', 0, 359, 'ASAM Criteria, 3rd ed.: level 1 below 6 h a week for adolescents'),
    ('2.1', 'adult', 540, 1140, 'ASAM Criteria, 3rd ed.; SAMHSA advisory on intensive outpatient treatment: 9 to 19 h a week'),
    ('2.1', 'adolescent', 360, 1140,
     'ASAM Criteria, 3rd ed.; SAMHSA advisory on intensive outpatient treatment: 6 to 19 h a week for adolescents'),
    ('2.5', 'adult', 1200, null, 'ASAM Criteria, 3rd ed.: level 2.5 from 20 h a week'),
    ('2.5', 'adolescent', 1200, null, 'ASAM Criteria, 3rd ed.: level 2.5 from 20 h a week')
) as row (level, age_band, floor, ceiling, source);

insert into mix_rule (rule_id, version, jurisdiction, program_type, level_of_care, part, place, modality, sessions, minutes,
                      every_weeks, fills, effective_from, source, approved_by)
select mix.rule_id, 1, 'US', mix.program_type, mix.level, mix.part, share.place, share.modality, share.sessions,
       share.minutes, share.every_weeks, coalesce(share.fills, false), date '2020-01-01', mix.source, 'medical director'
from (values
    ('mix.2.1.stabilize', 'any', '2.1', 'stabilize',
     'group blocks on three days, individual and medication management weekly, family every 2 to 4 weeks, 1 to 3 workshops; '
     'group sessions from 45 min (Connecticut Medicaid); SAMHSA TIP 47; frequencies: default of the house',
     '[{"place": 1, "modality": "group_therapy", "sessions": 3, "minutes": 45, "every_weeks": 1, "fills": true},
       {"place": 2, "modality": "educational_workshop", "sessions": 1, "minutes": 60, "every_weeks": 1},
       {"place": 3, "modality": "individual_therapy", "sessions": 1, "minutes": 60, "every_weeks": 1},
       {"place": 4, "modality": "medication_management", "sessions": 1, "minutes": 30, "every_weeks": 1},
       {"place": 5, "modality": "family_therapy", "sessions": 1, "minutes": 50, "every_weeks": 2}]'),
    ('mix.2.1', 'any', '2.1', 'any',
     'as at first, medication management every 2 weeks once stable; SAMHSA TIP 47; frequencies: default of the house',
     '[{"place": 1, "modality": "group_therapy", "sessions": 3, "minutes": 45, "every_weeks": 1, "fills": true},
       {"place": 2, "modality": "educational_workshop", "sessions": 1, "minutes": 60, "every_weeks": 1},
       {"place": 3, "modality": "individual_therapy", "sessions": 1, "minutes": 60, "every_weeks": 1},
       {"place": 4, "modality": "medication_management", "sessions": 1, "minutes": 30, "every_weeks": 2},
       {"place": 5, "modality": "family_therapy", "sessions": 1, "minutes": 50, "every_weeks": 2}]'),
    ('mix.2.1.consolidate', 'any', '2.1', 'consolidate',
     'individual weekly to biweekly, medication management monthly, family every 4 weeks; SAMHSA TIP 47; frequencies: default '
     'of the house',
     '[{"place": 1, "modality": "group_therapy", "sessions": 3, "minutes": 45, "every_weeks": 1, "fills": true},
       {"place": 2, "modality": "educational_workshop", "sessions": 1, "minutes": 60, "every_weeks": 1},
       {"place": 3, "modality": "individual_therapy", "sessions": 1, "minutes": 60, "every_weeks": 2},
       {"place": 4, "modality": "medication_management", "sessions": 1, "minutes": 30, "every_weeks": 4},
       {"place": 5, "modality": "family_therapy", "sessions": 1, "minutes": 50, "every_weeks": 4}]'),
    ('mix.2.5', 'any', '2.5', 'any', '4 to 5 days a week of 5 to 6 h; default of the house',
     '[{"place": 1, "modality": "group_therapy", "sessions": 5, "minutes": 120, "every_weeks": 1, "fills": true},
       {"place": 2, "modality": "educational_workshop", "sessions": 3, "minutes": 60, "every_weeks": 1},
       {"place": 3, "modality": "individual_therapy", "sessions": 1, "minutes": 60, "every_weeks": 1},
       {"place": 4, "modality": "medication_management", "sessions": 1, "minutes": 30, "every_weeks": 1},
       {"place": 5, "modality": "family_therapy", "sessions": 1, "minutes": 50, "every_weeks": 2}]'),
    ('mix.1', 'any', '1', 'any', 'step-down: 1 to 6 h a week, individual biweekly; default of the house',
     '[{"place": 1, "modality": "group_therapy", "sessions": 1, "minutes": 45, "every_weeks": 1, "fills": true},
       {"place": 2, "modality": "educational_workshop", "sessions": 1, "minutes": 45, "every_weeks": 4},
       {"place": 3, "modality": "individual_therapy", "sessions": 1, "minutes": 60, "every_weeks": 2},
       {"place": 4, "modality": "medication_management", "sessions": 1, "minutes": 30, "every_weeks": 4},
       {"place": 5, "modality": "family_therapy", "sessions": 1, "minutes": 50, "every_weeks": 4}]'),
    ('mix.otp', 'OTP', '1', 'any', 'opioid treatment program: medication management weekly, counseling; default of the house',
     '[{"place": 1, "modality": "group_therapy", "sessions": 1, "minutes": 45, "every_weeks": 1, "fills": true},
       {"place": 2, "modality": "educational_workshop", "sessions": 1, "minutes": 45, "every_weeks": 4},
       {"place": 3, "modality": "individual_therapy", "sessions": 1, "minutes": 60, "every_weeks": 2},
       {"place": 4, "modality": "medication_management", "sessions": 1, "minutes": 30, "every_weeks": 1},
       {"place": 5, "modality": "family_therapy", "sessions": 1, "minutes": 50, "every_weeks": 4}]')
) as mix (rule_id, program_type, level, part, source, shares),
jsonb_to_recordset(mix.shares::jsonb) as share
    (place integer, modality text, sessions integer, minutes integer, every_weeks integer, fills boolean);

insert into open_hours_rule (rule_id, version, jurisdiction, kind, age_band, weekdays, opens, closes, effective_from, source,
                             approved_by)
select rule_id, 1, 'US', kind, age_band, weekdays::smallint[], opens::time, closes::time, date '2020-01-01', source,
       'clinical director'
from (values
    ('hours_of_day.day', 'day', 'adult', '{0,1,2,3,4}', '09:00', '15:30', 'day 9 to 12, midday 12:30 to 15:30; default of the house'),
    ('hours_of_day.evening', 'evening', 'adult', '{0,1,2,3,4}', '17:30', '20:30', 'evening 17:30 to 20:30; default of the house'),
    ('hours_of_day.after_school.day', 'day', 'adolescent', '{0,1,2,3,4}', '15:30', '18:30',
     'adolescents after school 15:30 to 18:30; default of the house'),
    ('hours_of_day.after_school.evening', 'evening', 'adolescent', '{0,1,2,3,4}', '15:30', '18:30',
     'adolescents after school 15:30 to 18:30; default of the house'),
    ('hours_of_day.weekend', 'weekend', 'any', '{5}', '09:00', '12:00', 'Saturday 9 to 12; default of the house'),
    ('hours_of_day.telehealth', 'telehealth', 'adult', '{0,1,2,3,4}', '09:00', '20:30', 'from day to evening; default of the house'),
    ('hours_of_day.telehealth.after_school', 'telehealth', 'adolescent', '{0,1,2,3,4}', '15:30', '20:30',
     'from the end of school to evening; default of the house'),
    ('hours_of_day.visit', 'visit', 'any', '{0,1,2,3,4}', '08:00', '20:30', 'from before the day track to the end of evening; default of the house'),
    ('hours_of_day.visit.saturday', 'visit', 'any', '{5}', '09:00', '12:00', 'Saturday 9 to 12; default of the house')
) as row (rule_id, kind, age_band, weekdays, opens, closes, source);

-- The part of treatment, which the mix goes by.
alter table ref_episode add column part text;
create index ref_episode_with_weeks on ref_episode (tenant_id, facility_id) where weeks_from is not null;

-- Under which rule the hours of a closed week were required.
alter table episode_week add column hours_rule text;

-- When a patient can come, from a day on. A row is never changed: of two for one day the later version holds.
create table availability (
    tenant_id           text        not null,
    episode_id          uuid        not null,
    version             integer     not null check (version > 0),
    effective_from      date        not null,
    windows             jsonb       not null,
    blocked_by          text[]      not null,
    settings            text[]      not null check (cardinality(settings) > 0),
    languages           text[]      not null,
    preferred_clinician uuid,
    set_by              text        not null,
    set_at              timestamptz not null,
    primary key (episode_id, version)
);
alter table availability enable row level security;
alter table availability force row level security;
create policy tenant on availability using (tenant_id = stepwell_tenant());

-- Each planning of a week, with what it went by and why it falls short.
create table week_plan (
    plan_id           uuid        primary key,
    tenant_id         text        not null,
    facility_id       uuid        not null,
    episode_id        uuid        not null,
    week_starts_on    date        not null,
    required_minutes  integer     not null,
    planned_minutes   integer     not null,
    shortfall_minutes integer     not null,
    missing           text[]      not null,
    gaps              jsonb       not null,
    booked            integer     not null,
    rules             text[]      not null,
    planned_at        timestamptz not null
);
alter table week_plan enable row level security;
alter table week_plan force row level security;
create policy tenant on week_plan using (tenant_id = stepwell_tenant());
create index week_plan_by_episode on week_plan (tenant_id, episode_id, week_starts_on, planned_at);

-- migrate:down
drop table week_plan, availability;
alter table episode_week drop column hours_rule;
drop index ref_episode_with_weeks;
alter table ref_episode drop column part;
drop table open_hours_rule, mix_rule, hours_rule;
