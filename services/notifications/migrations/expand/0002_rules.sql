-- migrate:up
set lock_timeout = '5s';

-- When reminders are sent before an appointment. Rows that are not active are known and off.
create table reminder_rule (
    rule_id        text    not null,
    version        text    not null,
    hours_before   integer not null,
    active         boolean not null,
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version)
);

insert into reminder_rule (rule_id, version, hours_before, active, effective_from, source) values
    ('reminder.72h', '1', 72, false, '2020-01-01', 'Default of the house: 72 h, 24 h and 2 h'),
    ('reminder.24h', '1', 24, true, '2020-01-01', 'Default of the house: 72 h, 24 h and 2 h'),
    ('reminder.2h', '1', 2, false, '2020-01-01', 'Default of the house: 72 h, 24 h and 2 h');

-- Local hours of the recipient in which messages may arrive: from the first to before the last.
create table quiet_rule (
    rule_id        text not null,
    version        text not null,
    jurisdiction   text not null,
    opens_at       time not null,
    closes_at      time not null,
    effective_from date not null,
    effective_to   date,
    source         text not null,
    primary key (rule_id, version, jurisdiction)
);

insert into quiet_rule (rule_id, version, jurisdiction, opens_at, closes_at, effective_from, source) values
    ('quiet_hours', '1', 'US', '09:00', '20:00', '2020-01-01',
     'TCPA: 08:00 to 21:00 recipient local time, some states to 20:00; the platform stays inside all of them');

-- migrate:down
drop table quiet_rule, reminder_rule;
