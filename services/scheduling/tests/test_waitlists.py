"""Waitlists: who waits longest and fits gets the place in the moment it comes free."""

from uuid import UUID

import pytest

from services.scheduling.tests.rosters import Rosters, open_rosters, publish
from services.scheduling.tests.test_rosters import members, seats_of, series
from stepwell_kernel.codes import AgeBand, Phase, PriorityClass, Role
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_scheduling.domain.episodes import Episode
from stepwell_testing.plugin import OpenEdge


def line(rosters: Rosters) -> str:
    return f"/v1/groups/{rosters.groups['open']}/waitlist"


def waiting(episode: Episode) -> dict[str, str]:
    return {"episode_id": str(episode.episode_id)}


async def full_group(rosters: Rosters) -> UUID:
    """The membership that fills the group of one place."""
    await rosters.week()
    return await rosters.join(await rosters.episode())


async def roster(rosters: Rosters) -> tuple[list[str], list[str]]:
    """Episodes of members and of those who wait, in order."""
    found = await rosters.get(f"/v1/groups/{rosters.groups['open']}/roster")
    return [one["episode_id"] for one in found["members"]], [one["episode_id"] for one in found["waiting"]]


async def test_who_waits_longest_gets_the_place_that_comes_free(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    membership = await full_group(rosters)
    first, second = await rosters.episode(), await rosters.episode()
    waits = [await rosters.wait(first)]
    rosters.edge.clock.pass_by(minutes=1)
    waits.append(await rosters.wait(second))
    before = len(await rosters.edge.types())
    left = await rosters.leave(membership, days=2)
    assert left["promoted"] == 1
    assert (await rosters.edge.types())[before:] == [
        "group_left",
        "appointment_cancelled",
        "appointment_cancelled",
        "waitlist_ended",
        "group_joined",
        "appointment_booked",
        "appointment_booked",
    ]
    (ended,) = await rosters.told("waitlist_ended")
    joined = (await rosters.told("group_joined"))[-1]
    assert (ended["waitlist_id"], ended["outcome"]) == (str(waits[0]), "promoted")
    assert ended["membership_id"] == joined["membership_id"]
    assert joined["from_day"] == rosters.day(2).isoformat()
    assert (await roster(rosters))[1] == [str(second.episode_id)]
    await rosters.check_seats()


async def test_priority_populations_go_first(open_edge: OpenEdge) -> None:
    """45 CFR 96.126 and 96.131: pregnant and injecting, pregnant, injecting, then all others."""
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    await full_group(rosters)
    episodes = {}
    for priority in reversed(PriorityClass):
        episodes[priority] = await rosters.episode(priority=priority)
        await rosters.wait(episodes[priority])
        rosters.edge.clock.pass_by(minutes=1)
    assert (await roster(rosters))[1] == [str(episodes[priority].episode_id) for priority in PriorityClass]


@pytest.mark.parametrize(
    "code",
    ["place_free", "already_member", "already_waiting", "episode_not_in_care", "other_facility", "group_not_found"],
)
async def test_who_does_not_wait(open_edge: OpenEdge, code: str) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    member, episode = await rosters.episode(), await rosters.episode()
    path = line(rosters)
    if code != "place_free":
        await rosters.join(member)
    match code:
        case "already_member":
            episode = member
        case "already_waiting":
            await rosters.wait(episode)
        case "episode_not_in_care":
            episode = await rosters.episode(Phase.SCREENING)
        case "other_facility":
            episode = await (await open_rosters(rosters.edge)).episode()
        case "group_not_found":
            path = f"/v1/groups/{new_id()}/waitlist"
    assert (await rosters.refused(path, waiting(episode)))["code"] == code


async def test_a_group_with_one_full_meeting_has_no_place(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    meetings = await rosters.week()
    await rosters.book(meetings[1], await rosters.episode())
    await rosters.wait(await rosters.episode())


async def test_whom_a_rule_stands_against_waits_on_and_the_next_is_asked(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    membership = await full_group(rosters)
    busy, second, third = [await rosters.episode() for _ in range(3)]
    await rosters.book(await rosters.session("workshop", days=2, clock="10:30", place=1), busy)
    for episode in (busy, second, third):
        await rosters.wait(episode)
        rosters.edge.clock.pass_by(minutes=1)
    await rosters.leave(membership)
    everyone, waits = await roster(rosters)
    assert everyone == [str(second.episode_id)]
    assert waits == [str(busy.episode_id), str(third.episode_id)]


async def test_a_closed_group_that_takes_nobody_any_more_has_a_waitlist_for_its_next_cohort(
    open_edge: OpenEdge,
) -> None:
    """Enrollment of a closed group closes after session 2; who comes later waits (default of the house)."""
    rosters = await open_rosters(await open_edge("scheduling"))
    await rosters.week("closed", meetings=3)
    path = f"/v1/groups/{rosters.groups['closed']}/waitlist"
    late = await rosters.episode()
    assert (await rosters.refused(path, waiting(late)))["code"] == "place_free"
    rosters.edge.clock.pass_by(days=2)
    wait = await rosters.done(path, waiting(late))
    assert await rosters.worklist() == []
    rosters.edge.clock.pass_by(days=2)
    await series(rosters, weeks=3, group="closed")
    (row,) = await rosters.worklist()
    assert (row["kind"], row["subject_id"]) == ("wait_with_place", wait["waitlist_id"])
    await rosters.done(row["command"].removeprefix("POST "), rosters.joining(late))
    assert await rosters.worklist() == []


async def test_a_wait_that_a_rule_stands_against_is_on_the_schedulers_worklist(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    membership = await full_group(rosters)
    busy = await rosters.episode()
    booking = await rosters.book(await rosters.session("workshop", days=2, clock="10:30", place=1), busy)
    wait = await rosters.wait(busy)
    assert await rosters.worklist() == []
    await rosters.leave(membership)
    (row,) = await rosters.worklist()
    assert (row["kind"], row["subject_id"]) == ("wait_with_place", str(wait))
    await rosters.done(f"/v1/bookings/{booking}/cancellation", {"reason_code": "patient_asked"})
    await rosters.done(row["command"].removeprefix("POST "), rosters.joining(busy))
    assert await rosters.worklist() == []
    assert [one["outcome"] for one in await rosters.told("waitlist_ended")] == ["promoted"]


async def test_a_cancelled_booking_is_no_place(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    await full_group(rosters)
    await rosters.wait(await rosters.episode())
    (member,) = (await roster(rosters))[0]
    booking = (await rosters.get(f"/v1/episodes/{member}/bookings"))["bookings"][0]["booking_id"]
    await rosters.done(f"/v1/bookings/{booking}/cancellation", {"reason_code": "patient_asked"})
    assert len((await roster(rosters))[1]) == 1


async def test_more_places_go_to_those_who_wait(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    await full_group(rosters)
    episodes = [await rosters.episode() for _ in range(3)]
    for episode in episodes:
        await rosters.wait(episode)
        rosters.edge.clock.pass_by(minutes=1)
    await publish(rosters, capacity=3)
    everyone, waits = await roster(rosters)
    assert everyone[1:] == [str(episode.episode_id) for episode in episodes[:2]]
    assert waits == [str(episodes[2].episode_id)]
    assert len(await seats_of(rosters, episodes[1])) == 3
    await publish(rosters, capacity=2)
    assert len((await roster(rosters))[0]) == 3
    await rosters.check_seats()


async def test_a_wait_is_withdrawn_once(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    membership = await full_group(rosters)
    episode = await rosters.episode()
    wait = await rosters.wait(episode)
    for _ in range(2):
        assert (await rosters.done(f"/v1/waitlist/{wait}/withdrawal", {}))["outcome"] == "withdrawn"
    assert [one["outcome"] for one in await rosters.told("waitlist_ended")] == ["withdrawn"]
    await rosters.leave(membership)
    assert await seats_of(rosters, episode) == []
    await rosters.refused(f"/v1/waitlist/{new_id()}/withdrawal", {})
    await rosters.refused(f"/v1/waitlist/{wait}/withdrawal", {"note": "x"})


@pytest.mark.parametrize(
    ("phase", "program", "stays"),
    [
        (Phase.STEP_DOWN, "intensive", True),
        (Phase.STEP_DOWN, "outpatient", False),
        (Phase.AFTERCARE, "intensive", False),
    ],
)
async def test_a_wait_ends_with_care_and_with_the_program(
    open_edge: OpenEdge, phase: Phase, program: str, *, stays: bool
) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    membership = await full_group(rosters)
    episode = await rosters.episode()
    await rosters.wait(episode)
    await rosters.move_on(episode, phase, program=program)
    assert [one["outcome"] for one in await rosters.told("waitlist_ended")] == ([] if stays else ["left_care"])
    assert (await rosters.leave(membership))["promoted"] == int(stays)


async def test_who_leaves_care_makes_room_for_who_waits(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    await rosters.week()
    member, episode, second = [await rosters.episode() for _ in range(3)]
    await rosters.join(member)
    await rosters.wait(episode)
    rosters.edge.clock.pass_by(minutes=1)
    await rosters.wait(second)
    await rosters.replace(member)
    assert (await roster(rosters))[0] == [str(member.episode_id)]
    await rosters.move_on(member, Phase.AFTERCARE)
    assert (await roster(rosters))[0] == [str(episode.episode_id)]
    assert len(await seats_of(rosters, episode)) == 3
    await rosters.move_on(episode, Phase.ON_HOLD)
    assert (await roster(rosters)) == ([str(second.episode_id)], [])
    await rosters.check_seats()


async def test_a_place_that_comes_free_while_the_next_in_line_is_busy_is_filled_when_the_event_comes_again(
    open_edge: OpenEdge,
) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    await rosters.week()
    member, episode = await rosters.episode(), await rosters.episode()
    await rosters.join(member)
    await rosters.wait(episode)
    async with rosters.edge.transactions(rosters.edge.person(Role.SCHEDULER)) as tx:
        await lock_patient(tx, episode.patient_id)
        with pytest.raises(Unavailable, match="patients_busy"):
            await rosters.move_on(member, Phase.AFTERCARE)
    assert (await roster(rosters))[0] == [str(member.episode_id)]
    await rosters.move_on(member, Phase.AFTERCARE)
    assert (await roster(rosters))[0] == [str(episode.episode_id)]


async def test_an_adolescent_does_not_get_a_place_among_adults(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=2)
    await rosters.week()
    staying, leaving = await rosters.episode(), await rosters.episode()
    await rosters.join(staying)
    membership = await rosters.join(leaving)
    await rosters.wait(await rosters.episode(age_band=AgeBand.ADOLESCENT))
    assert (await rosters.leave(membership))["promoted"] == 0


async def test_only_schedulers_and_counselors_put_somebody_in_line(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    await full_group(rosters)
    body = waiting(await rosters.episode())
    for role, status in ((Role.NURSE, 403), (Role.COUNSELOR, 201), (Role.SCHEDULER, 409)):
        assert (await rosters.send("POST", line(rosters), body, role=role)).status_code == status
    assert (await rosters.send("POST", members(rosters), body, role=Role.SCHEDULER)).status_code == 422
