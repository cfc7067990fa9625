"""Care tasks: what waits for a person, and what became of it."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.intake import CareTaskClosed, CareTaskEscalated, CareTaskOpened
from stepwell_contracts.events.intake_clinical import CareTaskCompleted
from stepwell_messaging.incoming import Incoming
from stepwell_operations.domain.tasks import WITHDRAWN
from stepwell_postgres.transaction import Transaction

Closing = CareTaskClosed | CareTaskCompleted

OPEN = """
insert into care_task (tenant_id, task_id, episode_id, kind, role, due_at, opened_at, state, version)
select $1, e.task_id, e.episode_id, e.kind, e.role, e.due_at, e.at, 'open', e.version
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bigint[])
     as e (task_id, episode_id, kind, role, due_at, at, version)
order by e.task_id
on conflict do nothing
"""

#: Counts the escalations that the row does not have yet; the last of them says whom and by when.
ESCALATE = """
update care_task c set escalated_to = e.role, escalation_due_at = e.due_at, escalations = c.escalations + e.times,
                       version = e.version
from (
    select e.task_id, (array_agg(e.role order by e.version desc))[1] as role,
           (array_agg(e.due_at order by e.version desc))[1] as due_at, count(distinct e.version) as times,
           max(e.version) as version
    from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[]) as e (task_id, role, due_at, version)
    join care_task known on known.task_id = e.task_id and known.version < e.version
    group by e.task_id
) e
where c.task_id = e.task_id
"""

CLOSE = """
update care_task c set state = 'closed', outcome = e.outcome, withdrawn = e.withdrawn, closed_at = e.at,
                       version = e.version
from unnest($1::uuid[], $2::text[], $3::boolean[], $4::timestamptz[], $5::bigint[])
     as e (task_id, outcome, withdrawn, at, version)
where c.task_id = e.task_id and c.state = 'open' and c.version < e.version
"""


async def keep_care_tasks(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Open, escalate and close, which is the order in which it happens to a task; how it ended first stands."""
    opened: dict[UUID, tuple[CareTaskOpened, Incoming]] = {}
    escalated: list[tuple[CareTaskEscalated, int]] = []
    closed: dict[UUID, tuple[Closing, Incoming]] = {}
    for one in incoming:
        match one.event:
            case CareTaskOpened() as event:
                opened[event.task_id] = event, one
            case CareTaskEscalated() as event:
                escalated.append((event, one.envelope.version))
            case CareTaskClosed() | CareTaskCompleted() as event:
                closed.setdefault(event.task_id, (event, one))
    if opened:
        await _open(tx, list(opened.values()))
    if escalated:
        await _escalate(tx, escalated)
    if closed:
        await _close(tx, list(closed.values()))


async def _open(tx: Transaction, rows: Sequence[tuple[CareTaskOpened, Incoming]]) -> None:
    await tx.connection.execute(
        OPEN,
        tx.tenant,
        [event.task_id for event, _ in rows],
        [event.episode_id for event, _ in rows],
        [event.kind for event, _ in rows],
        [event.role for event, _ in rows],
        [event.due_at for event, _ in rows],
        [one.envelope.time for _, one in rows],
        [one.envelope.version for _, one in rows],
    )


async def _escalate(tx: Transaction, rows: Sequence[tuple[CareTaskEscalated, int]]) -> None:
    await tx.connection.execute(
        ESCALATE,
        [event.task_id for event, _ in rows],
        [event.role for event, _ in rows],
        [event.due_at for event, _ in rows],
        [version for _, version in rows],
    )


async def _close(tx: Transaction, rows: Sequence[tuple[Closing, Incoming]]) -> None:
    await tx.connection.execute(
        CLOSE,
        [event.task_id for event, _ in rows],
        [event.outcome for event, _ in rows],
        [isinstance(event, CareTaskClosed) and event.outcome in WITHDRAWN for event, _ in rows],
        [one.envelope.time for _, one in rows],
        [one.envelope.version for _, one in rows],
    )
