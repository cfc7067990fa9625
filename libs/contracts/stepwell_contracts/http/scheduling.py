"""Bodies of scheduling's API."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, NaiveDatetime

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.codes import AgeBand, AttendanceState, LevelOfCare, Modality, Role
from stepwell_kernel.scheduling_codes import Setting, WorkshopTopic

Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Seats = Annotated[int, Field(ge=1, le=200)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639-1")]

#: ISO 3166-2; the rules of the platform are those of the United States and its states.
Jurisdiction = Annotated[str, Field(pattern=r"^US(-[A-Z]{2})?$")]

SessionMinutes = Annotated[int, Field(ge=10, le=480)]


class FacilityReference(Body):
    """A facility as patients may read it: a neutral name, a call-back number, zone and holidays; whose rules hold."""

    neutral_name: Annotated[str, Field(min_length=2, max_length=60)]
    callback_number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
    zone: Annotated[str, Field(max_length=64)]
    holidays: tuple[date, ...] = ()
    jurisdiction: Jurisdiction = "US"


class ProgramReference(Body):
    """A program of the facility; `plans_weeks` has the facility's calendar plan the weeks of its episodes."""

    program_id: UUID
    program_type: Literal["IOP", "OP", "OTP"]
    level_of_care: LevelOfCare
    minutes_per_week: Minutes
    plans_weeks: bool = False


class TrackReference(Body):
    """A track of a program."""

    track_id: UUID
    program_id: UUID
    kind: Literal["day", "evening", "weekend", "telehealth"]


class GroupReference(Body):
    """A group of a track; a workshop has a topic, other groups have none. Without an age band it is for all."""

    group_id: UUID
    track_id: UUID
    modality: Modality
    is_open: bool = True
    capacity: Seats
    topic: WorkshopTopic | None = None
    age_band: AgeBand | None = None
    language: Language = "en"


class StaffReference(Body):
    """A member of staff, by id."""

    staff_id: UUID
    roles: tuple[Role, ...]
    credentials: tuple[Code, ...] = ()
    languages: tuple[Language, ...] = ("en",)


class RoomReference(Body):
    """A room."""

    room_id: UUID
    seats: Seats


class PublishReference(Body):
    """The whole reference data of a facility; what is published replaces what was known."""

    facility: FacilityReference
    programs: tuple[ProgramReference, ...]
    tracks: tuple[TrackReference, ...]
    groups: tuple[GroupReference, ...]
    staff: tuple[StaffReference, ...]
    rooms: tuple[RoomReference, ...]


class ReferencePublished(Value):
    """How many items were published."""

    facility_id: UUID
    items: int


class ScheduleSession(Body):
    """A meeting of a group at a local time of its facility; on site it needs a room, otherwise it has none."""

    starts_local: NaiveDatetime
    minutes: SessionMinutes
    clinician_id: UUID
    room_id: UUID | None = None
    setting: Setting = Setting.ON_SITE


class SessionPlanned(Value):
    """The session, resolved to instants."""

    session_id: UUID
    starts_at: Instant
    ends_at: Instant
    capacity: int


class SessionView(Value):
    """A session with its seats; a visit of one patient has no group."""

    session_id: UUID
    facility_id: UUID
    program_id: UUID
    group_id: UUID | None
    modality: Modality
    starts_at: Instant
    ends_at: Instant
    capacity: int
    taken: int
    clinician_id: UUID | None = None
    room_id: UUID | None = None
    setting: Setting = Setting.ON_SITE
    state: Literal["scheduled", "cancelled"] = "scheduled"
    series_id: UUID | None = None
    topic: WorkshopTopic | None = None


class SessionList(Value):
    """Sessions by start."""

    sessions: tuple[SessionView, ...]


class BookSeat(Body):
    """A seat for a patient, by the episode."""

    episode_id: UUID


class SeatBooked(Value):
    """The booking."""

    booking_id: UUID
    session_id: UUID
    episode_id: UUID
    starts_at: Instant
    ends_at: Instant


class CancelBooking(Body):
    """Give a seat back."""

    reason_code: Code


class BookingCancelled(Value):
    """The cancelled booking; `attendance` says when the seat was given back too late."""

    booking_id: UUID
    attendance: AttendanceState | None = None


class RecordAttendance(Body):
    """What became of the seat; `late_minutes` is how long after the start the patient came."""

    state: AttendanceState
    minutes: Minutes
    late_minutes: Minutes | None = None


class AttendanceNoted(Value):
    """The attendance as recorded."""

    booking_id: UUID
    state: AttendanceState
    minutes: int


class BookingView(Value):
    """A booking of an episode.

    `counts_as` is `full`, `part` or `absent` once attendance is recorded; `makes_up` names the missed booking that it
    makes up for.
    """

    booking_id: UUID
    session_id: UUID
    episode_id: UUID
    modality: Modality
    starts_at: Instant
    ends_at: Instant
    state: str
    attendance: AttendanceState | None
    minutes: int | None
    late_minutes: int | None = None
    counts_as: str | None = None
    makes_up: UUID | None = None


class BookingList(Value):
    """Bookings by start."""

    bookings: tuple[BookingView, ...]
