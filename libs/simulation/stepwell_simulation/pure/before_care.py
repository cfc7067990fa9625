"""From the referral to the decision to admit: who is reached, who comes when, who waits, who is lost."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.events.intake import FirstContactRecorded, ReferralReceived
from stepwell_contracts.events.intake_decisions import (
    AdmissionDecided,
    DeclineDecided,
    ResumeDecided,
    WaitlistDecided,
)
from stepwell_kernel.codes import Instrument, PayerKind, Phase, TaskKind
from stepwell_simulation.conduct import Loss
from stepwell_simulation.hours import appointment_near
from stepwell_simulation.profile import Stratum
from stepwell_simulation.pure import records
from stepwell_simulation.pure.patient import CLINICIAN, Answer, Patient
from stepwell_simulation.pure.places import TREATMENT_MINUTES


def refer(patient: Patient) -> None:
    """The referral, with which the journey begins."""
    profile, place = patient.profile, patient.place
    event = ReferralReceived(
        episode_id=patient.episode_id,
        patient_id=patient.journey.state.patient_id,
        facility_id=place.facility_id,
        program_id=place.intensive_id,
        source=profile.source,
        urgency=profile.urgency,
        age_band=patient.age_band,
        priority=profile.priority,
        payer=profile.payer,
    )
    patient.tell(event)


def _reach(patient: Patient, task_id: UUID) -> None:
    del task_id
    patient.reached_at = patient.now
    patient.tell(FirstContactRecorded(episode_id=patient.episode_id, contacted_by=CLINICIAN))
    records.enter(patient, Phase.SCREENING)


def _assess(patient: Patient, task_id: UUID) -> None:
    """The patient comes when they are ready, or not at all."""
    reached_at, wait = patient.reached_at or patient.now, timedelta(days=patient.profile.wait_days)
    ready_at = appointment_near(reached_at + wait, patient.place.zone) if wait else patient.now
    if patient.now < ready_at:
        patient.at(ready_at, lambda: _assess(patient, task_id) if task_id in patient.tasks else None)
        return
    if patient.conduct.lost_before is Loss.ASSESSMENT:
        _decline(patient)
        return
    patient.assessed_at = patient.now
    records.assess_level(patient)
    records.screen(patient, Instrument.C_SSRS)
    records.screen(patient, Instrument.PHQ_9)
    records.enter(patient, Phase.ADMISSION)


def _decide(patient: Patient, task_id: UUID) -> None:
    del task_id
    if patient.conduct.lost_before is Loss.ENROLLMENT:
        _decline(patient)
        return
    if patient.profile.stratum is Stratum.WAITLISTED and not patient.has_waited:
        patient.has_waited = True
        waits = WaitlistDecided(episode_id=patient.episode_id, reason_code="no_seat", decided_by=CLINICIAN)
        patient.tell(waits)
        return
    if patient.profile.payer is not PayerKind.SELF_PAY:
        records.authorize(patient)
    event = AdmissionDecided(
        episode_id=patient.episode_id,
        program_id=patient.place.intensive_id,
        prescribed_minutes_per_week=TREATMENT_MINUTES,
        decided_by=CLINICIAN,
    )
    patient.tell(event)


def resume(patient: Patient, task_id: UUID) -> None:
    """A wait or a pause ends: the episode goes on where it stood."""
    del task_id
    patient.tell(ResumeDecided(episode_id=patient.episode_id, decided_by=CLINICIAN))


def _decline(patient: Patient) -> None:
    event = DeclineDecided(episode_id=patient.episode_id, reason_code="declined_by_person", decided_by=CLINICIAN)
    patient.tell(event)


BEFORE_CARE: Mapping[TaskKind, Answer] = MappingProxyType(
    {
        TaskKind.REFERRAL_CONTACT: _reach,
        TaskKind.INTAKE_ASSESSMENT: _assess,
        TaskKind.ADMISSION_DECISION: _decide,
        TaskKind.WAITLIST_REVIEW: resume,
    }
)
