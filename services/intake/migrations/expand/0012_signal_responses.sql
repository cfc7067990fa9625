-- migrate:up
set lock_timeout = '5s';

-- What the other services tell of a patient, and who answers it within what time.
insert into deadline (name, version, jurisdiction, effective_from, value, source, approved_by)
select name, 1, 'US', date '2020-01-01', value::jsonb, source, 'medical director'
from (values
    ('missed_dose_risk_days', '7', 'a missed dose or injection of medication for opioid use disorder makes an absence dangerous; '
     'default of the house'),
    ('signal_responses', '[
        {"trigger": "dose_missed", "kind": "outreach_call", "role": "nurse", "due_hours": 8},
        {"trigger": "doses_held", "kind": "dose_review", "role": "prescriber", "due_hours": 8},
        {"trigger": "doses_held", "kind": "safety_decision", "role": "supervisor", "due_hours": 24},
        {"trigger": "induction_needed", "kind": "dose_review", "role": "prescriber", "due_hours": 8},
        {"trigger": "injection_overdue", "kind": "injection_overdue", "role": "nurse", "due_hours": 8},
        {"trigger": "injection_overdue", "kind": "prescriber_review", "role": "prescriber", "due_hours": 24},
        {"trigger": "test_unexpected", "kind": "drug_test_review", "role": "counselor", "due_business_days": 1},
        {"trigger": "medicine_absent", "kind": "drug_test_review", "role": "counselor", "due_business_days": 1},
        {"trigger": "medicine_absent", "kind": "diversion_check", "role": "nurse", "due_hours": 168},
        {"trigger": "specimen_doubtful", "kind": "drug_test_review", "role": "counselor", "due_business_days": 1},
        {"trigger": "test_refused", "kind": "drug_test_review", "role": "counselor", "due_business_days": 1},
        {"trigger": "week_plan_short", "kind": "week_plan_short", "role": "scheduler", "due_business_days": 1},
        {"trigger": "visit_not_booked", "kind": "visit_booking", "role": "scheduler", "due_hours": 24},
        {"trigger": "crisis_reply", "kind": "crisis_reply", "role": "counselor", "due_hours": 1}]',
     'missed doses: prescriber from the third day; late injection: call the same day; unexpected test: talk within one business '
     'day, never an automatic dose cut or discharge; absent medicine: diversion check within 7 days; default of the house')
) as row (name, value, source);

insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
select 'task_outcome.' || kind, 1, 'US', 'task_outcome', date '2020-01-01', 'HARD_STOP',
       jsonb_build_object('kind', kind, 'outcomes', outcomes::jsonb), source, 'medical director'
from (values
    ('dose_review', '["dose_resumed", "dose_reduced", "new_induction", "treatment_ended", "not_reached"]',
     'from the third missed day a prescriber decides before the next dose; default of the house'),
    ('injection_overdue', '["injection_booked", "bridged", "treatment_ended", "not_reached"]',
     'blockade wanes and the risk of overdose rises when an injection is late; default of the house'),
    ('drug_test_review', '["talked_with_patient", "confirmation_ordered", "plan_changed", "not_reached"]',
     'a conversation, never an automatic dose cut or discharge; default of the house'),
    ('diversion_check', '["counted_as_expected", "count_differs", "dosing_changed", "not_reached"]',
     'a prescribed medicine that does not show is followed by a count within 7 days; default of the house'),
    ('week_plan_short', '["plan_mended", "hours_agreed_lower", "no_place_available"]', 'default of the house'),
    ('visit_booking', '["booked", "not_reached", "none_available"]', 'default of the house'),
    ('crisis_reply', '["no_danger_seen", "crisis_raised", "emergency_called", "not_reached"]',
     'words of crisis in a reply: somebody speaks with the patient; default of the house')
) as row (kind, outcomes, source);

-- migrate:down
delete from rule
where rule_id in ('task_outcome.dose_review', 'task_outcome.injection_overdue', 'task_outcome.drug_test_review',
                  'task_outcome.diversion_check', 'task_outcome.week_plan_short', 'task_outcome.visit_booking',
                  'task_outcome.crisis_reply');
delete from deadline where name in ('missed_dose_risk_days', 'signal_responses');
