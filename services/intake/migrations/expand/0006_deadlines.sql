-- migrate:up
set lock_timeout = '5s';

-- One row per deadline that the journey of an episode keeps, so that each has its own source, version and dates. The name is
-- the field of the policy document; days are calendar days unless the name says otherwise. 'any' stands for every program
-- type; a row for one type goes before it.
create table deadline (
    name           text    not null check (name ~ '^[a-z][a-z_]+$'),
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    program_type   text    not null default 'any',
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    value          jsonb   not null,
    source         text    not null,
    approved_by    text    not null,
    primary key (name, version, jurisdiction, program_type),
    constraint deadline_in_force_once exclude using gist
        (name with =, jurisdiction with =, program_type with =, daterange(effective_from, effective_to, '[)') with &&)
);

do $$
begin
    execute format('revoke insert, update, delete on deadline from %I', stepwell_role('app'));
end $$;

insert into deadline (name, version, jurisdiction, effective_from, value, source, approved_by)
select name, 1, 'US', date '2020-01-01', value::jsonb, source, 'medical director'
from (values
    ('escalation_hours', '24', 'default of the house'),
    ('referral_contact_business_days', '1', 'access standard: contact in one business day; default of the house'),
    ('urgent_contact_hours', '24', 'access standard: urgent within a day; default of the house'),
    ('intake_days', '7', 'access standard: intake within 7 days; default of the house'),
    ('urgent_intake_hours', '48', 'access standard: urgent within 48 hours; default of the house'),
    ('pregnant_intake_hours', '48', '45 CFR 96.131: admission or interim services within 48 hours'),
    ('injecting_intake_days', '14', '45 CFR 96.126: admission within 14 days of the request'),
    ('admission_days', '7', 'default of the house'),
    ('waitlist_review_days', '7', 'default of the house, well inside the 14 days of 45 CFR 96.126'),
    ('plan_signature_business_days', '7', 'COMAR 10.47.02.04: plan within 7 working days; default of the house'),
    ('plan_review_days', '30', 'plan review at least every 30 days; default of the house'),
    ('authorization_review_business_days', '5', 'packet 3 to 5 days before the last covered day; default of the house'),
    ('measures', '[{"instrument": "phq_9", "treatment_days": 14, "step_down_days": 30},
                   {"instrument": "gad_7", "treatment_days": 14, "step_down_days": 30},
                   {"instrument": "c_ssrs", "treatment_days": 7, "step_down_days": 30},
                   {"instrument": "audit_c", "treatment_days": 90, "step_down_days": 90}]',
     'measurement-based care; cadence is a default of the house'),
    ('week_close_after_hours', '12', 'default of the house'),
    ('short_week_task_hours', '24', 'task to the counselor within 24 hours of a short week; default of the house'),
    ('level_review_after_short_weeks', '2', 'default of the house'),
    ('utilization_review_after_short_weeks', '3', 'default of the house'),
    ('ladder', '[{"after_minutes": 30, "kind": "outreach_call", "role": "counselor", "due_minutes": 240},
                 {"after_minutes": 1440, "kind": "outreach_call", "role": "counselor", "due_minutes": 1440},
                 {"after_minutes": 2880, "kind": "outreach_call", "role": "counselor", "due_minutes": 1440},
                 {"after_minutes": 4320, "kind": "safety_decision", "role": "supervisor", "due_minutes": 1440},
                 {"after_minutes": 10080, "kind": "case_conference", "role": "supervisor", "due_minutes": 2880},
                 {"after_minutes": 20160, "kind": "administrative_review", "role": "supervisor", "due_minutes": 4320}]',
     'outreach at 30 min, 24, 48, 72 h, 7 and 14 days after a missed session; discharge is never automatic; default of the house'),
    ('fast_ladder', '[{"after_minutes": 0, "kind": "outreach_call", "role": "counselor", "due_minutes": 60},
                      {"after_minutes": 120, "kind": "safety_decision", "role": "supervisor", "due_minutes": 480},
                      {"after_minutes": 1440, "kind": "outreach_call", "role": "counselor", "due_minutes": 720},
                      {"after_minutes": 2880, "kind": "case_conference", "role": "supervisor", "due_minutes": 1440},
                      {"after_minutes": 20160, "kind": "administrative_review", "role": "supervisor", "due_minutes": 4320}]',
     'high-risk fast path: first call within 1 h, supervisor the same day, welfare decision recorded; default of the house'),
    ('high_risk_days', '90', 'overdose in the last 90 days makes the risk high; default of the house'),
    ('crisis_disposition_hours', '4', 'high risk: evaluation at once, disposition mandatory; default of the house'),
    ('moderate_follow_up_hours', '72', 'C-SSRS moderate: follow-up within 72 hours; default of the house'),
    ('lapse_contact_business_days', '1', 'single lapse: contact within a business day; default of the house'),
    ('level_review_hours', '72', 'two episodes of use in 14 days: reassessment within 72 hours; default of the house'),
    ('overdose_contact_hours', '24', 'overdose or emergency visit: contact within 24 hours; default of the house'),
    ('skills_after_weeks', '2', 'stabilize for two weeks; default of the house'),
    ('consolidate_after_weeks', '8', 'skills to week 8; default of the house'),
    ('step_down_review_weeks', '2', 'level of care is reassessed at least every 14 to 30 days; default of the house'),
    ('step_down_weeks', '12', 'step-down weeks 13 to 24; default of the house'),
    ('discharge_plan_days_before', '14', 'hand-off: plan drafted 14 days before; default of the house'),
    ('next_level_days_before', '7', 'hand-off: next appointment booked 7 days before; default of the house'),
    ('hold_review_days', '14', 'a hold is reviewed after 14 days at most; default of the house'),
    ('aftercare_check_days', '[3, 7, 30, 60, 90, 180, 365]', 'calls at 72 h, 7, 30, 60, 90, 180 and 365 days'),
    ('aftercare_days', '365', 'a year of aftercare')
) as row (name, value, source);

drop table deadline_rule;

-- migrate:down
drop table deadline;
