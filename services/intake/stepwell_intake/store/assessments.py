"""Assessments of the level of care: ratings, what the rule recommends, what the clinician decided."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_intake.domain.placement import PlacementRule, Ratings
from stepwell_kernel.codes import LevelOfCare
from stepwell_postgres.transaction import Transaction

EDITION = "ASAM3"

INSERT = """
insert into assessment (assessment_id, tenant_id, episode_id, edition, ratings, recommended, rule_id, rule_version,
                        decided, reason_code, decided_by, decided_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

NEWEST = """
select assessment_id, decided, decided_by
from assessment
where episode_id = $1
order by decided_at desc, assessment_id desc
limit 1
"""


RATINGS = "select ratings from assessment where assessment_id = $1"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was decided, and by whom."""

    assessment_id: UUID
    decided: LevelOfCare
    decided_by: UUID


async def insert_assessment(
    tx: Transaction,
    assessment: Assessment,
    *,
    episode_id: UUID,
    ratings: Ratings,
    recommended: PlacementRule,
    reason_code: str | None,
) -> None:
    """Store an assessment with its inputs and the version of the rule."""
    await tx.connection.execute(
        INSERT,
        assessment.assessment_id,
        tx.tenant,
        episode_id,
        EDITION,
        list(ratings.values),
        recommended.level,
        recommended.rule.rule_id,
        recommended.rule.version,
        assessment.decided,
        reason_code,
        assessment.decided_by,
        tx.now,
    )


async def newest_assessment(tx: Transaction, episode_id: UUID) -> Assessment | None:
    """The newest assessment of an episode; None before the first."""
    row = await tx.connection.fetchrow(NEWEST, episode_id)
    if row is None:
        return None
    return Assessment(row["assessment_id"], LevelOfCare(row["decided"]), row["decided_by"])


async def ratings_of(tx: Transaction, assessment_id: UUID) -> tuple[int, ...]:
    """The ratings of dimensions 1 to 6 of an assessment that exists."""
    return tuple(await tx.connection.fetchval(RATINGS, assessment_id))
