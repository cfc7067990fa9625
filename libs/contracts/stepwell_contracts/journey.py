"""Messages of the journey of an episode: its name, its queue, and what it is told."""

from typing import Any
from uuid import UUID

from stepwell_contracts.base import Instant, Value
from stepwell_contracts.envelope import Envelope
from stepwell_kernel.codes import AgeBand, Phase, Role, TreatmentPart

WORKFLOW_NAME = "EpisodeJourney"
WORKFLOW_ID_PREFIX = "episode/"
LATE_WORKFLOW_NAME = "LateFact"
LATE_WORKFLOW_ID_PREFIX = "late/"
CALENDAR_WORKFLOW_NAME = "FacilityCalendar"
CALENDAR_WORKFLOW_ID_PREFIX = "facility/"
TASK_QUEUE = "journeys"
EVENT_SIGNAL = "event"
CLOCK_SIGNAL = "clock_changed"
VIEW_QUERY = "view"

STARTING_EVENT = "stepwell.intake.referral_received.v1"

#: The event types that the journey takes; the bridge passes over all others.
JOURNEY_EVENTS = frozenset(
    {
        STARTING_EVENT,
        "stepwell.intake.first_contact_recorded.v1",
        "stepwell.intake.level_of_care_decided.v1",
        "stepwell.intake.consent_granted.v1",
        "stepwell.intake.admission_decided.v1",
        "stepwell.intake.decline_decided.v1",
        "stepwell.intake.waitlist_decided.v1",
        "stepwell.intake.hold_decided.v1",
        "stepwell.intake.resume_decided.v1",
        "stepwell.intake.step_down_decided.v1",
        "stepwell.intake.step_up_decided.v1",
        "stepwell.intake.transfer_decided.v1",
        "stepwell.intake.discharge_decided.v1",
        "stepwell.intake.episode_phase_changed.v1",
        "stepwell.intake.episode_readmitted.v1",
        "stepwell.intake.care_task_completed.v1",
        "stepwell.intake.screen_recorded.v1",
        "stepwell.intake.crisis_raised.v1",
        "stepwell.intake.crisis_closed.v1",
        "stepwell.intake.authorization_recorded.v1",
        "stepwell.intake.plan_signed.v1",
        "stepwell.intake.plan_reviewed.v1",
        "stepwell.intake.outreach_recorded.v1",
        "stepwell.intake.risk_reported.v1",
        "stepwell.intake.aftercare_contact_recorded.v1",
        "stepwell.scheduling.week_closed.v1",
        "stepwell.scheduling.session_missed.v1",
        "stepwell.scheduling.attendance_resumed.v1",
        "stepwell.scheduling.attendance_amended.v1",
        "stepwell.scheduling.week_planned.v1",
        "stepwell.medication.order_started.v1",
        "stepwell.medication.order_ended.v1",
        "stepwell.medication.dose_observed.v1",
        "stepwell.medication.dose_missed.v1",
        "stepwell.medication.injection_given.v1",
        "stepwell.medication.injection_overdue.v1",
        "stepwell.medication.drug_test_resulted.v1",
        "stepwell.medication.drug_test_not_collected.v1",
        "stepwell.medication.visit_needed.v1",
        "stepwell.notifications.crisis_reply_received.v1",
    }
)


#: Facts at which a person must look even when the episode has closed before they arrive.
LATE_CLINICAL = frozenset(
    {
        "stepwell.intake.screen_recorded.v1",
        "stepwell.intake.crisis_raised.v1",
        "stepwell.intake.risk_reported.v1",
        "stepwell.medication.order_started.v1",
        "stepwell.medication.dose_missed.v1",
        "stepwell.medication.injection_overdue.v1",
        "stepwell.medication.drug_test_resulted.v1",
        "stepwell.notifications.crisis_reply_received.v1",
    }
)


class ClockSegment(Value):
    """A segment of the scaled clock (see `stepwell_kernel.clock.Segment`); none of them means wall time."""

    wall_from: Instant
    domain_from: Instant
    factor: float


class JourneyEvent(Value):
    """One event as the bridge signals it: the envelope, and the data as they were published."""

    envelope: Envelope
    data: dict[str, Any]


class StartJourney(Value):
    """What a journey starts with; its first event, the referral, follows as a signal."""

    tenant: str
    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    segments: tuple[ClockSegment, ...] = ()


class StartCalendar(Value):
    """What the calendar of a facility starts with."""

    tenant: str
    facility_id: UUID
    segments: tuple[ClockSegment, ...] = ()


class ObligationView(Value):
    """One thing that must happen: what, by when, who has it, and how often it was escalated.

    `role` is absent for what the journey does itself; `opens_at` is when a person gets it, absent once they have.
    """

    kind: str
    due_at: Instant
    role: Role | None = None
    opens_at: Instant | None = None
    escalations: int = 0


class JourneyView(Value):
    """How a journey stands, for looking at one of them; lists are read models of events.

    `under_way` is the decision that is being carried out; `parked` and `stuck` count what waits for an operator.
    """

    episode_id: UUID
    phase: Phase
    part: TreatmentPart | None
    policy_version: str | None
    obligations: tuple[ObligationView, ...]
    under_way: str | None
    parked: int
    stuck: int
