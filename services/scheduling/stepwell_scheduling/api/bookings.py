"""Seats: book, cancel, attend."""

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
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.usecases.book_seat import book_seat
from stepwell_scheduling.usecases.cancel_booking import cancel_booking
from stepwell_scheduling.usecases.record_attendance import record_attendance


def bookings_router(transactions: Transactions) -> APIRouter:
    """The routes of bookings."""
    router = APIRouter(tags=["bookings"])

    @router.post("/v1/sessions/{session_id}/bookings", status_code=201)
    async def post_booking(session_id: UUID, body: BookSeat, caller: CurrentCaller, key: CurrentKey) -> SeatBooked:
        async with transactions(caller) as tx:
            return await once(tx, key, SeatBooked, lambda: book_seat(tx, session_id, body))

    @router.post("/v1/bookings/{booking_id}/cancellation", status_code=201)
    async def post_cancellation(
        booking_id: UUID, body: CancelBooking, caller: CurrentCaller, key: CurrentKey
    ) -> BookingCancelled:
        async with transactions(caller) as tx:
            return await once(tx, key, BookingCancelled, lambda: cancel_booking(tx, booking_id, body))

    @router.put("/v1/bookings/{booking_id}/attendance")
    async def put_attendance(
        booking_id: UUID, body: RecordAttendance, caller: CurrentCaller, key: CurrentKey
    ) -> AttendanceNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, AttendanceNoted, lambda: record_attendance(tx, booking_id, body))

    return router
