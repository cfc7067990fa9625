"""Duties: due instants in domain time that concern one row of one service, each run as a use case, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.errors import Conflict
from stepwell_postgres.pool import Connection
from stepwell_postgres.transaction import Transaction

SCHEDULE = """
insert into duty (kind, key, tenant_id, due_at, payload)
values ($1, $2, $3, $4, $5)
on conflict (kind, key) do update
    set due_at = excluded.due_at, payload = excluded.payload, state = 'due', attempts = 0, retry_at = null,
        error_code = null, ended_at = null
    where duty.state <> 'done'
"""

CANCEL = (
    "update duty set state = 'cancelled', ended_at = clock_timestamp() where kind = $1 and key = $2 and state = 'due'"
)

COMPLETE = """
update duty set state = 'done', ended_at = clock_timestamp(), error_code = $3
where kind = $1 and key = $2 and state = 'due'
returning true
"""

DUE = """
select d.kind, d.key, d.tenant_id, d.due_at, d.payload, d.attempts
from duty d
where d.state = 'due' and d.due_at <= $1 and (d.retry_at is null or d.retry_at <= clock_timestamp())
      and ($3::text[] is null or d.kind = any($3))
order by d.due_at, d.key
limit $2
"""

FAIL = """
update duty
set attempts = attempts + 1, error_code = $3, retry_at = clock_timestamp() + $4::interval,
    state = case when $5 then 'parked' else state end
where kind = $1 and key = $2 and state = 'due'
"""


@dataclass(frozen=True, slots=True)
class Duty:
    """One due thing: its kind names the handler, its key is unique within the kind, its payload holds ids only."""

    kind: str
    key: str
    tenant: str
    due_at: datetime
    payload: dict[str, Any]
    attempts: int

    def caller(self, service: str) -> Caller:
        """The caller that the duty's use case runs as."""
        return Caller(CallerKind.DUTY, self.tenant, f"{service}/duty/{self.kind}", cause=f"{self.kind}/{self.key}")


async def schedule_duty(tx: Transaction, kind: str, key: str, due_at: datetime, payload: dict[str, Any]) -> None:
    """Have the duty run at `due_at`; a duty of that key that has not run yet is moved, one that has run stays done."""
    await tx.connection.execute(SCHEDULE, kind, key, tx.tenant, due_at, payload)


async def cancel_duty(tx: Transaction, kind: str, key: str) -> None:
    """Let the duty never run, if it has not run yet."""
    await tx.connection.execute(CANCEL, kind, key)


async def complete_duty(tx: Transaction, duty: Duty, *, code: str | None = None) -> None:
    """Mark the duty done in the transaction of its effect.

    Raises Conflict (`duty_no_longer_due`) when it was cancelled or done meanwhile, so that the effect is rolled back.
    """
    if not await tx.connection.fetchval(COMPLETE, duty.kind, duty.key, code):
        raise Conflict("duty_no_longer_due", f"the duty {duty.kind} was cancelled or done meanwhile")


async def due_duties(
    connection: Connection, now: datetime, most: int, kinds: Sequence[str] | None = None
) -> list[Duty]:
    """The duties that are due at a domain instant, the oldest first; of all kinds unless some are named."""
    rows = await connection.fetch(DUE, now, most, kinds)
    return [Duty(r["kind"], r["key"], r["tenant_id"], r["due_at"], r["payload"], r["attempts"]) for r in rows]
