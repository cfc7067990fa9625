-- migrate:up
set lock_timeout = '5s';

-- A readmission names the episode before it; the later ones are found by that.
alter table journey add column previous_episode_id uuid;
create index journey_by_previous on journey (tenant_id, previous_episode_id) where previous_episode_id is not null;

-- `due_at` is when the task was due at first; since it was late it concerns `escalated_to` as well, by a time of its own.
alter table care_task add column escalation_due_at timestamptz;
alter table care_task add column escalations integer not null default 0;

-- Every screen that was scored; the latest of an instrument is the one with the highest version.
create table screen (
    tenant_id    text        not null,
    screen_id    uuid        not null,
    episode_id   uuid        not null,
    instrument   text        not null,
    total        integer,
    band_code    text        not null,
    suicide_risk text,
    at           timestamptz not null,
    version      bigint      not null,
    primary key (tenant_id, screen_id)
);
alter table screen enable row level security;
alter table screen force row level security;
create policy tenant on screen using (tenant_id = stepwell_tenant());
create index screen_by_episode on screen (tenant_id, episode_id, instrument, version desc);

create table crisis (
    tenant_id   text        not null,
    crisis_id   uuid        not null,
    episode_id  uuid        not null,
    raised_at   timestamptz not null,
    state       text        not null check (state in ('open', 'closed')),
    disposition text,
    version     bigint      not null,
    primary key (tenant_id, crisis_id)
);
alter table crisis enable row level security;
alter table crisis force row level security;
create policy tenant on crisis using (tenant_id = stepwell_tenant());
create index crisis_open on crisis (tenant_id, episode_id) where state = 'open';

-- Pages of notifications about a crisis, which may be known here before the crisis is. `changed_at` is when the state
-- was entered, `unanswered_at` when everybody on call had last been paged in vain; `version` is that of notifications.
create table page (
    tenant_id     text        not null,
    page_id       uuid        not null,
    episode_id    uuid        not null,
    crisis_id     uuid        not null,
    state         text        not null check (state in ('sent', 'acknowledged', 'unanswered')),
    level         integer,
    changed_at    timestamptz not null,
    unanswered_at timestamptz,
    version       bigint      not null,
    primary key (tenant_id, page_id)
) with (fillfactor = 80);
alter table page enable row level security;
alter table page force row level security;
create policy tenant on page using (tenant_id = stepwell_tenant());
create index page_by_crisis on page (tenant_id, crisis_id);

create table payer_authorization (
    tenant_id        text    not null,
    authorization_id uuid    not null,
    episode_id       uuid    not null,
    state            text    not null,
    units            integer not null,
    covers_from      date    not null,
    covers_to        date    not null,
    version          bigint  not null,
    primary key (tenant_id, authorization_id)
);
alter table payer_authorization enable row level security;
alter table payer_authorization force row level security;
create policy tenant on payer_authorization using (tenant_id = stepwell_tenant());
create index payer_authorization_by_episode on payer_authorization (tenant_id, episode_id);

-- Signed treatment plans, with their last review.
create table treatment_plan (
    tenant_id   text   not null,
    plan_id     uuid   not null,
    episode_id  uuid   not null,
    signed_at   timestamptz,
    reviewed_at timestamptz,
    goals       integer,
    goals_met   integer,
    version     bigint not null,
    primary key (tenant_id, plan_id)
);
alter table treatment_plan enable row level security;
alter table treatment_plan force row level security;
create policy tenant on treatment_plan using (tenant_id = stepwell_tenant());
create index treatment_plan_by_episode on treatment_plan (tenant_id, episode_id);

-- migrate:down
drop table treatment_plan, payer_authorization, page, crisis, screen;
alter table care_task drop column escalations, drop column escalation_due_at;
drop index journey_by_previous;
alter table journey drop column previous_episode_id;
