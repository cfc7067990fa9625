-- migrate:up
set lock_timeout = '5s';

-- ISO 3166-2 of the place, such as US-FL; null until its publisher tells it.
alter table ref_facility add column jurisdiction text;

-- Whether a patient allowed contact through a channel, as intake's events tell it. Only intake's answer lets a message go;
-- this copy stops one, from the moment at which it is known that no channel is left.
create table ref_permission (
    patient_id uuid    not null,
    channel    text    not null,
    tenant_id  text    not null,
    permitted  boolean not null,
    version    bigint  not null,
    primary key (patient_id, channel)
);
alter table ref_permission enable row level security;
alter table ref_permission force row level security;
create policy tenant on ref_permission using (tenant_id = stepwell_tenant());

-- Appointments as scheduling's events tell them: a cancellation says when it would have been.
create table ref_appointment (
    booking_id  uuid        primary key,
    tenant_id   text        not null,
    facility_id uuid        not null,
    starts_at   timestamptz not null,
    version     bigint      not null
);
alter table ref_appointment enable row level security;
alter table ref_appointment force row level security;
create policy tenant on ref_appointment using (tenant_id = stepwell_tenant());

-- `channel` is null until the first attempt chooses one. `slot` is the rule of a reminder. `asked_by` is who asked for a
-- message that no fact asks for.
alter table message
    alter column channel drop not null,
    alter column starts_at drop not null,
    add column slot text,
    add column rule_version text,
    add column asked_by uuid,
    add column delivered_at timestamptz;
create index message_of_outreach on message (tenant_id, patient_id, due_at) where template = 'please_call';
create index message_failed on message (tenant_id, facility_id, useful_until) where state = 'failed';

-- `refused` tells a provider's no from its "later"; `receipt` is the last word that came back from it. `language` is the
-- one that was written in: whoever answers from the address is answered in it.
alter table attempt
    add column provider text not null default 'smtp',
    add column language text,
    add column quiet_version text,
    add column refused boolean not null default false,
    add column receipt text check (receipt in ('delivered', 'undeliverable')),
    add column receipt_at timestamptz;
alter table attempt alter column provider drop default;
create index attempt_by_time on attempt (tenant_id, begun_at);

-- Providers of a channel, the first in place to be tried first. How long one that broke off in the middle may still say
-- by receipt what became of the message, before the next is asked.
create table provider_rule (
    rule_id                text    not null,
    version                text    not null,
    jurisdiction           text    not null,
    channel                text    not null,
    provider               text    not null,
    place                  integer not null,
    active                 boolean not null,
    receipt_within_seconds integer not null check (receipt_within_seconds >= 0),
    effective_from         date    not null,
    effective_to           date,
    source                 text    not null,
    primary key (rule_id, version, jurisdiction)
);

insert into provider_rule
    (rule_id, version, jurisdiction, channel, provider, place, active, receipt_within_seconds, effective_from, source)
values
    ('provider.smtp', '1', 'US', 'email', 'smtp', 1, true, 0, '2020-01-01', 'Mail server of the house; it sends no receipts'),
    ('provider.alpha', '1', 'US', 'sms', 'alpha', 1, true, 300, '2020-01-01', 'Contract of the house: first provider'),
    ('provider.bravo', '1', 'US', 'sms', 'bravo', 2, true, 300, '2020-01-01', 'Contract of the house: second provider');

-- Hours in force add up: a message arrives only inside all that apply where the facility is.
insert into quiet_rule (rule_id, version, jurisdiction, opens_at, closes_at, effective_from, source) values
    ('quiet_hours.federal', '1', 'US', '08:00', '21:00', '2020-01-01',
     '47 CFR 64.1200(c)(1): not before 08:00 or after 21:00 local time of the called party'),
    ('quiet_hours.florida', '1', 'US-FL', '08:00', '20:00', '2021-07-01', 'Fla. Stat. 501.616(6): not after 20:00'),
    ('quiet_hours.oklahoma', '1', 'US-OK', '08:00', '20:00', '2022-11-01', 'Okla. Stat. 15-775C.4: not after 20:00'),
    ('quiet_hours.washington', '1', 'US-WA', '08:00', '20:00', '2022-06-09', 'RCW 80.36.390: not after 20:00');

-- How many messages of a category may go to one patient: in one local day (`days` 1), or in so many.
create table cap_rule (
    rule_id        text    not null,
    version        text    not null,
    jurisdiction   text    not null,
    category       text    not null,
    most           integer not null check (most > 0),
    days           integer not null check (days > 0),
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version, jurisdiction)
);

insert into cap_rule (rule_id, version, jurisdiction, category, most, days, effective_from, source) values
    ('cap.day', '1', 'US', 'outreach', 1, 1, '2020-01-01',
     '47 CFR 64.1200(a)(9)(iv): health care texts without prior consent, one a day; the house keeps it with consent too'),
    ('cap.week', '1', 'US', 'outreach', 3, 7, '2020-01-01',
     '47 CFR 64.1200(a)(9)(iv): health care texts without prior consent, three a week; the house keeps it with consent too');

-- All three reminders are in force. Appointments of one day that begin within `one_within_minutes` after another are
-- covered by its reminder.
alter table reminder_rule add column one_within_minutes integer not null default 0 check (one_within_minutes >= 0);
update reminder_rule set effective_to = '2026-01-01' where version = '1';
insert into reminder_rule (rule_id, version, hours_before, active, one_within_minutes, effective_from, source) values
    ('reminder.72h', '2', 72, true, 180, '2026-01-01', 'Default of the house: 72 h, 24 h and 2 h, one for sessions in a row'),
    ('reminder.24h', '2', 24, true, 180, '2026-01-01', 'Default of the house: 72 h, 24 h and 2 h, one for sessions in a row'),
    ('reminder.2h', '2', 2, true, 180, '2026-01-01', 'Default of the house: 72 h, 24 h and 2 h, one for sessions in a row');

do $$
begin
    execute format('revoke insert, update, delete on provider_rule, cap_rule from %I', stepwell_role('app'));
end $$;

-- migrate:down
drop table cap_rule, provider_rule, ref_appointment, ref_permission;
drop index attempt_by_time, message_of_outreach, message_failed;
delete from reminder_rule where version = '2';
update reminder_rule set effective_to = null where version = '1';
alter table reminder_rule drop column one_within_minutes;
delete from quiet_rule where rule_id like 'quiet_hours.%';
alter table attempt
    drop column provider, drop column language, drop column quiet_version, drop column refused, drop column receipt,
    drop column receipt_at;
alter table message
    alter column channel set not null,
    alter column starts_at set not null,
    drop column slot, drop column rule_version, drop column asked_by, drop column delivered_at;
alter table ref_facility drop column jurisdiction;
