"""Treatment plans: when they were signed, and what the last review found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from stepwell_contracts.events.intake_clinical import PlanReviewed, PlanSigned
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

KEEP = """
insert into treatment_plan as plan (tenant_id, plan_id, episode_id, signed_at, reviewed_at, goals, goals_met, version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::integer[], $7::integer[],
            $8::bigint[]) as e
order by 2
on conflict (tenant_id, plan_id) do update
    set signed_at = coalesce(excluded.signed_at, plan.signed_at),
        reviewed_at = coalesce(excluded.reviewed_at, plan.reviewed_at),
        goals = coalesce(excluded.goals, plan.goals), goals_met = coalesce(excluded.goals_met, plan.goals_met),
        version = excluded.version
    where plan.version < excluded.version
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the events of a batch say of a plan."""

    plan_id: UUID
    episode_id: UUID
    signed_at: datetime | None = None
    reviewed_at: datetime | None = None
    goals: int | None = None
    goals_met: int | None = None
    version: int = 0


async def keep_plans(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Note signature and last review of each plan."""
    plans: dict[UUID, Plan] = {}
    for one in incoming:
        at, version = one.envelope.time, one.envelope.version
        match one.event:
            case PlanSigned() as event:
                known = plans.get(event.plan_id, Plan(event.plan_id, event.episode_id))
                plans[event.plan_id] = replace(known, signed_at=at, version=version)
            case PlanReviewed() as event:
                known = plans.get(event.plan_id, Plan(event.plan_id, event.episode_id))
                plans[event.plan_id] = replace(
                    known, reviewed_at=at, goals=event.goals, goals_met=event.goals_met, version=version
                )
    if plans:
        await _keep(tx, list(plans.values()))


async def _keep(tx: Transaction, rows: Sequence[Plan]) -> None:
    await tx.connection.execute(
        KEEP,
        tx.tenant,
        [row.plan_id for row in rows],
        [row.episode_id for row in rows],
        [row.signed_at for row in rows],
        [row.reviewed_at for row in rows],
        [row.goals for row in rows],
        [row.goals_met for row in rows],
        [row.version for row in rows],
    )
