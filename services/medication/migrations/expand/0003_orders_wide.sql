-- migrate:up
set lock_timeout = '5s';

alter table ref_facility
    add column jurisdiction text   not null default 'US',
    add column holidays     date[] not null default '{}';

alter table ref_episode
    add column age_band    text,
    add column treated_from timestamptz;

-- Not every medicine has a withdrawal gate. What the prescriber overrode stands with its reason in `order_override`.
alter table medication_order
    alter column gate_rule drop not null,
    alter column score drop not null,
    alter column score_at drop not null,
    add column daily_mg       numeric(6, 2) check (daily_mg > 0),
    add column take_home_days integer check (take_home_days between 0 and 28),
    add column ended_at       timestamptz,
    add column end_reason     text;

create table order_override (
    override_id  uuid        primary key,
    tenant_id    text        not null,
    order_id     uuid        not null references medication_order,
    rule_id      text        not null,
    rule_version text        not null,
    reason       text        not null check (length(reason) between 3 and 500),
    overridden_by uuid       not null,
    overridden_at timestamptz not null
);
alter table order_override enable row level security;
alter table order_override force row level security;
create policy tenant on order_override using (tenant_id = stepwell_tenant());
create index order_override_by_order on order_override (order_id);

-- migrate:down
drop table order_override;
alter table medication_order
    drop column daily_mg, drop column take_home_days, drop column ended_at, drop column end_reason;
alter table ref_episode drop column age_band, drop column treated_from;
alter table ref_facility drop column jurisdiction, drop column holidays;
