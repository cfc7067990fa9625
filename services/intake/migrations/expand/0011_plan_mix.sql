-- migrate:up
set lock_timeout = '5s';

-- The sessions that the minutes of each modality are held in; none where the program's own mix holds.
alter table treatment_plan add column mix jsonb not null default '[]';

-- migrate:down
alter table treatment_plan drop column mix;
