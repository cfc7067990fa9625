"""A patient becomes a member of a group: a seat in each of its meetings from a day on."""

from datetime import date
from uuid import UUID

from stepwell_contracts.events.scheduling_care import GroupJoined, WaitlistEnded
from stepwell_contracts.http.scheduling_care import GroupPlace, JoinGroup
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_kernel.scheduling_codes import WaitlistOutcome
from stepwell_messaging.streams import lock_facility, lock_patient, patient_stream
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import JOIN_GROUP
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.reference import Group
from stepwell_scheduling.domain.rosters import Membership, check_candidate, check_enrollment, check_from_day
from stepwell_scheduling.domain.sessions import Session, check_seat
from stepwell_scheduling.store.care_rules import enrollment_rule
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.rosters import (
    insert_membership,
    meetings_before,
    meetings_from,
    memberships_of,
    roster_full_on,
    seats_ahead,
)
from stepwell_scheduling.store.waitlists import end_wait, waits_of
from stepwell_scheduling.usecases.book_seat import seat


async def join_group(tx: Transaction, group_id: UUID, command: JoinGroup) -> GroupPlace:
    """Make the patient a member, with all seats or none; a wait for the group is over with it.

    Raises NotFound (`group_not_found`), Unavailable (`episode_not_known_yet`, `session_changing`), Conflict
    (`day_in_the_past`, `episode_not_in_care`, `other_facility`, `already_member`, `enrollment_closed`, `group_full`
    with the first full day, and with the day of the meeting that stands against it `patient_taken`, `other_age_band`,
    `kept_apart`, `day_full`).
    """
    group = await find_group(tx, group_id)
    tx.authorize(JOIN_GROUP, Resource(tx.tenant, "group", group_id, group.facility_id))
    episode = await find_episode(tx, command.episode_id)
    await lock_patient(tx, episode.patient_id)
    await lock_facility(tx, group.facility_id)
    group, episode = await find_group(tx, group_id), await find_episode(tx, command.episode_id)
    return await join(tx, group, episode, command.from_day)


async def join(tx: Transaction, group: Group, episode: Episode, from_day: date) -> GroupPlace:
    """The same for patient and facility that are locked."""
    check_from_day(from_day, local_at(tx.now, group.zone).date())
    check_candidate(episode, group)
    membership = Membership(
        membership_id=new_id(),
        facility_id=group.facility_id,
        program_id=group.program_id,
        group_id=group.group_id,
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        from_day=from_day,
    )
    rule = await _check_roster(tx, group, membership)
    held = {booking.session_id for booking in await seats_ahead(tx, membership, from_day)}
    meetings = [one for one in await meetings_from(tx, group.group_id, from_day) if one.session_id not in held]
    await insert_membership(tx, membership, rule)
    await _end_wait(tx, membership)
    joined = GroupJoined(
        membership_id=membership.membership_id,
        episode_id=episode.episode_id,
        group_id=group.group_id,
        from_day=from_day,
        booked=len(meetings),
    )
    tx.emit(patient_stream(tx, episode.patient_id), joined, episode_id=episode.episode_id)
    for meeting in meetings:
        await _seat(tx, group, meeting, episode)
    return GroupPlace(
        membership_id=membership.membership_id,
        group_id=group.group_id,
        episode_id=episode.episode_id,
        from_day=from_day,
        booked=len(meetings),
    )


async def _check_roster(tx: Transaction, group: Group, membership: Membership) -> str | None:
    """The version of the rule that lets the membership enter a closed group."""
    others = await memberships_of(tx, membership.episode_id, membership.from_day)
    if any(other.group_id == group.group_id for other in others):
        raise Conflict("already_member", "the patient is a member of the group", rule="roster.once")
    full = await roster_full_on(tx, (group.group_id,), membership.from_day)
    if group.group_id in full:
        raise _on_day(Conflict("group_full", "the group has no place", rule="roster.capacity"), full[group.group_id])
    if group.is_open:
        return None
    rule = await enrollment_rule(tx, group.facility_id, tx.now)
    check_enrollment(rule, await meetings_before(tx, group.group_id, membership.from_day))
    return str(rule.rule)


async def _end_wait(tx: Transaction, membership: Membership) -> None:
    for wait in await waits_of(tx, membership.episode_id):
        if wait.group_id == membership.group_id:
            await end_wait(tx, wait.waitlist_id, WaitlistOutcome.PROMOTED, membership.membership_id)
            ended = WaitlistEnded(
                waitlist_id=wait.waitlist_id,
                episode_id=wait.episode_id,
                group_id=wait.group_id,
                outcome=WaitlistOutcome.PROMOTED,
                membership_id=membership.membership_id,
            )
            tx.emit(patient_stream(tx, wait.patient_id), ended, episode_id=wait.episode_id)


async def _seat(tx: Transaction, group: Group, meeting: Session, episode: Episode) -> None:
    try:
        check_seat(meeting, episode, tx.now)
        await seat(tx, patient_stream(tx, episode.patient_id), meeting, episode)
    except Conflict as refusal:
        raise _on_day(refusal, local_at(meeting.starts_at, group.zone).date()) from refusal


def _on_day(refusal: Conflict, day: date) -> Conflict:
    """The refusal of a whole membership for what stands against it on one day."""
    code = "group_full" if refusal.code == "session_full" else refusal.code
    problem = FieldProblem("from_day", f"{code} on {day}", refusal.rule)
    return Conflict(code, f"{refusal.detail} (on {day})", fields=(problem,), rule=refusal.rule)
