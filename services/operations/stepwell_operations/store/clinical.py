"""What was found and agreed about an episode: screens, the treatment plan, the payer's answers."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.http.operations import AuthorizationRow, PlanRow, ScreenRow
from stepwell_postgres.transaction import Transaction

#: The latest of each instrument, the latest first.
LATEST_SCREENS = """
select instrument, total, band_code, suicide_risk, previous_total, at
from (
    select instrument, total, band_code, suicide_risk, at, version,
           lag(total) over (partition by instrument order by version) as previous_total,
           row_number() over (partition by instrument order by version desc) as place
    from screen where episode_id = $1
) ranked
where place = 1
order by version desc
"""

#: A plan that is signed supersedes the one before it.
PLAN = """
select plan_id, signed_at, reviewed_at, goals, goals_met from treatment_plan
where episode_id = $1
order by signed_at desc nulls last, version desc
limit 1
"""

AUTHORIZATIONS = """
select authorization_id, state, units, covers_from, covers_to from payer_authorization
where episode_id = $1
order by covers_to desc, version desc
"""


async def latest_screens(tx: Transaction, episode_id: UUID) -> Sequence[ScreenRow]:
    """The latest result of each instrument that was used in an episode."""
    return [ScreenRow(**row) for row in await tx.connection.fetch(LATEST_SCREENS, episode_id)]


async def plan_in_force(tx: Transaction, episode_id: UUID) -> PlanRow | None:
    """The plan that was signed last."""
    row = await tx.connection.fetchrow(PLAN, episode_id)
    return None if row is None else PlanRow(**row)


async def authorizations(tx: Transaction, episode_id: UUID) -> Sequence[AuthorizationRow]:
    """The payer's answers about an episode, those that reach furthest first."""
    return [AuthorizationRow(**row) for row in await tx.connection.fetch(AUTHORIZATIONS, episode_id)]
