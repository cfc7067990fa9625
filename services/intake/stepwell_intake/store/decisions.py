"""Decisions that the journey carries out."""

from uuid import UUID

import asyncpg

from stepwell_intake.domain.decisions import Decision, DecisionKind, DecisionState
from stepwell_kernel.codes import DischargeReason
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into decision (decision_id, tenant_id, episode_id, kind, state, program_id, prescribed_minutes_per_week, reason,
                      last_contact_on, reason_code, facility_id, expected_on, rules, particulars, decided_by,
                      decided_at)
values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""

UNDER_WAY = """
select decision_id, episode_id, kind, program_id, prescribed_minutes_per_week, reason, last_contact_on, reason_code,
       facility_id, expected_on, decided_by, decided_at
from decision
where episode_id = $1 and state = 'open'
"""

SETTLE = "update decision set state = $2, settled_at = $3 where decision_id = $1 and state = 'open'"

DEATHS = """
select exists (
    select from decision d join episode e using (episode_id)
    where e.patient_id = $1 and d.kind = 'discharge' and d.reason = $2 and d.state <> 'superseded'
)
"""


async def insert_decision(tx: Transaction, decision: Decision) -> None:
    """Store a decision, open until it is settled."""
    await tx.connection.execute(
        INSERT,
        decision.decision_id,
        tx.tenant,
        decision.episode_id,
        decision.kind,
        decision.program_id,
        decision.prescribed_minutes_per_week,
        decision.reason,
        decision.last_contact_on,
        decision.reason_code,
        decision.facility_id,
        decision.expected_on,
        [str(rule) for rule in decision.rules],
        dict(decision.particulars),
        decision.decided_by,
        decision.decided_at,
    )


async def decision_under_way(tx: Transaction, episode_id: UUID) -> Decision | None:
    """The decision of the episode that the journey is carrying out."""
    row = await tx.connection.fetchrow(UNDER_WAY, episode_id)
    return None if row is None else _decision(row)


async def settle_decision(tx: Transaction, decision_id: UUID, state: DecisionState) -> None:
    """End an open decision."""
    await tx.connection.execute(SETTLE, decision_id, state, tx.now)


async def has_died(tx: Transaction, patient_id: UUID) -> bool:
    """Whether a discharge for death was decided in any episode of the patient."""
    return bool(await tx.connection.fetchval(DEATHS, patient_id, DischargeReason.DEATH))


def _decision(row: asyncpg.Record) -> Decision:
    return Decision(
        decision_id=row["decision_id"],
        episode_id=row["episode_id"],
        kind=DecisionKind(row["kind"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        program_id=row["program_id"],
        prescribed_minutes_per_week=row["prescribed_minutes_per_week"],
        reason=None if row["reason"] is None else DischargeReason(row["reason"]),
        last_contact_on=row["last_contact_on"],
        reason_code=row["reason_code"],
        facility_id=row["facility_id"],
        expected_on=row["expected_on"],
    )
