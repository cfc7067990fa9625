-- migrate:up
set lock_timeout = '5s';

-- Level of care from ratings, first row that applies. `when_any` lists alternatives; each maps dimensions to [least, most].
insert into rule (rule_id, version, jurisdiction, family, place, effective_from, severity, override_role, parameters, source,
                  approved_by)
select 'placement.asam3.' || place, 1, 'US', 'placement.asam3', place, date '2020-01-01', severity, override_role, parameters,
       'ASAM Criteria, 3rd ed. (2013): highest risk to the least intensive safe level, no official formula; default table of '
       'the house', 'medical director'
from (values
    (1, 'STOP_OVERRIDE', 'prescriber',
     '{"level": "4", "when_any": [{"1": [4, 4]}, {"2": [4, 4]}, {"3": [4, 4]}]}'::jsonb),
    (2, 'STOP_OVERRIDE', 'prescriber',
     '{"level": "3.7", "when_any": [{"1": [3, 3]}, {"2": [3, 3]}]}'),
    (3, 'STOP_OVERRIDE', 'prescriber',
     '{"level": "3.5", "when_any": [{"3": [3, 3], "5": [3, 4]}, {"3": [3, 3], "6": [3, 4]}]}'),
    (4, 'WARN', null,
     '{"level": "3.5", "when_any": [{"6": [4, 4]}, {"5": [4, 4], "6": [3, 4]}]}'),
    (5, 'WARN', null,
     '{"level": "3.1", "when_any": [{"6": [3, 3], "5": [0, 2]}]}'),
    (6, 'WARN', null,
     '{"level": "2.5", "when_any": [{"3": [3, 3]}, {"5": [3, 3], "4": [3, 4]}, {"5": [4, 4]}]}'),
    (7, 'INFO', null,
     '{"level": "2.1", "when_any": [{"1": [0, 2], "2": [0, 2], "3": [0, 2], "4": [2, 3]},
                                    {"1": [0, 2], "2": [0, 2], "3": [0, 2], "5": [2, 3]},
                                    {"1": [0, 2], "2": [0, 2], "3": [0, 2], "6": [2, 2]}]}'),
    (8, 'INFO', null,
     '{"level": "1", "when_any": [{"1": [0, 1], "2": [0, 1], "3": [0, 1], "4": [0, 1], "5": [0, 1], "6": [0, 1]}]}'),
    (9, 'TASK', null,
     '{"level": null, "when_any": [{}]}')
) as row (place, severity, override_role, parameters);

insert into rule (rule_id, version, jurisdiction, age_band, family, effective_from, severity, parameters, source, approved_by)
values
    ('age_band.adolescent', 1, 'US', 'any', 'age_band', '2020-01-01', 'INFO', '{"below_years": 18}',
     'under 18 on the date of service unless a state or payer row says otherwise', 'compliance'),
    ('weekly_hours.1', 1, 'US', 'adult', 'weekly_hours', '2020-01-01', 'HARD_STOP',
     '{"level": "1", "least_minutes": 0, "most_minutes": 539}',
     'ASAM Criteria, 3rd ed.: level 1 below 9 h a week', 'medical director'),
    ('weekly_hours.1', 1, 'US', 'adolescent', 'weekly_hours', '2020-01-01', 'HARD_STOP',
     '{"level": "1", "least_minutes": 0, "most_minutes": 359}',
     'ASAM Criteria, 3rd ed.: level 1 below 6 h a week', 'medical director'),
    ('weekly_hours.2.1', 1, 'US', 'adult', 'weekly_hours', '2020-01-01', 'HARD_STOP',
     '{"level": "2.1", "least_minutes": 540, "most_minutes": 1199}',
     'ASAM Criteria, 3rd ed.: level 2.1 from 9 to 19 h a week; 20 h is level 2.5', 'medical director'),
    ('weekly_hours.2.1', 1, 'US', 'adolescent', 'weekly_hours', '2020-01-01', 'HARD_STOP',
     '{"level": "2.1", "least_minutes": 360, "most_minutes": 1199}',
     'ASAM Criteria, 3rd ed.: level 2.1 from 6 h a week; 20 h is level 2.5', 'medical director'),
    ('weekly_hours.2.5', 1, 'US', 'adult', 'weekly_hours', '2020-01-01', 'HARD_STOP',
     '{"level": "2.5", "least_minutes": 1200, "most_minutes": 10080}',
     'ASAM Criteria, 3rd ed.: level 2.5 from 20 h a week', 'medical director'),
    ('weekly_hours.2.5', 1, 'US', 'adolescent', 'weekly_hours', '2020-01-01', 'HARD_STOP',
     '{"level": "2.5", "least_minutes": 1200, "most_minutes": 10080}',
     'ASAM Criteria, 3rd ed.: level 2.5 from 20 h a week', 'medical director');

-- Elements by their number in the regulation. The expiration of the single form may be "none"; elements 10 and 11 are its own.
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('consent.42_cfr_2_31', 1, 'US', 'consent', '2024-04-16', 'HARD_STOP',
     '{"elements": [
        {"number": 1, "field": "patient_named"},
        {"number": 2, "field": "discloser"},
        {"number": 3, "field": "information"},
        {"number": 4, "field": "recipients"},
        {"number": 5, "field": "purpose"},
        {"number": 6, "field": "revocation_explained"},
        {"number": 7, "field": "expires_on", "only_for": ["at_patient_request"]},
        {"number": 8, "field": "signed_by"},
        {"number": 9, "field": "signed_on"},
        {"number": 10, "field": "redisclosure_explained", "only_for": ["treatment_payment_operations"]},
        {"number": 11, "field": "refusal_consequences_explained", "only_for": ["treatment_payment_operations"]}
      ]}',
     '42 CFR 2.31(a) as amended by 89 FR 12472 (effective 2024-04-16, compliance 2026-02-16)', 'compliance');

insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('admission_gate.2.1', 1, 'US', 'admission_gate', '2020-01-01', 'HARD_STOP',
     '{"level": "2.1",
       "items": ["assessment", "assessor", "consent", "program", "hours"],
       "credentials": ["do", "lcadc", "lcpc", "lcsw", "licsw", "lmft", "lpc", "lpcc", "md", "np", "pa", "phd", "psyd"]}',
     'admission gate to level 2.1: assessment signed by a qualified clinician, consent status known, 9 h (6 h) a week; '
     'default of the house, a state row narrows the credentials', 'medical director, compliance');

-- Review at the end of week 2: level of care is reassessed at least every 14 to 30 days.
insert into deadline_rule (program_type, jurisdiction, version, effective_from, referral_contact_business_days,
                           escalation_hours, week_close_after_hours, skills_after_weeks, consolidate_after_weeks,
                           step_down_review_weeks, aftercare_check_days, aftercare_days, source, approved_by)
select program_type, 'US', 1, date '2020-01-01', 1, 24, 12, 2, 8, 2, '{3, 7, 30, 60, 90, 180, 365}', 365,
       'contact in 1 business day, stabilize 2 weeks and skills to week 8, review in 14 to 30 days, calls at 72 h, 7, 30, 60, '
       '90, 180 and 365 days: defaults of the house', 'medical director'
from unnest(array['IOP', 'OP', 'OTP']) as program_type;

-- migrate:down
delete from deadline_rule;
delete from rule;
