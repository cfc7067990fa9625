-- migrate:up
set lock_timeout = '5s';

-- Rules that law, payer or medicine may change. A version is never edited: it ends, and the next one begins.
-- `family` groups the rows of one table of rules, `place` orders them. 'any' stands for every program type or age band.
create table rule (
    rule_id        text    not null,
    version        integer not null check (version > 0),
    jurisdiction   text    not null,
    program_type   text    not null default 'any',
    age_band       text    not null default 'any',
    family         text    not null,
    place          integer not null default 0,
    effective_from date    not null,
    effective_to   date    check (effective_to > effective_from),
    severity       text    not null,
    override_role  text,
    parameters     jsonb   not null,
    source         text    not null,
    approved_by    text    not null,
    primary key (rule_id, version, jurisdiction, program_type, age_band),
    constraint rule_in_force_once exclude using gist
        (rule_id with =, jurisdiction with =, program_type with =, age_band with =,
         daterange(effective_from, effective_to, '[)') with &&)
);
create index rule_by_family on rule (family, jurisdiction, place);

-- Deadlines that the journey of an episode keeps; days are calendar days unless said.
create table deadline_rule (
    program_type                   text      not null,
    jurisdiction                   text      not null,
    version                        integer   not null check (version > 0),
    effective_from                 date      not null,
    effective_to                   date      check (effective_to > effective_from),
    referral_contact_business_days integer   not null check (referral_contact_business_days > 0),
    escalation_hours               integer   not null check (escalation_hours > 0),
    week_close_after_hours         integer   not null check (week_close_after_hours >= 0),
    skills_after_weeks             integer   not null check (skills_after_weeks > 0),
    consolidate_after_weeks        integer   not null check (consolidate_after_weeks > skills_after_weeks),
    step_down_review_weeks         integer   not null check (step_down_review_weeks > 0),
    aftercare_check_days           integer[] not null,
    aftercare_days                 integer   not null check (aftercare_days >= all (aftercare_check_days)),
    source                         text      not null,
    approved_by                    text      not null,
    primary key (program_type, jurisdiction, version),
    constraint deadline_rule_in_force_once exclude using gist
        (program_type with =, jurisdiction with =, daterange(effective_from, effective_to, '[)') with &&)
);

do $$
begin
    execute format('revoke insert, update, delete on rule, deadline_rule from %I', stepwell_role('app'));
end $$;

-- migrate:down
drop table deadline_rule, rule;
