"""Receive a referral: a patient, and an episode of care to carry them."""

from stepwell_contracts.events.intake import ReferralReceived
from stepwell_contracts.http.intake import EpisodeOpened, ReceiveReferral
from stepwell_intake.domain.access import RECEIVE_REFERRAL
from stepwell_intake.domain.age import age_band, check_birth_date
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.domain.identity import Identity
from stepwell_intake.store.episodes import insert_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_intake.store.rules import age_rule
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Phase
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def receive_referral(tx: Transaction, identities: Identities, command: ReceiveReferral) -> EpisodeOpened:
    """Register the patient and open an episode in `referral`.

    Raises Unavailable (`facility_not_known_yet`), Invalid (`program_not_of_facility`, `unknown_zone`,
    `birth_date_impossible`).
    """
    tx.authorize(RECEIVE_REFERRAL, Resource(tx.tenant, "facility", command.facility_id, command.facility_id))
    facility = await find_facility(tx, command.facility_id)
    await find_program(tx, command.facility_id, command.program_id)
    who = command.patient
    today = local_at(tx.now, who.zone).date()
    check_birth_date(who.born_on, today)
    rule = await age_rule(tx, facility.day_of(tx.now))
    patient_id = new_id()
    stream = await lock_patient(tx, patient_id)
    await identities.keep(
        tx,
        patient_id,
        Identity(
            given_name=who.given_name,
            family_name=who.family_name,
            born_on=who.born_on,
            email=who.email,
            phone=who.phone,
            zone=who.zone,
            language=who.language,
        ),
    )
    episode = Episode(
        episode_id=new_id(),
        patient_id=patient_id,
        facility_id=command.facility_id,
        program_id=command.program_id,
        age_band=age_band(who.born_on, today, rule),
        phase=Phase.REFERRAL,
        part=None,
        prescribed_minutes_per_week=0,
        received_at=tx.now,
    )
    await insert_episode(tx, episode, source=command.source, urgency=command.urgency)
    event = ReferralReceived(
        episode_id=episode.episode_id,
        patient_id=patient_id,
        facility_id=episode.facility_id,
        program_id=episode.program_id,
        source=command.source,
        urgency=command.urgency,
        age_band=episode.age_band,
    )
    tx.emit(stream, event, episode_id=episode.episode_id)
    return EpisodeOpened(episode_id=episode.episode_id, patient_id=patient_id, phase=episode.phase)
