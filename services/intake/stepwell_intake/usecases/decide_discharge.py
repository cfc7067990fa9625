"""Decide the discharge; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.http.intake import DecideDischarge, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_DISCHARGE, staff_of
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.discharge import check_last_contact
from stepwell_intake.domain.episodes import DISCHARGEABLE, check_phase
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import find_facility
from stepwell_intake.usecases.decide import store_decision
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def decide_discharge(tx: Transaction, episode_id: UUID, command: DecideDischarge) -> DecisionRecorded:
    """Store the decision with reason and last contact.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `decision_under_way`), Invalid
    (`last_contact_impossible`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(DECIDE_DISCHARGE, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    decided_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, DISCHARGEABLE, "discharge")
    facility = await find_facility(tx, episode.facility_id)
    check_last_contact(command.last_contact_on, facility.day_of(episode.received_at), facility.day_of(tx.now))
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.DISCHARGE,
        decided_by=decided_by,
        decided_at=tx.now,
        reason=command.reason,
        last_contact_on=command.last_contact_on,
    )
    recorded = await store_decision(tx, decision)
    event = DischargeDecided(
        episode_id=episode_id,
        reason=command.reason,
        last_contact_on=command.last_contact_on,
        decided_by=decided_by,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return recorded
