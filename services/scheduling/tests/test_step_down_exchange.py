"""The exchange of seats at step-down, transfer and discharge: made, undone, settled; as the journey's activities."""

import json
from datetime import timedelta
from uuid import UUID

from services.scheduling.tests.clinic import Clinic, open_clinic
from stepwell_contracts.activities import (
    ActionKey,
    ActionResult,
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


async def replace(
    clinic: Clinic, episode: Episode, replacement_id: UUID, *, program: UUID | None = None, minutes: int = 60
) -> ActionResult:
    message = ReplaceBookings(
        key=action_key(clinic, episode, 0),
        replacement_id=replacement_id,
        program_id=program or clinic.outpatient,
        prescribed_minutes_per_week=minutes,
    )
    return await twice(clinic, message)


async def give_all_up(clinic: Clinic, episode: Episode, replacement_id: UUID) -> ActionResult:
    key = action_key(clinic, episode, 0)
    return await twice(clinic, ReplaceBookings(key=key, replacement_id=replacement_id, reason_code="discharged"))


async def twice(clinic: Clinic, message: ReplaceBookings) -> ActionResult:
    activities = SchedulingActivities(clinic.edge.transactions)
    first = await activities.replace_bookings(message)
    other_trace = message.key.model_copy(update={"traceparent": None})
    assert await activities.replace_bookings(message.model_copy(update={"key": other_trace})) == first
    return first


async def restore(clinic: Clinic, episode: Episode, replacement_id: UUID) -> None:
    message = RestoreBookings(key=action_key(clinic, episode, 1), replacement_id=replacement_id)
    activities = SchedulingActivities(clinic.edge.transactions)
    for _ in range(2):
        assert (await activities.restore_bookings(message)).accepted


async def change(
    clinic: Clinic,
    episode: Episode,
    phase: Phase,
    *,
    program: UUID | None = None,
    facility: UUID | None = None,
    version: int = 9,
) -> None:
    """What intake tells of the episode, handled twice."""
    changed = EpisodePhaseChanged(
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        facility_id=facility or clinic.facility,
        program_id=program or clinic.intensive,
        age_band=AgeBand.ADULT,
        phase=phase,
        previous=Phase.TREATMENT,
        prescribed_minutes_per_week=60,
    )
    arriving = incoming(
        changed,
        key=episode.patient_id,
        at=clinic.edge.clock.now(),
        version=version,
        episode_id=episode.episode_id,
    )
    for _ in range(2):
        async with clinic.edge.transactions(clinic.edge.person(Role.SCHEDULER)) as tx:
            await Commands("scheduling", HANDLERS).handle(tx, [arriving])


async def reasons(clinic: Clinic) -> list[tuple[str, str | None]]:
    """State and reason of the bookings, by booking."""
    rows = await clinic.edge.rows("select state, reason_code from booking order by booked_at, booking_id")
    return [tuple(row) for row in rows]


async def told(clinic: Clinic, type_: str) -> list[str]:
    """The reasons in events of a type, in order."""
    events = [event for event in await clinic.edge.outbox() if f".{type_}." in event.type]
    return [json.loads(event.payload)["reason_code"] for event in events]


async def test_seats_given_up_stay_held_until_the_phase_has_changed(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    former = await clinic.session(clinic.tomorrow())
    new = await clinic.session(clinic.tomorrow(), group=clinic.step_down_group, place=1)
    await clinic.book(former.session_id, episode)
    assert (await replace(clinic, episode, new_id())).accepted
    assert await states(clinic) == {"replaced": 1, "booked": 1}
    assert await seats(clinic, former.session_id, new.session_id) == [1, 1]
    await change(clinic, episode, Phase.STEP_DOWN, program=clinic.outpatient)
    assert await states(clinic) == {"cancelled": 1, "booked": 1}
    assert await seats(clinic, former.session_id, new.session_id) == [0, 1]


async def test_an_exchange_is_undone_as_if_it_had_not_been(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"), capacity=1)
    episode, replacement_id = await clinic.episode(), new_id()
    former = await clinic.session(clinic.tomorrow())
    new = await clinic.session(clinic.tomorrow(), group=clinic.step_down_group, place=1)
    await clinic.book(former.session_id, episode)
    await replace(clinic, episode, replacement_id)
    await restore(clinic, episode, replacement_id)
    assert await seats(clinic, former.session_id, new.session_id) == [1, 0]
    assert (await clinic.edge.types())[-4:] == [
        "bookings_replaced",
        "appointment_cancelled",
        "appointment_booked",
        "bookings_restored",
    ]
    assert await told(clinic, "appointment_cancelled") == ["step_down", "step_down_undone"]


async def test_an_exchange_that_never_was_is_undone_without_a_trace(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode, before = await clinic.episode(), await clinic.edge.types()
    await restore(clinic, episode, new_id())
    assert await clinic.edge.types() == before


async def test_a_closed_group_of_the_next_program_is_no_place_for_an_exchange(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    await clinic.session(clinic.tomorrow(), group=clinic.step_down_group)
    await clinic.edge.rows("update care_group set is_open = false")
    result = await replace(clinic, episode, new_id())
    assert (result.accepted, result.code) == (False, "no_session_in_next_program")


async def test_who_sits_in_a_session_gets_no_seat_beside_it(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode, began = await clinic.episode(), clinic.edge.clock.now() + timedelta(minutes=10)
    running = await clinic.session(began)
    beside, after = [
        await clinic.session(began + timedelta(minutes=minutes), group=clinic.step_down_group, place=1)
        for minutes in (40, 130)
    ]
    await clinic.book(running.session_id, episode)
    clinic.edge.clock.pass_by(minutes=20)
    assert (await replace(clinic, episode, new_id())).accepted
    assert await seats(clinic, running.session_id, beside.session_id, after.session_id) == [1, 0, 1]


async def test_without_a_seat_in_the_next_program_nothing_changes(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    former = await clinic.session(clinic.tomorrow())
    await clinic.book(former.session_id, episode)
    result = await replace(clinic, episode, new_id())
    assert (result.accepted, result.code) == (False, "no_session_in_next_program")
    assert await states(clinic) == {"booked": 1}


async def test_discharge_gives_all_seats_ahead_back(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    sessions = [await clinic.session(clinic.tomorrow() + timedelta(days=day)) for day in range(3)]
    for session in sessions:
        await clinic.book(session.session_id, episode)
    held = [session.session_id for session in sessions]
    assert (await give_all_up(clinic, episode, new_id())).accepted
    assert (await states(clinic), await seats(clinic, *held)) == ({"replaced": 3}, [1, 1, 1])
    assert await told(clinic, "appointment_cancelled") == ["discharged"] * 3
    await change(clinic, episode, Phase.AFTERCARE)
    assert await reasons(clinic) == [("cancelled", "discharged")] * 3
    assert await seats(clinic, *held) == [0, 0, 0]


async def test_a_discharge_undone_gives_the_seats_back(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"), capacity=1)
    episode, replacement_id = await clinic.episode(), new_id()
    session = await clinic.session(clinic.tomorrow())
    await clinic.book(session.session_id, episode)
    await give_all_up(clinic, episode, replacement_id)
    await restore(clinic, episode, replacement_id)
    assert (await states(clinic), await seats(clinic, session.session_id)) == ({"booked": 1}, [1])
    await change(clinic, episode, Phase.AFTERCARE)
    assert await states(clinic) == {"booked": 1}


async def test_no_minutes_need_no_seat_and_an_unknown_program_is_refused(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    episode = await clinic.episode()
    former = await clinic.session(clinic.tomorrow())
    await clinic.book(former.session_id, episode)
    refused = await replace(clinic, episode, new_id(), program=new_id())
    assert (refused.accepted, refused.code, refused.kind) == (False, "program_not_found", "not_found")
    assert await states(clinic) == {"booked": 1}
    assert (await replace(clinic, episode, new_id(), minutes=0)).accepted
    assert await states(clinic) == {"replaced": 1}


async def test_a_transfer_takes_seats_at_the_other_facility_and_frees_the_former(open_edge: OpenEdge) -> None:
    here = await open_clinic(await open_edge("scheduling"), capacity=1)
    there = await open_clinic(here.edge)
    episode = await here.episode()
    former, new = await here.session(here.tomorrow()), await there.session(here.tomorrow())
    await here.book(former.session_id, episode)
    assert (await replace(here, episode, new_id(), program=there.intensive)).accepted
    booked = await here.edge.rows("select facility_id from booking where state = 'booked'")
    assert [row["facility_id"] for row in booked] == [there.facility]
    await change(here, episode, Phase.TREATMENT, version=8)
    assert await seats(here, former.session_id, new.session_id) == [1, 1], "another part of treatment is no transfer"
    await change(here, episode, Phase.TREATMENT, program=there.intensive, facility=there.facility)
    assert await seats(here, former.session_id, new.session_id) == [0, 1]


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
