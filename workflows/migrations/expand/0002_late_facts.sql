-- migrate:up
set lock_timeout = '5s';

-- Where the episode was last in care, for the worklist on which a late clinical fact is put.
alter table episode add column facility_id uuid;

-- migrate:down
alter table episode drop column facility_id;
