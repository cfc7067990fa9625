-- migrate:up
set lock_timeout = '5s';

-- Windows between two injections of a medicine, in local calendar days from the last one: before `earliest_days`
-- never, from there to `opens_days` early, through `on_time_until_days` on time, then late. After `late_until_days` it
-- is a new start; with `proof_hours` only on a proof, not older than that, that no opioid is left.
create table injection_window_rule (
    rule_id            text    not null,
    version            text    not null,
    medicine           text    not null,
    earliest_days      integer not null check (earliest_days > 0),
    opens_days         integer not null check (opens_days >= earliest_days),
    target_days        integer not null check (target_days >= opens_days),
    on_time_until_days integer not null check (on_time_until_days >= target_days),
    late_until_days    integer check (late_until_days > on_time_until_days),
    proof_hours        integer check (proof_hours > 0),
    effective_from     date    not null,
    effective_to       date    check (effective_to > effective_from),
    source             text    not null,
    primary key (rule_id, version),
    check (proof_hours is null or late_until_days is not null)
);

insert into injection_window_rule
    (rule_id, version, medicine, earliest_days, opens_days, target_days, on_time_until_days, late_until_days,
     proof_hours, effective_from, source)
values
    ('injection.window.sublocade', '1', 'sublocade', 26, 26, 28, 42, 56, null, '2017-11-30',
     'Manufacturer''s dosing page: monthly, at least 26 days between doses, up to 2 weeks late without effect; '
     'late through day 56, then a new start: default of the house'),
    ('injection.window.brixadi_weekly', '1', 'brixadi_weekly', 1, 5, 7, 9, null, null, '2023-05-23',
     'Brixadi label: every 7 days, 2 days sooner or later'),
    ('injection.window.brixadi_monthly', '1', 'brixadi_monthly', 1, 21, 28, 35, null, null, '2023-05-23',
     'Brixadi label: every 28 days, 7 days sooner or later'),
    ('injection.window.naltrexone_xr', '1', 'naltrexone_xr', 21, 25, 28, 35, 42, 24, '2010-10-12',
     'Vivitrol label: every 4 weeks, the blockade wanes at about day 28; bounds: default of the house');

-- How a new start goes: what the first and the second dose may be, and when the second is given, in days and hours
-- from the first. An `extra` one belongs to the first dose, from which the regular window goes on counting.
create table injection_start_rule (
    rule_id        text            not null,
    version        text            not null,
    medicine       text            not null,
    first_mg       numeric(6, 2)[] not null,
    second_mg      numeric(6, 2)[] not null,
    earliest_days  integer         not null check (earliest_days > 0),
    earliest_hours integer         not null check (earliest_hours >= 0),
    target_days    integer         not null check (target_days >= earliest_days),
    within_days    integer         not null check (within_days >= target_days),
    extra          boolean         not null,
    effective_from date            not null,
    effective_to   date            check (effective_to > effective_from),
    source         text            not null,
    primary key (rule_id, version)
);

insert into injection_start_rule
    (rule_id, version, medicine, first_mg, second_mg, earliest_days, earliest_hours, target_days, within_days, extra,
     effective_from, source)
values
    ('injection.start.sublocade', '1', 'sublocade', '{300}', '{100, 300}', 7, 0, 28, 42, false, '2017-11-30',
     'Sublocade label: 300 mg, then 300 mg from one week to one month after it; manufacturer''s dosing page: 100 mg at '
     'dose 2 after long treatment with 8 to 18 mg a day'),
    ('injection.start.brixadi_weekly', '1', 'brixadi_weekly', '{16}', '{8}', 1, 24, 1, 3, true, '2023-05-23',
     'Brixadi label: 16 mg, then 8 mg within 3 days and at least 24 hours later, 24 mg in the first week');

-- How severe it is when something speaks against an injection; a rule of no medicine holds for all of them.
create table injection_finding_rule (
    rule_id        text not null,
    version        text not null,
    code           text not null,
    medicine       text,
    severity       text not null check (severity in ('HARD_STOP', 'STOP_OVERRIDE', 'WARN')),
    effective_from date not null,
    effective_to   date check (effective_to > effective_from),
    source         text not null,
    primary key (rule_id, version)
);

insert into injection_finding_rule (rule_id, version, code, medicine, severity, effective_from, source)
values
    ('injection.earliest', '1', 'injection_too_early', null, 'HARD_STOP', '2020-01-01',
     'Labels: the least interval; default of the house: no override'),
    ('injection.early', '1', 'injection_early', null, 'STOP_OVERRIDE', '2020-01-01', 'Default of the house'),
    ('injection.late', '1', 'injection_late', null, 'WARN', '2020-01-01',
     'Default of the house: prescriber''s review and drug test; after naltrexone a call about the risk of overdose'),
    ('injection.restart', '1', 'restart_assessment', null, 'STOP_OVERRIDE', '2020-01-01',
     'Default of the house: after so long it is a new start, which a prescriber assesses'),
    ('injection.opioid_free', '1', 'reverify_opioid_free', 'naltrexone_xr', 'HARD_STOP', '2010-10-12',
     'Vivitrol label: a positive opioid test, withdrawal or a failed challenge is a contraindication'),
    ('injection.start_dose', '1', 'start_dose_not_allowed', null, 'HARD_STOP', '2020-01-01',
     'Labels: how a new start goes'),
    ('injection.strength', '1', 'strength_not_allowed', null, 'HARD_STOP', '2020-01-01', 'Labels: strengths'),
    ('injection.strength_sooner', '1', 'strength_too_soon', null, 'STOP_OVERRIDE', '2020-01-01',
     'Labels: the first doses'),
    ('injection.site', '1', 'site_not_allowed', null, 'HARD_STOP', '2020-01-01', 'Labels: sites'),
    ('injection.site_sooner', '1', 'site_too_soon', null, 'STOP_OVERRIDE', '2023-05-23',
     'Brixadi label: the upper arm only after about 4 doses in a row, unless already on buprenorphine'),
    ('injection.rotation', '1', 'same_site', null, 'WARN', '2020-01-01', 'Labels: rotate or alternate the sites'),
    ('injection.other_depot', '1', 'other_depot_active', null, 'STOP_OVERRIDE', '2020-01-01',
     'Default of the house: two depots work at once until the window of the former opens'),
    ('injection.reversal_agent', '1', 'reversal_agent_not_discussed', 'naltrexone_xr', 'WARN', '2025-12-01',
     'Vivitrol label, December 2025, section 2.2: discuss a reversal agent at every injection');

-- Strengths in which a medicine comes, each given whole, and from which dose of the course on.
create table injection_strength_rule (
    rule_id        text          not null,
    version        text          not null,
    medicine       text          not null,
    amount_mg      numeric(6, 2) not null check (amount_mg > 0),
    from_dose      integer       not null default 1 check (from_dose > 0),
    effective_from date          not null,
    effective_to   date          check (effective_to > effective_from),
    source         text          not null,
    primary key (rule_id, version, medicine, amount_mg)
);

insert into injection_strength_rule (rule_id, version, medicine, amount_mg, from_dose, effective_from, source)
values
    ('injection.strength', '1', 'sublocade', 100, 2, '2020-01-01', 'Sublocade label: 100 mg in 0.5 mL, from dose 2 on'),
    ('injection.strength', '1', 'sublocade', 300, 1, '2020-01-01', 'Sublocade label: 300 mg in 1.5 mL'),
    ('injection.strength', '1', 'brixadi_weekly', 8, 1, '2023-05-23', 'Brixadi label, weekly'),
    ('injection.strength', '1', 'brixadi_weekly', 16, 1, '2023-05-23', 'Brixadi label, weekly'),
    ('injection.strength', '1', 'brixadi_weekly', 24, 1, '2023-05-23', 'Brixadi label, weekly'),
    ('injection.strength', '1', 'brixadi_weekly', 32, 1, '2023-05-23', 'Brixadi label, weekly'),
    ('injection.strength', '1', 'brixadi_monthly', 64, 1, '2023-05-23', 'Brixadi label, monthly'),
    ('injection.strength', '1', 'brixadi_monthly', 96, 1, '2023-05-23', 'Brixadi label, monthly'),
    ('injection.strength', '1', 'brixadi_monthly', 128, 1, '2023-05-23', 'Brixadi label, monthly'),
    ('injection.strength', '1', 'naltrexone_xr', 380, 1, '2020-01-01', 'Vivitrol label: 380 mg');

-- Where a medicine is injected, and from which dose of the course on.
create table injection_site_rule (
    rule_id        text    not null,
    version        text    not null,
    medicine       text    not null,
    site           text    not null,
    from_dose      integer not null default 1 check (from_dose > 0),
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    primary key (rule_id, version, medicine, site)
);

insert into injection_site_rule (rule_id, version, medicine, site, from_dose, effective_from, source)
select 'injection.site', '1', 'sublocade', site, 1, '2020-01-01'::date, 'Sublocade label, February 2025; sites rotate'
from unnest('{abdomen,thigh,buttock,upper_arm}'::text[]) as site
union all
select 'injection.site', '1', medicine, site, case site when 'upper_arm' then 5 else 1 end, '2023-05-23'::date,
       'Brixadi label: the upper arm only after about 4 doses in a row, unless already on buprenorphine'
from unnest('{brixadi_weekly,brixadi_monthly}'::text[]) as medicine,
     unnest('{abdomen,thigh,buttock,upper_arm}'::text[]) as site
union all
select 'injection.site', '1', 'naltrexone_xr', 'buttock', 1, '2020-01-01'::date,
       'Vivitrol label: deep in the gluteal muscle, alternate sides';

-- When a visit for the next injection is asked for, how long it takes, and how soon one that is due at once is given.
create table injection_visit_rule (
    rule_id        text    not null,
    version        text    not null,
    medicine       text    not null,
    ahead_days     integer not null check (ahead_days > 0),
    minutes        integer not null check (minutes > 0),
    at_once_days   integer not null check (at_once_days > 0),
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    primary key (rule_id, version, medicine)
);

insert into injection_visit_rule (rule_id, version, medicine, ahead_days, minutes, at_once_days, effective_from, source)
values
    ('injection.visit', '1', 'sublocade', 10, 30, 3, '2020-01-01', 'Default of the house'),
    ('injection.visit', '1', 'brixadi_weekly', 5, 30, 3, '2020-01-01', 'Default of the house'),
    ('injection.visit', '1', 'brixadi_monthly', 10, 30, 3, '2020-01-01', 'Default of the house'),
    ('injection.visit', '1', 'naltrexone_xr', 10, 30, 3, '2020-01-01', 'Default of the house');

-- `dose_number` counts the doses of a course, `counts_from` is the day from which the next window counts.
create table injection (
    injection_id uuid          primary key,
    tenant_id    text          not null,
    order_id     uuid          not null references medication_order,
    patient_id   uuid          not null,
    medicine     text          not null,
    dose_number  integer       not null check (dose_number > 0),
    starts       boolean       not null,
    amount_mg    numeric(6, 2) not null check (amount_mg > 0),
    site         text          not null,
    side         text          not null,
    given_on     date          not null,
    given_at     timestamptz   not null,
    given_by     uuid          not null,
    counts_from  date          not null,
    timing       text          not null,
    opens_on     date          not null,
    next_due_on  date          not null,
    late_after   date          not null,
    proven_at    timestamptz,
    rule_version text          not null
);
alter table injection enable row level security;
alter table injection force row level security;
create policy tenant on injection using (tenant_id = stepwell_tenant());
create index injection_by_patient on injection (tenant_id, patient_id, given_at);
create index injection_by_order on injection (order_id);

-- What was told about an injection, and with which reason a prescriber overrode it; `other` is the other medicine of an
-- interaction.
create table injection_finding (
    injection_id uuid not null references injection,
    rule_id      text not null,
    rule_version text not null,
    tenant_id    text not null,
    code         text not null,
    other        text not null default '',
    severity     text not null,
    reason       text check (length(reason) between 3 and 500),
    primary key (injection_id, rule_id, other)
);
alter table injection_finding enable row level security;
alter table injection_finding force row level security;
create policy tenant on injection_finding using (tenant_id = stepwell_tenant());

-- The injection that an order waits for: one at a time; `visit_id` names it in the visit that it needs.
create table injection_due (
    order_id     uuid        primary key references medication_order,
    tenant_id    text        not null,
    visit_id     uuid        not null,
    opens_at     timestamptz not null,
    due_on       date        not null,
    due_at       timestamptz not null,
    late_after   date        not null check (late_after >= due_on),
    extra        boolean     not null,
    overdue_at   timestamptz,
    rule_version text        not null
);
alter table injection_due enable row level security;
alter table injection_due force row level security;
create policy tenant on injection_due using (tenant_id = stepwell_tenant());

-- How a medicine is kept: which movements need a second member of staff, and whether a unit is one whole dose. A single
-- dose delivered by a pharmacy for a named patient is given within `named_use_days` of its receipt.
create table custody_rule (
    rule_id        text    not null,
    version        text    not null,
    medicine       text    not null,
    witnessed      text[]  not null,
    single_dose    boolean not null,
    named_use_days integer check (named_use_days > 0),
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    primary key (rule_id, version, medicine)
);

insert into custody_rule
    (rule_id, version, medicine, witnessed, single_dose, named_use_days, effective_from, source)
values
    ('stock.custody', '1', 'methadone', '{received,wasted,returned}', false, null, '2020-01-01',
     'Vault of schedules II and III: perpetual inventory, two people see waste; receipt and return: default of the '
     'house'),
    ('stock.custody', '1', 'buprenorphine_naloxone_sl', '{wasted}', false, null, '2020-01-01',
     'Vault of schedules II and III: perpetual inventory, two people see waste'),
    ('stock.custody', '1', 'buprenorphine_sl', '{wasted}', false, null, '2020-01-01',
     'Vault of schedules II and III: perpetual inventory, two people see waste'),
    ('stock.custody', '1', 'sublocade', '{wasted}', true, 45, '2020-01-01',
     'Two people see waste; named use: 21 CFR 1306.07(f)(5)'),
    ('stock.custody', '1', 'brixadi_weekly', '{wasted}', true, 45, '2020-01-01',
     'Two people see waste; named use: 21 CFR 1306.07(f)(5)'),
    ('stock.custody', '1', 'brixadi_monthly', '{wasted}', true, 45, '2020-01-01',
     'Two people see waste; named use: 21 CFR 1306.07(f)(5)'),
    ('stock.custody', '1', 'naltrexone_xr', '{}', true, null, '2020-01-01', 'Not controlled'),
    ('stock.custody', '1', 'naltrexone_oral', '{}', false, null, '2020-01-01', 'Not controlled'),
    ('stock.custody', '1', 'acamprosate', '{}', false, null, '2020-01-01', 'Not controlled'),
    ('stock.custody', '1', 'disulfiram', '{}', false, null, '2020-01-01', 'Not controlled');

-- By when a discrepancy is reported: to compliance in business days from its finding, and what turned out to be a theft
-- or loss of a controlled medicine on the agency's form in calendar days.
create table stock_report_rule (
    rule_id        text    not null,
    version        text    not null,
    step           text    not null check (step in ('compliance', 'loss_form')),
    days           integer not null check (days > 0),
    business_days  boolean not null,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    source         text    not null,
    primary key (rule_id, version)
);

insert into stock_report_rule (rule_id, version, step, days, business_days, effective_from, source)
values
    ('stock.report', '1', 'compliance', 1, true, '2020-01-01',
     '21 CFR 1301.76(b): within one business day of discovery'),
    ('stock.loss_form', '1', 'loss_form', 45, false, '2023-07-24',
     '21 CFR 1301.76(b): DEA form 106 within 45 days of discovery');

-- Members of staff, who can be witnesses.
create table ref_staff (
    staff_id  uuid   primary key,
    tenant_id text   not null,
    version   bigint not null
);
alter table ref_staff enable row level security;
alter table ref_staff force row level security;
create policy tenant on ref_staff using (tenant_id = stepwell_tenant());

-- A lot at a facility. Its row is locked for each entry; `entries` is the number of the last one. `unit_mg` is one
-- tablet, film or syringe, null for a liquid; `use_by` is the last day on which it may be given.
create table lot (
    lot_id      uuid           primary key,
    tenant_id   text           not null,
    facility_id uuid           not null,
    medicine    text           not null,
    unit_mg     numeric(12, 2) check (unit_mg > 0),
    single_dose boolean        not null,
    lot_code    text           not null,
    expires_on  date           not null,
    named_for   uuid,
    use_by      date           not null check (use_by <= expires_on),
    opened_at   timestamptz    not null,
    entries     integer        not null,
    unique nulls not distinct (facility_id, medicine, unit_mg, lot_code, named_for)
);
alter table lot enable row level security;
alter table lot force row level security;
create policy tenant on lot using (tenant_id = stepwell_tenant());

-- The ledger. An entry says the balance before and after it, and the one before it says the same: it can only grow, by
-- one entry at a time, and the balance is always the sum and never negative.
create table stock_entry (
    entry_id     uuid           primary key,
    tenant_id    text           not null,
    lot_id       uuid           not null references lot,
    number       integer        not null check (number > 0),
    former       integer        generated always as (nullif(number - 1, 0)) stored,
    movement     text           not null,
    before_mg    numeric(12, 2) not null check (number > 1 or before_mg = 0),
    quantity_mg  numeric(12, 2) not null,
    balance_mg   numeric(12, 2) not null check (balance_mg >= 0 and balance_mg = before_mg + quantity_mg),
    subject_id   uuid,
    reason_code  text,
    entered_by   uuid           not null,
    witness_id   uuid           check (witness_id <> entered_by),
    entered_at   timestamptz    not null,
    rule_version text,
    unique (lot_id, number, balance_mg),
    unique (lot_id, number),
    foreign key (lot_id, former, before_mg) references stock_entry (lot_id, number, balance_mg)
);
alter table stock_entry enable row level security;
alter table stock_entry force row level security;
create policy tenant on stock_entry using (tenant_id = stepwell_tenant());

-- What must be reported about a count that differed from the ledger, and that it was.
create table stock_report (
    entry_id     uuid        not null references stock_entry,
    step         text        not null,
    tenant_id    text        not null,
    facility_id  uuid        not null,
    due_at       timestamptz not null,
    rule_version text        not null,
    reported_by  uuid,
    reported_at  timestamptz,
    primary key (entry_id, step)
);
alter table stock_report enable row level security;
alter table stock_report force row level security;
create policy tenant on stock_report using (tenant_id = stepwell_tenant());
create index stock_report_open on stock_report (facility_id, due_at) where reported_at is null;

do $$
begin
    execute format('revoke update, delete on lot, stock_entry, injection, injection_finding from %I',
                   stepwell_role('app'));
    execute format('grant update (entries) on lot to %I', stepwell_role('app'));
end $$;

-- migrate:down
drop table stock_report, stock_report_rule, stock_entry, lot, custody_rule, ref_staff;
drop table injection_due, injection_finding, injection, injection_visit_rule, injection_site_rule,
           injection_strength_rule, injection_finding_rule, injection_start_rule, injection_window_rule;
