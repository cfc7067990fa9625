"""First step of a change of program, facility or phase: exchange the future seats for those that come after it."""

from collections.abc import Sequence
from datetime import timedelta

from stepwell_contracts.activities import ActionResult, ReplaceBookings
from stepwell_contracts.events.scheduling import AppointmentCancelled, BookingsReplaced
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import REPLACE_BOOKINGS
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.replacement import HORIZON, DayBudget, choose_sessions
from stepwell_scheduling.domain.sessions import Session
from stepwell_scheduling.store.bookings import Booking, future_bookings
from stepwell_scheduling.store.care_rules import day_rule
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import facility_of_program, find_zone
from stepwell_scheduling.store.replacements import give_up, insert_replacement
from stepwell_scheduling.store.rosters import hold_memberships
from stepwell_scheduling.store.seating import kept_apart_in, minutes_by_day
from stepwell_scheduling.store.sessions import free_sessions, release
from stepwell_scheduling.usecases.book_seat import seat

#: What is left of today depends on what began earlier today.
A_DAY = timedelta(days=1)


async def replace_bookings(tx: Transaction, command: ReplaceBookings) -> ActionResult:
    """Give up what lies ahead and book the next program's seats for four weeks; without a program, none.

    The next program may be another facility's. The seats given up stay taken and memberships of groups are held until
    the episode has changed, so that undoing cannot fail for want of a seat. Raises Unavailable
    (`episode_not_known_yet`), NotFound (`program_not_found`), Conflict (`no_session_in_next_program`).
    """
    episode = await find_episode(tx, command.key.episode_id)
    tx.authorize(REPLACE_BOOKINGS, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    await insert_replacement(tx, command.replacement_id, episode.episode_id, command.reason_code)
    await hold_memberships(tx, episode.episode_id, command.replacement_id)
    former = await future_bookings(tx, episode.episode_id)
    await _give_up(tx, stream, former, command)
    chosen = await _next_sessions(tx, episode, command)
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


async def _give_up(tx: Transaction, stream: Stream, former: Sequence[Booking], command: ReplaceBookings) -> None:
    await give_up(tx, former, command.replacement_id)
    await release(tx, "patient", [booking.booking_id for booking in former])
    for booking in former:
        cancelled = AppointmentCancelled(
            booking_id=booking.booking_id,
            episode_id=booking.episode_id,
            patient_id=booking.patient_id,
            reason_code=command.reason_code,
        )
        tx.emit(stream, cancelled, episode_id=booking.episode_id)


async def _next_sessions(tx: Transaction, episode: Episode, command: ReplaceBookings) -> Sequence[Session]:
    """Sessions of the next program; none without one, or where it prescribes no minutes."""
    if command.program_id is None:
        return ()
    facility_id = await facility_of_program(tx, command.program_id)
    tx.authorize(REPLACE_BOOKINGS, Resource(tx.tenant, "program", command.program_id, facility_id))
    await lock_facility(tx, facility_id)
    candidates = await free_sessions(tx, command.program_id, episode, tx.now, tx.now + HORIZON)
    apart = await kept_apart_in(tx, episode.patient_id, [session.session_id for session in candidates])
    budget = DayBudget(
        zone_name=await find_zone(tx, facility_id),
        most_minutes=(await day_rule(tx, facility_id, tx.now)).most_minutes,
        kept=await minutes_by_day(tx, episode.patient_id, tx.now - A_DAY),
    )
    open_to_all = [session for session in candidates if session.session_id not in apart]
    chosen = tuple(choose_sessions(open_to_all, command.prescribed_minutes_per_week, budget))
    if command.prescribed_minutes_per_week and not chosen:
        raise Conflict("no_session_in_next_program", "the next program has no free seat in four weeks")
    return chosen
