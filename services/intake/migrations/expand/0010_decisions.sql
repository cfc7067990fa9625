-- migrate:up
set lock_timeout = '5s';

-- `particulars` are what belongs to one kind only, in codes: criteria of a step-down, outcomes at a discharge.
alter table decision
    add column reason_code text,
    add column facility_id uuid,
    add column expected_on date,
    add column particulars jsonb not null default '{}',
    drop constraint decision_kind_check,
    drop constraint decision_check1,
    drop constraint decision_check2,
    add constraint decision_kind check
        (kind in ('admission', 'decline', 'waitlist', 'hold', 'resume', 'step_down', 'step_up', 'transfer', 'discharge')),
    add constraint decision_discharge check
        ((kind = 'discharge') = (reason is not null) and (kind = 'discharge') = (last_contact_on is not null)),
    add constraint decision_program check
        ((kind in ('admission', 'step_down', 'step_up', 'transfer')) = (program_id is not null)
         and (program_id is null) = (prescribed_minutes_per_week is null)),
    add constraint decision_facility check ((kind = 'transfer') = (facility_id is not null)),
    add constraint decision_reason check
        (reason_code is not null or kind not in ('decline', 'waitlist', 'hold', 'transfer')),
    add constraint decision_expected check (expected_on is null or kind = 'hold');

-- Where care goes on after a hold.
alter table episode
    add column held_from text,
    add constraint episode_held_from check ((held_from is not null) = (phase = 'on_hold'));

alter table care_task
    add column completed_by uuid,
    add constraint care_task_completed check (completed_by is null or state = 'closed');

-- The weeks of an episode as scheduling closed them; a version is that of the event.
create table attended_week (
    tenant_id        text    not null,
    episode_id       uuid    not null,
    week_starts_on   date    not null,
    required_minutes integer not null,
    attended_minutes integer not null,
    version          bigint  not null,
    primary key (tenant_id, episode_id, week_starts_on)
);
alter table attended_week enable row level security;
alter table attended_week force row level security;
create policy tenant on attended_week using (tenant_id = stepwell_tenant());

-- The reasons of a decision. A clinical one is a clinician's to state, a refused one is no reason at all.
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
select 'decision_reason.' || kind, 1, 'US', 'decision_reason', date '2020-01-01', 'HARD_STOP',
       jsonb_build_object('kind', kind) || parameters::jsonb, source, 'medical director'
from (values
    ('decline',
     '{"reasons": ["declined_by_person", "not_reached", "not_eligible", "payer_refused", "referred_elsewhere", "other"],
       "clinical": ["needs_another_level", "not_safe_outside_hospital"]}',
     'the level that the ASAM Criteria find is a clinician''s to state; codes are a default of the house'),
    ('waitlist',
     '{"reasons": ["no_seat", "no_suitable_group", "waits_for_payer", "asked_by_person", "other"]}',
     '45 CFR 96.126: who cannot be admitted waits on a list; codes are a default of the house'),
    ('hold',
     '{"reasons": ["hospital", "incarcerated", "medical", "family", "travel", "asked_by_patient", "other"]}',
     'default of the house'),
    ('transfer',
     '{"reasons": ["moved", "transport", "closer_to_work", "team_change", "asked_by_patient", "safety", "other"]}',
     'default of the house'),
    ('step_down',
     '{"reasons": ["clinical_judgement", "payer_limit", "work_or_school", "asked_by_patient", "criteria_not_applicable",
                   "other"]}',
     'ASAM Criteria, transfer and discharge: the clinician may override the criteria either way with a reason; codes are a '
     'default of the house'),
    ('discharge',
     '{"reasons": ["danger_to_others", "dealing_on_premises", "program_rules", "no_contact", "financial", "other"],
       "refused": ["lapse", "positive_test"]}',
     'ASAM Criteria, 3rd ed.: a lapse or a positive test alone is no reason for discharge, step-up comes first; other codes '
     'are a default of the house')
) as row (kind, parameters, source);

insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('hold', 1, 'US', 'hold', '2020-01-01', 'HARD_STOP', '{"most_days_ahead": 180}',
     'a pause of more than half a year is a discharge and a readmission; default of the house', 'medical director'),
    ('step_up', 1, 'US', 'step_up', '2020-01-01', 'HARD_STOP', '{"least_level": "2.1"}',
     'ASAM Criteria, 3rd ed.: intensive treatment begins at level 2.1', 'medical director');

-- What speaks for a step-down. A week counts no more than its required minutes; weeks that are too few, or too old, say nothing.
-- A PHQ-9 or GAD-7 that fell by half from its highest total (27, 21) lies below 15 too, so the limit alone is asked.
insert into rule (rule_id, version, jurisdiction, family, place, effective_from, severity, parameters, source, approved_by)
select 'step_down.' || criterion, 1, 'US', 'step_down', place, date '2020-01-01', 'WARN',
       jsonb_build_object('criterion', criterion) || parameters::jsonb, source, 'medical director'
from (values
    (1, 'attendance', '{"weeks": 4, "least_percent": 75}', 'at least 75 % of the last 4 weeks; default of the house'),
    (2, 'suicide_risk', '{"days": 14, "risks": ["moderate", "high"]}',
     'no moderate or high C-SSRS in 14 days; default of the house'),
    (3, 'depression', '{"instrument": "phq_9", "below": 15}', 'PHQ-9 below 15; default of the house'),
    (4, 'anxiety', '{"instrument": "gad_7", "below": 15}', 'GAD-7 below 15; default of the house'),
    (5, 'plan_goals', '{"least_percent": 75}', 'at least 75 % of the goals of the plan; default of the house'),
    (6, 'substance_use', '{}', 'no use, or use that is clearly falling, with more protection than risk (Brief Addiction Monitor); '
     'default of the house'),
    (7, 'medication_adherence', '{}', 'doses for at least 80 % of the days, where medication is ordered; default of the house'),
    (8, 'safe_housing', '{}', 'safe housing; default of the house'),
    (9, 'aftercare_booked', '{}', 'appointments after the step-down are booked; default of the house')
) as row (place, criterion, parameters, source);

-- Fields that a discharge needs by its reason (TEDS-D codes 1 to 7), beside the reason and the last contact.
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
select 'discharge.' || name, 1, 'US', 'discharge', date '2020-01-01', 'HARD_STOP',
       jsonb_build_object('reason', reason, 'fields', fields::jsonb), source, 'compliance'
from (values
    (1, 'completed',
     '["level_at_discharge", "outcomes.substance_use", "outcomes.employment", "outcomes.arrests",
       "outcomes.living_arrangement", "outcomes.self_help", "referrals", "medication_continued"]',
     'TEDS-D and National Outcome Measures (SAMHSA): all fields of a planned discharge'),
    (2, 'dropped_out', '["level_at_discharge", "referrals", "medication_continued"]',
     'TEDS-D; outcomes of who stayed away cannot be asked; default of the house'),
    (3, 'terminated_by_facility',
     '["reason_code", "clinical_review_on", "level_at_discharge", "outcomes.substance_use", "outcomes.employment",
       "outcomes.arrests", "outcomes.living_arrangement", "outcomes.self_help", "referrals", "medication_continued"]',
     'TEDS-D; a facility ends care after a clinical review only; default of the house'),
    (4, 'transferred',
     '["level_at_discharge", "outcomes.substance_use", "outcomes.employment", "outcomes.arrests",
       "outcomes.living_arrangement", "outcomes.self_help", "referrals", "medication_continued"]',
     'TEDS-D and National Outcome Measures (SAMHSA): all fields of a planned discharge'),
    (5, 'incarcerated', '["level_at_discharge", "medication_continued"]',
     'TEDS-D; outcomes of who is away cannot be asked; default of the house'),
    (6, 'death', '[]', 'TEDS-D: reason and last contact'),
    (7, 'other',
     '["level_at_discharge", "outcomes.substance_use", "outcomes.employment", "outcomes.arrests",
       "outcomes.living_arrangement", "outcomes.self_help", "referrals", "medication_continued"]',
     'TEDS-D and National Outcome Measures (SAMHSA): all fields of a planned discharge')
) as row (reason, name, fields, source);

-- How a person can end a task; kinds without a row end by a command of their own.
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
select 'task_outcome.' || kind, 1, 'US', 'task_outcome', date '2020-01-01', 'HARD_STOP',
       jsonb_build_object('kind', kind, 'outcomes', outcomes::jsonb), source, 'medical director'
from (values
    ('waitlist_review', '["still_waiting", "seat_offered", "referred_elsewhere"]', '45 CFR 96.126; default of the house'),
    ('interim_services', '["provided", "declined_by_person", "referred_elsewhere"]', '45 CFR 96.121 and 96.126'),
    ('weekly_hours_short', '["illness", "transport", "work", "family", "program_cancelled", "other"]',
     'a short week is explained by a reason code; default of the house'),
    ('level_of_care_review', '["reassessed", "no_change_indicated"]', 'default of the house'),
    ('utilization_review', '["care_continues", "level_change_recommended", "payer_contacted"]', 'default of the house'),
    ('outreach_call', '["not_reached", "wrong_number", "not_needed"]',
     'an attempt that reached the patient is recorded as outreach; default of the house'),
    ('safety_decision', '["no_danger_seen", "welfare_check_asked", "emergency_called"]',
     'the decision on a welfare check is recorded; default of the house'),
    ('case_conference', '["plan_changed", "level_change_recommended", "continue_outreach"]', 'default of the house'),
    ('administrative_review', '["continue_outreach", "discharge_recommended"]',
     'discharge for absence is never automatic; default of the house'),
    ('clinician_evaluation', '["no_danger_seen", "plan_changed", "level_change_recommended", "referred_elsewhere"]',
     'default of the house'),
    ('prescriber_review', '["no_change", "medication_changed", "referred_elsewhere"]', 'default of the house'),
    ('safety_follow_up', '["seen", "safety_plan_renewed", "not_reached"]', 'default of the house'),
    ('treatment_visit', '["visited", "booked", "not_reached"]', 'default of the house'),
    ('hold_review', '["hold_continues", "return_planned", "discharge_recommended"]', 'default of the house'),
    ('discharge_plan', '["drafted"]', 'default of the house'),
    ('next_level_appointment', '["booked", "declined_by_patient", "none_available"]', 'default of the house'),
    ('discharge_review', '["care_continues", "discharge_planned"]', 'default of the house'),
    ('late_fact', '["noted", "followed_up"]', 'default of the house'),
    ('action_rejected', '["resolved", "decided_anew"]', 'default of the house')
) as row (kind, outcomes, source);

-- migrate:down
delete from rule
where family in ('decision_reason', 'hold', 'step_up', 'step_down', 'discharge', 'task_outcome');
drop table attended_week;
alter table care_task drop constraint care_task_completed, drop column completed_by;
alter table episode drop constraint episode_held_from, drop column held_from;
alter table decision
    drop constraint decision_kind, drop constraint decision_discharge, drop constraint decision_program,
    drop constraint decision_facility, drop constraint decision_reason, drop constraint decision_expected,
    drop column reason_code, drop column facility_id, drop column expected_on, drop column particulars,
    add constraint decision_kind_check check (kind in ('admission', 'step_down', 'discharge')),
    add constraint decision_check1 check ((kind = 'discharge') = (reason is not null and last_contact_on is not null)),
    add constraint decision_check2 check
        ((kind = 'discharge') = (program_id is null and prescribed_minutes_per_week is null));
