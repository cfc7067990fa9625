"""A place in a group has come free: who waits longest and fits becomes a member, in the same transaction."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from stepwell_kernel.errors import Conflict
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_patients, lock_patients_at_once
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.reference import Group
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.rosters import full_on, raise_capacity
from stepwell_scheduling.store.waitlists import find_wait, waiting_for, waits_at
from stepwell_scheduling.usecases.join_group import join


async def lock_waiting(tx: Transaction, group_id: UUID, also: Iterable[UUID]) -> None:
    """Lock the streams of who waits for the group, and of other patients, before the facility's."""
    waits = await waiting_for(tx, group_id)
    await lock_patients(tx, {*also, *(wait.patient_id for wait in waits)})


async def lock_all_waiting(tx: Transaction, facility_id: UUID) -> None:
    """Lock the streams of everybody who waits at a facility, before the facility's."""
    await lock_patients(tx, [wait.patient_id for wait in await waits_at(tx, facility_id)])


async def fill_places(tx: Transaction, group: Group, from_day: date) -> int:
    """Make members of those who wait, in their order and from that day on, as long as there is a place: how many.

    Whom a rule stands against goes on waiting, and whoever is next is asked. The facility must be locked. Raises
    Unavailable (`patients_busy`) when somebody who is not locked yet is busy.
    """
    today = local_at(tx.now, group.zone).date()
    first_day = max(from_day, today)
    promoted = 0
    for wait in await waiting_for(tx, group.group_id):
        if group.group_id in await full_on(tx, (group.group_id,), first_day):
            break
        await lock_patients_at_once(tx, [wait.patient_id])
        if (await find_wait(tx, wait.waitlist_id)).state != "waiting":
            continue
        episode = await find_episode(tx, wait.episode_id)
        try:
            async with tx.savepoint():
                await join(tx, group, episode, first_day)
        except Conflict:
            continue
        promoted += 1
    return promoted


async def widen_groups(tx: Transaction, facility_id: UUID) -> None:
    """Groups of the facility may have more places than before: meetings ahead get their seats, who waits a place."""
    await raise_capacity(tx, facility_id)
    for group_id in sorted({wait.group_id for wait in await waits_at(tx, facility_id)}):
        group = await find_group(tx, group_id)
        await fill_places(tx, group, local_at(tx.now, group.zone).date())
