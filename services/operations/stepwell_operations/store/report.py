"""What became of the episodes since the beginning, counted from what events told."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from stepwell_contracts.http.operations_network import Report, TaskTimeliness
from stepwell_kernel.codes import Phase
from stepwell_operations.domain.way import ENDED
from stepwell_operations.store.scope import facilities_of, within
from stepwell_operations.store.stays import STAY_OF_WEEK
from stepwell_operations.store.tallies import by_state, message_tallies
from stepwell_postgres.transaction import Transaction

WITHIN = within("j.facility_id")

#: After a step-up from aftercare the discharge does not count any more.
OUTCOMES = f"""
select case when j.phase = any($3) then coalesce(j.outcome, j.phase) else j.phase end as outcome, count(*) as episodes
from journey j where {WITHIN}
group by 1
order by 2 desc, 1
"""

#: An event of the patient alone counts once, where the patient has an episode.
EVENTS = f"""
select counted.type, sum(counted.events)::integer as events
from (
    select t.type, count(*) as events
    from timeline t join journey j on j.tenant_id = t.tenant_id and j.episode_id = t.episode_id
    where {WITHIN}
    group by t.type
    union all
    select t.type, count(*)
    from timeline t
    where t.episode_id is null
          and exists (select from journey j
                      where j.tenant_id = t.tenant_id and j.patient_id = t.patient_id and {WITHIN})
    group by t.type
) counted
group by counted.type
order by counted.type
"""

WEEKS = f"""
select count(*) as weeks, count(*) filter (where w.shortfall_minutes = 0) as weeks_met,
       coalesce(sum(w.required_minutes), 0)::integer as required_minutes,
       coalesce(sum(w.attended_minutes), 0)::integer as attended_minutes
from episode_week w {STAY_OF_WEEK}
where {within("stay.facility_id")}
"""

TASKS = f"""
select t.kind, count(*) filter (where not t.withdrawn and t.closed_at <= t.due_at) as in_time,
       count(*) filter (where not t.withdrawn and t.closed_at > t.due_at) as late,
       count(*) filter (where t.withdrawn) as withdrawn, count(*) filter (where t.state = 'open') as open,
       count(*) filter (where t.state = 'open' and t.due_at < $4) as overdue
from care_task t join journey j on j.tenant_id = t.tenant_id and j.episode_id = t.episode_id
where {WITHIN} and t.due_at - t.opened_at >= $3
group by t.kind
order by t.kind
"""

NO_SPAN = timedelta()


async def report(tx: Transaction, facility_id: UUID | None = None, *, allowed: timedelta = NO_SPAN) -> Report:
    """The report on a facility, or on all in the caller's scope; tasks count that had at least the time allowed."""
    scope = facilities_of(tx.caller)
    ended = sorted((*ENDED, Phase.AFTERCARE))
    outcomes = {
        row["outcome"]: row["episodes"] for row in await tx.connection.fetch(OUTCOMES, scope, facility_id, ended)
    }
    events = await tx.connection.fetch(EVENTS, scope, facility_id)
    (weeks,) = await tx.connection.fetch(WEEKS, scope, facility_id)
    messages = by_state(await message_tallies(tx, facility_id))
    return Report(
        episodes=sum(outcomes.values()),
        outcomes=outcomes,
        events={row["type"]: row["events"] for row in events},
        messages={state.value: count for state, count in messages.items()},
        tasks=tuple(await timeliness(tx, facility_id, allowed=allowed)),
        **weeks,
    )


async def timeliness(
    tx: Transaction, facility_id: UUID | None = None, *, allowed: timedelta = NO_SPAN
) -> Sequence[TaskTimeliness]:
    """Care tasks by kind: closed in time or late, withdrawn, and still open."""
    rows = await tx.connection.fetch(TASKS, facilities_of(tx.caller), facility_id, allowed, tx.now)
    return [TaskTimeliness(**row) for row in rows]
