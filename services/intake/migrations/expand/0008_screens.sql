-- migrate:up
set lock_timeout = '5s';

-- Instruments as data: items with their range, bands with what they ask for, single items that ask for something by
-- themselves. Item wording is a content pack, not a rule. Yes is 1; an item is asked when the one it names was answered yes.
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('screen.phq_9', 1, 'US', 'screen', '2020-01-01', 'TASK',
     '{"instrument": "phq_9", "items": 9, "most": 3, "unscored": {"function": 3}, "worse_by": 5,
       "bands": [
         {"code": "minimal", "least": 0},
         {"code": "mild", "least": 5},
         {"code": "moderate", "least": 10},
         {"code": "moderately_severe", "least": 15, "follow_ups": ["prescriber_review"]},
         {"code": "severe", "least": 20, "follow_ups": ["prescriber_review", "clinician_review"]}],
       "item_triggers": [{"item": "item_9", "least": 1, "follow_ups": ["c_ssrs_same_visit"]}]}',
     'Kroenke, Spitzer, Williams, J Gen Intern Med 2001;16:606-613 (bands, change of 5 points); item 9 asks for the C-SSRS '
     'whatever the total; what the bands ask for: default of the house', 'medical director'),
    ('screen.gad_7', 1, 'US', 'screen', '2020-01-01', 'TASK',
     '{"instrument": "gad_7", "items": 7, "most": 3, "worse_by": 4,
       "bands": [
         {"code": "minimal", "least": 0},
         {"code": "mild", "least": 5},
         {"code": "moderate", "least": 10, "follow_ups": ["full_assessment"]},
         {"code": "severe", "least": 15, "follow_ups": ["full_assessment", "prescriber_review"]}]}',
     'Spitzer et al., Arch Intern Med 2006;166:1092-1097 (bands); change of 4 points and what the bands ask for: default of '
     'the house', 'medical director'),
    ('screen.audit_c', 1, 'US', 'screen', '2020-01-01', 'TASK',
     '{"instrument": "audit_c", "items": 3, "most": 4,
       "bands": [
         {"code": "negative", "least": 0},
         {"code": "positive", "least": 4, "only_for": ["male"], "follow_ups": ["full_assessment"]},
         {"code": "positive", "least": 3, "only_for": ["female", "other", "unknown"], "follow_ups": ["full_assessment"]}],
       "notes": [{"code": "review_recent_intake", "band": "positive", "only_points_in": "item_1"}]}',
     'Bush et al., Arch Intern Med 1998;158:1789-1795; US Core AUDIT-C: positive from 4 (men) or 3 (women); with all points '
     'from item 1 probably within limits, review recent intake; the lower cut-off for whoever is neither: default of the '
     'house', 'medical director'),
    ('screen.c_ssrs', 1, 'US', 'screen', '2020-01-01', 'HARD_STOP',
     '{"instrument": "c_ssrs",
       "questions": [
         {"item": "item_1"},
         {"item": "item_2"},
         {"item": "item_3", "asked_when": "item_2"},
         {"item": "item_4", "asked_when": "item_2"},
         {"item": "item_5", "asked_when": "item_2"},
         {"item": "item_6"},
         {"item": "item_6_past_3_months", "asked_when": "item_6"}],
       "triage": [
         {"risk": "high", "when_any": ["item_4", "item_5", "item_6_past_3_months"], "crisis": true},
         {"risk": "moderate", "when_any": ["item_3", "item_6"], "follow_ups": ["clinician_evaluation", "safety_follow_up"]},
         {"risk": "low", "when_any": ["item_1", "item_2"], "follow_ups": ["risk_follow_up"]}]}',
     'Columbia-Suicide Severity Rating Scale, screener with triage points: ideation in the past month, behavior in life and in '
     'the past 3 months; what a risk asks for: default of the house', 'medical director');

-- What to do at once, in that order, whether or not anybody answers the page.
insert into rule (rule_id, version, jurisdiction, family, effective_from, severity, parameters, source, approved_by)
values
    ('crisis_steps.on_site', 1, 'US', 'crisis_steps', '2020-01-01', 'HARD_STOP',
     '{"setting": "on_site",
       "steps": [
         {"code": "do_not_leave_alone"},
         {"code": "evaluate_now"},
         {"code": "fetch_second_staff"},
         {"code": "call_emergency_services_in_imminent_danger", "contact": "911"},
         {"code": "offer_crisis_line", "contact": "988"},
         {"code": "record_disposition"}]}',
     'C-SSRS triage, high risk: immediate evaluation, not left alone, supervisor and prescriber called; 988 by call, text and '
     'chat at any hour, 911 for imminent danger', 'medical director'),
    ('crisis_steps.remote', 1, 'US', 'crisis_steps', '2020-01-01', 'HARD_STOP',
     '{"setting": "remote",
       "steps": [
         {"code": "keep_on_line"},
         {"code": "note_location"},
         {"code": "evaluate_now"},
         {"code": "fetch_second_staff_on_another_channel"},
         {"code": "call_emergency_services_in_imminent_danger", "contact": "911"},
         {"code": "transfer_warmly_to_crisis_line", "contact": "988"},
         {"code": "record_disposition"}]}',
     'C-SSRS triage, high risk at a distance: location captured, kept on the line, warm transfer to 988 or 911, a second staff '
     'channel', 'medical director'),
    ('crisis_disposition', 1, 'US', 'crisis_disposition', '2020-01-01', 'HARD_STOP',
     '{"note_needed_for": ["no_crisis_found"]}',
     'a crisis ends with a disposition of a licensed clinician; who finds none there says why; default of the house',
     'medical director');

-- An instrument filled in: every answer by its item, the score and the rule that it came from.
create table screen (
    screen_id    uuid        primary key,
    tenant_id    text        not null,
    episode_id   uuid        not null references episode,
    instrument   text        not null,
    language     text        not null,
    sex          text,
    answers      jsonb       not null,
    total        smallint    check (total >= 0),
    band_code    text        not null,
    suicide_risk text,
    follow_ups   text[]      not null,
    notes        text[]      not null,
    rule_id      text        not null,
    rule_version integer     not null,
    recorded_by  uuid        not null,
    recorded_at  timestamptz not null
);
alter table screen enable row level security;
alter table screen force row level security;
create policy tenant on screen using (tenant_id = stepwell_tenant());
create index screen_by_episode on screen (episode_id, instrument, recorded_at desc);

-- `location` and `note` are encrypted with the patient's key. Closed means: with a disposition, by a person.
create table crisis (
    crisis_id   uuid        primary key,
    tenant_id   text        not null,
    episode_id  uuid        not null references episode,
    screen_id   uuid        references screen,
    setting     text        not null check (setting in ('on_site', 'remote')),
    state       text        not null check (state in ('open', 'closed')),
    location    bytea,
    raised_by   uuid        not null,
    raised_at   timestamptz not null,
    disposition text,
    note        bytea,
    closed_by   uuid,
    closed_at   timestamptz,
    check ((state = 'closed') = (disposition is not null)),
    check ((state = 'closed') = (closed_by is not null)),
    check ((state = 'closed') = (closed_at is not null)),
    check (note is null or state = 'closed')
);
alter table crisis enable row level security;
alter table crisis force row level security;
create policy tenant on crisis using (tenant_id = stepwell_tenant());
create unique index crisis_under_way on crisis (episode_id) where state = 'open';
create index crisis_by_episode on crisis (episode_id, raised_at);

create table risk_report (
    report_id   uuid        primary key,
    tenant_id   text        not null,
    episode_id  uuid        not null references episode,
    signal      text        not null,
    happened_at timestamptz not null,
    reported_by uuid        not null,
    reported_at timestamptz not null check (reported_at >= happened_at)
);
alter table risk_report enable row level security;
alter table risk_report force row level security;
create policy tenant on risk_report using (tenant_id = stepwell_tenant());
create index risk_report_by_episode on risk_report (episode_id, happened_at);

-- migrate:down
drop table risk_report, crisis, screen;
delete from rule where family in ('screen', 'crisis_steps', 'crisis_disposition');
