-- migrate:up
set lock_timeout = '5s';

-- What intake keeps of the reference data that scheduling publishes. Ids are the publisher's, so the key has the tenant.
create table ref_facility (
    tenant_id   text   not null,
    facility_id uuid   not null,
    zone        text   not null,
    holidays    date[] not null,
    version     bigint not null,
    primary key (tenant_id, facility_id)
);
alter table ref_facility enable row level security;
alter table ref_facility force row level security;
create policy tenant on ref_facility using (tenant_id = stepwell_tenant());

create table ref_program (
    tenant_id        text    not null,
    program_id       uuid    not null,
    facility_id      uuid    not null,
    program_type     text    not null,
    level_of_care    text    not null,
    minutes_per_week integer not null,
    version          bigint  not null,
    primary key (tenant_id, program_id)
);
alter table ref_program enable row level security;
alter table ref_program force row level security;
create policy tenant on ref_program using (tenant_id = stepwell_tenant());

create table ref_staff (
    tenant_id   text   not null,
    staff_id    uuid   not null,
    facility_id uuid   not null,
    roles       text[] not null,
    credentials text[] not null,
    version     bigint not null,
    primary key (tenant_id, staff_id)
);
alter table ref_staff enable row level security;
alter table ref_staff force row level security;
create policy tenant on ref_staff using (tenant_id = stepwell_tenant());

-- migrate:down
drop table ref_staff, ref_program, ref_facility;
