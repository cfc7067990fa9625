"""Reads what the services' own tables say: phases, tasks, seats, stock, messages, and the read models of operations."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from stepwell_postgres.pool import Connection
from stepwell_simulation.verify.evidence import Booking, Care, Lot, Seats, Standing, Task

#: By keeper; null is what it does not keep.
STANDINGS: Mapping[str, str] = MappingProxyType(
    {
        "intake": "select episode_id, phase, facility_id::text, part, program_id::text from episode",
        "operations": "select episode_id, phase, facility_id::text, part, program_id::text from journey",
        "scheduling": "select episode_id, phase, facility_id::text, part, program_id::text from ref_episode",
        "medication": "select episode_id, phase, facility_id::text, null as part, program_id::text from ref_episode",
        "notifications": """
            select episode_id, phase, facility_id::text, null as part, null as program_id from ref_episode
        """,
    }
)

BRIDGED = "select episode_id, closed_at is not null as closed from episode"

OPEN_TASKS = "select task_id, episode_id, kind from care_task where state = 'open'"

#: A decision that the journey could not carry out stays open until the next one; a person was told by a task.
OPEN_DECISIONS = """
select episode_id from decision d
where state = 'open' and not exists (
    select from care_task t
    where t.episode_id = d.episode_id and t.kind = 'action_rejected' and t.opened_at >= d.decided_at
)
"""

BOOKINGS = """
select booking_id, session_id, episode_id, b.state, starts_at from booking b join session s using (session_id)
"""

#: Seats that an exchange gave up stay taken until it ends.
SESSIONS = """
select session_id, capacity, taken, count(booking_id) filter (where b.state in ('booked', 'replaced')) as held
from session s left join booking b using (session_id)
group by session_id
"""

LOTS = """
select lot_id, entries, count(*) as rows, max(number) as last, sum(quantity_mg) as total_mg,
       (array_agg(balance_mg order by number desc))[1] as balance_mg
from lot join stock_entry using (lot_id)
group by lot_id
"""

COUNT_MESSAGES = "select count(*) from message"

#: One message, sent by two attempts; or two messages that say the same about the same thing for the same instant.
REPEATED = """
select format('message %s', message_id) as subject
from attempt where outcome in ('sent', 'taken') group by message_id having count(*) > 1
union all
select format('%s about %s', template, about)
from message where state = 'sent' group by template, channel, about, due_at having count(*) > 1
"""

OVERDUE = """
select format('message %s', message_id) as subject from message where state in ('due', 'sending') and useful_until < $1
"""

TOLD = "select event_id from timeline"

PASSED_OVER = "select format('%s %s', service, patient_id) as subject from stream_seen where missing > 0"

TOLD_TASKS = "select task_id from care_task where state = 'open'"

TOLD_BOOKINGS = "select booking_id, state from booking"


async def read_care(into: Mapping[str, Connection], late: datetime) -> Care:
    """What the services say, by connections into their databases; `late` is in domain time."""
    scheduling, notifications, operations = into["scheduling"], into["notifications"], into["operations"]
    return Care(
        standings={keeper: await _standings(into[keeper], statement) for keeper, statement in STANDINGS.items()},
        bridged={row["episode_id"]: row["closed"] for row in await into["journeys"].fetch(BRIDGED)},
        told=frozenset(row["event_id"] for row in await operations.fetch(TOLD)),
        passed_over=[row["subject"] for row in await operations.fetch(PASSED_OVER)],
        tasks={row["task_id"]: Task(row["episode_id"], row["kind"]) for row in await into["intake"].fetch(OPEN_TASKS)},
        told_tasks=frozenset(row["task_id"] for row in await operations.fetch(TOLD_TASKS)),
        open_decisions=frozenset(row["episode_id"] for row in await into["intake"].fetch(OPEN_DECISIONS)),
        bookings=await _bookings(scheduling),
        told_bookings={row["booking_id"]: row["state"] for row in await operations.fetch(TOLD_BOOKINGS)},
        sessions=[Seats(**dict(row)) for row in await scheduling.fetch(SESSIONS)],
        lots=[Lot(**dict(row)) for row in await into["medication"].fetch(LOTS)],
        messages=await notifications.fetchval(COUNT_MESSAGES),
        repeated=[row["subject"] for row in await notifications.fetch(REPEATED)],
        overdue=[row["subject"] for row in await notifications.fetch(OVERDUE, late)],
    )


async def _standings(connection: Connection, statement: str) -> Mapping[UUID, Standing]:
    return {
        row["episode_id"]: Standing(row["phase"], row["facility_id"], row["part"], row["program_id"])
        for row in await connection.fetch(statement)
    }


async def _bookings(connection: Connection) -> Mapping[UUID, Booking]:
    return {
        row["booking_id"]: Booking(row["session_id"], row["episode_id"], row["state"], row["starts_at"])
        for row in await connection.fetch(BOOKINGS)
    }
