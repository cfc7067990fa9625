"""The episode has changed its phase, program or facility: what it gave up for that is free for others."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.rosters import Membership
from stepwell_scheduling.store.bookings import Booking
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.replacements import (
    cancel_given_up,
    close_replacement,
    given_up_by,
    open_replacements,
)
from stepwell_scheduling.store.rosters import groups_of_sessions, memberships_held_by
from stepwell_scheduling.store.sessions import give_seats_back
from stepwell_scheduling.usecases.close_visits import close_visits
from stepwell_scheduling.usecases.fill_places import fill_places
from stepwell_scheduling.usecases.leave_group import tell_left


async def settle_replacement(tx: Transaction, episode_id: UUID) -> None:
    """Free the held seats of the episode's open replacements and end the held memberships; who waits gets the places.

    The seats are not told, they were cancelled when given up. Raises Unavailable (`patients_busy`).
    """
    for replacement_id in await open_replacements(tx, episode_id):
        given_up = await given_up_by(tx, replacement_id)
        members = await memberships_held_by(tx, replacement_id)
        reason_code = await close_replacement(tx, replacement_id, "settled")
        if reason_code is not None:
            for facility_id in sorted({one.facility_id for one in given_up} | {one.facility_id for one in members}):
                await lock_facility(tx, facility_id)
            await cancel_given_up(tx, replacement_id, reason_code)
            session_ids = [booking.session_id for booking in given_up]
            await give_seats_back(tx, session_ids)
            await close_visits(tx, session_ids, reason_code)
            await _end(tx, members, given_up, reason_code)


async def _end(tx: Transaction, members: Sequence[Membership], given_up: Sequence[Booking], reason_code: str) -> None:
    groups = await groups_of_sessions(tx, [booking.session_id for booking in given_up])
    seats = Counter(groups[booking.session_id] for booking in given_up if booking.session_id in groups)
    for member in members:
        group = await find_group(tx, member.group_id)
        from_day = max(local_at(tx.now, group.zone).date(), member.from_day)
        await tell_left(tx, member, from_day, reason_code, seats[member.group_id])
        await fill_places(tx, group, from_day)
