"""Seats: booked, cancelled, raced for, attended; on PostgreSQL."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.scheduling.tests.clinic import Clinic, open_clinic
from stepwell_contracts.http.scheduling import BookSeat, CancelBooking, RecordAttendance, SeatBooked
from stepwell_kernel.codes import AttendanceState, Phase, Role
from stepwell_kernel.commands import CommandKey
from stepwell_kernel.errors import Conflict, Forbidden, NotFound, StepwellError, Unavailable
from stepwell_kernel.ids import new_id
from stepwell_postgres.idempotency import once
from stepwell_scheduling.usecases.book_seat import book_seat
from stepwell_scheduling.usecases.cancel_booking import cancel_booking
from stepwell_scheduling.usecases.record_attendance import record_attendance
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge


async def taken(clinic: Clinic, session_id: UUID) -> int:
    count: int = await clinic.edge.value("select taken from session where session_id = $1", session_id)
    return count


async def test_a_booked_seat_is_counted_and_told(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    session, episode = await clinic.session(clinic.tomorrow()), await clinic.episode()
    await clinic.book(session.session_id, episode)
    assert await taken(clinic, session.session_id) == 1
    (booked,) = [event for event in await clinic.edge.outbox() if "appointment_booked" in event.type]
    assert (booked.version, booked.key, booked.episode_id) == (1, str(episode.patient_id), episode.episode_id)


async def test_fifty_for_the_last_seats_sell_exactly_those(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"), capacity=5)
    session = await clinic.session(clinic.tomorrow())
    episodes = [await clinic.episode() for _ in range(50)]

    async def attempt(index: int) -> str:
        try:
            await clinic.book(session.session_id, episodes[index])
        except Conflict as refusal:
            return refusal.code
        return "booked"

    outcomes = await asyncio.gather(*(attempt(index) for index in range(50)))
    assert outcomes.count("booked") == 5
    assert outcomes.count("session_full") == 45
    assert await taken(clinic, session.session_id) == 5
    assert await clinic.edge.value("select count(*) from booking where state = 'booked'") == 5


async def test_the_same_command_twice_at_once_has_one_effect_and_one_answer(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    session, episode = await clinic.session(clinic.tomorrow()), await clinic.episode()
    key, command = CommandKey("http/person/book", "k", b"body"), BookSeat(episode_id=episode.episode_id)

    async def send() -> SeatBooked:
        async with clinic.edge.transactions(clinic.edge.person(Role.SCHEDULER)) as tx:
            return await once(tx, key, SeatBooked, lambda: book_seat(tx, session.session_id, command))

    first, second = await asyncio.gather(send(), send())
    assert first == second
    assert await taken(clinic, session.session_id) == 1


async def test_a_patient_is_in_one_place_at_a_time(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    first = await clinic.session(clinic.tomorrow())
    overlapping = await clinic.session(clinic.tomorrow() + timedelta(minutes=30), place=1)
    touching = await clinic.session(clinic.tomorrow() + timedelta(minutes=90), place=1)
    await clinic.book(first.session_id, episode)
    with pytest.raises(Conflict, match="patient_taken"):
        await clinic.book(overlapping.session_id, episode)
    await clinic.book(touching.session_id, episode)


@pytest.mark.parametrize(("place", "code"), [(0, "clinician_taken")])
async def test_clinician_and_room_are_in_one_place_at_a_time(open_edge: OpenEdge, place: int, code: str) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    await clinic.session(clinic.tomorrow())
    with pytest.raises(Conflict, match=code):
        await clinic.session(clinic.tomorrow() + timedelta(minutes=59), place=place)
    await clinic.session(clinic.tomorrow() + timedelta(minutes=60), place=place)


async def test_a_cancelled_seat_is_free_again_and_cancelling_twice_is_one(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"), capacity=1)
    session = await clinic.session(clinic.tomorrow())
    booking = await clinic.book(session.session_id, await clinic.episode())
    for _ in range(2):
        async with clinic.edge.transactions(clinic.edge.person(Role.SCHEDULER)) as tx:
            await cancel_booking(tx, booking.booking_id, CancelBooking(reason_code="patient_asked"))
    assert await taken(clinic, session.session_id) == 0
    assert (await clinic.edge.types()).count("appointment_cancelled") == 1
    await clinic.book(session.session_id, await clinic.episode())


async def test_nobody_books_for_an_episode_that_is_not_in_care_or_not_known(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    session = await clinic.session(clinic.tomorrow())
    for phase in sorted(set(Phase) - {Phase.TREATMENT, Phase.STEP_DOWN}):
        with pytest.raises(Conflict, match="episode_not_in_care"):
            await clinic.book(session.session_id, await clinic.episode(phase))
    with pytest.raises(Unavailable, match="episode_not_known_yet"):
        async with clinic.edge.transactions(clinic.edge.person(Role.SCHEDULER)) as tx:
            await book_seat(tx, session.session_id, BookSeat(episode_id=new_id()))
    assert await taken(clinic, session.session_id) == 0


async def test_attendance_is_recorded_once_after_the_start(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    session = await clinic.session(clinic.tomorrow())
    booking = await clinic.book(session.session_id, await clinic.episode())
    present = RecordAttendance(state=AttendanceState.PRESENT, minutes=60)

    async def record(command: RecordAttendance) -> None:
        async with clinic.edge.transactions(clinic.edge.person(Role.COUNSELOR)) as tx:
            await record_attendance(tx, booking.booking_id, command)

    with pytest.raises(Conflict, match="session_not_started"):
        await record(present)
    clinic.edge.clock.pass_by(days=1, hours=1)
    await record(present)
    await record(present)
    assert (await clinic.edge.types()).count("attendance_recorded") == 1
    await record(RecordAttendance(state=AttendanceState.UNEXCUSED_NO_SHOW, minutes=0))
    assert (await clinic.edge.types())[-2:] == ["attendance_recorded", "session_missed"]


async def test_another_tenant_sees_nothing_and_a_stranger_may_nothing(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    session, episode = await clinic.session(clinic.tomorrow()), await clinic.episode()
    command = BookSeat(episode_id=episode.episode_id)

    async def book_as(role: Role, tenant: str) -> StepwellError:
        with pytest.raises(StepwellError) as refusal:
            async with clinic.edge.transactions(clinic.edge.person(role, tenant=tenant)) as tx:
                await book_seat(tx, session.session_id, command)
        return refusal.value

    assert isinstance(await book_as(Role.SCHEDULER, OTHER_TENANT), NotFound)
    assert isinstance(await book_as(Role.NURSE, "riverbend"), Forbidden)
    denied = await clinic.edge.rows("select action, outcome from audit where outcome <> 'done'")
    assert [tuple(row) for row in denied] == [("scheduling.book_seat", "not_granted")]
    assert await taken(clinic, session.session_id) == 0
