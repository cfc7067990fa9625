"""Receive a referral: a patient, and an episode of care to carry them."""

from stepwell_contracts.http.intake import EpisodeOpened, ReceiveReferral
from stepwell_intake.domain.access import RECEIVE_REFERRAL
from stepwell_intake.domain.age import age_band, check_birth_date
from stepwell_intake.domain.coverage import check_coverage
from stepwell_intake.domain.identity import Identity
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_intake.store.rules import age_rule
from stepwell_intake.usecases.open_episode import Referral, open_episode
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def receive_referral(tx: Transaction, identities: Identities, command: ReceiveReferral) -> EpisodeOpened:
    """Register the patient and open an episode in `referral`.

    Raises Unavailable (`facility_not_known_yet`), Invalid (`program_not_of_facility`, `unknown_zone`,
    `birth_date_impossible`, `coverage_contradictory`).
    """
    tx.authorize(RECEIVE_REFERRAL, Resource(tx.tenant, "facility", command.facility_id, command.facility_id))
    facility = await find_facility(tx, command.facility_id)
    await find_program(tx, command.facility_id, command.program_id)
    who = command.patient
    today = local_at(tx.now, who.zone).date()
    check_birth_date(who.born_on, today)
    check_coverage(command.payer, command.member_id)
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
    referral = Referral(
        patient_id=patient_id,
        facility_id=command.facility_id,
        program_id=command.program_id,
        age_band=age_band(who.born_on, today, rule),
        source=command.source,
        urgency=command.urgency,
        priority=command.priority,
        payer=command.payer,
        member_id=command.member_id,
    )
    return await open_episode(tx, stream, identities, referral)
