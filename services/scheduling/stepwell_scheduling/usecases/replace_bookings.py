"""Step-down, step 1: exchange the future seats for those of the next program."""

from stepwell_contracts.activities import ActionResult, ReplaceBookings
from stepwell_contracts.events.scheduling import AppointmentCancelled, BookingsReplaced
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import REPLACE_BOOKINGS
from stepwell_scheduling.domain.replacement import HORIZON, choose_sessions
from stepwell_scheduling.store.bookings import future_bookings
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.replacements import give_up, insert_replacement
from stepwell_scheduling.store.sessions import free_sessions, release
from stepwell_scheduling.usecases.book_seat import seat


async def replace_bookings(tx: Transaction, command: ReplaceBookings) -> ActionResult:
    """Give up what lies ahead and book the next program's seats for four weeks.

    The seats given up stay taken until the phase has changed, so that undoing cannot fail for want of a seat.
    Raises Unavailable (`episode_not_known_yet`), Conflict (`no_session_to_step_down_to`).
    """
    episode = await find_episode(tx, command.key.episode_id)
    tx.authorize(REPLACE_BOOKINGS, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    await insert_replacement(tx, command.replacement_id, episode.episode_id)
    former = await future_bookings(tx, episode.episode_id)
    await give_up(tx, former, command.replacement_id)
    await release(tx, "patient", [booking.booking_id for booking in former])
    for booking in former:
        cancelled = AppointmentCancelled(
            booking_id=booking.booking_id,
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            reason_code="step_down",
        )
        tx.emit(stream, cancelled, episode_id=episode.episode_id)
    candidates = await free_sessions(tx, command.program_id, tx.now, tx.now + HORIZON)
    chosen = list(choose_sessions(candidates, command.prescribed_minutes_per_week))
    if not chosen:
        raise Conflict("no_session_to_step_down_to", "the next program has no free seat in four weeks")
    for session in chosen:
        await seat(tx, stream, session, episode, replacement_id=command.replacement_id)
    replaced = BookingsReplaced(
        replacement_id=command.replacement_id,
        episode_id=episode.episode_id,
        given_up=len(former),
        booked=len(chosen),
    )
    tx.emit(stream, replaced, episode_id=episode.episode_id)
    return ActionResult(accepted=True, subject_id=command.replacement_id)
