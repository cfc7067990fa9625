-- migrate:up
set lock_timeout = '5s';

-- One row per program type gave way to one row per deadline (expand 0006).
drop table deadline_rule;

-- migrate:down
select 1;
