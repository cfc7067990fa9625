"""Events of scheduling about a patient's place in the program; topic `stepwell.scheduling.patient`."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event, Instant
from stepwell_kernel.codes import AttendanceState, Modality
from stepwell_kernel.scheduling_codes import PlanGap, WaitlistOutcome


class AppointmentMoved(Event):
    """A booking changed to another time or session and keeps its id."""

    type: ClassVar[str] = "stepwell.scheduling.appointment_moved.v1"

    booking_id: UUID
    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    session_id: UUID
    former_session_id: UUID
    modality: Modality
    starts_at: Instant
    ends_at: Instant
    former_starts_at: Instant
    reason_code: str


class AttendanceAmended(Event):
    """Attendance was changed after its week had been closed; the tally of the week with it."""

    type: ClassVar[str] = "stepwell.scheduling.attendance_amended.v1"

    booking_id: UUID
    episode_id: UUID
    session_id: UUID
    modality: Modality
    state: AttendanceState
    minutes: int
    former_minutes: int
    week_starts_on: date
    required_minutes: int
    attended_minutes: int
    shortfall_minutes: int


class AvailabilityChanged(Event):
    """When a patient can come, around work, school and family, was set anew; in minutes a week."""

    type: ClassVar[str] = "stepwell.scheduling.availability_changed.v1"

    episode_id: UUID
    effective_from: date
    available_minutes_per_week: int


class WeekPlanned(Event):
    """The program week of an episode was planned; a shortfall has its reasons."""

    type: ClassVar[str] = "stepwell.scheduling.week_planned.v1"

    plan_id: UUID
    episode_id: UUID
    week_starts_on: date
    required_minutes: int
    planned_minutes: int
    shortfall_minutes: int
    missing: tuple[Modality, ...] = ()
    gaps: tuple[PlanGap, ...] = ()
    booked: int
    given_up: int
    rule_version: str


class GroupJoined(Event):
    """A patient is a member of a group from a day on: a seat in each of its meetings from then."""

    type: ClassVar[str] = "stepwell.scheduling.group_joined.v1"

    membership_id: UUID
    episode_id: UUID
    group_id: UUID
    from_day: date
    booked: int


class GroupLeft(Event):
    """A patient leaves a group from a day on; seats before it stay as they are."""

    type: ClassVar[str] = "stepwell.scheduling.group_left.v1"

    membership_id: UUID
    episode_id: UUID
    group_id: UUID
    from_day: date
    reason_code: str
    given_up: int


class WaitlistJoined(Event):
    """A patient waits for a place in a group."""

    type: ClassVar[str] = "stepwell.scheduling.waitlist_joined.v1"

    waitlist_id: UUID
    episode_id: UUID
    group_id: UUID


class WaitlistEnded(Event):
    """The wait for a place in a group is over; `membership_id` is there when a place was found."""

    type: ClassVar[str] = "stepwell.scheduling.waitlist_ended.v1"

    waitlist_id: UUID
    episode_id: UUID
    group_id: UUID
    outcome: WaitlistOutcome
    membership_id: UUID | None = None


CARE_EVENTS: tuple[type[Event], ...] = (
    AppointmentMoved,
    AttendanceAmended,
    AvailabilityChanged,
    WeekPlanned,
    GroupJoined,
    GroupLeft,
    WaitlistJoined,
    WaitlistEnded,
)
