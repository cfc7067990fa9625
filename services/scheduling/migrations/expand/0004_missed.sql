-- migrate:up
set lock_timeout = '5s';

-- The booking was told as missed, and that the patient came again has not been told since.
alter table booking add column missed_open boolean not null default false;

-- migrate:down
alter table booking drop column missed_open;
