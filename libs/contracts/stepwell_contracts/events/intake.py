"""Events of intake about a patient; topic `stepwell.intake.patient`. Decisions and clinical facts lie beside."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event, Instant
from stepwell_contracts.events.intake_clinical import CLINICAL
from stepwell_contracts.events.intake_decisions import DECISIONS
from stepwell_kernel.codes import (
    AgeBand,
    Channel,
    LevelOfCare,
    PayerKind,
    Phase,
    PriorityClass,
    ReferralSource,
    Role,
    TaskKind,
    TreatmentPart,
    Urgency,
)


class ReferralReceived(Event):
    """Somebody was referred to a facility; an episode of care exists from here on. Starts the journey.

    A readmission names the episode before it.
    """

    type: ClassVar[str] = "stepwell.intake.referral_received.v1"

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    source: ReferralSource
    urgency: Urgency
    age_band: AgeBand
    priority: PriorityClass = PriorityClass.GENERAL
    payer: PayerKind | None = None
    previous_episode_id: UUID | None = None


class FirstContactRecorded(Event):
    """Staff reached the referred person."""

    type: ClassVar[str] = "stepwell.intake.first_contact_recorded.v1"

    episode_id: UUID
    contacted_by: UUID


class ContactPermissionChanged(Event):
    """The patient allowed or withdrew contact through a channel."""

    type: ClassVar[str] = "stepwell.intake.contact_permission_changed.v1"

    patient_id: UUID
    channel: Channel
    permitted: bool


class LevelOfCareDecided(Event):
    """A clinician decided the level of care; the recommendation and the rule it came from stay beside it."""

    type: ClassVar[str] = "stepwell.intake.level_of_care_decided.v1"

    episode_id: UUID
    assessment_id: UUID
    recommended: LevelOfCare | None
    decided: LevelOfCare
    rule_version: str
    reason_code: str | None = None
    decided_by: UUID


class ConsentGranted(Event):
    """The patient consented to disclosure for a purpose (42 CFR 2.31); the elements stay in intake."""

    type: ClassVar[str] = "stepwell.intake.consent_granted.v1"

    episode_id: UUID
    consent_id: UUID
    purpose: str
    expires_on: date | None = None


class EpisodeReadmitted(Event):
    """The patient came back: a new episode of care goes on where this one ends."""

    type: ClassVar[str] = "stepwell.intake.episode_readmitted.v1"

    episode_id: UUID
    next_episode_id: UUID


class EpisodePhaseChanged(Event):
    """The episode entered a phase; carries what other services keep of an episode."""

    type: ClassVar[str] = "stepwell.intake.episode_phase_changed.v1"

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    phase: Phase
    part: TreatmentPart | None = None
    previous: Phase
    prescribed_minutes_per_week: int


class CareTaskOpened(Event):
    """Somebody has something to do."""

    type: ClassVar[str] = "stepwell.intake.care_task_opened.v1"

    episode_id: UUID
    task_id: UUID
    kind: TaskKind
    role: Role
    due_at: Instant


class CareTaskEscalated(Event):
    """A task passed its due time and now concerns another role as well."""

    type: ClassVar[str] = "stepwell.intake.care_task_escalated.v1"

    episode_id: UUID
    task_id: UUID
    role: Role
    due_at: Instant


class CareTaskClosed(Event):
    """A task is done or no longer needed."""

    type: ClassVar[str] = "stepwell.intake.care_task_closed.v1"

    episode_id: UUID
    task_id: UUID
    outcome: str


class AftercareContactRecorded(Event):
    """Staff reached the patient, or tried to, for an aftercare check."""

    type: ClassVar[str] = "stepwell.intake.aftercare_contact_recorded.v1"

    episode_id: UUID
    contact_id: UUID
    reached: bool
    recorded_by: UUID


EVENTS: tuple[type[Event], ...] = (
    ReferralReceived,
    FirstContactRecorded,
    ContactPermissionChanged,
    LevelOfCareDecided,
    ConsentGranted,
    EpisodePhaseChanged,
    EpisodeReadmitted,
    CareTaskOpened,
    CareTaskEscalated,
    CareTaskClosed,
    AftercareContactRecorded,
    *DECISIONS,
    *CLINICAL,
)
