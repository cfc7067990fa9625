"""Weekly series over HTTP: local time across clock changes, exceptions, changes from a day on, extension."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.scheduling.tests.timetable import ZONE, Timetable, open_timetable
from stepwell_contracts.activities import ActionResult, ExtendSeries, FacilityKey, ReadCalendar
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_scheduling.activities.facility import FacilityActivities
from stepwell_testing.edge import OTHER_TENANT, TENANT
from stepwell_testing.plugin import OpenEdge

TUESDAY = date(2026, 3, 3)


def series(timetable: Timetable, from_day: date = TUESDAY, **changed: Any) -> dict[str, Any]:
    """A series from a day on, on its weekday, an hour from 17:30 with the lead in the first room."""
    return {
        "weekday": from_day.weekday(),
        "starts_local": "17:30:00",
        "minutes": 60,
        "clinician_id": str(timetable.staff["lead"]),
        "room_id": str(timetable.rooms[0]),
        "from_day": from_day.isoformat(),
    } | changed


async def start(timetable: Timetable, key: str = "start", group: str = "therapy", **body: Any) -> httpx2.Response:
    return await timetable.post(f"/v1/groups/{timetable.groups[group]}/series", body, key=key)


async def started(timetable: Timetable, **changed: Any) -> dict[str, Any]:
    answer = await start(timetable, **series(timetable, **changed))
    assert answer.status_code == 201, answer.text
    planned: dict[str, Any] = answer.json()
    return planned


async def change(timetable: Timetable, series_id: str, key: str = "change", **changed: Any) -> httpx2.Response:
    return await timetable.post(f"/v1/series/{series_id}/change", {"reason_code": "new_term"} | changed, key=key)


async def leave_out(timetable: Timetable, series_id: str, day: date, key: str = "except") -> httpx2.Response:
    body = {"day": day.isoformat(), "reason_code": "holiday"}
    return await timetable.post(f"/v1/series/{series_id}/exceptions", body, key=key)


async def extend(timetable: Timetable, until_day: date, cause: str = "series/2026-03-30") -> ActionResult:
    key = FacilityKey(tenant=TENANT, facility_id=timetable.facility, cause=cause)
    activities = FacilityActivities(timetable.edge.transactions)
    return await activities.extend_series(ExtendSeries(key=key, until_day=until_day))


async def meetings(timetable: Timetable) -> list[str]:
    """Local times of what takes place, in order."""
    rows = await timetable.edge.rows("select starts_at from session where state = 'scheduled' order by starts_at")
    return [f"{local_at(row['starts_at'], ZONE):%m-%d %H:%M}" for row in rows]


async def test_a_series_is_scheduled_to_its_horizon_and_told(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    first, again = [await start(timetable, **series(timetable)) for _ in range(2)]
    assert (first.status_code, again.content) == (201, first.content)
    days = [meeting["day"] for meeting in first.json()["meetings"]]
    assert days == ["2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24"]
    (told,) = [json.loads(event.payload) for event in await timetable.edge.outbox() if "series_started" in event.type]
    assert (told["meetings"], told["until_day"]) == (4, None)
    assert await timetable.told("session_scheduled") == 4
    (shown,) = (await timetable.get(f"/v1/groups/{timetable.groups['therapy']}/series"))["series"]
    assert (shown["series_id"], shown["starts_local"], shown["gaps"]) == (first.json()["series_id"], "17:30:00", [])


@pytest.mark.parametrize(
    ("now", "from_day", "clock", "starts"),
    [
        (
            datetime(2026, 10, 20, 16, tzinfo=UTC),
            date(2026, 10, 25),
            "17:30:00",
            ["2026-10-25T21:30:00Z", "2026-11-01T22:30:00Z", "2026-11-08T22:30:00Z", "2026-11-15T22:30:00Z"],
        ),
        (
            datetime(2026, 10, 20, 16, tzinfo=UTC),
            date(2026, 10, 25),
            "01:30:00",
            ["2026-10-25T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-08T06:30:00Z", "2026-11-15T06:30:00Z"],
        ),
        (
            datetime(2027, 3, 1, 16, tzinfo=UTC),
            date(2027, 3, 7),
            "17:30:00",
            ["2027-03-07T22:30:00Z", "2027-03-14T21:30:00Z", "2027-03-21T21:30:00Z", "2027-03-28T21:30:00Z"],
        ),
        (
            datetime(2027, 3, 1, 16, tzinfo=UTC),
            date(2027, 3, 7),
            "02:30:00",
            ["2027-03-07T07:30:00Z", "2027-03-14T07:30:00Z", "2027-03-21T06:30:00Z", "2027-03-28T06:30:00Z"],
        ),
    ],
    ids=["back: 17:30 stays", "back: the first 01:30", "forward: 17:30 stays", "forward: 02:30 is 03:30 that day"],
)
async def test_the_local_time_stays_when_the_clocks_change(
    open_edge: OpenEdge, now: datetime, from_day: date, clock: str, starts: list[str]
) -> None:
    edge = await open_edge("scheduling")
    edge.clock.instant = now
    timetable = await open_timetable(edge)
    planned = await started(timetable, from_day=from_day, starts_local=clock)
    assert [meeting["starts_at"] for meeting in planned["meetings"]] == starts
    minutes = await edge.rows("select distinct ends_at - starts_at as length from session")
    assert [row["length"] for row in minutes] == [timedelta(hours=1)]


async def test_holidays_exceptions_and_the_last_day_are_kept(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"), holidays=(date(2026, 3, 10),))
    await started(timetable, exceptions=["2026-03-17"], until_day="2026-03-24")
    assert await meetings(timetable) == ["03-03 17:30", "03-24 17:30"]
    assert (await extend(timetable, date(2026, 5, 30))).accepted
    assert await meetings(timetable) == ["03-03 17:30", "03-24 17:30"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"until_day": "2026-03-02"}, 422, "series_days"),
        ({"exceptions": ["2026-03-11"]}, 422, "series_days"),
        ({"weekday": 7}, 422, "request_invalid"),
        ({"starts_local": "17:30:00Z"}, 422, "offset_not_expected"),
        ({"from_day": "2026-03-01", "weekday": 6}, 409, "day_in_the_past"),
        ({"room_id": None}, 422, "room_does_not_fit"),
        ({"clinician_id": "prescriber"}, 409, "credential_missing"),
        ({"setting": "video", "room_id": None, "clinician_id": "substitute"}, 409, "license_missing"),
    ],
)
async def test_a_series_that_cannot_be_changes_nothing(
    open_edge: OpenEdge, changed: dict[str, Any], status: int, code: str
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    named = {
        field: str(timetable.staff.get(value, value)) if value in timetable.staff else value
        for field, value in changed.items()
        if not isinstance(value, list)
    }
    answer = await start(timetable, **(series(timetable) | changed | named))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await timetable.edge.value("select count(*) from series") == 0
    assert await meetings(timetable) == []


async def test_one_clash_refuses_the_whole_series_and_names_its_days(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    for days in (8, 22):
        await timetable.session("18:00", group="workshop", days=days, room_id=str(timetable.rooms[1]))
    answer = await start(timetable, **series(timetable))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "clinician_taken")
    assert [field["path"] for field in problem["fields"]] == ["2026-03-10", "2026-03-24"]
    assert await timetable.edge.value("select count(*) from series") == 0
    assert len(await meetings(timetable)) == 2
    without = series(timetable, exceptions=["2026-03-10", "2026-03-24"])
    assert (await start(timetable, "without", **without)).status_code == 201


async def test_today_counts_until_the_meeting_has_started(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    monday = date(2026, 3, 2)
    early = await start(timetable, "early", **series(timetable, monday, starts_local="12:00:00"))
    late = await start(timetable, "late", **series(timetable, monday, starts_local="13:10:00"))
    assert early.json()["meetings"][0]["day"] == "2026-03-09"
    assert late.json()["meetings"][0]["day"] == "2026-03-02"


async def test_a_change_from_a_day_on_moves_the_future_and_its_seats(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    planned = await started(timetable)
    episode = await timetable.episode()
    for meeting in planned["meetings"]:
        assert (await timetable.book(meeting["session_id"], episode)).status_code == 201
    answer = await change(timetable, planned["series_id"], from_day="2026-03-17", starts_local="18:00:00", minutes=90)
    assert (answer.json()["moved"], answer.json()["cancelled"], answer.json()["meetings"]) == (2, 0, [])
    assert await meetings(timetable) == ["03-03 17:30", "03-10 17:30", "03-17 18:00", "03-24 18:00"]
    assert [await timetable.told(name) for name in ("series_changed", "session_changed", "appointment_moved")] == [
        1,
        2,
        2,
    ]
    await extend(timetable, date(2026, 4, 8))
    assert (await meetings(timetable))[4:] == ["03-31 18:00", "04-07 18:00"]


async def test_a_change_beyond_the_horizon_leaves_the_days_before_it(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    planned = await started(timetable)
    await change(timetable, planned["series_id"], from_day="2026-04-07", starts_local="19:00:00")
    await extend(timetable, date(2026, 4, 8))
    assert (await meetings(timetable))[3:] == ["03-24 17:30", "03-31 17:30", "04-07 19:00"]


async def test_a_series_ends_and_its_seats_are_given_back(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    planned = await started(timetable)
    await timetable.book(planned["meetings"][3]["session_id"], await timetable.episode())
    answer = await change(timetable, planned["series_id"], from_day="2026-03-11", until_day="2026-03-16")
    assert answer.json()["cancelled"] == 2
    assert await meetings(timetable) == ["03-03 17:30", "03-10 17:30"]
    assert [await timetable.told(name) for name in ("session_cancelled", "appointment_cancelled")] == [2, 1]
    await extend(timetable, date(2026, 4, 8))
    assert len(await meetings(timetable)) == 2
    later = await change(timetable, planned["series_id"], "on", from_day="2026-03-11", until_day="2026-03-31")
    assert [meeting["day"] for meeting in later.json()["meetings"]] == []


async def test_what_was_cancelled_or_changed_on_its_own_stays_so(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    planned = await started(timetable)
    sessions = [meeting["session_id"] for meeting in planned["meetings"]]
    cancelled = await timetable.post(f"/v1/sessions/{sessions[1]}/cancellation", {"reason_code": "weather"}, key="c")
    moved = await timetable.post(
        f"/v1/sessions/{sessions[2]}/change",
        {"reason_code": "room_closed", "starts_local": "2026-03-18T09:00:00"},
        key="m",
    )
    assert (cancelled.status_code, moved.status_code) == (201, 201)
    assert (await leave_out(timetable, planned["series_id"], date(2026, 3, 31))).status_code == 201
    answer = await change(timetable, planned["series_id"], from_day="2026-03-03", starts_local="18:00:00")
    assert answer.json()["moved"] == 2
    await extend(timetable, date(2026, 4, 8))
    assert await meetings(timetable) == ["03-03 18:00", "03-18 09:00", "03-24 18:00", "04-07 18:00"]


async def test_an_exception_calls_the_meeting_of_its_day_off(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    planned = await started(timetable)
    await timetable.book(planned["meetings"][1]["session_id"], await timetable.episode())
    first = await leave_out(timetable, planned["series_id"], date(2026, 3, 10))
    again = await leave_out(timetable, planned["series_id"], date(2026, 3, 10), key="again")
    assert (first.json()["session_id"], again.json()) == (planned["meetings"][1]["session_id"], first.json())
    assert [await timetable.told(name) for name in ("session_cancelled", "appointment_cancelled")] == [1, 1]
    wrong = await leave_out(timetable, planned["series_id"], date(2026, 3, 11), key="wrong")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_a_day_of_series")
    timetable.edge.clock.pass_by(days=1, hours=5, minutes=30)
    assert (await leave_out(timetable, planned["series_id"], TUESDAY, key="late")).json()["code"] == "session_started"
    timetable.edge.clock.pass_by(days=1)
    assert (await leave_out(timetable, planned["series_id"], TUESDAY, key="past")).json()["code"] == "day_in_the_past"
    (shown,) = (await timetable.get(f"/v1/groups/{timetable.groups['therapy']}/series"))["series"]
    assert shown["exceptions"] == ["2026-03-10"]


@pytest.mark.parametrize(
    ("changed", "code", "days"),
    [
        ({"starts_local": "19:00:00"}, "clinician_taken", ["2026-03-10"]),
        ({"starts_local": "20:30:00"}, "patients_taken", ["2026-03-24"]),
        ({"from_day": "2026-03-01"}, "day_in_the_past", [""]),
        ({"until_day": "2026-03-01"}, "day_in_the_past", [""]),
    ],
)
async def test_a_change_that_one_day_stands_against_changes_nothing(
    open_edge: OpenEdge, changed: dict[str, Any], code: str, days: list[str]
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    planned = await started(timetable)
    other = {"group": "workshop", "room_id": str(timetable.rooms[1])}
    await timetable.session("19:30", days=8, **other)
    busy = await timetable.session("21:00", days=22, clinician_id=str(timetable.staff["substitute"]), **other)
    episode = await timetable.episode()
    for session_id in (busy["session_id"], planned["meetings"][3]["session_id"]):
        assert (await timetable.book(session_id, episode)).status_code == 201
    before = await meetings(timetable)
    answer = await change(timetable, planned["series_id"], **({"from_day": "2026-03-03"} | changed))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert [field["path"] for field in answer.json()["fields"]] == days
    assert await meetings(timetable) == before
    assert [await timetable.told(name) for name in ("series_changed", "session_changed", "appointment_moved")] == [
        0,
        0,
        0,
    ]


async def test_extension_runs_twice_and_keeps_what_it_could_not_schedule(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    planned = await started(timetable)
    for days in (29, 36):
        room = str(timetable.rooms[1])
        await timetable.session("17:00", group="workshop", days=days, room_id=room)
    assert [(await extend(timetable, date(2026, 4, 14))).accepted for _ in range(2)] == [True, True]
    taken = [meeting for meeting in await meetings(timetable) if meeting.endswith("17:30")]
    assert taken[3:] == ["03-24 17:30", "04-14 17:30"]
    path = f"/v1/groups/{timetable.groups['therapy']}/series"
    assert (await timetable.get(path))["series"][0]["gaps"] == ["2026-03-31", "2026-04-07"]
    waiting = (await timetable.get("/v1/worklist", facility=str(timetable.facility), role="scheduler"))["rows"]
    assert [(row["kind"], row["due_at"]) for row in waiting] == [
        ("meeting_not_scheduled", "2026-03-31T04:00:00Z"),
        ("meeting_not_scheduled", "2026-04-07T04:00:00Z"),
    ]
    await leave_out(timetable, planned["series_id"], date(2026, 3, 31))
    assert (await timetable.get(path))["series"][0]["gaps"] == ["2026-04-07"]
    moved = await change(timetable, planned["series_id"], from_day="2026-04-07", starts_local="18:00:00")
    assert [moved.json()["moved"], moved.json()["meetings"]] == [1, []]
    await extend(timetable, date(2026, 4, 14), "series/2026-04-06")
    assert (await timetable.get(path))["series"][0]["gaps"] == []
    assert (await meetings(timetable))[-2:] == ["04-07 18:00", "04-14 18:00"]


async def test_only_the_calendar_extends_and_only_schedulers_change_series(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    refused = await timetable.post(
        f"/v1/groups/{timetable.groups['therapy']}/series", series(timetable), key="k", role=Role.COUNSELOR
    )
    planned = await started(timetable)
    path = f"/v1/series/{planned['series_id']}/change"
    foreign = timetable.app.person(new_id(), Role.SCHEDULER, tenant=OTHER_TENANT)
    body = {"from_day": "2026-03-10", "reason_code": "new_term"}
    unknown = await timetable.app.call("POST", path, body, token=foreign, key="k")
    assert (refused.status_code, unknown.status_code, unknown.json()["code"]) == (403, 404, "series_not_found")


@pytest.mark.parametrize(
    ("place", "as_of", "version", "ahead"),
    [
        (None, datetime(2026, 3, 2, 17, tzinfo=UTC), "calendar/1/US", 28),
        ("US-NY", datetime(2026, 3, 10, 3, 59, tzinfo=UTC), "calendar/1/US", 28),
        ("US-NY", datetime(2026, 3, 10, 4, 0, tzinfo=UTC), "calendar/1/US-NY", 42),
        ("facility", datetime(2026, 3, 11, tzinfo=UTC), "calendar/1/", 42),
        ("US-CT", datetime(2026, 3, 11, tzinfo=UTC), "calendar/1/US", 28),
    ],
    ids=["the country's", "the day before the state's", "the state's first day", "its own", "another state's"],
)
async def test_the_calendar_of_a_facility_is_the_nearest_row_in_force(
    open_edge: OpenEdge, place: str | None, as_of: datetime, version: str, ahead: int
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    if place is not None:
        await timetable.edge.rows(
            "insert into calendar_rule select rule_id, version, $1, week_begins_on, plan_days_before, plan_at, 42,"
            " draw_at, '2026-03-10', null, 'a test', 'nobody' from calendar_rule where place = 'US'",
            str(timetable.facility) if place == "facility" else place,
        )
    activities = FacilityActivities(timetable.edge.transactions)
    asked = ReadCalendar(tenant=TENANT, facility_id=timetable.facility, as_of=as_of)
    first, again = await activities.read_calendar(asked), await activities.read_calendar(asked)
    assert first == again
    assert first.version.startswith(version)
    assert (first.zone, first.week_begins_on, first.plan_days_before, first.series_days_ahead) == (ZONE, 0, 4, ahead)
    assert (first.plan_at.hour, first.draw_at.hour) == (12, 5)
