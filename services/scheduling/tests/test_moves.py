"""Moving a booking: seat and time are exchanged in one step or not at all."""

import asyncio
from uuid import UUID

import httpx2
import pytest

from services.scheduling.tests.rosters import Rosters, open_rosters
from stepwell_kernel.codes import Phase
from stepwell_kernel.ids import new_id
from stepwell_testing.plugin import OpenEdge


def moving(session: UUID) -> dict[str, str]:
    return {"session_id": str(session), "reason_code": "patient_asked"}


async def test_a_moved_booking_keeps_its_id_and_frees_the_former_seat_and_time(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    first, second = await rosters.session(days=1), await rosters.session(days=2)
    episode = await rosters.episode()
    booking = await rosters.book(first, episode)
    moved = await rosters.done(f"/v1/bookings/{booking}/move", moving(second))
    assert (moved["booking_id"], moved["session_id"]) == (str(booking), str(second))
    assert await rosters.taken(first, second) == [0, 1]
    await rosters.check_seats()
    (told,) = await rosters.told("appointment_moved")
    assert (told["booking_id"], told["former_session_id"]) == (str(booking), str(first))
    assert told["former_starts_at"] < told["starts_at"]
    again = await rosters.session(days=1, place=1)
    await rosters.book(again, episode)


async def test_a_booking_moves_within_its_own_time(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    first = await rosters.session(clock="10:00")
    overlapping = await rosters.session(clock="10:30", place=1)
    booking = await rosters.book(first, await rosters.episode())
    await rosters.done(f"/v1/bookings/{booking}/move", moving(overlapping))
    await rosters.check_seats()


@pytest.mark.parametrize(
    "code",
    [
        "session_full",
        "patient_taken",
        "same_session",
        "other_modality",
        "booking_not_standing",
        "session_started",
        "session_not_found",
        "episode_not_in_care",
        "day_full",
    ],
)
async def test_a_move_that_cannot_be_leaves_the_booking_where_it_is(open_edge: OpenEdge, code: str) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    first, target = await rosters.session(days=1), await rosters.session(days=2)
    episode = await rosters.episode()
    booking = await rosters.book(first, episode)
    match code:
        case "session_full":
            await rosters.book(target, await rosters.episode())
        case "patient_taken":
            await rosters.book(await rosters.session("workshop", days=2, clock="10:30", place=1), episode)
        case "same_session":
            target = first
        case "other_modality":
            target = await rosters.session("workshop", days=3)
        case "booking_not_standing":
            await rosters.done(f"/v1/bookings/{booking}/cancellation", {"reason_code": "patient_asked"})
        case "session_started":
            rosters.edge.clock.pass_by(days=1)
        case "session_not_found":
            target = new_id()
        case "episode_not_in_care":
            async with rosters.edge.transactions(rosters.edge.person("scheduler")) as tx:
                await tx.connection.execute("update ref_episode set phase = $1", Phase.ON_HOLD)
        case "day_full":
            target = await rosters.session(days=3, clock="09:00", minutes=181)
            await rosters.book(await rosters.session("workshop", days=3, clock="13:00", minutes=180), episode)
    problem = await rosters.refused(f"/v1/bookings/{booking}/move", moving(target))
    assert problem["code"] == code


async def test_a_visit_is_moved_by_its_session(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode = await rosters.episode()
    visit = await rosters.done(
        "/v1/visits",
        {
            "episode_id": str(episode.episode_id),
            "modality": "individual_therapy",
            "starts_local": f"{rosters.day()}T09:00:00",
            "minutes": 60,
            "clinician_id": str(rosters.people[0]),
            "room_id": str(rosters.rooms[0]),
        },
    )
    path = f"/v1/bookings/{visit['booking_id']}/move"
    problem = await rosters.refused(path, moving(await rosters.session(days=2)))
    assert problem["code"] == "visit_not_movable"


async def crossing(rosters: Rosters, bookings: list[UUID], targets: list[UUID]) -> list[httpx2.Response]:
    """All bookings moved at once."""
    return await asyncio.gather(
        *(
            rosters.send("POST", f"/v1/bookings/{booking}/move", moving(target))
            for booking, target in zip(bookings, targets, strict=True)
        )
    )


async def test_moves_in_opposite_directions_never_block_each_other(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=12)
    one, other = await rosters.session(days=1), await rosters.session(days=2)
    episodes = [await rosters.episode() for _ in range(12)]
    at = [one, other] * 6
    bookings = [await rosters.book(session, episode) for session, episode in zip(at, episodes, strict=True)]
    for _ in range(6):
        to = [other if session == one else one for session in at]
        answers = await crossing(rosters, bookings, to)
        assert [answer.status_code for answer in answers] == [201] * 12, [answer.text for answer in answers]
        at = to
    assert await rosters.taken(one, other) == [6, 6]
    await rosters.check_seats()


async def test_two_who_want_each_others_seats_in_full_sessions_both_keep_theirs(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    sessions = [await rosters.session(days=1), await rosters.session(days=2)]
    bookings = [await rosters.book(session, await rosters.episode()) for session in sessions]
    answers = await crossing(rosters, bookings, sessions[::-1])
    assert [answer.json()["code"] for answer in answers] == ["session_full"] * 2
    await rosters.check_seats()
