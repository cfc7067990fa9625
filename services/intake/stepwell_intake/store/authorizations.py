"""What payers authorized; the payer's reference is encrypted with the patient's key."""

from uuid import UUID

import asyncpg

from stepwell_intake.domain.authorization import Authorization
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.store.identities import Identities
from stepwell_kernel.codes import AuthorizationState, LevelOfCare
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.legal_codes import UnitKind
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import Place

INSERT = """
insert into payer_authorization (authorization_id, tenant_id, episode_id, level, state, reference, units, units_used,
                                 unit_kind, covers_from, covers_to, rule_id, rule_version, recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""

STANDING = """
select authorization_id, level, state, units, units_used, unit_kind, covers_from, covers_to
from payer_authorization
where episode_id = $1 and replaced_by is null
order by covers_from, recorded_at, authorization_id
"""

REPLACE = """
update payer_authorization set replaced_by = $3
where authorization_id = $1 and episode_id = $2 and replaced_by is null
returning true
"""


async def insert_authorization(
    tx: Transaction,
    identities: Identities,
    authorization: Authorization,
    *,
    episode_id: UUID,
    patient_id: UUID,
    reference: str,
    rule: RuleVersion,
    recorded_by: UUID,
) -> None:
    """Store a payer's answer that has been checked."""
    place = Place(tx.tenant, "payer_authorization", "reference", str(authorization.authorization_id))
    await tx.connection.execute(
        INSERT,
        authorization.authorization_id,
        tx.tenant,
        episode_id,
        authorization.level,
        authorization.state,
        await identities.seal(tx, patient_id, place, reference),
        authorization.units,
        authorization.units_used,
        authorization.unit_kind,
        authorization.covers_from,
        authorization.covers_to,
        rule.rule_id,
        rule.version,
        recorded_by,
        tx.now,
    )


async def replace_authorization(tx: Transaction, episode_id: UUID, replaced: UUID, by: UUID) -> None:
    """Let a later answer take the place of one; Invalid (`authorization_not_standing`) unless it stands."""
    if not await tx.connection.fetchval(REPLACE, replaced, episode_id, by):
        raise Invalid(
            "authorization_not_standing",
            "there is no such authorization to take the place of",
            fields=(FieldProblem("replaces", "is no standing authorization of this episode"),),
        )


async def authorizations_of(tx: Transaction, episode_id: UUID) -> tuple[Authorization, ...]:
    """The standing answers of the payers of an episode, by their first day."""
    return tuple(_authorization(row) for row in await tx.connection.fetch(STANDING, episode_id))


def _authorization(row: asyncpg.Record) -> Authorization:
    return Authorization(
        authorization_id=row["authorization_id"],
        level=LevelOfCare(row["level"]),
        state=AuthorizationState(row["state"]),
        units=row["units"],
        units_used=row["units_used"],
        unit_kind=UnitKind(row["unit_kind"]),
        covers_from=row["covers_from"],
        covers_to=row["covers_to"],
    )
