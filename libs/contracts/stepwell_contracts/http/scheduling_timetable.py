"""Bodies of scheduling's API about the timetable: series, visits, changes of sessions."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from pydantic import Field, NaiveDatetime

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.scheduling import Code, Jurisdiction, SessionMinutes
from stepwell_kernel.codes import Modality
from stepwell_kernel.scheduling_codes import Setting


class ChangeSession(Body):
    """Another local time, length, clinician or room for a session; what is left out stays as it is."""

    starts_local: NaiveDatetime | None = None
    minutes: SessionMinutes | None = None
    clinician_id: UUID | None = None
    room_id: UUID | None = None
    reason_code: Code


class CancelSession(Body):
    """A session does not take place."""

    reason_code: Code


class SessionCalledOff(Value):
    """The cancelled session."""

    session_id: UUID


class ScheduleVisit(Body):
    """A visit of one patient at a local time of its facility; on site it needs a room, otherwise it has none.

    `patient_jurisdiction` is where the patient will be, unless that is where the facility is.
    """

    episode_id: UUID
    modality: Modality
    starts_local: NaiveDatetime
    minutes: SessionMinutes
    clinician_id: UUID
    room_id: UUID | None = None
    setting: Setting = Setting.ON_SITE
    patient_jurisdiction: Jurisdiction | None = None


class VisitBooked(Value):
    """The visit and its booking."""

    session_id: UUID
    booking_id: UUID
    episode_id: UUID
    starts_at: Instant
    ends_at: Instant


class StartSeries(Body):
    """A weekly series of a group's meetings on a weekday (from Monday 0), from a local day through another.

    It keeps its local time across clock changes; holidays of the facility and the exceptions are left out.
    """

    weekday: Annotated[int, Field(ge=0, le=6)]
    starts_local: time
    minutes: SessionMinutes
    clinician_id: UUID
    room_id: UUID | None = None
    setting: Setting = Setting.ON_SITE
    from_day: date
    until_day: date | None = None
    exceptions: Annotated[tuple[date, ...], Field(max_length=100)] = ()


class SeriesMeeting(Value):
    """A meeting of a series that was scheduled."""

    session_id: UUID
    day: date
    starts_at: Instant
    ends_at: Instant


class SeriesPlanned(Value):
    """The series and the meetings that were scheduled at once."""

    series_id: UUID
    meetings: tuple[SeriesMeeting, ...]


class ChangeSeries(Body):
    """How a series meets from a local day on, and its last day; what is left out stays as it is."""

    from_day: date
    starts_local: time | None = None
    minutes: SessionMinutes | None = None
    clinician_id: UUID | None = None
    room_id: UUID | None = None
    until_day: date | None = None
    reason_code: Code


class SeriesAltered(Value):
    """How many meetings were moved and cancelled, and those that were scheduled in addition."""

    series_id: UUID
    moved: int
    cancelled: int
    meetings: tuple[SeriesMeeting, ...]


class ExceptDay(Body):
    """A day on which the series does not meet."""

    day: date
    reason_code: Code


class DayExcepted(Value):
    """The day, with the meeting that was cancelled, if it had been scheduled."""

    series_id: UUID
    day: date
    session_id: UUID | None = None


class SeriesView(Value):
    """A series of a group as it meets now; `gaps` are days for which no meeting could be scheduled."""

    series_id: UUID
    group_id: UUID
    weekday: int
    starts_local: time
    minutes: int
    clinician_id: UUID
    room_id: UUID | None
    setting: Setting
    from_day: date
    until_day: date | None
    exceptions: tuple[date, ...]
    gaps: tuple[date, ...]


class SeriesList(Value):
    """Series by their first day."""

    series: tuple[SeriesView, ...]
