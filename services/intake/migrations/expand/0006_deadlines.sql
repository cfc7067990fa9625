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
    ('escalation_repeat_days', '7', 'what stays overdue comes back every week; default of the house'),
    ('referral_contact_business_days', '1', 'access standard: contact in one business day; default of the house'),
    ('urgent_contact_hours', '24', 'access standard: urgent within a day; default of the house'),
    ('intake_days', '7', 'access standard: intake within 7 days; default of the house'),
    ('urgent_intake_hours', '48', 'access standard: urgent within 48 hours; default of the house'),
    ('emergent_intake_hours', '8', 'access standard: emergent the same day; default of the house'),
    ('pregnant_intake_hours', '48', '45 CFR 96.131: admission or interim services within 48 hours'),
    ('injecting_intake_days', '14', '45 CFR 96.126: admission within 14 days of the request'),
    ('interim_services_hours', '48', '45 CFR 96.126 and 96.131: interim services within 48 hours for who must wait'),
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
    ('measure_grace_days', '3', 'a measure is overdue three days after its day; default of the house'),
    ('week_close_after_hours', '12', 'default of the house'),
    ('short_week_task_hours', '24', 'task to the counselor within 24 hours of a short week; default of the house'),
    ('level_review_after_short_weeks', '2', 'default of the house'),
    ('utilization_review_after_short_weeks', '3', 'default of the house'),
    ('ladder', '[{"after_minutes": 30, "kind": "outreach_call", "role": "counselor", "due_minutes": 240},
                 {"after_minutes": 1440, "kind": "outreach_call", "role": "counselor", "due_minutes": 1440},
                 {"after_minutes": 2880, "kind": "outreach_call", "role": "counselor", "due_minutes": 1440},
                 {"after_minutes": 4320, "kind": "safety_decision", "role": "supervisor", "due_minutes": 1440},
                 {"after_minutes": 10080, "kind": "case_conference", "role": "supervisor", "due_minutes": 2880},
                 {"after_minutes": 20160, "kind": "administrative_review", "role": "supervisor", "due_minutes": 4320,
                  "until_return": true}]',
     'outreach at 30 min, 24, 48, 72 h, 7 and 14 days after a missed session; discharge is never automatic; default of the house'),
    ('fast_ladder', '[{"after_minutes": 0, "kind": "outreach_call", "role": "counselor", "due_minutes": 60},
                      {"after_minutes": 120, "kind": "safety_decision", "role": "supervisor", "due_minutes": 480},
                      {"after_minutes": 1440, "kind": "outreach_call", "role": "counselor", "due_minutes": 720},
                      {"after_minutes": 2880, "kind": "case_conference", "role": "supervisor", "due_minutes": 1440},
                      {"after_minutes": 20160, "kind": "administrative_review", "role": "supervisor", "due_minutes": 4320,
                       "until_return": true}]',
     'high-risk fast path: first call within 1 h, supervisor the same day, welfare decision recorded; default of the house'),
    ('suicide_risk_days', '30', 'C-SSRS moderate or high in the last 30 days makes the risk high; default of the house'),
    ('overdose_risk_days', '90', 'overdose in the last 90 days makes the risk high; default of the house'),
    ('crisis_disposition_hours', '4', 'high risk: evaluation at once, disposition mandatory; default of the house'),
    ('responses', '[
        {"trigger": "c_ssrs_same_visit", "kind": "measure_due", "role": "counselor", "due_hours": 4},
        {"trigger": "clinician_evaluation", "kind": "clinician_evaluation", "role": "counselor", "due_hours": 8},
        {"trigger": "safety_follow_up", "kind": "safety_follow_up", "role": "counselor", "due_hours": 72},
        {"trigger": "risk_follow_up", "kind": "safety_follow_up", "role": "counselor", "due_hours": 168},
        {"trigger": "clinician_review", "kind": "clinician_evaluation", "role": "counselor", "due_hours": 8},
        {"trigger": "prescriber_review", "kind": "prescriber_review", "role": "prescriber", "due_hours": 168},
        {"trigger": "full_assessment", "kind": "clinician_evaluation", "role": "counselor", "due_hours": 168},
        {"trigger": "deterioration", "kind": "clinician_evaluation", "role": "counselor", "due_business_days": 2},
        {"trigger": "level_of_care_review", "kind": "level_of_care_review", "role": "counselor", "due_hours": 72},
        {"trigger": "lapse", "kind": "outreach_call", "role": "counselor", "due_business_days": 1},
        {"trigger": "lapse", "kind": "plan_review", "role": "counselor", "due_hours": 168},
        {"trigger": "repeated_use", "kind": "level_of_care_review", "role": "counselor", "due_hours": 72},
        {"trigger": "overdose", "kind": "outreach_call", "role": "counselor", "due_hours": 24},
        {"trigger": "overdose", "kind": "level_of_care_review", "role": "counselor", "due_hours": 24},
        {"trigger": "overdose", "kind": "prescriber_review", "role": "prescriber", "due_hours": 8},
        {"trigger": "emergency_visit", "kind": "outreach_call", "role": "counselor", "due_hours": 24},
        {"trigger": "emergency_visit", "kind": "treatment_visit", "role": "counselor", "due_hours": 168},
        {"trigger": "medical_concern", "kind": "prescriber_review", "role": "prescriber", "due_hours": 8}]',
     'answers to screens and relapses, the longest time each may take; a lapse is never a reason for discharge; default of the '
     'house'),
    ('skills_after_weeks', '2', 'stabilize for two weeks; default of the house'),
    ('consolidate_after_weeks', '8', 'skills to week 8; default of the house'),
    ('step_down_review_weeks', '2', 'level of care is reassessed at least every 14 to 30 days; default of the house'),
    ('step_down_weeks', '12', 'step-down weeks 13 to 24; default of the house'),
    ('discharge_plan_days_before', '14', 'hand-off: plan drafted 14 days before; default of the house'),
    ('next_level_days_before', '7', 'hand-off: next appointment booked 7 days before; default of the house'),
    ('hold_review_days', '14', 'a hold is reviewed after 14 days at most; default of the house'),
    ('aftercare_checks', '[{"days": 3, "window_days": 2}, {"days": 7, "window_days": 3}, {"days": 30, "window_days": 7},
                          {"days": 60, "window_days": 7}, {"days": 90, "window_days": 14},
                          {"days": 180, "window_days": 14}, {"days": 365, "window_days": 30}]',
     'calls at 72 h, 7, 30, 60, 90, 180 and 365 days, each with its window; default of the house'),
    ('aftercare_days', '365', 'a year of aftercare')
) as row (name, value, source);

-- migrate:down
drop table deadline;
