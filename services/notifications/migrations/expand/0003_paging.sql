-- migrate:up
set lock_timeout = '5s';

-- Within how many minutes somebody must take a page over before the next in the roster is paged.
create table page_rule (
    rule_id                    text    not null,
    version                    text    not null,
    jurisdiction               text    not null,
    acknowledge_within_minutes integer not null check (acknowledge_within_minutes > 0),
    effective_from             date    not null,
    effective_to               date,
    source                     text    not null,
    primary key (rule_id, version, jurisdiction)
);

insert into page_rule (rule_id, version, jurisdiction, acknowledge_within_minutes, effective_from, source) values
    ('page.acknowledge', '1', 'US', 5, '2020-01-01',
     'C-SSRS screener triage: high risk is evaluated at once, by pages to the staff in charge; 5 minutes: default of the house');

-- Who is paged at a facility. Each roster has a key of its own, which goes with it when the next one is set.
create table on_call_roster (
    facility_id uuid        primary key,
    tenant_id   text        not null,
    version     integer     not null,
    key_id      text        not null,
    wrapped     bytea       not null,
    set_at      timestamptz not null
);
alter table on_call_roster enable row level security;
alter table on_call_roster force row level security;
create policy tenant on on_call_roster using (tenant_id = stepwell_tenant());

-- Levels count from 1 without a gap. The address is a member of staff's, encrypted with the roster's key.
create table on_call_person (
    facility_id uuid    not null references on_call_roster,
    level       integer not null check (level > 0),
    tenant_id   text    not null,
    staff_id    uuid    not null,
    channel     text    not null,
    address     bytea   not null,
    primary key (facility_id, level)
);
alter table on_call_person enable row level security;
alter table on_call_person force row level security;
create policy tenant on on_call_person using (tenant_id = stepwell_tenant());

-- A page about a crisis. `round` and `level` say who is called now, under `call_id`; level 0 is nobody.
create table page (
    page_id         uuid        primary key,
    tenant_id       text        not null,
    facility_id     uuid        not null,
    episode_id      uuid        not null,
    patient_id      uuid        not null,
    about           uuid        not null unique,
    state           text        not null check (state in ('open', 'acknowledged', 'closed')),
    round           integer     not null,
    level           integer     not null,
    call_id         uuid        not null,
    rule_version    text        not null,
    raised_at       timestamptz not null,
    acknowledge_by  timestamptz not null,
    acknowledged_by uuid,
    acknowledged_at timestamptz,
    closed_at       timestamptz
);
alter table page enable row level security;
alter table page force row level security;
create policy tenant on page using (tenant_id = stepwell_tenant());
create index page_by_episode on page (tenant_id, episode_id);
create index page_open on page (tenant_id, facility_id, acknowledge_by) where state = 'open';

-- The ledger of calls, as `attempt` is that of messages.
create table page_attempt (
    call_id        uuid        not null,
    number         integer     not null,
    tenant_id      text        not null,
    page_id        uuid        not null references page,
    level          integer     not null,
    staff_id       uuid        not null,
    roster_version integer     not null,
    channel        text        not null,
    begun_at       timestamptz not null default clock_timestamp(),
    ended_at       timestamptz,
    outcome        text,
    provider_id    text,
    address_hash   bytea,
    primary key (call_id, number)
);
alter table page_attempt enable row level security;
alter table page_attempt force row level security;
create policy tenant on page_attempt using (tenant_id = stepwell_tenant());
create index page_attempt_by_page on page_attempt (page_id);

-- migrate:down
drop table page_attempt, page, on_call_person, on_call_roster, page_rule;
