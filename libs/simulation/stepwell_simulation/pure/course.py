"""What is to happen to a patient in care, by their profile: what people decide on the way, and how care ends."""

from datetime import datetime, timedelta

from stepwell_contracts.events.intake import EpisodeReadmitted
from stepwell_contracts.events.intake_clinical import CrisisRaised, RiskReported
from stepwell_contracts.events.intake_decisions import (
    DischargeDecided,
    HoldDecided,
    StepDownDecided,
    StepUpDecided,
    TransferDecided,
)
from stepwell_kernel.codes import DischargeReason, Instrument, Phase, RiskSignal, SuicideRisk
from stepwell_simulation.conduct import COMES_BACK_AFTER, HELD_AT, STEPS_DOWN_AT, STEPS_UP_AFTER, TRANSFERRED_AT
from stepwell_simulation.hours import appointment_near, open_from
from stepwell_simulation.profile import Home, Stratum
from stepwell_simulation.pure import records
from stepwell_simulation.pure.doses import await_drug_test, start_medication
from stepwell_simulation.pure.patient import CLINICIAN, DAY, IN_CARE, Deed, Patient
from stepwell_simulation.pure.places import PLACES, STEP_DOWN_MINUTES, TREATMENT_MINUTES

HALF_A_DAY = timedelta(hours=12)


def begin(patient: Patient) -> None:
    """Care has begun: everything that is to come has its time from here."""
    patient.admitted_at = patient.now
    profile, stay = patient.profile, patient.profile.stay_days * DAY
    _plan(patient, DAY, lambda: start_medication(patient))
    await_drug_test(patient)
    if profile.relapse_day is not None:
        _plan(patient, profile.relapse_day * DAY, lambda: _relapse(patient))
    if profile.crisis_day is not None:
        _plan(patient, profile.crisis_day * DAY, lambda: _in_danger(patient))
    if profile.stratum is Stratum.COMPLETED:
        _plan(patient, HELD_AT * stay, lambda: _hold(patient))
    if profile.stratum is Stratum.TRANSFERRED:
        _plan(patient, TRANSFERRED_AT * stay, lambda: _transfer(patient))
    elif profile.steps_down:
        _plan(patient, STEPS_DOWN_AT * stay, lambda: _step_down(patient))
        if profile.stratum is Stratum.IN_CRISIS:
            _plan(patient, STEPS_DOWN_AT * stay + STEPS_UP_AFTER, lambda: _step_up(patient))
    patient.at(appointment_near(patient.now + stay, patient.place.zone), lambda: _discharge(patient))


def _plan(patient: Patient, after: timedelta, deed: Deed) -> None:
    """Something that happens only as long as the patient is in care."""

    def while_in_care() -> None:
        if patient.phase in IN_CARE:
            deed()

    patient.at(open_from(patient.now + after, patient.place.zone), while_in_care)


def _relapse(patient: Patient) -> None:
    event = RiskReported(
        episode_id=patient.episode_id,
        report_id=patient.id_of("report", patient.now),
        signal=RiskSignal.LAPSE,
        happened_at=patient.now,
    )
    patient.tell(event)


def _in_danger(patient: Patient) -> None:
    """A screen finds somebody in danger, which raises a crisis."""
    records.screen(patient, Instrument.C_SSRS, SuicideRisk.HIGH)
    crisis_id = patient.id_of("crisis", patient.now)
    patient.crises.add(crisis_id)
    event = CrisisRaised(
        episode_id=patient.episode_id,
        patient_id=patient.journey.state.patient_id,
        facility_id=patient.place.facility_id,
        crisis_id=crisis_id,
    )
    patient.tell(event)


def _hold(patient: Patient) -> None:
    patient.tell(HoldDecided(episode_id=patient.episode_id, reason_code="medical", decided_by=CLINICIAN))


def _transfer(patient: Patient) -> None:
    """Care goes on at the second facility."""
    to = PLACES[Home.HILLSIDE]
    event = TransferDecided(
        episode_id=patient.episode_id,
        facility_id=to.facility_id,
        program_id=to.intensive_id,
        prescribed_minutes_per_week=TREATMENT_MINUTES,
        reason_code="moved",
        decided_by=CLINICIAN,
    )
    patient.tell(event)


def _step_down(patient: Patient) -> None:
    if patient.place.outpatient_id is None:
        return
    event = StepDownDecided(
        episode_id=patient.episode_id,
        program_id=patient.place.outpatient_id,
        prescribed_minutes_per_week=STEP_DOWN_MINUTES,
        decided_by=CLINICIAN,
    )
    patient.tell(event)


def _step_up(patient: Patient) -> None:
    event = StepUpDecided(
        episode_id=patient.episode_id,
        program_id=patient.place.intensive_id,
        prescribed_minutes_per_week=TREATMENT_MINUTES,
        decided_by=CLINICIAN,
    )
    patient.tell(event)


def _discharge(patient: Patient) -> None:
    """Care ends; while a crisis is open nobody decides about it."""
    reason = patient.profile.reason
    if reason is None or patient.admitted_at is None:
        return
    if patient.crises:
        patient.at(open_from(patient.now + HALF_A_DAY, patient.place.zone), lambda: _discharge(patient))
        return
    seen_at = _last_contact(patient, patient.admitted_at)
    patient.last_contact_at, patient.discharged_at = seen_at, patient.now
    event = DischargeDecided(
        episode_id=patient.episode_id,
        reason=reason,
        last_contact_on=seen_at.date(),
        decided_by=CLINICIAN,
    )
    patient.tell(event)
    if patient.profile.returns:
        patient.at(patient.now + COMES_BACK_AFTER, lambda: _come_back(patient))


def _last_contact(patient: Patient, admitted_at: datetime) -> datetime:
    """The discharge itself, or for who has dropped out the last day on which they were there."""
    if patient.profile.reason is not DischargeReason.DROPPED_OUT:
        return patient.now
    return min(admitted_at + patient.conduct.last_day * DAY, patient.now)


def _come_back(patient: Patient) -> None:
    """A new episode begins, which is not lived here."""
    if patient.phase is Phase.AFTERCARE:
        next_id = patient.id_of("next-episode")
        patient.tell(EpisodeReadmitted(episode_id=patient.episode_id, next_episode_id=next_id))
