"""Sessions moved and called off over HTTP, with everyone who has a seat in them."""

import asyncio
import json
from typing import Any

import httpx2
import pytest

from services.scheduling.tests.timetable import Timetable, open_timetable
from stepwell_contracts.activities import ActionKey, ReplaceBookings, RestoreBookings
from stepwell_kernel.codes import AgeBand, Role
from stepwell_kernel.ids import new_id
from stepwell_scheduling.activities.journey import SchedulingActivities
from stepwell_scheduling.domain.episodes import Episode
from stepwell_testing.edge import OTHER_TENANT, TENANT
from stepwell_testing.plugin import OpenEdge


async def change(timetable: Timetable, session_id: str, key: str = "change", **changed: Any) -> httpx2.Response:
    return await timetable.post(f"/v1/sessions/{session_id}/change", {"reason_code": "room_closed"} | changed, key=key)


async def cancel(timetable: Timetable, session_id: str, key: str = "cancel") -> httpx2.Response:
    path = f"/v1/sessions/{session_id}/cancellation"
    return await timetable.post(path, {"reason_code": "clinician_absent"}, key=key)


async def state(timetable: Timetable) -> tuple[Any, ...]:
    """All that a refused command must leave as it was."""
    sessions = await timetable.edge.rows("select * from session order by session_id")
    bookings = await timetable.edge.rows("select * from booking order by booking_id")
    claims = await timetable.edge.rows("select * from claim order by kind, holder_id")
    return [tuple(row) for row in (*sessions, *bookings, *claims)], len(await timetable.edge.outbox())


def payloads(events: Any, name: str) -> list[dict[str, Any]]:
    return [json.loads(event.payload) for event in events if event.type.split(".")[2] == name]


async def test_a_session_moves_with_all_its_seats(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    episodes = [await timetable.episode() for _ in range(3)]
    for episode in episodes:
        assert (await timetable.book(session["session_id"], episode)).status_code == 201
    first = await change(timetable, session["session_id"], starts_local=timetable.at("16:00", 2), minutes=90)
    again = await timetable.post(
        f"/v1/sessions/{session['session_id']}/change",
        {"reason_code": "room_closed", "starts_local": timetable.at("16:00", 2), "minutes": 90},
        key="another",
    )
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert first.json()["starts_at"] == "2026-03-04T21:00:00Z"
    moved = payloads(await timetable.edge.outbox(), "appointment_moved")
    assert {event["episode_id"] for event in moved} == {str(episode.episode_id) for episode in episodes}
    assert {(event["session_id"], event["former_session_id"]) for event in moved} == {(session["session_id"],) * 2}
    assert {event["former_starts_at"] for event in moved} == {session["starts_at"]}
    assert await timetable.told("session_changed") == 1
    kept = await timetable.edge.value("select count(*) from claim where lower(during) = '2026-03-04T21:00:00Z'")
    assert (kept, await timetable.claims()) == (5, {"clinician": 1, "room": 1, "patient": 3})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"starts_local": "2026-03-04T14:00:00"}, None),
        ({"starts_local": "2026-03-04T14:00:00", "minutes": 61}, "day_full"),
        ({"starts_local": "2026-03-05T14:00:00", "minutes": 61}, None),
    ],
    ids=["six hours", "a minute more", "on another day"],
)
async def test_a_move_leaves_nobody_with_more_than_six_hours_a_day(
    open_edge: OpenEdge, changed: dict[str, Any], code: str | None
) -> None:
    """At most 6 clinical hours a day in intensive outpatient care (default of the house)."""
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    long = await timetable.session("08:00", days=2, minutes=300)
    for index in range(3):
        episode = await timetable.episode()
        await timetable.book(session["session_id"], episode)
        if index < 2:
            await timetable.book(long["session_id"], episode)
    before = await state(timetable)
    answer = await change(timetable, session["session_id"], **changed)
    if code is None:
        assert answer.status_code == 201, answer.text
        return
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["fields"] == [{"path": "2026-03-04", "problem": "2 cannot come", "rule": None}]
    assert answer.json()["detail"].startswith("2 patients")
    assert await state(timetable) == before


async def test_another_clinician_or_room_moves_nobody(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    await timetable.book(session["session_id"], await timetable.episode())
    substitute = str(timetable.staff["substitute"])
    answer = await change(timetable, session["session_id"], clinician_id=substitute, room_id=str(timetable.rooms[1]))
    assert (answer.status_code, answer.json()["capacity"]) == (201, 2)
    (changed,) = payloads(await timetable.edge.outbox(), "session_changed")
    assert (changed["clinician_id"], changed["reason_code"]) == (substitute, "room_closed")
    assert await timetable.told("appointment_moved") == 0


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"starts_local": "2026-03-03T17:00:00"}, 409, "clinician_taken"),
        ({"starts_local": "2026-03-03T19:00:00"}, 409, "room_taken"),
        ({"starts_local": "2026-03-03T21:00:00"}, 409, "patients_taken"),
        ({"starts_local": "2026-03-02T12:00:00"}, 409, "session_in_the_past"),
        ({"starts_local": "2026-03-08T02:30:00"}, 422, "skipped_local_time"),
        ({"room_id": "small"}, 409, "room_too_small"),
        ({"clinician_id": "prescriber"}, 409, "credential_missing"),
        ({"clinician_id": str(new_id())}, 422, "not_of_facility"),
        ({"minutes": 5}, 422, "request_invalid"),
        ({"reason_code": "Free text!"}, 422, "request_invalid"),
    ],
)
async def test_a_move_that_cannot_be_changes_nothing(
    open_edge: OpenEdge, changed: dict[str, Any], status: int, code: str
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    substitute, small = str(timetable.staff["substitute"]), str(timetable.rooms[1])
    await timetable.session("17:00", room_id=small)
    await timetable.session("19:00", clinician_id=substitute)
    busy = await timetable.session("21:00", clinician_id=substitute, room_id=small)
    for index in range(3):
        episode = await timetable.episode()
        await timetable.book(session["session_id"], episode)
        if index < 2:
            assert (await timetable.book(busy["session_id"], episode)).status_code == 201
    names = {"small": small, "prescriber": str(timetable.staff["prescriber"])}
    before = await state(timetable)
    answer = await change(
        timetable, session["session_id"], **{field: names.get(value, value) for field, value in changed.items()}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await state(timetable) == before
    if code == "patients_taken":
        assert answer.json()["detail"].startswith("2 patients")


async def test_what_has_started_or_is_called_off_does_not_move(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    started, cancelled = await timetable.session("14:00"), await timetable.session("16:00", days=3)
    await cancel(timetable, cancelled["session_id"])
    timetable.edge.clock.pass_by(hours=26)
    later = timetable.at("18:00", 5)
    at_start = await change(timetable, started["session_id"], key="a", starts_local=later)
    gone = await change(timetable, cancelled["session_id"], key="b", starts_local=later)
    too_late = await cancel(timetable, started["session_id"], key="c")
    assert [answer.json()["code"] for answer in (at_start, gone, too_late)] == [
        "session_started",
        "session_cancelled",
        "session_started",
    ]


async def test_a_session_is_called_off_with_all_its_seats(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    episodes = [await timetable.episode() for _ in range(2)]
    for episode in episodes:
        await timetable.book(session["session_id"], episode)
    first, again = await cancel(timetable, session["session_id"]), await cancel(timetable, session["session_id"], "b")
    assert (first.status_code, again.json()) == (201, first.json())
    events = await timetable.edge.outbox()
    assert [event["reason_code"] for event in payloads(events, "appointment_cancelled")] == ["program_cancelled"] * 2
    (told,) = payloads(events, "session_cancelled")
    assert (told["reason_code"], told["bookings"]) == ("clinician_absent", 2)
    assert await timetable.claims() == {}
    assert await timetable.edge.value("select taken from session") == 0
    assert (await timetable.book(session["session_id"], episodes[0])).json()["code"] == "session_cancelled"
    window = {"facility_id": str(timetable.facility), "from": "2026-03-02T00:00:00Z", "to": "2026-03-09T00:00:00Z"}
    assert (await timetable.get("/v1/sessions", **window))["sessions"] == []
    (shown,) = (await timetable.get("/v1/sessions", **window, cancelled="true"))["sessions"]
    assert (shown["state"], shown["setting"], shown["topic"]) == ("cancelled", "on_site", None)
    assert (await timetable.session("14:00"))["starts_at"] == session["starts_at"]


async def test_bookings_and_a_move_at_once_leave_no_seat_at_the_old_time(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    episodes = [await timetable.episode() for _ in range(8)]
    answers = await asyncio.gather(
        *(timetable.book(session["session_id"], episode) for episode in episodes[:4]),
        change(timetable, session["session_id"], starts_local=timetable.at("18:00")),
        *(timetable.book(session["session_id"], episode) for episode in episodes[4:]),
    )
    assert {answer.status_code for answer in answers} <= {201, 503}
    starts = await timetable.edge.rows("select distinct lower(during) from claim")
    booked = sum(answer.status_code == 201 for answer in answers) - (answers[4].status_code == 201)
    assert len(starts) == 1
    assert await timetable.edge.value("select taken from session") == booked
    assert (await timetable.claims()).get("patient", 0) == booked


async def test_bookings_and_a_cancellation_at_once_leave_no_seat(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    episodes = [await timetable.episode() for _ in range(6)]
    answers = await asyncio.gather(
        *(timetable.book(session["session_id"], episode) for episode in episodes[:3]),
        cancel(timetable, session["session_id"]),
        *(timetable.book(session["session_id"], episode) for episode in episodes[3:]),
    )
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    taken, standing = (
        await timetable.edge.value("select taken from session"),
        await timetable.edge.value("select count(*) from booking where state = 'booked'"),
    )
    assert taken == standing
    if answers[3].status_code == 201:
        assert standing == 0


async def exchange(timetable: Timetable, episode: Episode) -> RestoreBookings:
    """The episode's seats are held while its phase changes; what would undo that."""
    activities = SchedulingActivities(timetable.edge.transactions)
    key = ActionKey(
        tenant=TENANT,
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        facility_id=episode.facility_id,
        cause="event-1",
        index=0,
    )
    asked = ReplaceBookings(key=key, replacement_id=new_id(), reason_code="on_hold")
    assert (await activities.replace_bookings(asked)).accepted
    return RestoreBookings(key=key.model_copy(update={"index": 1}), replacement_id=asked.replacement_id)


async def test_a_held_seat_stands_again_at_the_new_time(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session, episode = await timetable.session("14:00"), await timetable.episode()
    await timetable.book(session["session_id"], episode)
    undo = await exchange(timetable, episode)
    assert (await change(timetable, session["session_id"], starts_local=timetable.at("18:00"))).status_code == 201
    assert (await SchedulingActivities(timetable.edge.transactions).restore_bookings(undo)).accepted
    assert await timetable.edge.value("select count(*) from claim where lower(during) = '2026-03-03T23:00:00Z'") == 3
    assert await timetable.edge.value("select taken from session") == 1


async def test_a_held_seat_of_a_session_that_was_called_off_is_gone(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session, episode = await timetable.session("14:00"), await timetable.episode()
    await timetable.book(session["session_id"], episode)
    undo = await exchange(timetable, episode)
    assert (await cancel(timetable, session["session_id"])).status_code == 201
    assert (await SchedulingActivities(timetable.edge.transactions).restore_bookings(undo)).accepted
    assert await timetable.edge.value("select taken from session") == 0
    assert await timetable.edge.value("select state from booking") == "cancelled"
    assert await timetable.claims() == {}


async def test_two_moves_to_one_time_at_once_give_it_to_one(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    sessions = [await timetable.session(clock) for clock in ("14:00", "15:00", "16:00")]
    episode = await timetable.episode()
    for session in sessions:
        assert (await timetable.book(session["session_id"], episode)).status_code == 201
    answers = await asyncio.gather(
        *(
            change(timetable, session["session_id"], key=f"k{index}", starts_local=timetable.at("18:00"))
            for index, session in enumerate(sessions)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert await timetable.claims() == {"clinician": 3, "room": 3, "patient": 3}


@pytest.mark.parametrize(
    ("group", "seated", "asking", "code"),
    [
        ("therapy", AgeBand.ADULT, AgeBand.ADULT, None),
        ("therapy", AgeBand.ADULT, AgeBand.ADOLESCENT, "other_age_band"),
        ("therapy", AgeBand.ADOLESCENT, AgeBand.ADULT, "other_age_band"),
        ("therapy", None, AgeBand.ADOLESCENT, None),
        ("adults", None, AgeBand.ADOLESCENT, "other_age_band"),
        ("adults", None, AgeBand.ADULT, None),
        ("workshop", AgeBand.ADULT, AgeBand.ADOLESCENT, None),
    ],
)
async def test_adolescents_and_adults_never_share_a_therapy_group(
    open_edge: OpenEdge, group: str, seated: AgeBand | None, asking: AgeBand, code: str | None
) -> None:
    """Common in state licensing; default of the house."""
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00", group=group)
    if seated is not None:
        assert (await timetable.book(session["session_id"], await timetable.episode(seated))).status_code == 201
    answer = await timetable.book(session["session_id"], await timetable.episode(asking))
    assert (answer.status_code, answer.json().get("code")) == (409 if code else 201, code)


async def test_a_therapy_group_that_is_empty_again_is_for_all(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    seat = (await timetable.book(session["session_id"], await timetable.episode(AgeBand.ADULT))).json()
    path = f"/v1/bookings/{seat['booking_id']}/cancellation"
    assert (await timetable.post(path, {"reason_code": "patient_ill"}, key="cancel")).status_code == 201
    assert (await timetable.book(session["session_id"], await timetable.episode(AgeBand.ADOLESCENT))).status_code == 201


async def test_both_age_bands_at_once_never_share(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    episodes = [await timetable.episode(band) for band in (AgeBand.ADULT, AgeBand.ADOLESCENT) for _ in range(3)]
    await asyncio.gather(*(timetable.book(session["session_id"], episode) for episode in episodes))
    rows = await timetable.edge.rows(
        "select distinct e.age_band from booking b join ref_episode e using (episode_id) where b.state = 'booked'"
    )
    assert len(rows) == 1


async def test_only_schedulers_and_supervisors_of_the_tenant_change_sessions(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    session = await timetable.session("14:00")
    before = await state(timetable)
    body = {"reason_code": "x1", "starts_local": timetable.at("18:00")}
    path = f"/v1/sessions/{session['session_id']}"
    foreign = timetable.app.person(new_id(), Role.SCHEDULER, tenant=OTHER_TENANT)
    for command in ("change", "cancellation"):
        asked = body if command == "change" else {"reason_code": "x1"}
        answer = await timetable.post(f"{path}/{command}", asked, key="k", role=Role.COUNSELOR)
        assert answer.status_code == 403
        answer = await timetable.app.call("POST", f"{path}/{command}", asked, token=foreign, key="k")
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    assert await state(timetable) == before
