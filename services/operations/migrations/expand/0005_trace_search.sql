-- migrate:up
set lock_timeout = '5s';

-- A trace leads to the episodes that it went through.
create index timeline_by_trace on timeline (tenant_id, trace_id) where trace_id is not null;

-- migrate:down
drop index timeline_by_trace;
