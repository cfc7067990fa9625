"""What staff record and decide, as the facts that intake would tell of it."""

from stepwell_contracts.events.intake import EpisodePhaseChanged, LevelOfCareDecided
from stepwell_contracts.events.intake_clinical import AuthorizationRecorded, ScreenRecorded
from stepwell_kernel.codes import (
    AuthorizationState,
    FollowUp,
    Instrument,
    LevelOfCare,
    Phase,
    SuicideRisk,
    TreatmentPart,
)
from stepwell_simulation.conduct import COVERED, UNITS
from stepwell_simulation.pure.attendance import required_minutes
from stepwell_simulation.pure.patient import CLINICIAN, RULE, Patient

#: Assumption: a PHQ-9 total so far above that at admission asks for somebody.
DETERIORATION_POINTS = 5


def enter(patient: Patient, phase: Phase, part: TreatmentPart | None = None) -> None:
    """The episode is in the phase now, at the patient's place."""
    place = patient.place
    event = EpisodePhaseChanged(
        episode_id=patient.episode_id,
        patient_id=patient.journey.state.patient_id,
        facility_id=place.facility_id,
        program_id=(place.outpatient_id if phase is Phase.STEP_DOWN else None) or place.intensive_id,
        age_band=patient.age_band,
        phase=phase,
        part=part,
        previous=patient.phase,
        prescribed_minutes_per_week=required_minutes(phase),
    )
    patient.tell(event)
    patient.phases.append(phase)
    patient.places.add(place.home)


def assess_level(patient: Patient) -> None:
    """The level of care is decided, as recommended."""
    level = LevelOfCare.OUTPATIENT if patient.phase is Phase.STEP_DOWN else LevelOfCare.INTENSIVE_OUTPATIENT
    event = LevelOfCareDecided(
        episode_id=patient.episode_id,
        assessment_id=patient.id_of("assessment", patient.now),
        recommended=level,
        decided=level,
        rule_version=RULE,
        decided_by=CLINICIAN,
    )
    patient.tell(event)


def screen(patient: Patient, instrument: Instrument, risk: SuicideRisk = SuicideRisk.NONE) -> None:
    """An instrument is filled in; a PHQ-9 that has become much worse is looked at."""
    total = patient.conduct.measure(int(patient.day // 7)) if instrument is Instrument.PHQ_9 else None
    worse = total is not None and total - patient.profile.measure >= DETERIORATION_POINTS
    event = ScreenRecorded(
        episode_id=patient.episode_id,
        screen_id=patient.id_of("screen", instrument, patient.now),
        instrument=instrument,
        total=total,
        band_code="none",
        suicide_risk=risk if instrument is Instrument.C_SSRS else None,
        follow_ups=(FollowUp.DETERIORATION,) if worse else (),
        rule_version=RULE,
    )
    patient.tell(event)


def authorize(patient: Patient) -> None:
    """The payer covers another month."""
    event = AuthorizationRecorded(
        episode_id=patient.episode_id,
        authorization_id=patient.id_of("authorization", patient.now),
        state=AuthorizationState.APPROVED,
        units=UNITS,
        covers_from=patient.today,
        covers_to=patient.today + COVERED,
    )
    patient.tell(event)
