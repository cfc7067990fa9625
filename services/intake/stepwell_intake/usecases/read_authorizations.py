"""What the payers of an episode authorized, as it stands today."""

from uuid import UUID

from stepwell_contracts.http.intake_legal import AuthorizationList, AuthorizationView
from stepwell_intake.domain.access import READ_AUTHORIZATIONS
from stepwell_intake.domain.authorization import Authorization, Standing, authorization_state
from stepwell_intake.store.authorizations import authorizations_of
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.legal_rules import authorization_rule
from stepwell_intake.store.reference import find_facility
from stepwell_kernel.access import Resource
from stepwell_postgres.transaction import Transaction


async def read_authorizations(tx: Transaction, episode_id: UUID) -> AuthorizationList:
    """The answers that stand, with what is left of their units. Raises NotFound (`episode_not_found`)."""
    episode = await find_episode(tx, episode_id)
    tx.authorize(READ_AUTHORIZATIONS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    rule = await authorization_rule(tx, today)
    return AuthorizationList(
        authorizations=tuple(
            _view(one, authorization_state(one, today, rule)) for one in await authorizations_of(tx, episode_id)
        )
    )


def _view(authorization: Authorization, standing: Standing) -> AuthorizationView:
    return AuthorizationView(
        authorization_id=authorization.authorization_id,
        level=authorization.level,
        state=authorization.state,
        units=authorization.units,
        units_left=standing.units_left,
        unit_kind=authorization.unit_kind,
        covers_from=authorization.covers_from,
        covers_to=authorization.covers_to,
        in_force=standing.in_force,
        alert=standing.alert,
    )
