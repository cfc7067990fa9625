"""Readmit a patient: a new episode that goes on where the old one ends."""

from uuid import UUID

from stepwell_contracts.events.intake import EpisodeReadmitted
from stepwell_contracts.http.intake import EpisodeOpened
from stepwell_contracts.http.intake_referrals import Readmit
from stepwell_intake.domain.access import READ_IDENTITY, READMIT
from stepwell_intake.domain.age import age_band
from stepwell_intake.domain.coverage import check_coverage
from stepwell_intake.domain.decisions import check_none_under_way
from stepwell_intake.domain.readmission import check_readmission
from stepwell_intake.store.care_tasks import rejected_at
from stepwell_intake.store.decisions import decision_under_way, has_died
from stepwell_intake.store.episodes import episodes_of, find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_intake.store.rules import age_rule
from stepwell_intake.usecases.open_episode import Referral, open_episode
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Phase
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def readmit(tx: Transaction, identities: Identities, episode_id: UUID, command: Readmit) -> EpisodeOpened:
    """Open an episode of the same patient at the same facility, with the age band of today.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `patient_deceased`, `episode_open`,
    `decision_under_way`, `identity_erased`), Invalid (`program_not_of_facility`, `coverage_contradictory`).
    """
    old = await find_episode(tx, episode_id)
    tx.authorize(READMIT, Resource(tx.tenant, "episode", episode_id, old.facility_id))
    stream = await lock_patient(tx, old.patient_id)
    old = await find_episode(tx, episode_id)
    of_patient = await episodes_of(tx, old.patient_id)
    check_readmission(old, of_patient, deceased=await has_died(tx, old.patient_id))
    # A step-up out of aftercare that the journey carries out would soon meet the new episode.
    check_none_under_way(await decision_under_way(tx, episode_id), await rejected_at(tx, episode_id))
    check_coverage(command.payer, command.member_id)
    await find_program(tx, old.facility_id, command.program_id)
    today = (await find_facility(tx, old.facility_id)).day_of(tx.now)
    tx.authorize(READ_IDENTITY, Resource(tx.tenant, "patient", old.patient_id, old.facility_id))
    born_on = await identities.born_on(tx, old.patient_id)
    referral = Referral(
        patient_id=old.patient_id,
        facility_id=old.facility_id,
        program_id=command.program_id,
        age_band=age_band(born_on, today, await age_rule(tx, today)),
        source=command.source,
        urgency=command.urgency,
        priority=command.priority,
        payer=command.payer,
        member_id=command.member_id,
        previous_episode_id=episode_id,
    )
    opened = await open_episode(tx, stream, identities, referral)
    if old.phase is Phase.AFTERCARE:
        told = EpisodeReadmitted(episode_id=episode_id, next_episode_id=opened.episode_id)
        tx.emit(stream, told, episode_id=episode_id)
    return opened
