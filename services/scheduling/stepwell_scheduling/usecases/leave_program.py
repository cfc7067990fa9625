"""The episode has left care, its facility or its program: its places in groups end, and its waits for one."""

from datetime import timedelta
from uuid import UUID

from stepwell_kernel.local_time import local_at
from stepwell_kernel.scheduling_codes import WaitlistOutcome
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.rosters import Membership, ends_with
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.rosters import memberships_of
from stepwell_scheduling.store.waitlists import waits_of
from stepwell_scheduling.usecases.fill_places import fill_places
from stepwell_scheduling.usecases.leave_group import leave
from stepwell_scheduling.usecases.leave_waitlist import stop_waiting
from stepwell_scheduling.usecases.settle_replacement import settle_replacement

#: Why a membership ends that no exchange of seats has ended before.
LEFT_PROGRAM = "left_program"


async def leave_program(tx: Transaction, episode: Episode, former_program: UUID | None) -> None:
    """Settle what was given up for the change and end what is left of the former place; the patient is locked.

    Raises Unavailable (`patients_busy`).
    """
    for wait in await waits_of(tx, episode.episode_id):
        if ends_with(episode, former_program, wait.facility_id, wait.program_id):
            await stop_waiting(tx, wait, WaitlistOutcome.LEFT_CARE)
    await settle_replacement(tx, episode.episode_id)
    yesterday = (tx.now - timedelta(days=1)).date()
    for membership in await memberships_of(tx, episode.episode_id, yesterday):
        if ends_with(episode, former_program, membership.facility_id, membership.program_id):
            await _leave(tx, membership)


async def _leave(tx: Transaction, membership: Membership) -> None:
    await lock_facility(tx, membership.facility_id)
    group = await find_group(tx, membership.group_id)
    from_day = max(local_at(tx.now, group.zone).date(), membership.from_day)
    if membership.until_day is None or from_day < membership.until_day:
        await leave(tx, membership, from_day, LEFT_PROGRAM)
        await fill_places(tx, group, from_day)
