"""A patient leaves a group: the seats ahead are given back, and whoever waits longest gets the place."""

from datetime import date
from uuid import UUID

from stepwell_contracts.events.scheduling_care import GroupLeft
from stepwell_contracts.http.scheduling_care import EndMembership, MembershipEnded
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_facility, patient_stream
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import LEAVE_GROUP
from stepwell_scheduling.domain.rosters import Membership, check_from_day
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.rosters import end_membership, find_membership, seats_ahead
from stepwell_scheduling.usecases.cancel_booking import free
from stepwell_scheduling.usecases.fill_places import fill_places, lock_waiting


async def leave_group(tx: Transaction, membership_id: UUID, command: EndMembership) -> MembershipEnded:
    """End the membership from a day on; what lies before it stays as it is.

    Ending one that has ended by then changes nothing and is answered alike. Raises NotFound (`membership_not_found`),
    Conflict (`day_in_the_past`, `exchange_open`), Unavailable (`patients_busy`).
    """
    membership = await find_membership(tx, membership_id)
    tx.authorize(LEAVE_GROUP, Resource(tx.tenant, "membership", membership_id, membership.facility_id))
    await lock_waiting(tx, membership.group_id, (membership.patient_id,))
    await lock_facility(tx, membership.facility_id)
    membership = await find_membership(tx, membership_id)
    group = await find_group(tx, membership.group_id)
    check_from_day(command.from_day, local_at(tx.now, group.zone).date())
    if membership.held:
        raise Conflict("exchange_open", "the patient's seats are being exchanged", rule="roster.exchange")
    if membership.until_day is not None and membership.until_day <= command.from_day:
        return MembershipEnded(membership_id=membership_id, from_day=membership.until_day, given_up=0, promoted=0)
    from_day = max(command.from_day, membership.from_day)
    given_up = await leave(tx, membership, from_day, command.reason_code)
    promoted = await fill_places(tx, group, from_day)
    return MembershipEnded(membership_id=membership_id, from_day=from_day, given_up=given_up, promoted=promoted)


async def leave(tx: Transaction, membership: Membership, from_day: date, reason_code: str) -> int:
    """End a membership whose patient and facility are locked, and give its seats ahead back: how many."""
    seats = await seats_ahead(tx, membership, from_day)
    await tell_left(tx, membership, from_day, reason_code, len(seats))
    for booking in seats:
        await free(tx, patient_stream(tx, membership.patient_id), booking, reason_code)
    return len(seats)


async def tell_left(tx: Transaction, membership: Membership, from_day: date, reason_code: str, given_up: int) -> None:
    """End a membership and tell it, with the number of seats that are given up for it."""
    await end_membership(tx, membership.membership_id, from_day, reason_code)
    left = GroupLeft(
        membership_id=membership.membership_id,
        episode_id=membership.episode_id,
        group_id=membership.group_id,
        from_day=from_day,
        reason_code=reason_code,
        given_up=given_up,
    )
    tx.emit(patient_stream(tx, membership.patient_id), left, episode_id=membership.episode_id)
