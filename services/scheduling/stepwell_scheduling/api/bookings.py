"""Seats: book, move, cancel, attend, make up; and the weeks that were closed with them."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.scheduling import (
    AttendanceNoted,
    BookingCancelled,
    BookSeat,
    CancelBooking,
    RecordAttendance,
    SeatBooked,
)
from stepwell_contracts.http.scheduling_care import BookingMoved, BookMakeUp, MakeUpBooked, MoveBooking, WeekList
from stepwell_kernel.access import Resource
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.domain.access import READ_SESSIONS
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.weeks import weeks_of_episode
from stepwell_scheduling.usecases.book_make_up import book_make_up
from stepwell_scheduling.usecases.book_seat import book_seat
from stepwell_scheduling.usecases.cancel_booking import cancel_booking
from stepwell_scheduling.usecases.move_booking import move_booking
from stepwell_scheduling.usecases.record_attendance import record_attendance


def bookings_router(transactions: Transactions) -> APIRouter:
    """The routes of bookings."""
    router = APIRouter(tags=["bookings"])

    @router.post("/v1/sessions/{session_id}/bookings", status_code=201)
    async def post_booking(session_id: UUID, body: BookSeat, caller: CurrentCaller, key: CurrentKey) -> SeatBooked:
        async with transactions(caller) as tx:
            return await once(tx, key, SeatBooked, lambda: book_seat(tx, session_id, body))

    @router.post("/v1/bookings/{booking_id}/move", status_code=201)
    async def post_move(booking_id: UUID, body: MoveBooking, caller: CurrentCaller, key: CurrentKey) -> BookingMoved:
        async with transactions(caller) as tx:
            return await once(tx, key, BookingMoved, lambda: move_booking(tx, booking_id, body))

    @router.post("/v1/bookings/{booking_id}/cancellation", status_code=201)
    async def post_cancellation(
        booking_id: UUID, body: CancelBooking, caller: CurrentCaller, key: CurrentKey
    ) -> BookingCancelled:
        async with transactions(caller) as tx:
            return await once(tx, key, BookingCancelled, lambda: cancel_booking(tx, booking_id, body))

    @router.post("/v1/bookings/{booking_id}/make-up", status_code=201)
    async def post_make_up(booking_id: UUID, body: BookMakeUp, caller: CurrentCaller, key: CurrentKey) -> MakeUpBooked:
        async with transactions(caller) as tx:
            return await once(tx, key, MakeUpBooked, lambda: book_make_up(tx, booking_id, body))

    @router.put("/v1/bookings/{booking_id}/attendance")
    async def put_attendance(
        booking_id: UUID, body: RecordAttendance, caller: CurrentCaller, key: CurrentKey
    ) -> AttendanceNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, AttendanceNoted, lambda: record_attendance(tx, booking_id, body))

    @router.get("/v1/episodes/{episode_id}/weeks")
    async def get_weeks(episode_id: UUID, caller: CurrentCaller) -> WeekList:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_SESSIONS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            return WeekList(weeks=await weeks_of_episode(tx, episode_id))

    return router
