"""Clinical and legal facts of an episode, in codes and quantities; topic `stepwell.intake.patient`."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event, Instant, Value
from stepwell_kernel.codes import (
    AuthorizationState,
    CrisisDisposition,
    DisclosureGround,
    FollowUp,
    Instrument,
    Modality,
    OutreachChannel,
    RiskSignal,
    SuicideRisk,
)


class ScreenRecorded(Event):
    """An instrument was filled in and scored; `total` is absent where the instrument has none."""

    type: ClassVar[str] = "stepwell.intake.screen_recorded.v1"

    episode_id: UUID
    screen_id: UUID
    instrument: Instrument
    total: int | None = None
    band_code: str
    suicide_risk: SuicideRisk | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    rule_version: str


class CrisisRaised(Event):
    """Somebody is in danger: notifications pages the on-call clinician of the facility at once.

    `screen_id` is absent where a person raised it without a screen.
    """

    type: ClassVar[str] = "stepwell.intake.crisis_raised.v1"

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    crisis_id: UUID
    screen_id: UUID | None = None


class CrisisClosed(Event):
    """A clinician recorded how the crisis ended."""

    type: ClassVar[str] = "stepwell.intake.crisis_closed.v1"

    episode_id: UUID
    crisis_id: UUID
    disposition: CrisisDisposition
    closed_by: UUID


class ConsentRevoked(Event):
    """The patient took a consent back; from now on nothing is disclosed under it."""

    type: ClassVar[str] = "stepwell.intake.consent_revoked.v1"

    episode_id: UUID
    consent_id: UUID
    purpose: str


class ConsentExpired(Event):
    """The day on which a consent ends has begun."""

    type: ClassVar[str] = "stepwell.intake.consent_expired.v1"

    episode_id: UUID
    consent_id: UUID
    purpose: str


class DisclosureDecided(Event):
    """Somebody asked for records: allowed under a consent or another ground, or denied."""

    type: ClassVar[str] = "stepwell.intake.disclosure_decided.v1"

    episode_id: UUID
    disclosure_id: UUID
    allowed: bool
    ground: DisclosureGround
    purpose: str
    consent_id: UUID | None = None


class AuthorizationRecorded(Event):
    """What a payer authorized: units and the days that they cover."""

    type: ClassVar[str] = "stepwell.intake.authorization_recorded.v1"

    episode_id: UUID
    authorization_id: UUID
    state: AuthorizationState
    units: int
    covers_from: date
    covers_to: date


class PrescribedSessions(Value):
    """So many sessions of a modality, of so many minutes each, every so many weeks."""

    modality: Modality
    sessions: int
    minutes: int
    every_weeks: int = 1


class PlanSigned(Event):
    """Clinician and patient signed the treatment plan; without a mix the program's own one holds."""

    type: ClassVar[str] = "stepwell.intake.plan_signed.v1"

    episode_id: UUID
    plan_id: UUID
    signed_by: UUID
    mix: tuple[PrescribedSessions, ...] = ()


class PlanReviewed(Event):
    """The treatment plan was reviewed; goals met of goals set."""

    type: ClassVar[str] = "stepwell.intake.plan_reviewed.v1"

    episode_id: UUID
    plan_id: UUID
    goals: int
    goals_met: int
    reviewed_by: UUID


class OutreachRecorded(Event):
    """Staff tried to reach a patient who had stayed away."""

    type: ClassVar[str] = "stepwell.intake.outreach_recorded.v1"

    episode_id: UUID
    outreach_id: UUID
    channel: OutreachChannel
    reached: bool
    recorded_by: UUID


class RiskReported(Event):
    """Something happened that the team must answer within a set time."""

    type: ClassVar[str] = "stepwell.intake.risk_reported.v1"

    episode_id: UUID
    report_id: UUID
    signal: RiskSignal
    happened_at: Instant


class CareTaskCompleted(Event):
    """A person did what a task asked for; the task is closed."""

    type: ClassVar[str] = "stepwell.intake.care_task_completed.v1"

    episode_id: UUID
    task_id: UUID
    outcome: str
    completed_by: UUID


CLINICAL: tuple[type[Event], ...] = (
    ScreenRecorded,
    CrisisRaised,
    CrisisClosed,
    ConsentRevoked,
    ConsentExpired,
    DisclosureDecided,
    AuthorizationRecorded,
    PlanSigned,
    PlanReviewed,
    OutreachRecorded,
    RiskReported,
    CareTaskCompleted,
)
