-- migrate:up
set lock_timeout = '5s';

-- Why seats were exchanged or given up: step-down, step-up, transfer, hold, discharge.
alter table replacement add column reason_code text not null default 'step_down';

-- migrate:down
alter table replacement drop column reason_code;
