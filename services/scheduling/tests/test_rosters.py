"""Memberships of groups: a seat in each meeting ahead, all or none; ended from a day on, and with the program."""

from uuid import UUID

import pytest

from services.scheduling.tests.rosters import Rosters, open_rosters
from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_scheduling.domain.episodes import Episode
from stepwell_testing.plugin import OpenEdge


def members(rosters: Rosters, group: str = "open") -> str:
    return f"/v1/groups/{rosters.groups[group]}/members"


async def seats_of(rosters: Rosters, episode: Episode) -> list[UUID]:
    """Sessions in which the episode has a seat, by start."""
    listed = await rosters.get(f"/v1/episodes/{episode.episode_id}/bookings")
    return [UUID(one["session_id"]) for one in listed["bookings"] if one["state"] == "booked"]


async def series(rosters: Rosters, *, weeks: int, group: str = "open", clock: str = "10:00") -> None:
    """A weekly series of the group that begins tomorrow."""
    body = {
        "weekday": rosters.day().weekday(),
        "starts_local": f"{clock}:00",
        "minutes": 60,
        "clinician_id": str(rosters.people[0]),
        "room_id": str(rosters.rooms[0]),
        "from_day": rosters.day().isoformat(),
        "until_day": rosters.day(7 * weeks).isoformat(),
    }
    await rosters.done(f"/v1/groups/{rosters.groups[group]}/series", body)


async def test_a_member_has_a_seat_in_each_meeting_from_the_day_on(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    meetings, episode = await rosters.week(), await rosters.episode()
    joined = await rosters.done(members(rosters), rosters.joining(episode, days=2))
    assert joined["booked"] == 2
    assert await seats_of(rosters, episode) == meetings[1:]
    await rosters.check_seats()
    assert (await rosters.edge.types())[-3:] == ["group_joined", "appointment_booked", "appointment_booked"]
    (member,) = (await rosters.get(f"/v1/groups/{rosters.groups['open']}/roster"))["members"]
    assert (member["episode_id"], member["from_day"]) == (str(episode.episode_id), rosters.day(2).isoformat())


async def test_a_seat_that_the_member_has_already_is_kept(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    meetings, episode = await rosters.week(), await rosters.episode()
    await rosters.book(meetings[0], episode)
    await rosters.join(episode)
    assert await rosters.taken(*meetings) == [1, 1, 1]
    assert len(await rosters.told("appointment_booked")) == 3


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("group_full", 2),
        ("patient_taken", 3),
        ("kept_apart", 2),
        ("day_full", 3),
        ("day_in_the_past", None),
        ("already_member", None),
        ("episode_not_in_care", None),
        ("group_not_found", None),
    ],
)
async def test_all_seats_or_none(open_edge: OpenEdge, code: str, day: int | None) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    meetings = await rosters.week()
    episode, other = await rosters.episode(), await rosters.episode()
    path, body = members(rosters), rosters.joining(episode)
    match code:
        case "group_full":
            for one in (other, await rosters.episode()):
                await rosters.book(meetings[1], one)
        case "patient_taken":
            await rosters.book(await rosters.session("workshop", days=3, clock="10:30", place=1), episode)
        case "kept_apart":
            await rosters.book(meetings[1], other)
            apart = {"patient_ids": [str(other.patient_id)]}
            path_apart = f"/v1/episodes/{episode.episode_id}/keep-apart"
            await rosters.done(path_apart, apart, method="PUT", role=Role.SUPERVISOR)
        case "day_full":
            long = await rosters.session("workshop", days=3, clock="13:00", minutes=301, place=1)
            await rosters.book(long, episode)
        case "day_in_the_past":
            body = rosters.joining(episode, days=-1)
        case "already_member":
            await rosters.join(episode)
        case "episode_not_in_care":
            body = rosters.joining(await rosters.episode(Phase.ADMISSION))
        case "group_not_found":
            path = f"/v1/groups/{new_id()}/members"
    problem = await rosters.refused(path, body)
    assert problem["code"] == code
    if day is not None:
        assert rosters.day(day).isoformat() in problem["fields"][0]["problem"]


async def test_a_group_has_places_for_as_many_members_as_seats_on_each_day(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    first = await rosters.join(await rosters.episode(), days=0)
    problem = await rosters.refused(members(rosters), rosters.joining(await rosters.episode(), days=6))
    assert problem["code"] == "group_full"
    await rosters.leave(first, days=7)
    await rosters.refused(members(rosters), rosters.joining(await rosters.episode(), days=6))
    await rosters.join(await rosters.episode(), days=7)


@pytest.mark.parametrize(
    ("held", "days", "refused"),
    [(0, 0, False), (1, 0, False), (2, 0, True), (3, 0, True), (0, 2, False), (0, 3, True)],
    ids=["before it begins", "after meeting 1", "after meeting 2", "later", "from meeting 2 on", "from meeting 3 on"],
)
async def test_a_closed_group_takes_nobody_after_its_second_meeting(
    open_edge: OpenEdge, held: int, days: int, *, refused: bool
) -> None:
    """Closed cohorts take nobody after session 2 (default of the house)."""
    rosters = await open_rosters(await open_edge("scheduling"))
    await rosters.week("closed", meetings=5)
    rosters.edge.clock.pass_by(days=held)
    body = rosters.joining(await rosters.episode(), days=days)
    if refused:
        problem = await rosters.refused(members(rosters, "closed"), body)
        assert (problem["code"], problem["fields"][0]["rule"]) == ("enrollment_closed", "enrollment/1")
        return
    await rosters.done(members(rosters, "closed"), body)
    assert await rosters.edge.value("select enrollment_rule from group_member") == "enrollment/1"


async def test_an_open_group_is_entered_at_any_meeting(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    await rosters.week(meetings=5)
    rosters.edge.clock.pass_by(days=3)
    await rosters.join(await rosters.episode())


async def test_who_is_no_member_has_no_seat_in_a_closed_group_after_its_second_meeting(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    meetings = await rosters.week("closed", meetings=4)
    member, guest = await rosters.episode(), await rosters.episode()
    await rosters.join(member, "closed", days=1)
    seat = await rosters.book(meetings[1], guest)
    third = f"/v1/sessions/{meetings[2]}/bookings"
    problem = await rosters.refused(third, {"episode_id": str(guest.episode_id)})
    assert (problem["code"], problem["fields"][0]["rule"]) == ("enrollment_closed", "enrollment/1")
    moving = {"session_id": str(meetings[2]), "reason_code": "patient_asked"}
    assert (await rosters.refused(f"/v1/bookings/{seat}/move", moving))["code"] == "enrollment_closed"
    (_, _, of_member, _) = (await rosters.get(f"/v1/episodes/{member.episode_id}/bookings"))["bookings"]
    await rosters.done(f"/v1/bookings/{of_member['booking_id']}/cancellation", {"reason_code": "patient_asked"})
    await rosters.done(third, {"episode_id": str(member.episode_id)})


async def test_the_next_cohort_of_a_closed_group_is_open_again(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    await rosters.week("closed", meetings=3)
    rosters.edge.clock.pass_by(days=4)
    await series(rosters, weeks=3, group="closed")
    await rosters.join(await rosters.episode(), "closed")


async def test_adolescents_and_adults_are_not_members_of_one_therapy_group(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    await rosters.week()
    await rosters.join(await rosters.episode())
    minor = await rosters.episode(age_band=AgeBand.ADOLESCENT)
    assert (await rosters.refused(members(rosters), rosters.joining(minor)))["code"] == "other_age_band"


async def test_leaving_gives_back_what_lies_ahead_from_the_day_on(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    meetings, episode = await rosters.week(), await rosters.episode()
    membership = await rosters.join(episode)
    rosters.edge.clock.pass_by(days=1)
    left = await rosters.leave(membership, days=2)
    assert (left["given_up"], left["promoted"]) == (1, 0)
    assert await seats_of(rosters, episode) == meetings[:2]
    assert await rosters.taken(*meetings) == [1, 1, 0]
    await rosters.leave(membership, days=1)
    again = await rosters.leave(membership, days=1)
    assert (again["given_up"], again["from_day"]) == (0, rosters.day(1).isoformat())
    told = await rosters.told("group_left")
    assert [one["given_up"] for one in told] == [1, 1]
    await rosters.check_seats()


async def test_a_roster_does_not_change_in_the_past(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    membership = await rosters.join(await rosters.episode())
    path = f"/v1/memberships/{membership}/end"
    for day, code in ((rosters.day(-1), "day_in_the_past"), (rosters.day(0), None)):
        body = {"from_day": day.isoformat(), "reason_code": "patient_asked"}
        if code is None:
            await rosters.done(path, body)
        else:
            assert (await rosters.refused(path, body))["code"] == code


async def test_new_meetings_of_a_series_seat_the_members(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, later = await rosters.episode(), await rosters.episode()
    await rosters.join(episode)
    await rosters.join(later, days=9)
    await series(rosters, weeks=3)
    assert len(await seats_of(rosters, episode)) == 3
    assert len(await seats_of(rosters, later)) == 1
    await rosters.check_seats()


async def test_a_member_who_cannot_come_to_a_new_meeting_is_on_the_schedulers_worklist(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode = await rosters.episode()
    membership = await rosters.join(episode)
    elsewhere = await rosters.book(await rosters.session("workshop", clock="10:30", place=1), episode)
    await series(rosters, weeks=2)
    (row,) = await rosters.worklist()
    assert (row["kind"], row["subject_id"]) == ("member_without_seat", str(membership))
    await rosters.done(f"/v1/bookings/{elsewhere}/cancellation", {"reason_code": "program_cancelled"})
    await rosters.done(row["command"].removeprefix("POST "), {"episode_id": str(episode.episode_id)})
    assert await rosters.worklist() == []


async def test_a_membership_ends_with_the_program_that_is_left(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    meetings, episode = await rosters.week(), await rosters.episode()
    await rosters.join(episode)
    next_meeting = await rosters.session("next", days=2, place=1)
    assert (await rosters.replace(episode, program="outpatient")).accepted
    assert await rosters.told("group_left") == []
    await series(rosters, weeks=2, clock="14:00")
    await rosters.move_on(episode, Phase.STEP_DOWN, program="outpatient")
    (left,) = await rosters.told("group_left")
    assert (left["reason_code"], left["given_up"]) == ("step_down", 3)
    assert await rosters.taken(*meetings) == [0, 0, 0]
    assert await seats_of(rosters, episode) == [next_meeting]
    rosters.edge.clock.pass_by(days=1)
    assert await seats_of(rosters, episode) == [next_meeting]
    await rosters.check_seats()


async def test_a_membership_comes_back_when_the_change_is_undone(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    meetings, episode = await rosters.week(), await rosters.episode()
    membership = await rosters.join(episode)
    replaced = await rosters.replace(episode)
    full = await rosters.refused(members(rosters), rosters.joining(await rosters.episode()))
    assert full["code"] == "group_full"
    ending = {"from_day": rosters.day(0).isoformat(), "reason_code": "patient_asked"}
    assert (await rosters.refused(f"/v1/memberships/{membership}/end", ending))["code"] == "exchange_open"
    meanwhile = await rosters.session(days=9)
    assert await seats_of(rosters, episode) == []
    await rosters.restore(episode, replaced.subject_id)
    assert await seats_of(rosters, episode) == [*meetings, meanwhile]
    assert await rosters.told("group_left") == []
    await rosters.check_seats()


@pytest.mark.parametrize(
    ("phase", "program", "elsewhere", "stays"),
    [
        (Phase.STEP_DOWN, "intensive", False, True),
        (Phase.STEP_DOWN, "outpatient", False, False),
        (Phase.TREATMENT, "intensive", True, False),
        (Phase.AFTERCARE, "intensive", False, False),
        (Phase.ON_HOLD, "intensive", False, False),
    ],
    ids=["the program goes on", "another program", "another facility", "discharged", "on hold"],
)
async def test_without_an_exchange_of_seats_a_membership_ends_by_itself(
    open_edge: OpenEdge, phase: Phase, program: str, *, elsewhere: bool, stays: bool
) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    meetings, episode = await rosters.week(), await rosters.episode()
    await rosters.join(episode)
    await rosters.move_on(episode, phase, program=program, facility=new_id() if elsewhere else None)
    assert await rosters.taken(*meetings) == [1 if stays else 0] * 3
    assert [one["reason_code"] for one in await rosters.told("group_left")] == ([] if stays else ["left_program"])
    await rosters.check_seats()


async def test_a_visit_is_called_off_with_its_seat(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode = await rosters.episode()
    visit = {
        "episode_id": str(episode.episode_id),
        "modality": "individual_therapy",
        "starts_local": f"{rosters.day(3)}T09:00:00",
        "minutes": 60,
        "clinician_id": str(rosters.people[0]),
        "room_id": str(rosters.rooms[0]),
    }
    booked = await rosters.done("/v1/visits", visit)
    await rosters.done(f"/v1/bookings/{booked['booking_id']}/cancellation", {"reason_code": "patient_asked"})
    assert len(await rosters.told("session_cancelled")) == 1
    await rosters.done("/v1/visits", visit)
    await rosters.replace(episode)
    await rosters.move_on(episode, Phase.AFTERCARE)
    assert len(await rosters.told("session_cancelled")) == 2
    assert await rosters.edge.value("select count(*) from claim") == 0


async def test_only_schedulers_and_counselors_change_a_roster(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    body = rosters.joining(await rosters.episode())
    for role, status in ((Role.NURSE, 403), (Role.COUNSELOR, 201), (Role.SCHEDULER, 409)):
        answer = await rosters.send("POST", members(rosters), body, role=role)
        assert answer.status_code == status
