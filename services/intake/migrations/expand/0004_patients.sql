-- migrate:up
set lock_timeout = '5s';

-- Identity, each field encrypted with the patient's own key; the indexes are keyed hashes that only tell equal from equal.
create table patient (
    patient_id    uuid        primary key,
    tenant_id     text        not null,
    given_name    bytea       not null,
    family_name   bytea       not null,
    born_on       bytea       not null,
    email         bytea,
    phone         bytea,
    zone          text        not null,
    language      text        not null,
    person_index  bytea       not null,
    email_index   bytea,
    phone_index   bytea,
    registered_at timestamptz not null
);
alter table patient enable row level security;
alter table patient force row level security;
create policy tenant on patient using (tenant_id = stepwell_tenant());
create index patient_by_person on patient (tenant_id, person_index);

-- The data key of a patient, wrapped. Deleting the row erases what it encrypted.
create table patient_key (
    patient_id uuid        primary key references patient,
    tenant_id  text        not null,
    key_id     text        not null,
    wrapped    bytea       not null,
    made_at    timestamptz not null
);
alter table patient_key enable row level security;
alter table patient_key force row level security;
create policy tenant on patient_key using (tenant_id = stepwell_tenant());

create table contact_permission (
    patient_id uuid        not null references patient,
    channel    text        not null,
    tenant_id  text        not null,
    permitted  boolean     not null,
    changed_by uuid        not null,
    changed_at timestamptz not null,
    primary key (patient_id, channel)
);
alter table contact_permission enable row level security;
alter table contact_permission force row level security;
create policy tenant on contact_permission using (tenant_id = stepwell_tenant());

-- migrate:down
drop table contact_permission, patient_key, patient;
