"""Sessions of groups, and what an episode has booked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.base import Instant
from stepwell_contracts.http.scheduling import (
    BookingList,
    BookingView,
    ScheduleSession,
    SessionList,
    SessionPlanned,
)
from stepwell_contracts.http.scheduling_timetable import CancelSession, ChangeSession, SessionCalledOff
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import AttendanceState
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.domain.access import READ_SESSIONS
from stepwell_scheduling.store.bookings import Booking, bookings_of_episode
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.views import sessions_between
from stepwell_scheduling.usecases.cancel_session import cancel_session
from stepwell_scheduling.usecases.change_session import change_session
from stepwell_scheduling.usecases.schedule_session import schedule_session


def sessions_router(transactions: Transactions) -> APIRouter:
    """The routes of sessions."""
    router = APIRouter(tags=["sessions"])

    @router.post("/v1/groups/{group_id}/sessions", status_code=201)
    async def post_session(
        group_id: UUID, body: ScheduleSession, caller: CurrentCaller, key: CurrentKey
    ) -> SessionPlanned:
        async with transactions(caller) as tx:
            return await once(tx, key, SessionPlanned, lambda: schedule_session(tx, group_id, body))

    @router.get("/v1/sessions")
    async def get_sessions(
        caller: CurrentCaller,
        facility_id: UUID,
        begin: Annotated[Instant, Query(alias="from")],
        end: Annotated[Instant, Query(alias="to")],
        program_id: UUID | None = None,
        cancelled: bool = False,
    ) -> SessionList:
        async with transactions(caller) as tx:
            tx.authorize(READ_SESSIONS, Resource(tx.tenant, "facility", facility_id, facility_id))
            found = await sessions_between(tx, facility_id, begin, end, program_id, cancelled=cancelled)
            return SessionList(sessions=found)

    @router.post("/v1/sessions/{session_id}/change", status_code=201)
    async def post_change(
        session_id: UUID, body: ChangeSession, caller: CurrentCaller, key: CurrentKey
    ) -> SessionPlanned:
        async with transactions(caller) as tx:
            return await once(tx, key, SessionPlanned, lambda: change_session(tx, session_id, body))

    @router.post("/v1/sessions/{session_id}/cancellation", status_code=201)
    async def post_cancellation(
        session_id: UUID, body: CancelSession, caller: CurrentCaller, key: CurrentKey
    ) -> SessionCalledOff:
        async with transactions(caller) as tx:
            return await once(tx, key, SessionCalledOff, lambda: cancel_session(tx, session_id, body))

    @router.get("/v1/episodes/{episode_id}/bookings")
    async def get_bookings(episode_id: UUID, caller: CurrentCaller) -> BookingList:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_SESSIONS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            bookings = await bookings_of_episode(tx, episode_id)
            return BookingList(bookings=tuple(_view(booking) for booking in bookings))

    return router


def _view(booking: Booking) -> BookingView:
    return BookingView(
        booking_id=booking.booking_id,
        session_id=booking.session_id,
        episode_id=booking.episode_id,
        modality=booking.modality,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        state=booking.state,
        attendance=AttendanceState(booking.attendance) if booking.attendance else None,
        minutes=booking.minutes,
        late_minutes=booking.late_minutes,
        counts_as=booking.counts_as,
        makes_up=booking.makes_up,
    )
