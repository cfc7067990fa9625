-- migrate:up
set lock_timeout = '5s';

-- How a medicine that is taken by mouth is given. A course of methadone is observed every day unless the day is taken
-- home. The first dose of buprenorphine is observed; it is then prescribed for home, so that a day without a dose in
-- the clinic says nothing, unless the prescriber orders daily observation (`medication_order.observed_daily`). The
-- rest is taken at home. Medicines of one `substance` are never given on top of each other. `observed_days` counts local
-- days from the first dose, null is every day; `needs_daily_mg` asks for an ordered daily dose after the first day.
create table dosing_rule (
    rule_id        text    not null,
    version        text    not null,
    medicine       text    not null,
    substance      text    not null,
    observed_days  integer check (observed_days >= 0),
    needs_daily_mg boolean not null,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    primary key (rule_id, version, medicine)
);

insert into dosing_rule
    (rule_id, version, medicine, substance, observed_days, needs_daily_mg, effective_from, source)
values
    ('dosing.observation', '1', 'methadone', 'methadone', null, true, '2020-01-01',
     '42 CFR 8.12: an opioid treatment program observes the dose or hands it out as a take-home'),
    ('dosing.observation', '1', 'buprenorphine_naloxone_sl', 'buprenorphine', 1, false, '2020-01-01',
     'Label: the first dose under observation, then by prescription; default of the house'),
    ('dosing.observation', '1', 'buprenorphine_sl', 'buprenorphine', 1, false, '2020-01-01',
     'Label: the first dose under observation, then by prescription; default of the house'),
    ('dosing.observation', '1', 'naltrexone_oral', 'naltrexone', 0, false, '2020-01-01', 'Default of the house'),
    ('dosing.observation', '1', 'acamprosate', 'acamprosate', 0, false, '2020-01-01', 'Default of the house'),
    ('dosing.observation', '1', 'disulfiram', 'disulfiram', 0, false, '2020-01-01', 'Default of the house');

-- Limits of the first days by protocol: of a day, or of its first single dose (`span`). `above_day_before_mg` is how much
-- more than on the dosed day before may be given. With the prescriber's reason on the order (`order_override`) the
-- limit is `override_mg`, or what was ordered where that is null; a hard stop has no override.
create table dose_limit_rule (
    rule_id             text          not null,
    version             text          not null,
    medicine            text          not null,
    protocol            text          not null,
    treatment_day       integer       not null check (treatment_day > 0),
    span                text          not null check (span in ('day', 'first_dose')),
    most_mg             numeric(6, 2) not null check (most_mg > 0),
    above_day_before_mg numeric(6, 2) check (above_day_before_mg > 0),
    severity            text          not null check (severity in ('HARD_STOP', 'STOP_OVERRIDE')),
    override_mg         numeric(6, 2) check (override_mg > most_mg),
    effective_from      date          not null,
    effective_to        date          check (effective_to > effective_from),
    source              text          not null,
    primary key (rule_id, version, medicine, protocol, treatment_day),
    check (override_mg is null or severity = 'STOP_OVERRIDE')
);

insert into dose_limit_rule
    (rule_id, version, medicine, protocol, treatment_day, span, most_mg, above_day_before_mg, severity, override_mg,
     effective_from, source)
select 'bup_start.day_cap', '2', medicine, protocol, treatment_day, 'day', most_mg, above_mg, severity, override_mg,
       '2020-01-01'::date, source
from unnest('{buprenorphine_naloxone_sl,buprenorphine_sl}'::text[]) as medicine,
     (values
        ('standard', 1, 8, null, 'STOP_OVERRIDE', 12,
         'Label: 8 mg on day 1; office and home protocols (NIDA home-start guide): never beyond 12 mg'),
        ('standard', 2, 16, 4, 'HARD_STOP', null,
         'NIDA home-start guide: the total of day 1 and 4 mg more; label: 16 mg on day 2'),
        ('high_dose', 1, 32, null, 'HARD_STOP', null, 'High-dose starts, by named protocol only: 24 to 32 mg on day 1'),
        ('low_dose', 1, 0.5, null, 'HARD_STOP', null, 'J Am Board Fam Med, outpatient microinduction: 0.5 mg once'),
        ('low_dose', 2, 1, null, 'HARD_STOP', null, 'J Am Board Fam Med, outpatient microinduction: 0.5 mg twice'),
        ('low_dose', 3, 2, null, 'HARD_STOP', null, 'J Am Board Fam Med, outpatient microinduction: 1 mg twice'),
        ('low_dose', 4, 4, null, 'HARD_STOP', null, 'J Am Board Fam Med, outpatient microinduction: 2 mg twice'),
        ('low_dose', 5, 6, null, 'HARD_STOP', null, 'J Am Board Fam Med, outpatient microinduction: 2 mg three times'),
        ('low_dose', 6, 12, null, 'HARD_STOP', null, 'J Am Board Fam Med, outpatient microinduction: 4 mg three times')
     ) as cap (protocol, treatment_day, most_mg, above_mg, severity, override_mg, source);

insert into dose_limit_rule
    (rule_id, version, medicine, protocol, treatment_day, span, most_mg, severity, effective_from, source)
values
    ('methadone_start.first_day', '1', 'methadone', 'standard', 1, 'day', 50, 'STOP_OVERRIDE', '2024-04-02',
     '42 CFR 8.12(h)(3): at most 50 mg on the first day unless the practitioner documents why more is needed'),
    ('methadone_start.first_dose', '1', 'methadone', 'standard', 1, 'first_dose', 30, 'STOP_OVERRIDE', '2024-04-02',
     'Clinical start with 10 to 30 mg; default of the house');

-- What follows on days missed in a row, by protocol. `returned_to_opioids` null holds either way. The suggestion to the prescriber is
-- `percent` of the dose before, at most `most_mg`.
create table missed_dose_rule (
    rule_id             text    not null,
    version             text    not null,
    medicine            text    not null,
    protocol            text    not null,
    returned_to_opioids boolean,
    days_from           integer not null check (days_from > 0),
    days_to             integer check (days_to >= days_from),
    step                text    not null
        check (step in ('usual_dose', 'nurse_check', 'prescriber_order', 'new_induction')),
    percent             integer check (percent between 1 and 100),
    most_mg             numeric(6, 2),
    effective_from      date    not null,
    effective_to        date    check (effective_to > effective_from),
    source              text    not null
);
create unique index missed_dose_rule_once on missed_dose_rule
    (rule_id, version, medicine, protocol, returned_to_opioids, days_from) nulls not distinct;

insert into missed_dose_rule
    (rule_id, version, medicine, protocol, days_from, days_to, step, percent, most_mg, effective_from, source)
values
    ('methadone.missed_doses', '1', 'methadone', 'standard', 1, 1, 'usual_dose', null, null, '2020-01-01',
     'Australian national guideline and META-PHI: no change unless sedated'),
    ('methadone.missed_doses', '1', 'methadone', 'standard', 2, 2, 'nurse_check', null, null, '2020-01-01',
     'Australian national guideline: the usual dose if not intoxicated'),
    ('methadone.missed_doses', '1', 'methadone', 'standard', 3, 3, 'prescriber_order', 50, null, '2020-01-01',
     'Australian national guideline: half the dose, with the prescriber'),
    ('methadone.missed_doses', '1', 'methadone', 'standard', 4, 4, 'prescriber_order', 50, 40, '2020-01-01',
     'Australian national guideline: the lower of 40 mg and half the dose'),
    ('methadone.missed_doses', '1', 'methadone', 'standard', 5, null, 'new_induction', null, null, '2020-01-01',
     'Australian national guideline: a new induction from the fifth day');

insert into missed_dose_rule
    (rule_id, version, medicine, protocol, returned_to_opioids, days_from, days_to, step, effective_from, source)
select 'buprenorphine.missed_doses', '1', medicine, protocol, returned, days_from, days_to, step, '2024-01-01'::date,
       'BC College of Pharmacists 2024, PPP-66; no rule of the United States'
from unnest('{buprenorphine_naloxone_sl,buprenorphine_sl}'::text[]) as medicine,
     unnest('{standard,high_dose}'::text[]) as protocol,
     (values
        (false, 1, 5, 'usual_dose'),
        (false, 6, null, 'new_induction'),
        (true, 1, 3, 'nurse_check'),
        (true, 4, null, 'new_induction')
     ) as missed (returned, days_from, days_to, step);

-- The full agonist goes on beside a low-dose start, so that a return to opioids does not tell.
insert into missed_dose_rule
    (rule_id, version, medicine, protocol, days_from, days_to, step, percent, effective_from, source)
select 'bup_low_dose.missed_doses', '1', medicine, 'low_dose', days_from, days_to, step, percent, '2022-01-01'::date,
       'J Addict Med 2022, review of low-dose starts: from two missed doses pause at the last dose, by the prescriber'
from unnest('{buprenorphine_naloxone_sl,buprenorphine_sl}'::text[]) as medicine,
     (values
        (1, 1, 'usual_dose', null),
        (2, 5, 'prescriber_order', 100),
        (6, null, 'new_induction', null)
     ) as missed (days_from, days_to, step, percent);

-- When a missed day is told, after the local midnight that ended it; the visit that a held patient needs; for how many
-- days take-homes are suspended after a reduction.
create table missed_day_rule (
    rule_id            text    not null,
    version            text    not null,
    told_after_minutes integer not null check (told_after_minutes >= 0),
    visit_minutes      integer not null check (visit_minutes > 0),
    visit_within_days  integer not null check (visit_within_days > 0),
    rebuild_days       integer not null check (rebuild_days > 0),
    effective_from     date    not null,
    effective_to       date    check (effective_to > effective_from),
    source             text    not null,
    primary key (rule_id, version)
);

insert into missed_day_rule
    (rule_id, version, told_after_minutes, visit_minutes, visit_within_days, rebuild_days, effective_from, source)
values
    ('missed_doses.follow_up', '1', 60, 30, 2, 14, '2020-01-01',
     'Default of the house: take-homes again after 14 days at the dose; steady state takes about 5 days after a change');

-- How many days of unsupervised doses a patient may hold (`per_days` null), or have within so many days, by day of
-- treatment. The strictest row of nation and state holds.
create table take_home_ceiling_rule (
    rule_id        text    not null,
    version        text    not null,
    jurisdiction   text    not null,
    medicine       text    not null,
    from_day       integer not null check (from_day > 0),
    to_day         integer check (to_day >= from_day),
    most_days      integer not null check (most_days >= 0),
    per_days       integer check (per_days >= most_days),
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    primary key (rule_id, version, from_day)
);

insert into take_home_ceiling_rule
    (rule_id, version, jurisdiction, medicine, from_day, to_day, most_days, per_days, effective_from, source)
values
    ('take_home.us', '1', 'US', 'methadone', 1, 14, 7, null, '2024-04-02', '42 CFR 8.12(i)(3)(i)'),
    ('take_home.us', '1', 'US', 'methadone', 15, 30, 14, null, '2024-04-02', '42 CFR 8.12(i)(3)(ii)'),
    ('take_home.us', '1', 'US', 'methadone', 31, null, 28, null, '2024-04-02', '42 CFR 8.12(i)(3)(iii)'),
    ('take_home.us_wi', '1', 'US-WI', 'methadone', 61, 90, 2, 7, '2020-01-01', 'Wisconsin DHS 75.59: 2 a week'),
    ('take_home.us_wi', '1', 'US-WI', 'methadone', 91, 120, 3, 7, '2020-01-01', 'Wisconsin DHS 75.59: 3 a week'),
    ('take_home.us_wi', '1', 'US-WI', 'methadone', 121, 240, 4, 7, '2020-01-01', 'Wisconsin DHS 75.59: 4 a week'),
    ('take_home.us_wi', '1', 'US-WI', 'methadone', 241, 365, 6, 7, '2020-01-01', 'Wisconsin DHS 75.59: 6 a week'),
    ('take_home.us_wi', '1', 'US-WI', 'methadone', 366, null, 13, 14, '2020-01-01',
     'Wisconsin DHS 75.59: 13 in two weeks');

-- What a practitioner considers before take-homes beyond closure days, and how many weekend days of a week may be closure
-- days, which no ceiling counts.
create table take_home_rule (
    rule_id        text    not null,
    version        text    not null,
    medicine       text    not null,
    considerations text[]  not null check (cardinality(considerations) > 0),
    weekend_days   integer not null check (weekend_days between 0 and 2),
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    primary key (rule_id, version)
);

insert into take_home_rule (rule_id, version, medicine, considerations, weekend_days, effective_from, source)
values
    ('take_home.considerations', '1', 'methadone',
     '{no_risk_conditions,regular_attendance,no_endangering_behavior,no_known_diversion,safe_storage,no_other_factor}',
     1, '2024-04-02',
     '42 CFR 8.12(i)(1): days closed, one weekend day and holidays, at any time; (i)(2): six considerations');

-- Null: as the medicine's row says. Take-homes are suspended until the day named.
alter table medication_order
    add column observed_daily  boolean,
    add column take_homes_from date;

-- `given_on` is the local day of the order's facility, wherever the dose was given. A dose stores what was stated before
-- it, and the rule whose limit held.
alter table dose
    add column guest_facility_id   uuid,
    add column checked             boolean not null default false,
    add column returned_to_opioids boolean,
    add column limit_rule          text;

-- `unfavourable` are the considerations that spoke against it and that a prescriber overrode.
create table take_home (
    take_home_id  uuid          primary key,
    tenant_id     text          not null,
    order_id      uuid          not null references medication_order,
    daily_mg      numeric(6, 2) not null check (daily_mg > 0),
    first_day     date          not null,
    last_day      date          not null check (last_day >= first_day),
    closure_days  date[]        not null,
    considered    boolean       not null,
    unfavourable  text[]        not null,
    rule_version  text          not null,
    dispensed_by  uuid          not null,
    dispensed_at  timestamptz   not null
);
alter table take_home enable row level security;
alter table take_home force row level security;
create policy tenant on take_home using (tenant_id = stepwell_tenant());
create index take_home_by_day on take_home (order_id, first_day);

-- What of missed days was told, once for each.
create table missed_day (
    order_id     uuid    not null references medication_order,
    missed_on    date    not null,
    tenant_id    text    not null,
    missed_from  date    not null check (missed_from <= missed_on),
    step         text    not null,
    rule_version text    not null,
    visit_id     uuid,
    primary key (order_id, missed_on)
);
alter table missed_day enable row level security;
alter table missed_day force row level security;
create policy tenant on missed_day using (tenant_id = stepwell_tenant());

-- A hold concerns the patient: no order of theirs is dosed, at any facility, until a prescriber lifts it. One for missed
-- doses names the order, the days missed in a row from `missed_from`, and what was suggested and decided.
create table dosing_hold (
    hold_id      uuid          primary key,
    tenant_id    text          not null,
    patient_id   uuid          not null,
    episode_id   uuid          not null,
    facility_id  uuid          not null,
    reason       text          not null,
    placed_by    uuid,
    placed_at    timestamptz   not null,
    order_id     uuid          references medication_order,
    missed_from  date,
    days_missed  integer       check (days_missed > 0),
    base_mg      numeric(6, 2),
    suggested_mg numeric(6, 2),
    rule_version text,
    decided_mg   numeric(6, 2) check (decided_mg > 0),
    decision     text          check (length(decision) between 3 and 500),
    lifted_by    uuid,
    lifted_at    timestamptz,
    check ((reason = 'missed_doses') = (order_id is not null)),
    check (num_nulls(order_id, missed_from, days_missed, rule_version) in (0, 4)),
    check (num_nulls(lifted_by, lifted_at) in (0, 2)),
    check (decided_mg is null or lifted_at is not null)
);
alter table dosing_hold enable row level security;
alter table dosing_hold force row level security;
create policy tenant on dosing_hold using (tenant_id = stepwell_tenant());
create unique index dosing_hold_open on dosing_hold (tenant_id, patient_id, reason, order_id) nulls not distinct
    where lifted_at is null;
create index dosing_hold_by_facility on dosing_hold (tenant_id, facility_id, placed_at) where lifted_at is null;
create index dosing_hold_by_order on dosing_hold (order_id) where order_id is not null;
create index medication_order_by_patient on medication_order (tenant_id, patient_id);

-- migrate:down
drop index medication_order_by_patient;
drop table dosing_hold, missed_day, take_home, take_home_rule, take_home_ceiling_rule, missed_day_rule, missed_dose_rule;
alter table dose
    drop column guest_facility_id, drop column checked, drop column returned_to_opioids, drop column limit_rule;
alter table medication_order drop column observed_daily, drop column take_homes_from;
drop table dose_limit_rule, dosing_rule;
