-- migrate:up
set lock_timeout = '5s';

create table ref_facility (
    facility_id uuid   primary key,
    tenant_id   text   not null,
    zone        text   not null,
    version     bigint not null
);
alter table ref_facility enable row level security;
alter table ref_facility force row level security;
create policy tenant on ref_facility using (tenant_id = stepwell_tenant());

create table ref_episode (
    episode_id  uuid   primary key,
    tenant_id   text   not null,
    patient_id  uuid   not null,
    facility_id uuid   not null,
    phase       text   not null,
    version     bigint not null
);
alter table ref_episode enable row level security;
alter table ref_episode force row level security;
create policy tenant on ref_episode using (tenant_id = stepwell_tenant());

create table medication_order (
    order_id     uuid        primary key,
    tenant_id    text        not null,
    facility_id  uuid        not null,
    episode_id   uuid        not null,
    patient_id   uuid        not null,
    medicine     text        not null,
    state        text        not null check (state in ('active', 'ended')),
    gate_rule    text        not null,
    rule_version text        not null,
    score        integer     not null,
    score_at     timestamptz not null,
    ordered_by   uuid        not null,
    started_at   timestamptz not null
);
alter table medication_order enable row level security;
alter table medication_order force row level security;
create policy tenant on medication_order using (tenant_id = stepwell_tenant());
create unique index one_active_order on medication_order (episode_id, medicine) where state = 'active';
create index medication_order_by_facility on medication_order (tenant_id, facility_id) where state = 'active';

create table dose (
    dose_id     uuid          primary key,
    tenant_id   text          not null,
    order_id    uuid          not null references medication_order,
    amount_mg   numeric(6, 2) not null check (amount_mg > 0),
    given_on    date          not null,
    given_at    timestamptz   not null,
    observed_by uuid          not null
);
alter table dose enable row level security;
alter table dose force row level security;
create policy tenant on dose using (tenant_id = stepwell_tenant());
create index dose_by_day on dose (order_id, given_on);

-- migrate:down
drop table dose, medication_order, ref_episode, ref_facility;
