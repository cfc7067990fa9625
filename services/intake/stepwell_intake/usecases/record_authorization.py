"""Record what a payer answered."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import AuthorizationRecorded
from stepwell_contracts.http.intake_legal import AuthorizationRecord, RecordAuthorization
from stepwell_intake.domain.access import RECORD_AUTHORIZATION, staff_of
from stepwell_intake.domain.authorization import Authorization, check_authorization, check_no_overlap
from stepwell_intake.domain.episodes import OPEN, check_phase
from stepwell_intake.store.authorizations import authorizations_of, insert_authorization, replace_authorization
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.legal_rules import authorization_rule
from stepwell_intake.store.reference import find_facility
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def record_authorization(
    tx: Transaction, identities: Identities, episode_id: UUID, command: RecordAuthorization
) -> AuthorizationRecord:
    """Store the answer; one that it replaces no longer stands.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `authorization_overlaps`), Invalid
    (`authorization_impossible`, `authorization_not_standing`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(RECORD_AUTHORIZATION, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    recorded_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, OPEN, "authorization")
    facility = await find_facility(tx, episode.facility_id)
    rule = await authorization_rule(tx, facility.day_of(tx.now))
    authorization = Authorization(
        authorization_id=new_id(),
        level=command.level,
        state=command.state,
        units=command.units,
        units_used=command.units_used,
        unit_kind=command.unit_kind,
        covers_from=command.covers_from,
        covers_to=command.covers_to,
    )
    check_authorization(authorization, rule, facility.day_of(episode.received_at))
    if command.replaces is not None:
        await replace_authorization(tx, episode_id, command.replaces, authorization.authorization_id)
    check_no_overlap(authorization, await authorizations_of(tx, episode_id))
    await insert_authorization(
        tx,
        identities,
        authorization,
        episode_id=episode_id,
        patient_id=episode.patient_id,
        reference=command.reference,
        rule=rule.rule,
        recorded_by=recorded_by,
    )
    event = AuthorizationRecorded(
        episode_id=episode_id,
        authorization_id=authorization.authorization_id,
        state=authorization.state,
        units=authorization.units,
        covers_from=authorization.covers_from,
        covers_to=authorization.covers_to,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return AuthorizationRecord(authorization_id=authorization.authorization_id)
