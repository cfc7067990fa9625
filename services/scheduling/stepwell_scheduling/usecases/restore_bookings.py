"""A change of program or phase undone: former seats and memberships stand again, the next program's seats are freed."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from stepwell_contracts.activities import ActionResult, RestoreBookings
from stepwell_contracts.events.scheduling import BookingsRestored
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import RESTORE_BOOKINGS
from stepwell_scheduling.domain.rosters import Membership
from stepwell_scheduling.store.bookings import Booking
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.replacements import close_replacement, given_up_by, made_by, rebook
from stepwell_scheduling.store.rosters import (
    forget_unseated,
    memberships_held_by,
    passed_over,
    release_memberships,
)
from stepwell_scheduling.store.sessions import claim, find_session
from stepwell_scheduling.usecases.book_seat import booked
from stepwell_scheduling.usecases.cancel_booking import free
from stepwell_scheduling.usecases.seat_members import EXCHANGE_OPEN, seat_member


async def restore_bookings(tx: Transaction, command: RestoreBookings) -> ActionResult:
    """Undo the replacement; one that never happened, or was undone before, is answered alike.

    Raises Unavailable (`episode_not_known_yet`), Conflict (`patient_taken`).
    """
    episode = await find_episode(tx, command.key.episode_id)
    tx.authorize(RESTORE_BOOKINGS, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    reason_code = await close_replacement(tx, command.replacement_id, "undone")
    if reason_code is not None:
        made = await made_by(tx, command.replacement_id)
        members = await memberships_held_by(tx, command.replacement_id)
        for facility_id in sorted({one.facility_id for one in made} | {one.facility_id for one in members}):
            await lock_facility(tx, facility_id)
        for booking in made:
            await free(tx, stream, booking, f"{reason_code}_undone")
        former = await given_up_by(tx, command.replacement_id)
        for booking in former:
            await _stand_again(tx, stream, booking)
        await _belong_again(tx, command.replacement_id, members)
        restored = BookingsRestored(
            replacement_id=command.replacement_id, episode_id=episode.episode_id, restored=len(former)
        )
        tx.emit(stream, restored, episode_id=episode.episode_id)
    return ActionResult(accepted=True, subject_id=command.replacement_id)


async def _stand_again(tx: Transaction, stream: Stream, booking: Booking) -> None:
    session = await find_session(tx, booking.session_id)
    if not await claim(tx, "patient", booking.patient_id, booking.booking_id, session):
        raise Conflict("patient_taken", "the patient was booked elsewhere meanwhile", rule="seat.no_overlap")
    await rebook(tx, booking.booking_id)
    tx.emit(stream, booked(booking), episode_id=booking.episode_id)


async def _belong_again(tx: Transaction, replacement_id: UUID, members: Sequence[Membership]) -> None:
    """The memberships stand again, with seats in the meetings that were scheduled meanwhile."""
    await release_memberships(tx, replacement_id)
    for member in members:
        for meeting in await passed_over(tx, member, EXCHANGE_OPEN):
            if await seat_member(tx, replace(member, held=False), meeting):
                await forget_unseated(tx, member, meeting)
