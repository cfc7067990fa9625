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

-- migrate:down
delete from deadline where name in ('missed_dose_risk_days', 'signal_responses');
