"""Decide to admit; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import AdmissionDecided
from stepwell_contracts.http.intake import DecideAdmission, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_ADMISSION, staff_of
from stepwell_intake.domain.admission import AdmissionCase, GateRule, check_gate
from stepwell_intake.domain.consent import Purpose
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import ADMISSIBLE, Episode, check_phase
from stepwell_intake.store.assessments import newest_assessment
from stepwell_intake.store.consents import has_consent
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import credentials_of, find_facility, find_program
from stepwell_intake.store.rules import gate_rule, hours_rule
from stepwell_intake.usecases.decide import store_decision
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def decide_admission(tx: Transaction, episode_id: UUID, command: DecideAdmission) -> DecisionRecorded:
    """Store the decision, when the gate has no open item.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `admission_gate_incomplete`,
    `decision_under_way`), Invalid (`program_not_of_facility`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(DECIDE_ADMISSION, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    decided_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, ADMISSIBLE, "admission")
    case, gate = await _case(tx, episode, command)
    check_gate(case, gate)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.ADMISSION,
        decided_by=decided_by,
        decided_at=tx.now,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        rules=(gate.rule, case.hours.rule),
    )
    recorded = await store_decision(tx, decision)
    event = AdmissionDecided(
        episode_id=episode_id,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        decided_by=decided_by,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return recorded


async def _case(tx: Transaction, episode: Episode, command: DecideAdmission) -> tuple[AdmissionCase, GateRule]:
    facility = await find_facility(tx, episode.facility_id)
    program = await find_program(tx, episode.facility_id, command.program_id)
    today = facility.day_of(tx.now)
    gate = await gate_rule(tx, today)
    assessment = await newest_assessment(tx, episode.episode_id)
    credentials = (
        await credentials_of(tx, episode.facility_id, assessment.decided_by) if assessment else frozenset[str]()
    )
    case = AdmissionCase(
        decided=assessment.decided if assessment else None,
        assessor_credentials=credentials,
        consent_in_force=await has_consent(tx, episode.episode_id, Purpose.TREATMENT_PAYMENT_OPERATIONS, today),
        program_level=program.level,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        hours=await hours_rule(tx, today, gate.level, episode.age_band),
    )
    return case, gate
