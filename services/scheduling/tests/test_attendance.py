"""Missed and back again: each miss is told once, and the return once after it, in whatever order it is recorded."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from services.scheduling.tests.clinic import Clinic, open_clinic
from stepwell_contracts.http.scheduling import RecordAttendance
from stepwell_kernel.codes import AttendanceState, Role
from stepwell_scheduling.usecases.record_attendance import record_attendance
from stepwell_testing.plugin import OpenEdge

PRESENT, LATE = AttendanceState.PRESENT, AttendanceState.LATE
NO_SHOW, LATE_CANCEL = AttendanceState.UNEXCUSED_NO_SHOW, AttendanceState.LATE_CANCEL
EXCUSED, FAILED = AttendanceState.EXCUSED, AttendanceState.TELEHEALTH_TECH_FAILURE
CALLED_OFF = AttendanceState.PROGRAM_CANCELLED

SESSIONS = 3


async def three_sessions(clinic: Clinic) -> list[UUID]:
    """Bookings of one episode on three days in a row, all over by now."""
    episode, bookings = await clinic.episode(), []
    for day in range(SESSIONS):
        session = await clinic.session(clinic.tomorrow() + timedelta(days=day))
        bookings.append((await clinic.book(session.session_id, episode)).booking_id)
    clinic.edge.clock.pass_by(days=SESSIONS + 1)
    return bookings


async def told(clinic: Clinic, bookings: list[UUID]) -> list[tuple[str, int]]:
    """What was told of missing and coming back, with the number of the session."""
    events = [event for event in await clinic.edge.outbox() if "missed" in event.type or "resumed" in event.type]
    return [
        (event.type.split(".")[2], bookings.index(UUID(json.loads(event.payload)["booking_id"]))) for event in events
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([(0, PRESENT), (1, PRESENT)], []),
        ([(0, NO_SHOW), (1, PRESENT)], [("session_missed", 0), ("attendance_resumed", 1)]),
        ([(0, NO_SHOW), (1, PRESENT), (1, LATE)], [("session_missed", 0), ("attendance_resumed", 1)]),
        ([(0, LATE_CANCEL), (1, LATE)], [("session_missed", 0), ("attendance_resumed", 1)]),
        ([(0, NO_SHOW), (0, LATE_CANCEL)], [("session_missed", 0)]),
        ([(0, NO_SHOW), (0, EXCUSED), (0, NO_SHOW)], [("session_missed", 0)]),
        ([(0, NO_SHOW), (0, PRESENT)], [("session_missed", 0), ("attendance_resumed", 0)]),
        (
            [(0, NO_SHOW), (0, PRESENT), (0, NO_SHOW)],
            [("session_missed", 0), ("attendance_resumed", 0), ("session_missed", 0)],
        ),
        (
            [(0, NO_SHOW), (1, NO_SHOW), (2, PRESENT)],
            [("session_missed", 0), ("session_missed", 1), ("attendance_resumed", 2)],
        ),
        ([(0, NO_SHOW), (1, NO_SHOW), (0, PRESENT)], [("session_missed", 0), ("session_missed", 1)]),
        ([(0, NO_SHOW), (1, EXCUSED)], [("session_missed", 0)]),
        ([(0, NO_SHOW), (1, FAILED), (2, PRESENT)], [("session_missed", 0), ("attendance_resumed", 2)]),
        ([(0, CALLED_OFF), (1, PRESENT)], []),
        ([(1, NO_SHOW), (0, PRESENT)], [("session_missed", 1)]),
        ([(1, PRESENT), (0, NO_SHOW)], [("session_missed", 0), ("attendance_resumed", 1)]),
        (
            [(0, NO_SHOW), (1, PRESENT), (0, LATE_CANCEL)],
            [("session_missed", 0), ("attendance_resumed", 1)],
        ),
    ],
    ids=[
        "came to both",
        "came to the next",
        "corrected from present to late",
        "a seat given back too late counts as missed",
        "missed in another way",
        "excused and missed after all",
        "missed by mistake",
        "missed after all",
        "missed two",
        "corrected while the next is missed",
        "excused is not coming back",
        "a technical failure says neither",
        "called off by the program",
        "an earlier session recorded later",
        "a miss recorded after the return",
        "a miss corrected after the return",
    ],
)
async def test_what_is_told_of_missing_and_coming_back(
    open_edge: OpenEdge, records: list[tuple[int, AttendanceState]], expected: list[tuple[str, int]]
) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    bookings = await three_sessions(clinic)
    for number, state in records:
        command = RecordAttendance(state=state, minutes=60 if state in {PRESENT, LATE} else 0)
        for _ in range(2):
            async with clinic.edge.transactions(clinic.edge.person(Role.COUNSELOR)) as tx:
                await record_attendance(tx, bookings[number], command)
    assert await told(clinic, bookings) == expected


async def test_the_misses_of_one_episode_do_not_concern_another(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    session = await clinic.session(clinic.tomorrow())
    bookings = [(await clinic.book(session.session_id, await clinic.episode())).booking_id for _ in range(2)]
    clinic.edge.clock.pass_by(days=2)
    for booking, state, minutes in zip(bookings, (NO_SHOW, PRESENT), (0, 60), strict=True):
        async with clinic.edge.transactions(clinic.edge.person(Role.COUNSELOR)) as tx:
            await record_attendance(tx, booking, RecordAttendance(state=state, minutes=minutes))
    assert await told(clinic, bookings) == [("session_missed", 0)]
