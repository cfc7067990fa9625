"""Events of scheduling: about a patient, about a facility, and reference data as full state."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event, Instant
from stepwell_contracts.events.scheduling_care import CARE_EVENTS
from stepwell_contracts.events.scheduling_timetable import TIMETABLE_EVENTS
from stepwell_kernel.codes import AgeBand, AttendanceState, Modality
from stepwell_kernel.scheduling_codes import Setting, WorkshopTopic


class AppointmentBooked(Event):
    """A patient has a seat in a session."""

    type: ClassVar[str] = "stepwell.scheduling.appointment_booked.v1"

    booking_id: UUID
    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    session_id: UUID
    modality: Modality
    starts_at: Instant
    ends_at: Instant


class AppointmentCancelled(Event):
    """The seat is given back."""

    type: ClassVar[str] = "stepwell.scheduling.appointment_cancelled.v1"

    booking_id: UUID
    episode_id: UUID
    patient_id: UUID
    reason_code: str


class AttendanceRecorded(Event):
    """What became of a booked seat, with the minutes attended."""

    type: ClassVar[str] = "stepwell.scheduling.attendance_recorded.v1"

    booking_id: UUID
    episode_id: UUID
    session_id: UUID
    modality: Modality
    state: AttendanceState
    minutes: int


class SessionMissed(Event):
    """A patient did not come to a session without excuse."""

    type: ClassVar[str] = "stepwell.scheduling.session_missed.v1"

    booking_id: UUID
    episode_id: UUID
    starts_at: Instant


class AttendanceResumed(Event):
    """The patient came to a session after a missed one, or the missed one was an entry by mistake."""

    type: ClassVar[str] = "stepwell.scheduling.attendance_resumed.v1"

    episode_id: UUID
    booking_id: UUID
    starts_at: Instant


class WeekClosed(Event):
    """The week of an episode: minutes required, attended and short."""

    type: ClassVar[str] = "stepwell.scheduling.week_closed.v1"

    episode_id: UUID
    week_starts_on: date
    required_minutes: int
    attended_minutes: int
    shortfall_minutes: int


class BookingsReplaced(Event):
    """A step-down gave up the future seats of one program for those of another; the old ones stay held for now."""

    type: ClassVar[str] = "stepwell.scheduling.bookings_replaced.v1"

    replacement_id: UUID
    episode_id: UUID
    given_up: int
    booked: int


class BookingsRestored(Event):
    """A replacement was undone: the former seats are booked again."""

    type: ClassVar[str] = "stepwell.scheduling.bookings_restored.v1"

    replacement_id: UUID
    episode_id: UUID
    restored: int


class SessionScheduled(Event):
    """A group meets: when, with how many seats."""

    type: ClassVar[str] = "stepwell.scheduling.session_scheduled.v1"

    session_id: UUID
    facility_id: UUID
    group_id: UUID
    modality: Modality
    starts_at: Instant
    ends_at: Instant
    capacity: int
    setting: Setting | None = None
    series_id: UUID | None = None


class FacilityPublished(Event):
    """A facility: its name as patients may read it, call-back number, zone, holidays and jurisdiction (ISO 3166-2)."""

    type: ClassVar[str] = "stepwell.scheduling.facility_published.v1"

    facility_id: UUID
    neutral_name: str
    callback_number: str
    zone: str
    holidays: tuple[date, ...]
    jurisdiction: str | None = None


class ProgramPublished(Event):
    """A program of a facility, with the minutes a week it prescribes by default.

    `plans_weeks` tells that the weeks of its episodes are planned by the facility's calendar.
    """

    type: ClassVar[str] = "stepwell.scheduling.program_published.v1"

    program_id: UUID
    facility_id: UUID
    program_type: str
    level_of_care: str
    minutes_per_week: int
    plans_weeks: bool = False


class TrackPublished(Event):
    """A track (day, evening, weekend, telehealth) of a program."""

    type: ClassVar[str] = "stepwell.scheduling.track_published.v1"

    track_id: UUID
    facility_id: UUID
    program_id: UUID
    kind: str


class GroupPublished(Event):
    """A group of a track: modality, open or closed, seats; for whom, in which language, a workshop's topic."""

    type: ClassVar[str] = "stepwell.scheduling.group_published.v1"

    group_id: UUID
    facility_id: UUID
    track_id: UUID
    modality: Modality
    is_open: bool
    capacity: int
    topic: WorkshopTopic | None = None
    age_band: AgeBand | None = None
    language: str | None = None


class StaffPublished(Event):
    """A member of staff by id, with roles and credentials; never a name."""

    type: ClassVar[str] = "stepwell.scheduling.staff_published.v1"

    staff_id: UUID
    facility_id: UUID
    roles: tuple[str, ...]
    credentials: tuple[str, ...]
    languages: tuple[str, ...] = ()


class RoomPublished(Event):
    """A room of a facility."""

    type: ClassVar[str] = "stepwell.scheduling.room_published.v1"

    room_id: UUID
    facility_id: UUID
    seats: int


REFERENCE_EVENTS: tuple[type[Event], ...] = (
    FacilityPublished,
    ProgramPublished,
    TrackPublished,
    GroupPublished,
    StaffPublished,
    RoomPublished,
)

EVENTS: tuple[type[Event], ...] = (
    AppointmentBooked,
    AppointmentCancelled,
    AttendanceRecorded,
    SessionMissed,
    AttendanceResumed,
    WeekClosed,
    BookingsReplaced,
    BookingsRestored,
    *CARE_EVENTS,
    SessionScheduled,
    *TIMETABLE_EVENTS,
    *REFERENCE_EVENTS,
)
