"""Events of scheduling about a facility's timetable; topic `stepwell.scheduling.facility`."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event, Instant
from stepwell_kernel.codes import Modality
from stepwell_kernel.scheduling_codes import Setting


class SeriesStarted(Event):
    """A weekly series of a group's meetings; `meetings` were scheduled at once, the rest follows week by week."""

    type: ClassVar[str] = "stepwell.scheduling.series_started.v1"

    series_id: UUID
    facility_id: UUID
    group_id: UUID
    from_day: date
    until_day: date | None = None
    meetings: int


class SeriesChanged(Event):
    """A series meets otherwise from a day on, or is over; meetings before it stay as they are."""

    type: ClassVar[str] = "stepwell.scheduling.series_changed.v1"

    series_id: UUID
    facility_id: UUID
    group_id: UUID
    from_day: date
    until_day: date | None = None
    moved: int
    cancelled: int


class VisitScheduled(Event):
    """A visit of one patient, without group, was made; its seat is told as a booking."""

    type: ClassVar[str] = "stepwell.scheduling.visit_scheduled.v1"

    session_id: UUID
    facility_id: UUID
    modality: Modality
    setting: Setting
    starts_at: Instant
    ends_at: Instant
    clinician_id: UUID


class SessionChanged(Event):
    """A session has another time, clinician or room."""

    type: ClassVar[str] = "stepwell.scheduling.session_changed.v1"

    session_id: UUID
    facility_id: UUID
    modality: Modality
    starts_at: Instant
    ends_at: Instant
    clinician_id: UUID
    reason_code: str


class SessionCancelled(Event):
    """A session does not take place; its seats were given back one by one."""

    type: ClassVar[str] = "stepwell.scheduling.session_cancelled.v1"

    session_id: UUID
    facility_id: UUID
    modality: Modality
    starts_at: Instant
    reason_code: str
    bookings: int


TIMETABLE_EVENTS: tuple[type[Event], ...] = (
    SeriesStarted,
    SeriesChanged,
    VisitScheduled,
    SessionChanged,
    SessionCancelled,
)
