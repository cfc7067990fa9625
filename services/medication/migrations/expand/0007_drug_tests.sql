-- migrate:up
set lock_timeout = '5s';

-- How often tests are drawn, by phase and week of treatment (from 1). On weekdays counted from Monday 0; a patient is not
-- drawn again within `least_gap_days` and certainly after `most_gap_days`.
create table draw_rule (
    rule_id        text          not null,
    version        text          not null,
    jurisdiction   text          not null,
    phase          text          not null,
    from_week      integer       not null check (from_week > 0),
    to_week        integer       check (to_week >= from_week),
    tests_per_week numeric(4, 2) not null check (tests_per_week > 0),
    least_gap_days integer       not null check (least_gap_days > 0),
    most_gap_days  integer       not null check (most_gap_days >= least_gap_days),
    weekdays       integer[]     not null,
    effective_from date          not null,
    effective_to   date,
    source         text          not null,
    primary key (rule_id, version, jurisdiction)
);

insert into draw_rule (rule_id, version, jurisdiction, phase, from_week, to_week, tests_per_week, least_gap_days,
                       most_gap_days, weekdays, effective_from, source)
values
    ('draw.stabilize', '1', 'US', 'treatment', 1, 2, 2, 2, 7, '{0,1,2,3,4,5}', '2020-01-01',
     'ASAM 2017: at least weekly at the start, random; default of the house: twice a week'),
    ('draw.skills', '1', 'US', 'treatment', 3, 8, 1, 3, 11, '{0,1,2,3,4,5}', '2020-01-01',
     'ASAM 2017: at least weekly at the start, random; default of the house: once a week'),
    ('draw.consolidate', '1', 'US', 'treatment', 9, null, 0.75, 3, 21, '{0,1,2,3,4,5}', '2020-01-01',
     'ASAM 2017: at least monthly when stable; default of the house: two to four a month'),
    ('draw.step_down', '1', 'US', 'step_down', 1, null, 0.35, 7, 43, '{0,1,2,3,4,5}', '2020-01-01',
     'ASAM 2017: at least monthly when stable; 42 CFR 8.12: at least eight a patient-year, so never more than 45 days apart');

-- Within how many hours of the call a specimen must be given.
create table call_in_rule (
    rule_id        text    not null,
    version        text    not null,
    jurisdiction   text    not null,
    hours          integer not null check (hours > 0),
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version, jurisdiction)
);

insert into call_in_rule (rule_id, version, jurisdiction, hours, effective_from, source) values
    ('drug_test.call_in', '1', 'US', 24, '2020-01-01', 'Call-in window of 24 hours; default of the house');

-- What makes a specimen doubtful: all rows of an alternative together. Units: temperature in degrees Fahrenheit within four
-- minutes, creatinine in mg/dL, nitrite in mcg/mL.
create table specimen_rule (
    rule_id        text        not null,
    version        text        not null,
    verdict        text        not null,
    alternative    integer     not null,
    measure        text        not null check (measure in ('temperature_f', 'creatinine', 'specific_gravity', 'ph', 'nitrite')),
    more_than      numeric,
    at_least       numeric,
    less_than      numeric,
    at_most        numeric,
    effective_from date        not null,
    effective_to   date,
    source         text        not null,
    primary key (rule_id, version, alternative, measure)
);

insert into specimen_rule (rule_id, version, verdict, alternative, measure, more_than, at_least, less_than, at_most,
                           effective_from, source)
values
    ('specimen.dilute', '1', 'dilute', 1, 'creatinine', null, 2, 20, null, '2020-01-01', 'Federal workplace criteria'),
    ('specimen.dilute', '1', 'dilute', 1, 'specific_gravity', 1.0010, null, 1.0030, null, '2020-01-01',
     'Federal workplace criteria'),
    ('specimen.substituted', '1', 'substituted', 1, 'creatinine', null, null, 2, null, '2020-01-01',
     'Federal workplace criteria'),
    ('specimen.substituted', '1', 'substituted', 1, 'specific_gravity', null, null, null, 1.0010, '2020-01-01',
     'Federal workplace criteria'),
    ('specimen.substituted', '1', 'substituted', 2, 'creatinine', null, null, 2, null, '2020-01-01',
     'Federal workplace criteria'),
    ('specimen.substituted', '1', 'substituted', 2, 'specific_gravity', null, 1.0200, null, null, '2020-01-01',
     'Federal workplace criteria'),
    ('specimen.adulterated', '1', 'adulterated', 1, 'nitrite', null, 500, null, null, '2020-01-01',
     'Federal workplace criteria'),
    ('specimen.adulterated', '1', 'adulterated', 2, 'ph', null, null, 4, null, '2020-01-01', 'Current HHS criteria'),
    ('specimen.adulterated', '1', 'adulterated', 3, 'ph', null, 11, null, null, '2020-01-01', 'Federal workplace criteria'),
    ('specimen.invalid', '1', 'invalid', 1, 'ph', null, 4, 4.5, null, '2020-01-01', 'Federal workplace criteria'),
    ('specimen.invalid', '1', 'invalid', 2, 'ph', null, 9, 11, null, '2020-01-01', 'Federal workplace criteria'),
    ('specimen.invalid', '1', 'invalid', 3, 'temperature_f', null, null, 90, null, '2020-01-01',
     'Federal workplace criteria: 90 to 100 degrees within four minutes'),
    ('specimen.invalid', '1', 'invalid', 4, 'temperature_f', 100, null, null, null, '2020-01-01',
     'Federal workplace criteria: 90 to 100 degrees within four minutes'),
    ('specimen.invalid', '1', 'invalid', 5, 'creatinine', null, null, 2, null, '2020-01-01',
     'Federal workplace criteria: creatinine and specific gravity that do not go together'),
    ('specimen.invalid', '1', 'invalid', 5, 'specific_gravity', 1.0010, null, 1.0200, null, '2020-01-01',
     'Federal workplace criteria: creatinine and specific gravity that do not go together'),
    ('specimen.invalid', '1', 'invalid', 6, 'creatinine', null, 2, null, null, '2020-01-01',
     'Federal workplace criteria: creatinine and specific gravity that do not go together'),
    ('specimen.invalid', '1', 'invalid', 6, 'specific_gravity', null, null, null, 1.0010, '2020-01-01',
     'Federal workplace criteria: creatinine and specific gravity that do not go together');

-- For how long a substance can be found in urine after its last use, at most.
create table detection_rule (
    rule_id        text    not null,
    version        text    not null,
    analyte        text    not null,
    most_hours     integer not null check (most_hours > 0),
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version)
);

insert into detection_rule (rule_id, version, analyte, most_hours, effective_from, source)
select 'detection.' || analyte, '1', analyte, most_hours, '2020-01-01', source
from (values
    ('amphetamine', 96, 'Urine: 1 to 4 days'),
    ('methamphetamine', 96, 'Urine: 1 to 4 days'),
    ('benzodiazepine', 720, 'Urine, long-acting: 10 to 30 days'),
    ('cocaine', 240, 'Urine, benzoylecgonine, chronic use: to about 10 days'),
    ('opiate', 72, 'Urine, morphine: 1 to 3 days'),
    ('oxycodone', 72, 'Urine: 1 to 3 days'),
    ('heroin_6_mam', 24, 'Urine: 6 to 24 hours'),
    ('methadone', 168, 'Urine, methadone and EDDP: 3 to 7 days'),
    ('buprenorphine', 168, 'Urine, buprenorphine and norbuprenorphine: 3 to 7 days'),
    ('fentanyl', 624, 'Urine, norfentanyl, chronic use: up to about 26 days'),
    ('cannabis', 720, 'Urine, daily use: 30 days'),
    ('alcohol', 80, 'Urine, EtG and EtS: to about 80 hours')
) as row (analyte, most_hours, source);

-- What a medicine shows in a test: from some days after its first dose, and for `most_hours` after its last where that is
-- longer than the analyte's own window.
create table expected_analyte_rule (
    rule_id        text    not null,
    version        text    not null,
    medicine       text    not null,
    analyte        text    not null,
    after_days     integer not null check (after_days >= 0),
    most_hours     integer check (most_hours > 0),
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version)
);

insert into expected_analyte_rule (rule_id, version, medicine, analyte, after_days, most_hours, effective_from, source)
select 'expected.' || medicine, '1', medicine, analyte, 1, most_hours, '2020-01-01',
       'A medicine that is taken shows from the next day on; a depot shows for months: half a year is a default of the house'
from (values
    ('methadone', 'methadone', null::int),
    ('buprenorphine_naloxone_sl', 'buprenorphine', null),
    ('buprenorphine_sl', 'buprenorphine', null),
    ('sublocade', 'buprenorphine', 4320),
    ('brixadi_weekly', 'buprenorphine', 4320),
    ('brixadi_monthly', 'buprenorphine', 4320)
) as row (medicine, analyte, most_hours);

-- When the present phase began.
alter table ref_episode add column phase_from timestamptz;

-- A day's draw with all that it takes to draw it again: seed, and each episode of the pool with its chance.
create table drug_test_draw (
    draw_id      uuid        primary key,
    tenant_id    text        not null,
    facility_id  uuid        not null,
    day          date        not null,
    seed         text        not null,
    pool         jsonb       not null,
    selected     uuid[]      not null,
    rule_version text        not null,
    drawn_at     timestamptz not null,
    unique (facility_id, day)
);
alter table drug_test_draw enable row level security;
alter table drug_test_draw force row level security;
create policy tenant on drug_test_draw using (tenant_id = stepwell_tenant());

create table drug_test (
    test_id      uuid        primary key,
    tenant_id    text        not null,
    facility_id  uuid        not null,
    episode_id   uuid        not null,
    patient_id   uuid        not null,
    reason       text        not null,
    day          date        not null,
    call_in_by   timestamptz not null,
    draw_id      uuid        references drug_test_draw,
    confirms     uuid        references drug_test,
    state        text        not null check (state in ('selected', 'collected', 'not_collected', 'resulted')),
    not_collected text,
    collected_at timestamptz,
    collected_by uuid,
    temperature_f numeric(4, 1),
    observed     boolean,
    result       text,
    check ((state = 'not_collected') = (not_collected is not null)),
    check ((state = 'resulted') = (result is not null))
);
alter table drug_test enable row level security;
alter table drug_test force row level security;
create policy tenant on drug_test using (tenant_id = stepwell_tenant());
create index drug_test_by_episode on drug_test (tenant_id, episode_id, day);
create index drug_test_by_patient on drug_test (tenant_id, patient_id);
create index drug_test_waiting on drug_test (tenant_id, facility_id, call_in_by) where state = 'selected';

-- What the laboratory told, as it was judged; a definitive result stands beside the presumptive one.
create table drug_test_result (
    result_id    uuid        primary key,
    tenant_id    text        not null,
    test_id      uuid        not null references drug_test,
    is_definitive boolean    not null,
    panel        jsonb       not null,
    measures     jsonb       not null,
    result       text        not null,
    rule_version text        not null,
    recorded_by  uuid        not null,
    recorded_at  timestamptz not null
);
alter table drug_test_result enable row level security;
alter table drug_test_result force row level security;
create policy tenant on drug_test_result using (tenant_id = stepwell_tenant());
create index drug_test_result_by_test on drug_test_result (test_id);

-- migrate:down
alter table ref_episode drop column phase_from;
drop table drug_test_result, drug_test, drug_test_draw, expected_analyte_rule, detection_rule, specimen_rule, call_in_rule,
    draw_rule;
