"""The exchange of seats at step-down: made, undone, settled; as the journey's activities, each run twice."""

from datetime import timedelta
from uuid import UUID

from services.scheduling.tests.clinic import Clinic, open_clinic
from stepwell_contracts.activities import (
    ActionKey,
    ActionResult,
    CancelBookings,
    CloseWeek,
    ReplaceBookings,
    RestoreBookings,
)
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_contracts.http.scheduling import RecordAttendance
from stepwell_kernel.codes import AgeBand, AttendanceState, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_scheduling.activities.journey import SchedulingActivities
from stepwell_scheduling.consumers.episodes import HANDLERS
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.usecases.record_attendance import record_attendance
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming


def action_key(clinic: Clinic, episode: Episode, index: int) -> ActionKey:
    return ActionKey(
        tenant="riverbend",
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        facility_id=clinic.facility,
        cause="decision",
        index=index,
        traceparent=f"00-{index + 1:032x}-{index + 1:016x}-01",
    )


async def states(clinic: Clinic) -> dict[str, int]:
    rows = await clinic.edge.rows("select state, count(*) from booking group by state")
    return {row[0]: row[1] for row in rows}


async def seats(clinic: Clinic, *session_ids: UUID) -> list[int]:
    return [
        await clinic.edge.value("select taken from session where session_id = $1", session_id)
        for session_id in session_ids
    ]


async def replace(clinic: Clinic, episode: Episode, replacement_id: UUID, index: int = 0) -> ActionResult:
    message = ReplaceBookings(
        key=action_key(clinic, episode, index),
        replacement_id=replacement_id,
        program_id=clinic.outpatient,
        prescribed_minutes_per_week=60,
    )
    activities = SchedulingActivities(clinic.edge.transactions)
    first = await activities.replace_bookings(message)
    other_trace = message.key.model_copy(update={"traceparent": None})
    assert await activities.replace_bookings(message.model_copy(update={"key": other_trace})) == first
    return first


async def test_seats_given_up_stay_held_until_the_phase_has_changed(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    former = await clinic.session(clinic.tomorrow())
    new = await clinic.session(clinic.tomorrow(), group=clinic.step_down_group, place=1)
    await clinic.book(former.session_id, episode)
    assert (await replace(clinic, episode, new_id())).accepted
    assert await states(clinic) == {"replaced": 1, "booked": 1}
    assert await seats(clinic, former.session_id, new.session_id) == [1, 1]
    phase_changed = incoming(
        EpisodePhaseChanged(
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            facility_id=clinic.facility,
            program_id=clinic.outpatient,
            age_band=AgeBand.ADULT,
            phase=Phase.STEP_DOWN,
            previous=Phase.TREATMENT,
            prescribed_minutes_per_week=60,
        ),
        key=episode.patient_id,
        at=clinic.edge.clock.now(),
        version=9,
        episode_id=episode.episode_id,
    )
    for _ in range(2):
        async with clinic.edge.transactions(clinic.edge.person(Role.SCHEDULER)) as tx:
            await Commands("scheduling", HANDLERS).handle(tx, [phase_changed])
    assert await states(clinic) == {"cancelled": 1, "booked": 1}
    assert await seats(clinic, former.session_id, new.session_id) == [0, 1]


async def test_an_exchange_is_undone_as_if_it_had_not_been(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"), capacity=1)
    episode, replacement_id = await clinic.episode(), new_id()
    former = await clinic.session(clinic.tomorrow())
    new = await clinic.session(clinic.tomorrow(), group=clinic.step_down_group, place=1)
    await clinic.book(former.session_id, episode)
    await replace(clinic, episode, replacement_id)
    message = RestoreBookings(key=action_key(clinic, episode, 1), replacement_id=replacement_id)
    activities = SchedulingActivities(clinic.edge.transactions)
    assert (await activities.restore_bookings(message)).accepted
    assert (await activities.restore_bookings(message)).accepted
    assert await seats(clinic, former.session_id, new.session_id) == [1, 0]
    assert (await clinic.edge.types())[-4:] == [
        "bookings_replaced",
        "appointment_cancelled",
        "appointment_booked",
        "bookings_restored",
    ]


async def test_without_a_seat_to_step_down_to_nothing_changes(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    former = await clinic.session(clinic.tomorrow())
    await clinic.book(former.session_id, episode)
    result = await replace(clinic, episode, new_id())
    assert (result.accepted, result.code) == (False, "no_session_to_step_down_to")
    assert await states(clinic) == {"booked": 1}


async def test_discharge_gives_all_seats_ahead_back(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    sessions = [await clinic.session(clinic.tomorrow() + timedelta(days=day)) for day in range(3)]
    for session in sessions:
        await clinic.book(session.session_id, episode)
    message = CancelBookings(key=action_key(clinic, episode, 0), reason_code="discharged")
    activities = SchedulingActivities(clinic.edge.transactions)
    for _ in range(2):
        assert (await activities.cancel_bookings(message)).accepted
    assert await states(clinic) == {"cancelled": 3}
    assert (await clinic.edge.types()).count("appointment_cancelled") == 3


async def test_a_week_is_closed_once_with_the_minutes_attended(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    session = await clinic.session(clinic.tomorrow())
    booking = await clinic.book(session.session_id, episode)
    began_on = clinic.edge.clock.now().date()
    clinic.edge.clock.pass_by(days=8)
    async with clinic.edge.transactions(clinic.edge.person(Role.COUNSELOR)) as tx:
        await record_attendance(tx, booking.booking_id, RecordAttendance(state=AttendanceState.PARTIAL, minutes=45))
    activities = SchedulingActivities(clinic.edge.transactions)
    for index in range(2):
        message = CloseWeek(key=action_key(clinic, episode, index), week_starts_on=began_on)
        assert (await activities.close_week(message)).accepted
    closed = await clinic.edge.rows("select required_minutes, attended_minutes, shortfall_minutes from episode_week")
    assert [tuple(row) for row in closed] == [(540, 45, 495)]
    assert (await clinic.edge.types()).count("week_closed") == 1
