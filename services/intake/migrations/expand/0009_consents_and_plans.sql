-- migrate:up
set lock_timeout = '5s';

-- `scope` are the parts of the record by code; none means all but what needs a consent of its own.
alter table consent
    add column scope               text[] not null default '{}',
    add column irrevocable_until   date,
    add column revoked_at          timestamptz,
    add column revoked_by          text,
    add column revocation_form     text,
    add column revocation_noted_by uuid,
    add column expired_at          timestamptz,
    add constraint consent_revocation_whole check
        (num_nulls(revoked_at, revoked_by, revocation_form, revocation_noted_by) in (0, 4));

-- Every decision about records, allowed or denied: the accounting of disclosures (42 CFR 2.25). `recipient` holds name,
-- affiliation and the nature of an emergency, encrypted with the patient's key.
create table disclosure (
    disclosure_id  uuid        primary key,
    tenant_id      text        not null,
    episode_id     uuid        not null references episode,
    facility_id    uuid        not null,
    requester      text        not null,
    purpose        text        not null,
    scope          text[]      not null check (cardinality(scope) > 0),
    evidence       text[]      not null,
    recipient      bytea       not null,
    allowed        boolean     not null,
    ground         text        not null,
    consent_id     uuid        references consent,
    notice         text,
    instruction    text,
    rule_id        text        not null,
    rule_version   integer     not null,
    decided_by     uuid        not null,
    decided_at     timestamptz not null,
    review_role    text,
    review_due_at  timestamptz,
    review_outcome text,
    reviewed_by    uuid,
    reviewed_at    timestamptz,
    check (allowed = (ground <> 'no_ground')),
    check ((ground = 'consent') = (consent_id is not null)),
    check ((review_role is null) = (review_due_at is null)),
    check (num_nulls(review_outcome, reviewed_by, reviewed_at) in (0, 3)),
    check (reviewed_at is null or review_role is not null)
);
alter table disclosure enable row level security;
alter table disclosure force row level security;
create policy tenant on disclosure using (tenant_id = stepwell_tenant());
create index disclosure_by_episode on disclosure (episode_id, decided_at);
create index disclosure_to_review on disclosure (tenant_id, facility_id, review_due_at)
    where review_role is not null and reviewed_at is null;

-- What a payer answered. A later answer names the one that it takes the place of; both days are covered.
create table payer_authorization (
    authorization_id uuid        primary key,
    tenant_id        text        not null,
    episode_id       uuid        not null references episode,
    level            text        not null,
    state            text        not null check (state in ('pended', 'approved', 'denied')),
    reference        bytea       not null,
    units            integer     not null check (units >= 0),
    units_used       integer     not null check (units_used between 0 and units),
    unit_kind        text        not null,
    covers_from      date        not null,
    covers_to        date        not null check (covers_to >= covers_from),
    replaced_by      uuid        references payer_authorization deferrable initially deferred,
    rule_id          text        not null,
    rule_version     integer     not null,
    recorded_by      uuid        not null,
    recorded_at      timestamptz not null,
    constraint authorized_once_a_day exclude using gist
        (episode_id with =, level with =, daterange(covers_from, covers_to, '[]') with &&)
        where (state = 'approved' and replaced_by is null)
);
alter table payer_authorization enable row level security;
alter table payer_authorization force row level security;
create policy tenant on payer_authorization using (tenant_id = stepwell_tenant());
create index payer_authorization_by_episode on payer_authorization (episode_id, recorded_at);

create table treatment_plan (
    plan_id           uuid        primary key,
    tenant_id         text        not null,
    episode_id        uuid        not null references episode,
    state             text        not null check (state in ('draft', 'signed', 'superseded')),
    goals             jsonb       not null,
    minutes_per_week  jsonb       not null,
    rule_id           text        not null,
    rule_version      integer     not null,
    drafted_by        uuid        not null,
    drafted_on        date        not null,
    drafted_at        timestamptz not null,
    signed_by         uuid,
    patient_signed_by text,
    patient_signed_on date        check (patient_signed_on >= drafted_on),
    signed_at         timestamptz,
    superseded_at     timestamptz,
    check (state <> 'signed' or signed_at is not null),
    check ((state = 'superseded') = (superseded_at is not null)),
    check (num_nulls(signed_by, patient_signed_by, patient_signed_on, signed_at) in (0, 4))
);
alter table treatment_plan enable row level security;
alter table treatment_plan force row level security;
create policy tenant on treatment_plan using (tenant_id = stepwell_tenant());
create index treatment_plan_by_episode on treatment_plan (episode_id, drafted_at);
create unique index treatment_plan_in_force on treatment_plan (episode_id) where state = 'signed';

create table plan_review (
    review_id   uuid        primary key,
    tenant_id   text        not null,
    plan_id     uuid        not null references treatment_plan,
    episode_id  uuid        not null references episode,
    goals       integer     not null check (goals > 0),
    goals_met   text[]      not null check (cardinality(goals_met) <= goals),
    reviewed_by uuid        not null,
    reviewed_at timestamptz not null
);
alter table plan_review enable row level security;
alter table plan_review force row level security;
create policy tenant on plan_review using (tenant_id = stepwell_tenant());
create index plan_review_by_episode on plan_review (episode_id, reviewed_at);

create table outreach (
    outreach_id uuid        primary key,
    tenant_id   text        not null,
    episode_id  uuid        not null references episode,
    channel     text        not null,
    reached     boolean     not null,
    recorded_by uuid        not null,
    recorded_at timestamptz not null
);
alter table outreach enable row level security;
alter table outreach force row level security;
create policy tenant on outreach using (tenant_id = stepwell_tenant());
create index outreach_by_episode on outreach (episode_id, recorded_at);

-- The expiration of the single form may be "none". A purpose other than the single form states the parts of the record that it
-- opens; an intermediary is named. Counseling notes need a consent of their own, a court may be promised one until a day.
update rule set effective_to = '2026-02-16' where rule_id = 'consent.42_cfr_2_31' and version = 1;
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('consent.42_cfr_2_31', 2, 'US', 'consent', '2026-02-16', 'HARD_STOP',
     '{"elements": [
        {"number": 1, "field": "patient_named"},
        {"number": 2, "field": "discloser"},
        {"number": 3, "field": "information"},
        {"number": 3, "field": "scope", "only_for": ["at_patient_request", "family", "employer", "criminal_justice",
            "counseling_notes", "legal_proceedings", "research", "intermediary"]},
        {"number": 4, "field": "recipients"},
        {"number": 4, "field": "intermediary", "only_for": ["intermediary"]},
        {"number": 5, "field": "purpose"},
        {"number": 6, "field": "revocation_explained"},
        {"number": 7, "field": "expires_on", "only_for": ["payment", "at_patient_request", "family", "employer",
            "criminal_justice", "counseling_notes", "legal_proceedings", "research", "intermediary"]},
        {"number": 8, "field": "signed_by"},
        {"number": 9, "field": "signed_on"},
        {"number": 10, "field": "redisclosure_explained", "only_for": ["treatment_payment_operations"]},
        {"number": 11, "field": "refusal_consequences_explained", "only_for": ["treatment_payment_operations"]}
      ],
      "apart": {"counseling_notes": "counseling_notes"},
      "irrevocable_for": ["criminal_justice"],
      "minor_signers": ["patient", "patient_and_guardian"]}',
     '42 CFR 2.31(a) and (b), 2.35 and 2.14 as amended by 89 FR 12472 (compliance 2026-02-16)', 'compliance');

-- The access decision table; the first row that applies decides, within it the first way that passes.
insert into rule (rule_id, version, jurisdiction, family, place, effective_from, severity, parameters, source, approved_by)
select 'disclosure.' || name, 1, 'US', 'disclosure', place, date '2024-04-16', 'HARD_STOP', parameters::jsonb, source, 'compliance'
from (values
    (1, 'patient',
     '{"requesters": ["patient"], "ways": [{"ground": "patient_access"}], "denied": "refer_to_compliance"}',
     '42 CFR 2.23 and 45 CFR 164.524: the patient sees their own record'),
    (2, 'program_staff',
     '{"requesters": ["program_staff"], "ways": [{"ground": "program_staff"}], "denied": "refer_to_compliance"}',
     '42 CFR 2.12(c)(3): staff of the program who need it'),
    (3, 'counseling_notes',
     '{"scopes": ["counseling_notes"],
       "ways": [{"ground": "consent", "consents": ["counseling_notes"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "attach_notice_and_consent"}],
       "denied": "separate_consent_needed"}',
     '42 CFR 2.31(b): counseling notes only under a consent of their own'),
    (4, 'legal_proceeding',
     '{"purposes": ["legal_proceeding"],
       "ways": [{"ground": "consent", "consents": ["legal_proceedings"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "attach_notice_and_consent"},
                {"ground": "court_order", "evidence": ["court_order", "subpoena"], "instruction": "only_what_is_ordered"}],
       "denied": "refer_to_legal", "review": {"role": "supervisor", "hours": 24}}',
     '42 CFR 2.12(d), 2.31(d) and 2.61 to 2.67: consent for the proceeding, or court order and subpoena; a subpoena alone never'),
    (5, 'law_enforcement',
     '{"requesters": ["law_enforcement"], "ways": [], "denied": "neither_confirm_nor_deny"}',
     '42 CFR 2.13(c): presence is neither confirmed nor denied'),
    (6, 'medical_emergency',
     '{"requesters": ["emergency_provider", "external_provider", "same_organisation"], "purposes": ["emergency"],
       "ways": [{"ground": "consent", "consents": ["treatment_payment_operations"], "notice": "42_cfr_2_32",
                 "instruction": "attach_notice_and_consent"},
                {"ground": "medical_emergency", "evidence": ["consent_impossible"], "instruction": "only_what_is_needed",
                 "review": {"role": "supervisor", "hours": 24}}],
       "denied": "ask_for_consent"}',
     '42 CFR 2.51: to medical personnel when consent cannot be had; the privacy officer looks at it within 24 hours'),
    (7, 'same_organisation',
     '{"requesters": ["same_organisation"],
       "ways": [{"ground": "consent", "consents": ["treatment_payment_operations"], "notice": "42_cfr_2_32",
                 "instruction": "attach_notice_and_consent"}],
       "denied": "ask_for_consent"}',
     '42 CFR 2.12(c)(3): another department is outside the program'),
    (8, 'external_provider',
     '{"requesters": ["external_provider", "emergency_provider"], "purposes": ["treatment"],
       "ways": [{"ground": "consent", "consents": ["treatment_payment_operations"], "notice": "42_cfr_2_32",
                 "instruction": "attach_notice_and_consent"},
                {"ground": "consent", "consents": ["at_patient_request"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "attach_notice_and_consent"}],
       "denied": "ask_for_consent"}',
     '42 CFR 2.31(a)(4) and 2.33: treating providers under the single form, or named by the patient'),
    (9, 'payer',
     '{"requesters": ["payer"], "purposes": ["payment"],
       "ways": [{"ground": "consent", "consents": ["treatment_payment_operations", "payment"], "notice": "42_cfr_2_32",
                 "instruction": "minimum_necessary"}],
       "denied": "hold_claim", "review": {"role": "utilization_reviewer", "hours": 24}}',
     '42 CFR 2.33 and 45 CFR 164.502(b): claims under consent, the minimum that is necessary; else the claim is held'),
    (10, 'family',
     '{"requesters": ["family"],
       "ways": [{"ground": "consent", "consents": ["family", "at_patient_request"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "scope_only"}],
       "denied": "may_listen_not_confirm"}',
     '42 CFR 2.13(c) and 2.31: family under a consent that names them; without one staff may listen and not confirm'),
    (11, 'employer',
     '{"requesters": ["employer"],
       "ways": [{"ground": "consent", "consents": ["employer"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "scope_only"}],
       "denied": "neither_confirm_nor_deny"}',
     '42 CFR 2.31: an employer under a consent that names them'),
    (12, 'court_officer',
     '{"requesters": ["court_officer"],
       "ways": [{"ground": "consent", "consents": ["criminal_justice"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "scope_only"}],
       "denied": "neither_confirm_nor_deny"}',
     '42 CFR 2.35: who ordered the treatment, under a consent that names them'),
    (13, 'service_organisation',
     '{"requesters": ["service_organisation"],
       "ways": [{"ground": "service_agreement", "evidence": ["service_agreement"], "instruction": "only_what_is_needed"}],
       "denied": "agreement_needed"}',
     '42 CFR 2.11 and 2.12(c)(4): a qualified service organisation under its agreement'),
    (14, 'audit',
     '{"requesters": ["auditor"], "purposes": ["audit"],
       "ways": [{"ground": "audit", "evidence": ["audit_agreement"], "instruction": "only_what_is_needed"}],
       "denied": "agreement_needed"}',
     '42 CFR 2.53: audit and evaluation by who agreed in writing to protect the records'),
    (15, 'research',
     '{"requesters": ["researcher"], "purposes": ["research"],
       "ways": [{"ground": "consent", "consents": ["research"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "scope_only"},
                {"ground": "research", "evidence": ["research_approval"], "instruction": "limited_data_only"}],
       "denied": "approval_needed"}',
     '42 CFR 2.52: research under consent, or with the approval or waiver that it asks for'),
    (16, 'intermediary',
     '{"requesters": ["intermediary"],
       "ways": [{"ground": "consent", "consents": ["intermediary"], "named": true, "notice": "42_cfr_2_32",
                 "instruction": "scope_only"}],
       "denied": "filter_out_part2_records"}',
     '42 CFR 2.24 and 2.31(a)(4): an exchange under a consent that names it; else its answer leaves these records out'),
    (17, 'default',
     '{"ways": [], "denied": "neither_confirm_nor_deny"}',
     '42 CFR 2.13(a): what no section allows is not disclosed')
) as row (place, name, parameters, source);

insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('accounting.42_cfr_2_25', 1, 'US', 'accounting', '2024-04-16', 'INFO', '{"years": 3}',
     '42 CFR 2.25: disclosures of the last three years', 'compliance'),
    ('authorization', 1, 'US', 'authorization', '2020-01-01', 'WARN',
     '{"most_days": 366, "alert_used_percent": 70, "alert_units_left": 3}',
     'attention at 70 % of the units and at 3 units left, stop at none; no payer authorizes more than a year; default of the house',
     'utilization review'),
    ('treatment_plan', 1, 'US', 'treatment_plan', '2020-01-01', 'HARD_STOP',
     '{"most_days_ahead": 366,
       "credentials": ["do", "lcadc", "lcpc", "lcsw", "licsw", "lmft", "lpc", "lpcc", "md", "np", "pa", "phd", "psyd"]}',
     'plan signed by a licensed clinician and the patient (COMAR 10.47.02.04 for the time); default of the house, a state row '
     'narrows the credentials', 'medical director');

update rule set effective_to = '2026-01-01' where rule_id = 'admission_gate.2.1' and version = 1;
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('admission_gate.2.1', 2, 'US', 'admission_gate', '2026-01-01', 'HARD_STOP',
     '{"level": "2.1",
       "items": ["assessment", "assessor", "ambulatory", "consent", "suicide_screen", "authorization", "program", "hours"],
       "credentials": ["do", "lcadc", "lcpc", "lcsw", "licsw", "lmft", "lpc", "lpcc", "md", "np", "pa", "phd", "psyd"],
       "ambulatory_rating_most": 2,
       "payers_without_authorization": ["self_pay"],
       "urgencies_without_authorization": ["emergent"],
       "override_reasons": ["continuity_of_care", "payer_is_late", "urgent_need"]}',
     'admission gate to level 2.1: assessment signed by a qualified clinician, dimensions 1 to 3 safe for ambulatory care, '
     'consent and authorization status known, C-SSRS done, 9 h (6 h) a week; default of the house, a state row narrows the '
     'credentials', 'medical director, compliance');

-- migrate:down
delete from rule where rule_id = 'admission_gate.2.1' and version = 2;
update rule set effective_to = null where rule_id = 'admission_gate.2.1' and version = 1;
delete from rule where family in ('disclosure', 'accounting', 'authorization', 'treatment_plan');
delete from rule where rule_id = 'consent.42_cfr_2_31' and version = 2;
update rule set effective_to = null where rule_id = 'consent.42_cfr_2_31' and version = 1;
drop table outreach, plan_review, treatment_plan, payer_authorization, disclosure;
alter table consent
    drop constraint consent_revocation_whole, drop column scope, drop column irrevocable_until, drop column revoked_at,
    drop column revoked_by, drop column revocation_form, drop column revocation_noted_by, drop column expired_at;
