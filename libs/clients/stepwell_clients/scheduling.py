"""The client of scheduling."""

from datetime import datetime
from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_clients.worklist import read_worklist
from stepwell_contracts.http.common import Worklist
from stepwell_contracts.http.scheduling import (
    AttendanceNoted,
    BookingCancelled,
    BookingList,
    BookSeat,
    CancelBooking,
    PublishReference,
    RecordAttendance,
    ReferencePublished,
    ScheduleSession,
    SeatBooked,
    SessionList,
    SessionPlanned,
)
from stepwell_contracts.http.scheduling_care import (
    BookingMoved,
    BookMakeUp,
    EndMembership,
    GroupPlace,
    JoinGroup,
    JoinWaitlist,
    KeepApart,
    KeptApart,
    MakeUpBooked,
    MembershipEnded,
    MoveBooking,
    Roster,
    WaitEnded,
    WaitlistPlace,
    WeekList,
    WithdrawWait,
)
from stepwell_contracts.http.scheduling_plans import (
    AvailabilityList,
    AvailabilitySet,
    PlanEpisodeWeek,
    SetAvailability,
    WeekPlanList,
    WeekPlanMade,
)
from stepwell_contracts.http.scheduling_timetable import (
    CancelSession,
    ChangeSeries,
    ChangeSession,
    DayExcepted,
    ExceptDay,
    ScheduleVisit,
    SeriesAltered,
    SeriesList,
    SeriesPlanned,
    SessionCalledOff,
    StartSeries,
    VisitBooked,
)
from stepwell_kernel.codes import Role


class SchedulingClient:
    """Calls of scheduling's API; every command takes its key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def publish_reference(self, facility_id: UUID, body: PublishReference, *, key: str) -> ReferencePublished:
        """Publish the reference data of a facility."""
        path = path_of("/v1/facilities/{}/reference", facility_id)
        return await self._transport.send("PUT", path, body, ReferencePublished, key=key)

    async def schedule_session(self, group_id: UUID, body: ScheduleSession, *, key: str) -> SessionPlanned:
        """Plan a meeting of a group."""
        path = path_of("/v1/groups/{}/sessions", group_id)
        return await self._transport.send("POST", path, body, SessionPlanned, key=key)

    async def change_session(self, session_id: UUID, body: ChangeSession, *, key: str) -> SessionPlanned:
        """Give a session another time, clinician or room."""
        path = path_of("/v1/sessions/{}/change", session_id)
        return await self._transport.send("POST", path, body, SessionPlanned, key=key)

    async def cancel_session(self, session_id: UUID, body: CancelSession, *, key: str) -> SessionCalledOff:
        """Call a session off with all its seats."""
        path = path_of("/v1/sessions/{}/cancellation", session_id)
        return await self._transport.send("POST", path, body, SessionCalledOff, key=key)

    async def schedule_visit(self, body: ScheduleVisit, *, key: str) -> VisitBooked:
        """Put a visit of one patient on the timetable and book it."""
        return await self._transport.send("POST", "/v1/visits", body, VisitBooked, key=key)

    async def start_series(self, group_id: UUID, body: StartSeries, *, key: str) -> SeriesPlanned:
        """Start a weekly series of a group's meetings."""
        path = path_of("/v1/groups/{}/series", group_id)
        return await self._transport.send("POST", path, body, SeriesPlanned, key=key)

    async def change_series(self, series_id: UUID, body: ChangeSeries, *, key: str) -> SeriesAltered:
        """Let a series meet otherwise from a day on, or end."""
        path = path_of("/v1/series/{}/change", series_id)
        return await self._transport.send("POST", path, body, SeriesAltered, key=key)

    async def leave_day_out(self, series_id: UUID, body: ExceptDay, *, key: str) -> DayExcepted:
        """Leave a day of a series out."""
        path = path_of("/v1/series/{}/exceptions", series_id)
        return await self._transport.send("POST", path, body, DayExcepted, key=key)

    async def series(self, group_id: UUID) -> SeriesList:
        """The series of a group."""
        return await self._transport.get(path_of("/v1/groups/{}/series", group_id), SeriesList)

    async def sessions(
        self,
        facility_id: UUID,
        begin: datetime,
        end: datetime,
        program_id: UUID | None = None,
        *,
        cancelled: bool = False,
    ) -> SessionList:
        """Sessions of a facility that start in [begin, end); cancelled ones too if asked for."""
        query = {"facility_id": str(facility_id), "from": begin.isoformat(), "to": end.isoformat()}
        if program_id is not None:
            query["program_id"] = str(program_id)
        if cancelled:
            query["cancelled"] = "true"
        return await self._transport.get("/v1/sessions", SessionList, query=query)

    async def book_seat(self, session_id: UUID, body: BookSeat, *, key: str) -> SeatBooked:
        """Book a seat."""
        path = path_of("/v1/sessions/{}/bookings", session_id)
        return await self._transport.send("POST", path, body, SeatBooked, key=key)

    async def cancel_booking(self, booking_id: UUID, body: CancelBooking, *, key: str) -> BookingCancelled:
        """Give a seat back."""
        path = path_of("/v1/bookings/{}/cancellation", booking_id)
        return await self._transport.send("POST", path, body, BookingCancelled, key=key)

    async def record_attendance(self, booking_id: UUID, body: RecordAttendance, *, key: str) -> AttendanceNoted:
        """Record what became of a seat."""
        path = path_of("/v1/bookings/{}/attendance", booking_id)
        return await self._transport.send("PUT", path, body, AttendanceNoted, key=key)

    async def move_booking(self, booking_id: UUID, body: MoveBooking, *, key: str) -> BookingMoved:
        """Move a seat to another session."""
        path = path_of("/v1/bookings/{}/move", booking_id)
        return await self._transport.send("POST", path, body, BookingMoved, key=key)

    async def book_make_up(self, booking_id: UUID, body: BookMakeUp, *, key: str) -> MakeUpBooked:
        """Book a seat that makes up for a missed one."""
        path = path_of("/v1/bookings/{}/make-up", booking_id)
        return await self._transport.send("POST", path, body, MakeUpBooked, key=key)

    async def weeks(self, episode_id: UUID) -> WeekList:
        """The closed weeks of an episode."""
        return await self._transport.get(path_of("/v1/episodes/{}/weeks", episode_id), WeekList)

    async def join_group(self, group_id: UUID, body: JoinGroup, *, key: str) -> GroupPlace:
        """Make a patient a member of a group."""
        path = path_of("/v1/groups/{}/members", group_id)
        return await self._transport.send("POST", path, body, GroupPlace, key=key)

    async def leave_group(self, membership_id: UUID, body: EndMembership, *, key: str) -> MembershipEnded:
        """End a membership of a group."""
        path = path_of("/v1/memberships/{}/end", membership_id)
        return await self._transport.send("POST", path, body, MembershipEnded, key=key)

    async def roster(self, group_id: UUID) -> Roster:
        """Members of a group, and who waits for it."""
        return await self._transport.get(path_of("/v1/groups/{}/roster", group_id), Roster)

    async def join_waitlist(self, group_id: UUID, body: JoinWaitlist, *, key: str) -> WaitlistPlace:
        """Put a patient on the waitlist of a group."""
        path = path_of("/v1/groups/{}/waitlist", group_id)
        return await self._transport.send("POST", path, body, WaitlistPlace, key=key)

    async def withdraw_wait(self, waitlist_id: UUID, body: WithdrawWait, *, key: str) -> WaitEnded:
        """End a wait for a group."""
        path = path_of("/v1/waitlist/{}/withdrawal", waitlist_id)
        return await self._transport.send("POST", path, body, WaitEnded, key=key)

    async def keep_apart(self, episode_id: UUID, body: KeepApart, *, key: str) -> KeptApart:
        """Say from whom a patient is kept apart."""
        path = path_of("/v1/episodes/{}/keep-apart", episode_id)
        return await self._transport.send("PUT", path, body, KeptApart, key=key)

    async def kept_apart(self, episode_id: UUID) -> KeptApart:
        """From whom a patient is kept apart."""
        return await self._transport.get(path_of("/v1/episodes/{}/keep-apart", episode_id), KeptApart)

    async def set_availability(self, episode_id: UUID, body: SetAvailability, *, key: str) -> AvailabilitySet:
        """Say when a patient can come."""
        path = path_of("/v1/episodes/{}/availability", episode_id)
        return await self._transport.send("PUT", path, body, AvailabilitySet, key=key)

    async def availability(self, episode_id: UUID) -> AvailabilityList:
        """When a patient can come."""
        return await self._transport.get(path_of("/v1/episodes/{}/availability", episode_id), AvailabilityList)

    async def plan_week(self, episode_id: UUID, body: PlanEpisodeWeek, *, key: str) -> WeekPlanMade:
        """Plan a week of an episode."""
        path = path_of("/v1/episodes/{}/week-plan", episode_id)
        return await self._transport.send("POST", path, body, WeekPlanMade, key=key)

    async def week_plans(self, episode_id: UUID) -> WeekPlanList:
        """The plannings of an episode's weeks."""
        return await self._transport.get(path_of("/v1/episodes/{}/week-plans", episode_id), WeekPlanList)

    async def bookings(self, episode_id: UUID) -> BookingList:
        """All bookings of an episode."""
        return await self._transport.get(path_of("/v1/episodes/{}/bookings", episode_id), BookingList)

    async def worklist(
        self, facility_id: UUID, role: Role | None, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
