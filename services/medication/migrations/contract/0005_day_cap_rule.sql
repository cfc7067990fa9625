-- migrate:up
set lock_timeout = '5s';

-- Caps of days gave way to limits of days and first doses, by protocol (expand 0005).
drop table day_cap_rule;

-- migrate:down
select 1;
