"""Seat the members of a group in its new meetings."""

from collections.abc import Sequence

from stepwell_kernel.errors import Conflict
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_patients_at_once, patient_stream
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.rosters import Membership
from stepwell_scheduling.domain.sessions import Session, check_seat
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.rosters import members_from, note_unseated
from stepwell_scheduling.store.sessions import find_session
from stepwell_scheduling.usecases.book_seat import seat

#: Why a member is passed over whose seats are being exchanged; if the exchange is undone, the seat is taken then.
EXCHANGE_OPEN = "exchange_open"


async def seat_members(tx: Transaction, sessions: Sequence[Session]) -> None:
    """Give each member of the group a seat in the new meetings, who joined first at the front.

    Whom a rule stands against is passed over and noted for the scheduler. The facility must be locked. Raises
    Unavailable (`patients_busy`) when somebody joined meanwhile who is busy.
    """
    for session in sessions:
        if session.group_id is None or session.starts_at <= tx.now:
            continue
        group = await find_group(tx, session.group_id)
        day = local_at(session.starts_at, group.zone).date()
        members = [one for one in await members_from(tx, session.group_id, day) if one.covers(day)]
        await lock_patients_at_once(tx, [member.patient_id for member in members])
        for member in members:
            await seat_member(tx, member, session)


async def seat_member(tx: Transaction, member: Membership, session: Session) -> bool:
    """Give a member a seat in a meeting, or note why there is none."""
    if member.held:
        await note_unseated(tx, member, session, EXCHANGE_OPEN)
        return False
    episode = await find_episode(tx, member.episode_id)
    try:
        async with tx.savepoint():
            current = await find_session(tx, session.session_id)
            check_seat(current, episode, tx.now)
            await seat(tx, patient_stream(tx, member.patient_id), current, episode)
    except Conflict as refusal:
        await note_unseated(tx, member, session, refusal.code)
        return False
    return True
