"""Patients who are kept apart never share a session (partners, family, co-defendants, protective orders)."""

import asyncio
from uuid import UUID

import pytest

from services.scheduling.tests.rosters import Rosters, open_rosters
from services.scheduling.tests.test_rosters import members
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_scheduling.domain.episodes import Episode
from stepwell_testing.plugin import OpenEdge


async def keep_apart(rosters: Rosters, episode: Episode, *others: Episode) -> list[str]:
    """Set the list; the sessions ahead in which they sit together."""
    answer = await rosters.done(
        f"/v1/episodes/{episode.episode_id}/keep-apart",
        {"patient_ids": [str(other.patient_id) for other in others]},
        method="PUT",
        role=Role.COUNSELOR,
    )
    together: list[str] = answer["sessions_together"]
    return together


async def booked_with(rosters: Rosters, session: UUID, episode: Episode) -> str:
    answer = await rosters.send("POST", f"/v1/sessions/{session}/bookings", {"episode_id": str(episode.episode_id)})
    return "booked" if answer.status_code == 201 else str(answer.json()["code"])


@pytest.mark.parametrize("says", [0, 1], ids=["said of the one", "said of the other"])
async def test_it_holds_in_both_directions(open_edge: OpenEdge, says: int) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    session = await rosters.session()
    pair = [await rosters.episode(), await rosters.episode()]
    await keep_apart(rosters, pair[says], pair[1 - says])
    assert await booked_with(rosters, session, pair[0]) == "booked"
    assert await booked_with(rosters, session, pair[1]) == "kept_apart"
    assert await booked_with(rosters, session, await rosters.episode()) == "booked"


async def test_at_joining_moving_and_promotion_too(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    meetings = await rosters.week()
    one, other, third = [await rosters.episode() for _ in range(3)]
    await keep_apart(rosters, one, other)
    await rosters.join(one)
    leaving = await rosters.join(await rosters.episode())
    booking = await rosters.book(await rosters.session("next", days=2, clock="14:00"), other)
    moved = {"session_id": str(meetings[1]), "reason_code": "patient_asked"}
    await rosters.wait(other)
    rosters.edge.clock.pass_by(minutes=1)
    await rosters.wait(third)
    await rosters.leave(leaving)
    promoted = (await rosters.told("group_joined"))[-1]
    assert promoted["episode_id"] == str(third.episode_id)
    await rosters.leave(UUID(promoted["membership_id"]))
    assert (await rosters.refused(f"/v1/bookings/{booking}/move", moved))["code"] == "kept_apart"
    assert (await rosters.refused(members(rosters), rosters.joining(other)))["code"] == "kept_apart"


async def test_the_next_program_is_booked_around_it(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    sessions = [await rosters.session("next", days=day) for day in (1, 2)]
    one, other = await rosters.episode(), await rosters.episode()
    await keep_apart(rosters, one, other)
    await rosters.book(sessions[0], other)
    assert (await rosters.replace(one, program="outpatient")).accepted
    assert await rosters.taken(*sessions) == [1, 1]


async def test_the_list_is_replaced_as_a_whole_and_names_who_sits_together(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    session = await rosters.session()
    one, other, third = [await rosters.episode() for _ in range(3)]
    for episode in (one, other):
        await rosters.book(session, episode)
    assert await keep_apart(rosters, one, other) == [str(session)]
    assert await keep_apart(rosters, one, third) == []
    read = await rosters.get(f"/v1/episodes/{third.episode_id}/keep-apart", role=Role.SUPERVISOR)
    assert read["patient_ids"] == [str(one.patient_id)]
    assert await keep_apart(rosters, one) == []
    assert await rosters.edge.value("select count(*) from keep_apart") == 0
    assert "keep" not in " ".join(await rosters.edge.types())


async def test_strangers_and_the_patient_are_named(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, other = await rosters.episode(), await rosters.episode()
    path = f"/v1/episodes/{episode.episode_id}/keep-apart"
    body = {"patient_ids": [str(other.patient_id), str(new_id()), str(episode.patient_id)]}
    problem = await rosters.refused(path, body, method="PUT", role=Role.SUPERVISOR)
    assert [one["path"] for one in problem["fields"]] == ["patient_ids.1", "patient_ids.2"]
    assert (await rosters.refused(path, body, method="PUT", role=Role.SCHEDULER))["code"] == "not_granted"


async def test_two_who_come_at_once_find_each_other(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    for day in range(1, 7):
        session = await rosters.session(days=day)
        pair = [await rosters.episode(), await rosters.episode()]
        await keep_apart(rosters, pair[0], pair[1])
        outcomes = await asyncio.gather(*(booked_with(rosters, session, episode) for episode in pair))
        assert sorted(outcomes) == ["booked", "kept_apart"]
    await rosters.check_seats()
