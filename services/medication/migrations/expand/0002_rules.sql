-- migrate:up
set lock_timeout = '5s';

-- Rules that medicine may change, with dates and source. They belong to no tenant.
create table withdrawal_rule (
    rule_id        text not null,
    version        text not null,
    medicine       text not null,
    last_opioid    text not null,
    least_score    integer not null,
    fresh_minutes  integer not null,
    effective_from date not null,
    effective_to   date,
    source         text not null,
    primary key (rule_id, version, last_opioid)
);

insert into withdrawal_rule
    (rule_id, version, medicine, last_opioid, least_score, fresh_minutes, effective_from, source)
values
    ('bup_start.withdrawal', '1', 'buprenorphine_naloxone_sl', 'short_acting', 11, 240, '2020-01-01',
     'ASAM National Practice Guideline 2020: COWS 11 to 12 or more'),
    ('bup_start.withdrawal', '1', 'buprenorphine_naloxone_sl', 'long_acting', 11, 240, '2020-01-01',
     'ASAM National Practice Guideline 2020: COWS 11 to 12 or more'),
    ('bup_start.withdrawal', '1', 'buprenorphine_naloxone_sl', 'fentanyl', 13, 240, '2020-01-01',
     'Protocols for fentanyl exposure aim at COWS 13 or more'),
    ('bup_start.withdrawal', '1', 'buprenorphine_naloxone_sl', 'methadone', 13, 240, '2020-01-01',
     'Switch from methadone: COWS 13 or more');

create table day_cap_rule (
    rule_id        text not null,
    version        text not null,
    medicine       text not null,
    treatment_day  integer not null,
    most_mg        numeric(6, 2) not null,
    effective_from date not null,
    effective_to   date,
    source         text not null,
    primary key (rule_id, version, treatment_day)
);

insert into day_cap_rule (rule_id, version, medicine, treatment_day, most_mg, effective_from, source)
values
    ('bup_start.day_cap', '1', 'buprenorphine_naloxone_sl', 1, 8, '2020-01-01', 'Label: 8 mg on day 1'),
    ('bup_start.day_cap', '1', 'buprenorphine_naloxone_sl', 2, 16, '2020-01-01', 'Label: 16 mg on day 2');

-- migrate:down
drop table day_cap_rule, withdrawal_rule;
