"""Treatment plans and their reviews."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

import asyncpg

from stepwell_intake.domain.plan import Goal, Plan, PlanState, PrescribedSessions
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import NotFound
from stepwell_kernel.legal_codes import PlanGoal
from stepwell_postgres.transaction import Transaction

COLUMNS = "plan_id, episode_id, state, goals, minutes_per_week, mix, drafted_on"

INSERT = """
insert into treatment_plan (plan_id, tenant_id, episode_id, state, goals, minutes_per_week, mix, rule_id, rule_version,
                            drafted_by, drafted_on, drafted_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

FIND = f"select {COLUMNS} from treatment_plan where plan_id = $1 and episode_id = $2"

OF_EPISODE = f"""
select {COLUMNS}, signed_at,
       (select max(reviewed_at) from plan_review r where r.plan_id = treatment_plan.plan_id) as reviewed_at
from treatment_plan
where episode_id = $1
order by drafted_at desc, plan_id desc
"""

#: The plan in force, and drafts that are older than the one being signed.
SUPERSEDE = """
update treatment_plan set state = 'superseded', superseded_at = $3
where episode_id = $1 and plan_id <> $2
      and (state = 'signed'
           or state = 'draft' and drafted_at <= (select drafted_at from treatment_plan where plan_id = $2))
"""

SIGN = """
update treatment_plan
set state = 'signed', signed_by = $2, patient_signed_by = $3, patient_signed_on = $4, signed_at = $5
where plan_id = $1
"""

INSERT_REVIEW = """
insert into plan_review (review_id, tenant_id, plan_id, episode_id, goals, goals_met, reviewed_by, reviewed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

PROGRESS = """
select goals, cardinality(goals_met) as goals_met, reviewed_at
from plan_review
where episode_id = $1
order by reviewed_at desc, review_id desc
limit 1
"""


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """What the newest review found: goals met of the goals of the plan."""

    goals: int
    goals_met: int
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan with when it was signed and last reviewed."""

    plan: Plan
    signed_at: datetime | None
    reviewed_at: datetime | None


async def insert_plan(tx: Transaction, plan: Plan, *, rule: RuleVersion, drafted_by: UUID) -> None:
    """Store a draft that has been checked."""
    await tx.connection.execute(
        INSERT,
        plan.plan_id,
        tx.tenant,
        plan.episode_id,
        plan.state,
        [{"code": goal.code, "target_on": goal.target_on.isoformat()} for goal in plan.goals],
        dict(plan.minutes_per_week),
        [asdict(sessions) for sessions in plan.mix],
        rule.rule_id,
        rule.version,
        drafted_by,
        plan.drafted_on,
        tx.now,
    )


async def find_plan(tx: Transaction, episode_id: UUID, plan_id: UUID) -> Plan:
    """A plan of the episode, or NotFound."""
    row = await tx.connection.fetchrow(FIND, plan_id, episode_id)
    if row is None:
        raise NotFound("plan_not_found", "the episode has no such plan")
    return _plan(row)


async def plans_of(tx: Transaction, episode_id: UUID) -> list[StoredPlan]:
    """The plans of an episode, the newest first."""
    rows = await tx.connection.fetch(OF_EPISODE, episode_id)
    return [StoredPlan(_plan(row), row["signed_at"], row["reviewed_at"]) for row in rows]


async def store_signature(
    tx: Transaction, plan: Plan, *, signed_by: UUID, patient_signed_by: str, patient_signed_on: date
) -> None:
    """The plan is in force from now on; those before it no longer are."""
    await tx.connection.execute(SUPERSEDE, plan.episode_id, plan.plan_id, tx.now)
    await tx.connection.execute(SIGN, plan.plan_id, signed_by, patient_signed_by, patient_signed_on, tx.now)


async def insert_review(
    tx: Transaction, plan: Plan, *, review_id: UUID, goals_met: Iterable[PlanGoal], reviewed_by: UUID
) -> None:
    """Store which goals are met."""
    await tx.connection.execute(
        INSERT_REVIEW,
        review_id,
        tx.tenant,
        plan.plan_id,
        plan.episode_id,
        len(plan.goals),
        sorted(goals_met),
        reviewed_by,
        tx.now,
    )


async def plan_progress(tx: Transaction, episode_id: UUID) -> PlanProgress | None:
    """What the newest review of the episode found; None before the first."""
    row = await tx.connection.fetchrow(PROGRESS, episode_id)
    return PlanProgress(row["goals"], row["goals_met"], row["reviewed_at"]) if row else None


def _plan(row: asyncpg.Record) -> Plan:
    return Plan(
        plan_id=row["plan_id"],
        episode_id=row["episode_id"],
        state=PlanState(row["state"]),
        goals=tuple(Goal(PlanGoal(one["code"]), date.fromisoformat(one["target_on"])) for one in row["goals"]),
        minutes_per_week=MappingProxyType(
            {Modality(modality): minutes for modality, minutes in row["minutes_per_week"].items()}
        ),
        drafted_on=row["drafted_on"],
        mix=tuple(
            PrescribedSessions(Modality(one["modality"]), one["sessions"], one["minutes"], one["every_weeks"])
            for one in row["mix"]
        ),
    )
