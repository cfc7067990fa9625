-- migrate:up
set lock_timeout = '5s';

-- ISO 3166-2 of the place, whose rules hold before those of the country.
alter table facility add column jurisdiction text not null default 'US';

-- Whether the facility's calendar plans the weeks of the program's episodes.
alter table program add column plans_weeks boolean not null default false;

alter table care_group
    add column topic    text,
    add column age_band text,
    add column language text not null default 'en';

alter table staff add column languages text[] not null default '{en}';

-- A visit of one patient has no group; one by video or telephone has no room.
alter table session
    alter column group_id drop not null,
    alter column room_id drop not null,
    add column setting text not null default 'on_site' check (setting in ('on_site', 'video', 'telephone')),
    add column state   text not null default 'scheduled' check (state in ('scheduled', 'cancelled')),
    add constraint session_has_room check (setting <> 'on_site' or room_id is not null or state = 'cancelled');

-- The mix that the treatment plan prescribes, and the local day from which the episode's weeks count.
alter table ref_episode
    add column mix        jsonb,
    add column weeks_from date;

-- migrate:down
alter table ref_episode drop column mix, drop column weeks_from;
alter table session
    drop constraint session_has_room, drop column setting, drop column state,
    alter column group_id set not null, alter column room_id set not null;
alter table staff drop column languages;
alter table care_group drop column topic, drop column age_band, drop column language;
alter table program drop column plans_weeks;
alter table facility drop column jurisdiction;
