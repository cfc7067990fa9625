"""Attendance by the rules in force, late cancellations, amended weeks and make-ups, over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.scheduling.tests.rosters import Rosters, open_rosters
from stepwell_kernel.codes import Role
from stepwell_scheduling.domain.episodes import Episode
from stepwell_testing.plugin import OpenEdge

AMENDED = ("minutes", "former_minutes", "required_minutes", "attended_minutes", "shortfall_minutes")


async def booked(rosters: Rosters, *, days: int = 1, clock: str = "10:00") -> tuple[Episode, UUID]:
    """An episode with a seat."""
    episode = await rosters.episode()
    return episode, await rosters.book(await rosters.session(days=days, clock=clock), episode)


async def missed(rosters: Rosters) -> tuple[Episode, UUID]:
    """An episode that missed yesterday's session."""
    episode, booking = await booked(rosters)
    rosters.edge.clock.pass_by(days=2)
    await rosters.attend(booking, "unexcused_noshow", 0)
    return episode, booking


async def cancel(rosters: Rosters, booking: UUID, reason: str = "patient_asked") -> str | None:
    answer = await rosters.done(f"/v1/bookings/{booking}/cancellation", {"reason_code": reason})
    state: str | None = answer["attendance"]
    return state


async def weeks_from(rosters: Rosters, episode: Episode, day: date) -> None:
    """What a planner has learnt of the episode's weeks."""
    async with rosters.edge.transactions(rosters.edge.person(Role.SCHEDULER)) as tx:
        await tx.connection.execute(
            "update ref_episode set weeks_from = $2 where episode_id = $1", episode.episode_id, day
        )


async def test_attendance_is_judged_by_the_rule_in_force_and_keeps_its_version(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, booking = await booked(rosters)
    path = f"/v1/bookings/{booking}/attendance"
    body: dict[str, Any] = {"state": "present", "minutes": 50}
    early = await rosters.refused(path, body, method="PUT", role=Role.COUNSELOR)
    assert early["code"] == "session_not_started"
    rosters.edge.clock.pass_by(days=1)
    problem = await rosters.refused(path, body, method="PUT", role=Role.COUNSELOR)
    assert (problem["code"], problem["fields"][0]["rule"]) == ("minutes_do_not_fit", "attendance/1")
    body = {"state": "late", "minutes": 50, "late_minutes": 10}
    await rosters.done(path, body, method="PUT", role=Role.COUNSELOR)
    (row,) = await rosters.edge.rows("select attendance_rule, rules from booking")
    assert tuple(row) == ("attendance/1", ["day_hours/1"])
    (view,) = (await rosters.get(f"/v1/episodes/{episode.episode_id}/bookings"))["bookings"]
    assert (view["attendance"], view["late_minutes"], view["counts_as"]) == ("late", 10, "part")


async def test_who_stays_too_short_is_absent_and_neither_missed_nor_back(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, first = await missed(rosters)
    second = await rosters.book(await rosters.session(), episode)
    rosters.edge.clock.pass_by(days=2)
    await rosters.attend(second, "left_early", 29)
    assert await rosters.told("attendance_resumed") == []
    await rosters.attend(second, "left_early", 30)
    (back,) = await rosters.told("attendance_resumed")
    assert back["booking_id"] == str(second)
    assert [one["booking_id"] for one in await rosters.told("session_missed")] == [str(first)]


@pytest.mark.parametrize(
    ("clock", "reason", "late"),
    [
        ("12:00", "patient_asked", False),
        ("11:59", "patient_asked", True),
        ("11:59", "facility_closed", False),
        ("11:59", "program_cancelled", False),
    ],
    ids=["a day before", "a minute later", "the house is closed", "called off by the program"],
)
async def test_a_seat_given_back_within_a_day_is_missed_unless_the_program_is_the_reason(
    open_edge: OpenEdge, clock: str, reason: str, *, late: bool
) -> None:
    """Late cancellation within 24 h (published policies); it is noon."""
    rosters = await open_rosters(await open_edge("scheduling"))
    _, booking = await booked(rosters, clock=clock)
    for _ in range(2):
        assert await cancel(rosters, booking, reason) == ("late_cancel" if late else None)
    types = await rosters.edge.types()
    expected = ["appointment_cancelled", "attendance_recorded", "session_missed"]
    assert types[types.index("appointment_cancelled") :] == expected[: 3 if late else 1]
    await rosters.check_seats()


async def test_a_late_cancellation_can_be_excused_but_not_attended(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, booking = await booked(rosters, clock="11:00")
    await cancel(rosters, booking)
    rosters.edge.clock.pass_by(days=1)
    path = f"/v1/bookings/{booking}/attendance"
    present = {"state": "present", "minutes": 60}
    assert (await rosters.refused(path, present, method="PUT", role=Role.COUNSELOR))["code"] == "booking_not_standing"
    await rosters.attend(booking, "excused", 0)
    (view,) = (await rosters.get(f"/v1/episodes/{episode.episode_id}/bookings"))["bookings"]
    assert (view["state"], view["attendance"]) == ("cancelled", "excused")


async def test_attendance_changed_after_the_week_was_closed_amends_it(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, booking = await booked(rosters, days=6)
    _, of_another = await booked(rosters, days=7)
    week = rosters.day(0)
    rosters.edge.clock.pass_by(days=8)
    await rosters.attend(booking, "partial", 30)
    assert await rosters.told("attendance_amended") == []
    await rosters.close_week(episode, week)
    await rosters.attend(booking, "partial", 30)
    await rosters.attend(of_another, "present", 60)
    assert await rosters.told("attendance_amended") == []
    await rosters.attend(booking, "present", 55)
    (amended,) = await rosters.told("attendance_amended")
    assert [amended[name] for name in AMENDED] == [55, 30, 540, 55, 485]
    assert (amended["week_starts_on"], amended["booking_id"]) == (week.isoformat(), str(booking))
    (read,) = (await rosters.get(f"/v1/episodes/{episode.episode_id}/weeks"))["weeks"]
    assert (read["attended_minutes"], read["shortfall_minutes"]) == (55, 485)
    assert read["closed_at"] == read["amended_at"]
    assert len(await rosters.told("week_closed")) == 1


async def test_a_stay_that_counts_as_absent_and_is_made_up_for_is_not_counted_twice(open_edge: OpenEdge) -> None:
    """Less than half of a session counts as absent (default of the house)."""
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, booking = await booked(rosters)
    week = rosters.day(0)
    rosters.edge.clock.pass_by(days=2)
    await rosters.attend(booking, "left_early", 29)
    path = f"/v1/bookings/{booking}/make-up"
    made = await rosters.done(path, {"session_id": str(await rosters.session(days=1))})
    rosters.edge.clock.pass_by(days=6)
    await rosters.attend(UUID(made["booking_id"]), "present", 60)
    await rosters.close_week(episode, week)
    (closed,) = (await rosters.get(f"/v1/episodes/{episode.episode_id}/weeks"))["weeks"]
    assert (closed["attended_minutes"], closed["shortfall_minutes"]) == (60, 480)
    await rosters.attend(booking, "left_early", 30)
    (amended,) = await rosters.told("attendance_amended")
    assert amended["attended_minutes"] == 90


@pytest.mark.parametrize(
    ("days", "amends"), [(0, True), (6, True), (7, False)], ids=["the first day", "the last day", "the next week"]
)
async def test_an_amendment_concerns_the_week_of_the_session(open_edge: OpenEdge, days: int, *, amends: bool) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, booking = await booked(rosters, days=days, clock="23:00")
    week = rosters.day(0)
    rosters.edge.clock.pass_by(days=9)
    await rosters.close_week(episode, week)
    await rosters.attend(booking, "unexcused_noshow", 0)
    assert len(await rosters.told("attendance_amended")) == int(amends)
    assert (await rosters.edge.types())[-1] == ("attendance_amended" if amends else "session_missed")


async def test_a_make_up_is_tied_to_the_missed_session_and_counted_once(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    episode, booking = await missed(rosters)
    first, second = await rosters.session(days=1), await rosters.session(days=2)
    path = f"/v1/bookings/{booking}/make-up"
    made = await rosters.done(path, {"session_id": str(first)})
    assert (made["makes_up"], made["session_id"]) == (str(booking), str(first))
    assert (await rosters.refused(path, {"session_id": str(second)}))["code"] == "made_up_already"
    await cancel(rosters, UUID(made["booking_id"]), "program_cancelled")
    await rosters.done(path, {"session_id": str(second)})
    await rosters.check_seats()
    listed = (await rosters.get(f"/v1/episodes/{episode.episode_id}/bookings"))["bookings"]
    assert [(one["state"], one["makes_up"]) for one in listed] == [
        ("booked", None),
        ("cancelled", str(booking)),
        ("booked", str(booking)),
    ]


@pytest.mark.parametrize("code", ["not_missed", "other_modality", "other_week", "session_full", "patient_taken"])
async def test_what_makes_up_for_nothing(open_edge: OpenEdge, code: str) -> None:
    rosters = await open_rosters(await open_edge("scheduling"), capacity=1)
    episode, booking = await missed(rosters)
    session = await rosters.session()
    match code:
        case "not_missed":
            await rosters.attend(booking, "present", 60)
        case "other_modality":
            session = await rosters.session("workshop", days=2)
        case "other_week":
            session = await rosters.session(days=5)
        case "session_full":
            await rosters.book(session, await rosters.episode())
        case "patient_taken":
            await rosters.book(await rosters.session("workshop", clock="10:30", place=1), episode)
    problem = await rosters.refused(f"/v1/bookings/{booking}/make-up", {"session_id": str(session)})
    assert problem["code"] == code


async def test_the_week_of_a_make_up_counts_from_the_day_treatment_began(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    began = rosters.day(0)
    episode, booking = await missed(rosters)
    await weeks_from(rosters, episode, began)
    path = f"/v1/bookings/{booking}/make-up"
    late = await rosters.session(days=5)
    assert (await rosters.refused(path, {"session_id": str(late)}))["code"] == "other_week"
    made = await rosters.done(path, {"session_id": str(await rosters.session(days=4))})
    moving = {"session_id": str(late), "reason_code": "patient_asked"}
    assert (await rosters.refused(f"/v1/bookings/{made['booking_id']}/move", moving))["code"] == "other_week"


async def test_a_day_has_at_most_two_make_ups(open_edge: OpenEdge) -> None:
    """At most 2 groups extra per day (default of the house)."""
    rosters = await open_rosters(await open_edge("scheduling"))
    episode = await rosters.episode()
    bookings = [await rosters.book(await rosters.session(clock=f"1{hour}:00"), episode) for hour in range(3)]
    rosters.edge.clock.pass_by(days=2)
    sessions = [await rosters.session(clock=f"1{hour}:00") for hour in range(3)]
    for booking, session in zip(bookings[:2], sessions, strict=False):
        await rosters.attend(booking, "excused", 0)
        await rosters.done(f"/v1/bookings/{booking}/make-up", {"session_id": str(session)})
    await rosters.attend(bookings[2], "excused", 0)
    path = f"/v1/bookings/{bookings[2]}/make-up"
    assert (await rosters.refused(path, {"session_id": str(sessions[2])}))["code"] == "make_ups_full"


@pytest.mark.parametrize(("minutes", "code"), [(240, None), (241, "day_full")])
async def test_a_day_has_at_most_six_hours(open_edge: OpenEdge, minutes: int, code: str | None) -> None:
    """At most 6 clinical hours a day in intensive outpatient care (default of the house)."""
    rosters = await open_rosters(await open_edge("scheduling"))
    episode = await rosters.episode()
    await rosters.book(await rosters.session(clock="08:00", minutes=120), episode)
    session = await rosters.session(clock="12:00", minutes=minutes)
    path, body = f"/v1/sessions/{session}/bookings", {"episode_id": str(episode.episode_id)}
    if code is None:
        await rosters.done(path, body)
    else:
        assert (await rosters.refused(path, body))["code"] == code
    await rosters.book(await rosters.session(days=2, minutes=360), episode)


async def test_the_row_of_the_state_goes_before_the_country_from_its_day_on(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    await rosters.edge.rows("update facility set jurisdiction = 'US-NY'")
    await rosters.edge.rows(
        """insert into day_hours_rule (version, jurisdiction, effective_from, most_minutes, most_make_ups, source,
                                       approved_by)
           values (1, 'US-NY', $1, 60, 0, 'a state row of the test', 'test')""",
        rosters.day(2),
    )
    episode = {"episode_id": str((await rosters.episode()).episode_id)}
    before, on_the_day = await rosters.session(days=1, minutes=61), await rosters.session(days=2, minutes=61)
    await rosters.done(f"/v1/sessions/{before}/bookings", episode)
    problem = await rosters.refused(f"/v1/sessions/{on_the_day}/bookings", episode)
    assert (problem["code"], problem["fields"][0]["rule"]) == ("day_full", "day_hours/1")


async def test_the_service_cannot_write_the_rules(open_edge: OpenEdge) -> None:
    rosters = await open_rosters(await open_edge("scheduling"))
    tables = ("attendance_rule", "program_cancellation_rule", "day_hours_rule", "enrollment_rule")
    for table in tables:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with rosters.edge.transactions(rosters.edge.person(Role.SCHEDULER)) as tx:
                await tx.connection.execute(f"update {table} set source = 'mine'")
        sources = await rosters.edge.rows(f"select source from {table} where source = ''")
        assert not sources
