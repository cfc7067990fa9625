-- migrate:up
set lock_timeout = '5s';

create table ref_program (
    program_id   uuid   primary key,
    tenant_id    text   not null,
    facility_id  uuid   not null,
    program_type text   not null,
    version      bigint not null
);
alter table ref_program enable row level security;
alter table ref_program force row level security;
create policy tenant on ref_program using (tenant_id = stepwell_tenant());
create index ref_program_by_facility on ref_program (facility_id);

alter table ref_episode
    add column program_id       uuid,
    add column discharge_reason integer;

-- How a buprenorphine start goes: a low-dose one has no withdrawal gate, a high-dose one a day cap of its own.
alter table medication_order
    add column protocol text not null default 'standard' check (protocol in ('standard', 'low_dose', 'high_dose'));

-- The rules below may change with law and medicine; they have dates and a source and belong to no tenant.
-- They are US rows until a state's row stands beside them.

create table medicine_rule (
    rule_id        text    not null,
    version        text    not null,
    medicine       text    not null,
    schedule       text    check (schedule in ('C-II', 'C-III')),
    is_injected    boolean not null,
    may_go_home    boolean not null,
    has_protocols  boolean not null,
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version)
);

insert into medicine_rule
    (rule_id, version, medicine, schedule, is_injected, may_go_home, has_protocols, effective_from, source)
select 'medicine.' || medicine, '1', medicine, schedule, is_injected, may_go_home, has_protocols, '2020-01-01', source
from (values
    ('methadone', 'C-II', false, true, false, '21 CFR 1308.12; 42 CFR 8.12: for opioid use disorder in programs of type OTP'),
    ('buprenorphine_naloxone_sl', 'C-III', false, true, true, '21 CFR 1308.13; label'),
    ('buprenorphine_sl', 'C-III', false, true, true, '21 CFR 1308.13; label'),
    ('sublocade', 'C-III', true, false, false, '21 CFR 1308.13; REMS: never handed to the patient'),
    ('brixadi_weekly', 'C-III', true, false, false, '21 CFR 1308.13; REMS: never handed to the patient'),
    ('brixadi_monthly', 'C-III', true, false, false, '21 CFR 1308.13; REMS: never handed to the patient'),
    ('naltrexone_xr', null, true, false, false, 'Label: given by a health professional'),
    ('naltrexone_oral', null, false, false, false, 'Label'),
    ('acamprosate', null, false, false, false, 'Label'),
    ('disulfiram', null, false, false, false, 'Label')
) as row (medicine, schedule, is_injected, may_go_home, has_protocols, source);

-- The withdrawal gate holds for both forms by mouth; one row for each kind of the last opioid.
alter table withdrawal_rule drop constraint withdrawal_rule_pkey, add primary key (rule_id, version, medicine, last_opioid);

insert into withdrawal_rule
    (rule_id, version, medicine, last_opioid, least_score, fresh_minutes, effective_from, source)
select rule_id, version, 'buprenorphine_sl', last_opioid, least_score, fresh_minutes, effective_from, source
from withdrawal_rule
where medicine = 'buprenorphine_naloxone_sl';

-- A row asks one thing about an order of these medicines and finds `code` where the answer is not as it should be.
-- `amounts` are mg, hours, or what the check measures; `due_hours` those of a task; `unless_*` a check that lifts the row.
create table order_rule (
    rule_id        text    not null,
    version        text    not null,
    place          integer not null,
    asks           text    not null,
    medicines      text[]  not null,
    decisions      text[]  not null check (decisions <@ array['start', 'change']),
    severity       text    not null check (severity in ('HARD_STOP', 'STOP_OVERRIDE', 'WARN', 'TASK', 'INFO')),
    code           text    not null,
    check_code     text,
    codes          text[]  not null default '{}',
    amounts        numrange,
    within_hours   integer,
    protocols      text[],
    unless_check   text,
    unless_codes   text[],
    unless_hours   integer,
    override_role  text    not null default 'prescriber',
    due_hours      integer,
    effective_from date    not null default '2020-01-01',
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version),
    check ((severity = 'TASK') = (due_hours is not null)),
    check ((unless_check is null) = (unless_codes is null) and (unless_check is null) = (unless_hours is null))
);

create table clinical_check (
    check_id    uuid        primary key,
    tenant_id   text        not null,
    episode_id  uuid        not null,
    patient_id  uuid        not null,
    check_code  text        not null,
    amount      numeric(8, 2),
    result      text,
    since       timestamptz,
    taken_at    timestamptz not null,
    recorded_by uuid        not null,
    recorded_at timestamptz not null
);
alter table clinical_check enable row level security;
alter table clinical_check force row level security;
create policy tenant on clinical_check using (tenant_id = stepwell_tenant());
create index clinical_check_newest on clinical_check (patient_id, check_code, taken_at desc, check_id desc);

-- A query of the prescription drug monitoring program: when, by whom, and a summary, never the report.
create table monitoring_check (
    check_id   uuid        primary key,
    tenant_id  text        not null,
    episode_id uuid        not null,
    patient_id uuid        not null,
    answered   boolean     not null,
    summary    text,
    asked_at   timestamptz not null,
    checked_by uuid        not null,
    noted_at   timestamptz not null,
    check (answered = (summary is not null))
);
alter table monitoring_check enable row level security;
alter table monitoring_check force row level security;
create policy tenant on monitoring_check using (tenant_id = stepwell_tenant());
create index monitoring_check_newest on monitoring_check (patient_id, asked_at desc, check_id desc);

-- What else a patient takes, listed as a whole; the newest list holds.
create table medicine_list (
    list_id    uuid        primary key,
    tenant_id  text        not null,
    episode_id uuid        not null,
    patient_id uuid        not null,
    substances text[]      not null,
    listed_by  uuid        not null,
    listed_at  timestamptz not null
);
alter table medicine_list enable row level security;
alter table medicine_list force row level security;
create policy tenant on medicine_list using (tenant_id = stepwell_tenant());
create index medicine_list_newest on medicine_list (patient_id, listed_at desc, list_id desc);

-- What a prescriber decided of an order, with what was known and the version of every rule that was asked.
create table order_decision (
    decision_id    uuid        primary key,
    tenant_id      text        not null,
    order_id       uuid        not null references medication_order,
    kind           text        not null check (kind in ('start', 'change')),
    daily_mg       numeric(6, 2),
    take_home_days integer,
    inputs         jsonb       not null,
    rules          text[]      not null,
    decided_by     uuid        not null,
    decided_at     timestamptz not null
);
alter table order_decision enable row level security;
alter table order_decision force row level security;
create policy tenant on order_decision using (tenant_id = stepwell_tenant());
create index order_decision_by_order on order_decision (order_id, decided_at desc);

-- What the rules found, at a decision or when the other medicines were listed anew.
create table order_finding (
    finding_id   uuid        primary key,
    tenant_id    text        not null,
    order_id     uuid        not null references medication_order,
    decision_id  uuid        references order_decision,
    list_id      uuid        references medicine_list,
    rule_id      text        not null,
    rule_version text        not null,
    severity     text        not null,
    is_high      boolean     not null,
    code         text        not null,
    other        text,
    check_code   text,
    due_at       timestamptz,
    found_at     timestamptz not null,
    check ((decision_id is null) <> (list_id is null))
);
alter table order_finding enable row level security;
alter table order_finding force row level security;
create policy tenant on order_finding using (tenant_id = stepwell_tenant());
create index order_finding_by_order on order_finding (order_id, found_at desc);
create index order_finding_tasks on order_finding (tenant_id, due_at) where due_at is not null;

insert into order_rule (place, rule_id, version, asks, medicines, decisions, severity, code, check_code, codes, amounts, within_hours,
                        protocols, unless_check, unless_codes, unless_hours, due_hours, source)
select place, rule_id, '1', asks,
       case medicines
           when 'moud' then array['methadone', 'buprenorphine_naloxone_sl', 'buprenorphine_sl', 'sublocade', 'brixadi_weekly', 'brixadi_monthly']
           when 'by_mouth' then array['buprenorphine_naloxone_sl', 'buprenorphine_sl']
           when 'titrated' then array['methadone', 'buprenorphine_naloxone_sl', 'buprenorphine_sl']
           when 'depot' then array['sublocade', 'brixadi_weekly', 'brixadi_monthly']
           when 'brixadi' then array['brixadi_weekly', 'brixadi_monthly']
           when 'naltrexone' then array['naltrexone_xr', 'naltrexone_oral']
           when 'liver' then array['buprenorphine_naloxone_sl', 'buprenorphine_sl', 'sublocade', 'brixadi_weekly', 'brixadi_monthly',
                                   'naltrexone_xr', 'naltrexone_oral', 'disulfiram']
           when 'opioid' then array['methadone', 'buprenorphine_naloxone_sl', 'buprenorphine_sl', 'sublocade', 'brixadi_weekly',
                                    'brixadi_monthly', 'naltrexone_xr', 'naltrexone_oral']
           when 'all' then array['methadone', 'buprenorphine_naloxone_sl', 'buprenorphine_sl', 'sublocade', 'brixadi_weekly',
                                 'brixadi_monthly', 'naltrexone_xr', 'naltrexone_oral', 'acamprosate', 'disulfiram']
           else array[medicines]
       end,
       case decisions when 'both' then array['start', 'change'] else array[decisions] end,
       severity, code, check_code, coalesce(codes, '{}')::text[], amounts::numrange, within_hours, protocols::text[],
       unless_check, unless_codes::text[], unless_hours, due_hours, source
from (values
    -- Who, where and with what papers.
    (9, 'order.duplicate', 'duplicate', 'all', 'start', 'STOP_OVERRIDE', 'order_active_elsewhere', null, null, null, null::int, null,
     null, null, null::int, null::int, 'One order of a medicine at a time, over all episodes of a patient; default of the house'),
    (10, 'methadone.program', 'program', 'methadone', 'start', 'HARD_STOP', 'methadone_needs_otp', null, '{OTP}', null, null, null,
     null, null, null, null, '42 CFR 8.11 and 8.12: methadone for opioid use disorder in an opioid treatment program alone; the facility must have '
     'one, since a patient of its intensive outpatient program can be dosed there: default of the house'),
    (11, 'moud.indication', 'check_missing', 'moud', 'start', 'TASK', 'indication_not_documented', 'indication', null, null, null, null,
     null, null, null, 24, 'ASAM National Practice Guideline 2020; 42 CFR 8.12(e)'),
    (12, 'moud.indication_mild', 'check_result', 'moud', 'start', 'STOP_OVERRIDE', 'indication_not_met', 'indication', '{mild}', null, null,
     null, null, null, null, null, '42 CFR 8.12(e): moderate or severe, in remission, or at high risk'),
    (13, 'moud.consent', 'check_missing', 'moud', 'start', 'TASK', 'consent_not_documented', 'informed_consent', null, null, null, null,
     null, null, null, 24, '42 CFR 8.12(e); ASAM National Practice Guideline 2020'),
    (14, 'moud.consent_refused', 'check_result', 'moud', 'start', 'HARD_STOP', 'consent_refused', 'informed_consent', '{refused}', null,
     null, null, null, null, null, null, '42 CFR 8.12(e): treatment is voluntary'),
    (15, 'low_dose.consent', 'check_missing', 'by_mouth', 'start', 'WARN', 'off_label_consent_not_documented', 'informed_consent', null,
     null, null, '{low_dose}', null, null, null, null, 'Low-dose initiation review, J Addict Med 2022: off label, informed consent'),
    (16, 'methadone.guardian', 'age', 'methadone', 'start', 'STOP_OVERRIDE', 'guardian_consent_missing', null, '{adolescent}', null, null,
     null, 'guardian_consent', '{given,not_required_by_state}', 8760, null, '42 CFR 8.12(e): consent of a parent or guardian below 18'),
    (17, 'bup_start.adolescent', 'age', 'by_mouth', 'start', 'WARN', 'adolescent', null, '{adolescent}', null, null, null, null, null,
     null, null, 'Labels differ: buprenorphine by mouth is generally used from 16 years'),
    -- The prescription drug monitoring program.
    (20, 'pdmp.fresh', 'monitoring', 'moud', 'start', 'STOP_OVERRIDE', 'monitoring_check_stale', null, null, '(24,)', null, null, null,
     null, null, null, 'State mandates differ; before every controlled medicine, not older than 24 h; default of the house'),
    (21, 'pdmp.unanswered', 'monitoring_unanswered', 'moud', 'both', 'WARN', 'monitoring_program_unavailable', null, null, '(24,)', null,
     null, null, null, null, null, '21 CFR 1306.51: while the program is away supplies of 7 days, each with a new attempt'),
    (22, 'pdmp.fresh_dose', 'monitoring', 'by_mouth', 'change', 'STOP_OVERRIDE', 'monitoring_check_stale', null, null, '(24,)', null, null,
     null, null, null, null, 'State mandates differ; before every prescription, not older than 24 h; default of the house'),
    (23, 'pdmp.recent', 'monitoring', 'methadone', 'change', 'STOP_OVERRIDE', 'monitoring_check_stale', null, null, '(2160,)', null, null,
     null, null, null, null, 'A dose of an opioid treatment program is ordered, not prescribed; at least every 90 days; default of the house'),
    -- Time since the last opioid, and the switch from methadone.
    (30, 'bup_start.untimed', 'last_opioid_untimed', 'by_mouth', 'start', 'WARN', 'last_opioid_time_not_stated', null,
     '{short_acting,fentanyl,long_acting,methadone}', null, null, '{standard,high_dose}', null, null, null, null,
     'NIDA home-start guide 2018: the wait depends on the time of the last opioid'),
    (31, 'bup_start.short_acting', 'last_opioid_since', 'by_mouth', 'start', 'WARN', 'last_opioid_too_recent', null,
     '{short_acting,fentanyl}', '[0,12)', null, '{standard,high_dose}', null, null, null, null, 'NIDA home-start guide 2018: 12 h'),
    (32, 'bup_start.long_acting', 'last_opioid_since', 'by_mouth', 'start', 'WARN', 'last_opioid_too_recent', null, '{long_acting}',
     '[0,16)', null, '{standard,high_dose}', null, null, null, null, 'NIDA home-start guide 2018: swallowed or extended release, 16 h'),
    (33, 'bup_start.methadone', 'last_opioid_since', 'by_mouth', 'start', 'WARN', 'last_opioid_too_recent', null, '{methadone}', '[0,48)',
     null, '{standard,high_dose}', null, null, null, null, 'NIDA home-start guide 2018: methadone, 48 to 72 h'),
    (34, 'bup_start.label_short', 'last_opioid_since', 'by_mouth', 'start', 'WARN', 'below_label_minimum', null,
     '{short_acting,fentanyl}', '[0,6)', null, '{standard,high_dose}', null, null, null, null, 'Label: at least 6 h after a short-acting opioid'),
    (35, 'bup_start.label_long', 'last_opioid_since', 'by_mouth', 'start', 'WARN', 'below_label_minimum', null, '{long_acting,methadone}',
     '[0,24)', null, '{standard,high_dose}', null, null, null, null, 'Label: at least 24 h after a long-acting opioid'),
    (36, 'bup_start.methadone_mg', 'methadone_dose', 'by_mouth', 'start', 'STOP_OVERRIDE', 'methadone_dose_too_high', null, null, '(40,)',
     null, '{standard,high_dose}', null, null, null, null, 'Label and protocols: methadone tapered to 30 to 40 mg before the switch'),
    (37, 'bup_start.methadone_taper', 'methadone_dose', 'by_mouth', 'start', 'WARN', 'methadone_dose_high', null, null, '(30,40]', null,
     '{standard,high_dose}', null, null, null, null, 'Label and protocols: methadone tapered to 30 to 40 mg before the switch'),
    (38, 'bup_start.methadone_untold', 'methadone_dose_untold', 'by_mouth', 'start', 'WARN', 'methadone_dose_not_stated', null, null, null,
     null, '{standard,high_dose}', null, null, null, null, 'Label and protocols: the switch depends on the dose of methadone'),
    -- Doses.
    (40, 'bup_start.high_dose', 'protocol', 'by_mouth', 'start', 'STOP_OVERRIDE', 'high_dose_start', null, '{high_dose}', null, null, null,
     null, null, null, null, 'More than 12 mg on day 1 by a named protocol only'),
    (41, 'bup.over_24', 'daily_dose', 'by_mouth', 'both', 'WARN', 'daily_dose_needs_rationale', null, null, '(24,32]', null, null, null,
     null, null, null, 'FDA notice, 27 December 2024: neither 16 nor 24 mg is a maximum; a rationale above 24 is a default of the house'),
    (42, 'bup.over_32', 'daily_dose', 'by_mouth', 'both', 'STOP_OVERRIDE', 'daily_dose_too_high', null, null, '(32,)', null, null, null,
     null, null, null, 'Above 32 mg with a prescriber''s reason; default of the house'),
    (43, 'methadone_start.first_day', 'daily_dose', 'methadone', 'start', 'STOP_OVERRIDE', 'first_day_dose_too_high', null, null, '(50,)', null,
     null, null, null, null, null, '42 CFR 8.12(h)(3): first-day total to 50 mg unless the practitioner documents why more'),
    (44, 'methadone.step', 'dose_step', 'methadone', 'change', 'WARN', 'dose_step_large', null, null, '(10,)', null, null, null, null,
     null, null, 'Titration by 5 to 10 mg; guidelines for methadone'),
    (45, 'methadone.pace', 'dose_pace', 'methadone', 'change', 'WARN', 'dose_raised_early', null, null, '[0,72)', null, null, null, null,
     null, null, 'Titration every 3 to 5 days, as steady state takes 5; guidelines for methadone'),
    (46, 'disulfiram.dose', 'daily_dose', 'disulfiram', 'both', 'WARN', 'daily_dose_unusual', null, null, '(500,)', null, null, null, null,
     null, null, 'Label: 125 to 500 mg a day'),
    -- Pregnancy.
    (50, 'pregnancy.offered', 'check_missing', 'opioid', 'start', 'TASK', 'pregnancy_test_not_offered', 'pregnancy_test', null, null, 720,
     null, null, null, null, 24, 'ASAM National Practice Guideline 2020: offer a pregnancy test'),
    (51, 'naltrexone.pregnancy', 'check_result', 'naltrexone', 'start', 'STOP_OVERRIDE', 'pregnant', 'pregnancy_test', '{positive}', null,
     6720, null, null, null, null, null, 'ASAM National Practice Guideline 2020: naltrexone is not newly started in pregnancy'),
    (52, 'moud.detox_in_pregnancy', 'dose_reduced', 'titrated', 'change', 'STOP_OVERRIDE', 'pregnant', 'pregnancy_test', '{positive}',
     null, 6720, null, null, null, null, null, 'ASAM National Practice Guideline 2020: no withdrawal in pregnancy'),
    (53, 'moud.pregnancy', 'check_result', 'moud', 'start', 'INFO', 'pregnancy_dose_review', 'pregnancy_test', '{positive}', null, 6720,
     null, null, null, null, null, 'ASAM National Practice Guideline 2020: methadone or buprenorphine is the standard; the dose often rises'),
    -- Liver, heart and kidneys.
    (60, 'liver.tests', 'check_missing', 'liver', 'start', 'TASK', 'liver_tests_not_recorded', 'liver_tests', null, null, 4320, null, null,
     null, null, 168, 'Labels: liver tests at baseline; a start is not delayed for them'),
    (61, 'naltrexone.liver', 'check_amount', 'naltrexone', 'both', 'STOP_OVERRIDE', 'liver_tests_high', 'liver_tests', null, '(5,)', null,
     null, null, null, null, null, 'Hold with acute hepatitis, or ALT or AST above 5 times the upper limit'),
    (62, 'bup_combo.liver', 'check_result', 'buprenorphine_naloxone_sl', 'both', 'STOP_OVERRIDE', 'hepatic_impairment', 'child_pugh', '{c}',
     null, null, null, null, null, null, null, 'Label: avoid the combination product in severe hepatic impairment (Child-Pugh C)'),
    (63, 'bup_xr.liver', 'check_result', 'depot', 'both', 'STOP_OVERRIDE', 'hepatic_impairment', 'child_pugh', '{b,c}', null, null, null,
     null, null, null, null, 'Label: not in moderate to severe hepatic impairment'),
    (64, 'methadone.qtc_missing', 'check_missing', 'methadone', 'start', 'TASK', 'qtc_not_recorded', 'qtc', null, null, 8760, null, null,
     null, null, 720, 'QTc screening guideline for methadone: baseline, 30 days, yearly'),
    (65, 'methadone.qtc_at_high_dose', 'check_missing', 'methadone', 'change', 'WARN', 'qtc_not_recorded', 'qtc', null, '(100,)', 8760,
     null, null, null, null, null, 'QTc screening guideline for methadone: above 100 to 120 mg'),
    (66, 'methadone.qtc', 'check_amount', 'methadone', 'both', 'WARN', 'qtc_prolonged', 'qtc', null, '[450,500]', null, null, null, null,
     null, null, 'QTc screening guideline for methadone: 450 to 500 ms, discuss and monitor'),
    (67, 'methadone.qtc_stop', 'check_amount', 'methadone', 'both', 'STOP_OVERRIDE', 'qtc_too_long', 'qtc', null, '(500,)', null, null, null,
     null, null, null, 'QTc screening guideline for methadone: above 500 ms reduce, correct or switch'),
    (68, 'methadone.long_qt', 'check_result', 'methadone', 'both', 'WARN', 'long_qt_history', 'long_qt_history', '{present}', null, null,
     null, null, null, null, null, 'QTc screening guideline for methadone'),
    (69, 'sublocade.long_qt', 'check_result', 'sublocade', 'start', 'WARN', 'long_qt_history', 'long_qt_history', '{present}', null, null,
     null, null, null, null, null, 'Monograph: avoid with a history of long QT'),
    (70, 'acamprosate.renal_missing', 'check_missing', 'acamprosate', 'start', 'STOP_OVERRIDE', 'creatinine_clearance_missing',
     'creatinine_clearance', null, null, 2160, null, null, null, null, null, 'Label: the dose depends on renal function; 90 days are a default of the house'),
    (71, 'acamprosate.renal_stop', 'check_amount', 'acamprosate', 'both', 'HARD_STOP', 'creatinine_clearance_too_low', 'creatinine_clearance',
     null, '[0,30]', null, null, null, null, null, null, 'Label: contraindicated at 30 mL/min and below'),
    (72, 'acamprosate.renal_half', 'check_amount', 'acamprosate', 'both', 'WARN', 'half_dose_needed', 'creatinine_clearance', null, '(30,50]',
     null, null, null, null, null, null, 'Label: 333 mg three times a day at 30 to 50 mL/min'),
    -- Naloxone, naltrexone, disulfiram.
    (80, 'moud.naloxone', 'check_missing', 'opioid', 'start', 'TASK', 'naloxone_not_offered', 'naloxone_offered', null, null, 720, null,
     null, null, null, 24, 'Labels 10 to 12/2025: discuss an opioid reversal agent at start and renewal'),
    (81, 'naltrexone.opioid_free_untold', 'opioid_free_untold', 'naltrexone', 'start', 'HARD_STOP', 'opioid_free_not_stated', null, null, null,
     null, null, 'naloxone_challenge', '{passed}', 24, null, 'Label: opioid-free for 7 to 10 days, or a naloxone challenge'),
    (82, 'naltrexone.opioid_free', 'opioid_free', 'naltrexone', 'start', 'HARD_STOP', 'opioid_free_too_short', null, null, '[0,168)', null,
     null, 'naloxone_challenge', '{passed}', 24, null, 'Label: opioid-free for 7 to 10 days, or a naloxone challenge'),
    (83, 'naltrexone.opioid_free_short', 'opioid_free', 'naltrexone', 'start', 'WARN', 'opioid_free_short', null, null, '[168,240)', null,
     null, 'naloxone_challenge', '{passed}', 24, null, 'Label: opioid-free for 7 to 10 days'),
    (84, 'naltrexone.after_agonist', 'opioid_free', 'naltrexone', 'start', 'WARN', 'wait_after_agonist', null, '{methadone,buprenorphine}',
     '[168,336)', null, null, 'naloxone_challenge', '{passed}', 24, null, 'Label: up to 2 weeks after methadone or buprenorphine'),
    (85, 'naltrexone.opioid_test', 'check_result', 'naltrexone', 'start', 'HARD_STOP', 'opioid_test_positive', 'opioid_test', '{positive}',
     null, null, null, null, null, null, null, 'Label: contraindicated with a positive opioid test'),
    (86, 'naltrexone.challenge', 'check_result', 'naltrexone', 'start', 'HARD_STOP', 'naloxone_challenge_failed', 'naloxone_challenge',
     '{failed}', null, null, null, null, null, null, null, 'Label: contraindicated after a failed challenge'),
    (87, 'naltrexone.withdrawal', 'check_amount', 'naltrexone', 'start', 'HARD_STOP', 'in_withdrawal', 'withdrawal_score', null, '[5,48]', 24,
     null, null, null, null, null, 'Label: contraindicated in acute withdrawal; COWS 5 and more is mild withdrawal'),
    (88, 'naltrexone_xr.drinking', 'check_since', 'naltrexone_xr', 'start', 'WARN', 'drinking', 'alcohol_free', null, '[0,24)', null, null,
     null, null, null, null, 'Label: not actively drinking at the first dose; 24 h are a default of the house'),
    (90, 'disulfiram.alcohol_untold', 'check_missing', 'disulfiram', 'start', 'HARD_STOP', 'alcohol_free_not_stated', 'alcohol_free', null,
     null, 72, null, null, null, null, null, 'Label: never without at least 12 h free of alcohol'),
    (91, 'disulfiram.alcohol', 'check_since', 'disulfiram', 'start', 'HARD_STOP', 'alcohol_free_too_short', 'alcohol_free', null, '[0,12)',
     null, null, null, null, null, null, 'Label: never without at least 12 h free of alcohol'),
    (92, 'disulfiram.safety', 'check_result', 'disulfiram', 'start', 'STOP_OVERRIDE', 'disulfiram_contraindicated', 'disulfiram_safety',
     '{severe_cardiac_disease,psychosis}', null, null, null, null, null, null, null, 'Label: severe cardiac disease, psychosis'),
    (93, 'disulfiram.safety_missing', 'check_missing', 'disulfiram', 'start', 'TASK', 'disulfiram_safety_not_recorded', 'disulfiram_safety',
     null, null, null, null, null, null, null, 24, 'Label: severe cardiac disease, psychosis'),
    -- Depots of buprenorphine follow buprenorphine by mouth; and who started by mouth is seen again within a week.
    (95, 'sublocade.prepared', 'transmucosal', 'sublocade', 'start', 'STOP_OVERRIDE', 'depot_not_prepared', null, null, '[8,24]', 168, null,
     'transmucosal_test_dose', '{tolerated}', 24, null, 'Label: at least 7 days of 8 to 24 mg by mouth, or rapid start after one dose of 4 mg (02/2025)'),
    (96, 'brixadi.prepared', 'transmucosal', 'brixadi', 'start', 'STOP_OVERRIDE', 'depot_not_prepared', null, null, null, null, null,
     'transmucosal_test_dose', '{tolerated}', 24, null, 'Label: a test dose of 4 mg by mouth, unless buprenorphine is taken already'),
    (97, 'bup_start.follow_up', 'always', 'by_mouth', 'start', 'TASK', 'follow_up_visit', null, null, null, null, null, null, null, null,
     168, 'Visit within 7 days of the start; default of the house')
) as row (place, rule_id, asks, medicines, decisions, severity, code, check_code, codes, amounts, within_hours, protocols, unless_check,
          unless_codes, unless_hours, due_hours, source);

-- A check of the program is due again before so many days are over; a row of the worklist tells it so many days before.
create table monitoring_rule (
    rule_id        text    not null,
    version        text    not null,
    every_days     integer not null,
    told_days      integer not null,
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version)
);

insert into monitoring_rule (rule_id, version, every_days, told_days, effective_from, source)
values ('pdmp.refresh', '1', 90, 7, '2020-01-01', 'State mandates differ; at least every 90 days; default of the house');

-- migrate:down
drop table monitoring_rule, order_finding, order_decision, medicine_list, monitoring_check, clinical_check, order_rule,
    medicine_rule;
delete from withdrawal_rule where medicine = 'buprenorphine_sl';
alter table withdrawal_rule drop constraint withdrawal_rule_pkey, add primary key (rule_id, version, last_opioid);
alter table medication_order drop column protocol;
alter table ref_episode drop column program_id, drop column discharge_reason;
drop table ref_program;
