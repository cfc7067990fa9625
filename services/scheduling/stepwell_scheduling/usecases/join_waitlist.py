"""A patient waits for a place in a group."""

from uuid import UUID

from stepwell_contracts.events.scheduling_care import WaitlistJoined
from stepwell_contracts.http.scheduling_care import JoinWaitlist, WaitlistPlace
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import JOIN_WAITLIST
from stepwell_scheduling.domain.rosters import check_candidate
from stepwell_scheduling.domain.waitlist import Wait
from stepwell_scheduling.store.episodes import find_episode, priority_of
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.rosters import can_enter, full_on, memberships_of
from stepwell_scheduling.store.waitlists import insert_wait, waiting_for


async def join_waitlist(tx: Transaction, group_id: UUID, command: JoinWaitlist) -> WaitlistPlace:
    """Put the patient on the waitlist of a group that is full or, if closed, takes nobody any more.

    The answer names the place in line.

    Raises NotFound (`group_not_found`), Unavailable (`episode_not_known_yet`), Conflict (`episode_not_in_care`,
    `other_facility`, `other_age_band`, `already_member`, `already_waiting`, `place_free`).
    """
    group = await find_group(tx, group_id)
    tx.authorize(JOIN_WAITLIST, Resource(tx.tenant, "group", group_id, group.facility_id))
    episode = await find_episode(tx, command.episode_id)
    stream = await lock_patient(tx, episode.patient_id)
    await lock_facility(tx, group.facility_id)
    group, episode = await find_group(tx, group_id), await find_episode(tx, command.episode_id)
    check_candidate(episode, group)
    today = local_at(tx.now, group.zone).date()
    if any(one.group_id == group_id for one in await memberships_of(tx, episode.episode_id, today)):
        raise Conflict("already_member", "the patient is a member of the group", rule="roster.once")
    if any(one.episode_id == episode.episode_id for one in await waiting_for(tx, group_id)):
        raise Conflict("already_waiting", "the patient waits for the group", rule="waitlist.once")
    if group_id not in await full_on(tx, (group_id,), today) and await can_enter(tx, group, today):
        raise Conflict("place_free", "the group has a place", rule="waitlist.full")
    wait = Wait(
        waitlist_id=new_id(),
        facility_id=group.facility_id,
        program_id=group.program_id,
        group_id=group_id,
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        priority=await priority_of(tx, episode.episode_id),
        state="waiting",
        joined_at=tx.now,
    )
    await insert_wait(tx, wait)
    joined = WaitlistJoined(waitlist_id=wait.waitlist_id, episode_id=episode.episode_id, group_id=group_id)
    tx.emit(stream, joined, episode_id=episode.episode_id)
    line = [one.waitlist_id for one in await waiting_for(tx, group_id)]
    return WaitlistPlace(
        waitlist_id=wait.waitlist_id,
        group_id=group_id,
        episode_id=episode.episode_id,
        position=line.index(wait.waitlist_id) + 1,
    )
