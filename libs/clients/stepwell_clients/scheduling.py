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

    async def sessions(
        self, facility_id: UUID, begin: datetime, end: datetime, program_id: UUID | None = None
    ) -> SessionList:
        """Sessions of a facility that start in [begin, end)."""
        query = {"facility_id": str(facility_id), "from": begin.isoformat(), "to": end.isoformat()}
        if program_id is not None:
            query["program_id"] = str(program_id)
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

    async def bookings(self, episode_id: UUID) -> BookingList:
        """All bookings of an episode."""
        return await self._transport.get(path_of("/v1/episodes/{}/bookings", episode_id), BookingList)

    async def worklist(
        self, facility_id: UUID, role: Role, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
