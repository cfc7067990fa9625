"""Visits of one patient over HTTP: who may hold them, what they take, what becomes of them."""

from typing import Any

import pytest

from services.scheduling.tests.timetable import Timetable, open_timetable
from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

CHANGED = ("visit_scheduled", "appointment_booked")


async def effects(timetable: Timetable) -> tuple[int, int, int]:
    """Sessions, bookings and claims."""
    counts = [await timetable.edge.value(f"select count(*) from {table}") for table in ("session", "booking", "claim")]
    return counts[0], counts[1], counts[2]


@pytest.mark.parametrize(
    ("modality", "clinician"),
    [
        ("individual_therapy", "lead"),
        ("family_therapy", "substitute"),
        ("medication_management", "prescriber"),
    ],
)
async def test_a_visit_is_a_session_of_one_seat_and_its_booking(
    open_edge: OpenEdge, modality: str, clinician: str
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    episode = await timetable.episode()
    body = timetable.visit(episode, "14:00", modality=modality, clinician_id=str(timetable.staff[clinician]))
    token = timetable.app.person(new_id(), Role.COUNSELOR)
    first = await timetable.app.call("POST", "/v1/visits", body, token=token, key="k")
    again = await timetable.app.call("POST", "/v1/visits", body, token=token, key="k")
    assert (first.status_code, again.content) == (201, first.content)
    assert await effects(timetable) == (1, 1, 3)
    assert [await timetable.told(name) for name in CHANGED] == [1, 1]
    (session,) = (await timetable.get("/v1/sessions", **window(timetable)))["sessions"]
    assert (session["group_id"], session["modality"], session["capacity"], session["taken"]) == (None, modality, 1, 1)
    rules = await timetable.edge.value("select rules from session")
    assert rules == [f"credential.{modality}/1", "telehealth.license/1", "turnover.visit.on_site/1"]


def window(timetable: Timetable) -> dict[str, str]:
    return {
        "facility_id": str(timetable.facility),
        "from": f"{timetable.day(0)}T00:00:00Z",
        "to": f"{timetable.day(9)}T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"modality": "group_therapy"}, 422, "not_a_visit"),
        ({"modality": "educational_workshop"}, 422, "not_a_visit"),
        ({"room_id": None}, 422, "room_does_not_fit"),
        ({"setting": "telephone"}, 422, "room_does_not_fit"),
        ({"room_id": str(new_id())}, 422, "not_of_facility"),
        ({"clinician_id": str(new_id())}, 422, "not_of_facility"),
        ({"starts_local": "2026-03-08T02:30:00"}, 422, "skipped_local_time"),
        ({"starts_local": "2026-03-02T12:00:00"}, 409, "session_in_the_past"),
        ({"minutes": 9}, 422, "request_invalid"),
        ({"episode_id": str(new_id())}, 503, "episode_not_known_yet"),
    ],
)
async def test_a_visit_that_cannot_be_changes_nothing(
    open_edge: OpenEdge, changed: dict[str, Any], status: int, code: str
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    body = timetable.visit(await timetable.episode(), "14:00", **changed)
    answer = await timetable.post("/v1/visits", body, key="k")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await effects(timetable) == (0, 0, 0)


@pytest.mark.parametrize(
    ("modality", "clinician", "allowed"),
    [
        ("individual_therapy", "lead", True),
        ("individual_therapy", "trainee", False),
        ("individual_therapy", "prescriber", False),
        ("family_therapy", "lead", True),
        ("family_therapy", "trainee", False),
        ("medication_management", "prescriber", True),
        ("medication_management", "lead", False),
    ],
)
async def test_who_may_hold_a_visit(open_edge: OpenEdge, modality: str, clinician: str, *, allowed: bool) -> None:
    """Psychotherapy by a licensed clinician, medication management by a prescriber (default of the house)."""
    timetable = await open_timetable(await open_edge("scheduling"))
    staff_id = str(timetable.staff[clinician])
    body = timetable.visit(await timetable.episode(), "14:00", modality=modality, clinician_id=staff_id)
    answer = await timetable.post("/v1/visits", body, key="k")
    if allowed:
        assert answer.status_code == 201, answer.text
        return
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["fields"][0]["rule"]) == (
        409,
        "credential_missing",
        f"credential.{modality}/1",
    )
    assert await effects(timetable) == (0, 0, 0)


@pytest.mark.parametrize(
    ("jurisdiction", "setting", "patient", "clinician", "code"),
    [
        ("US-NY", "video", None, "lead", None),
        ("US-NY", "telephone", "US-NY", "lead", None),
        ("US-NY", "video", "US-NJ", "lead", "license_missing"),
        ("US-NY", "video", "US-NJ", "substitute", None),
        ("US-NY", "video", None, "substitute", "license_missing"),
        ("US-NY", "on_site", None, "substitute", None),
        ("US", "video", None, "lead", "patient_state_unknown"),
        ("US", "video", "US-NY", "lead", None),
        ("US", "on_site", None, "lead", None),
    ],
)
async def test_care_at_a_distance_needs_a_license_where_the_patient_is(
    open_edge: OpenEdge, jurisdiction: str, setting: str, patient: str | None, clinician: str, code: str | None
) -> None:
    """A license or compact privilege of the patient's state at the time of the session; nobody overrides it."""
    timetable = await open_timetable(await open_edge("scheduling"), jurisdiction=jurisdiction)
    body = timetable.visit(
        await timetable.episode(),
        "14:00",
        setting=setting,
        patient_jurisdiction=patient,
        clinician_id=str(timetable.staff[clinician]),
        room_id=str(timetable.rooms[0]) if setting == "on_site" else None,
    )
    answer = await timetable.post("/v1/visits", body, key="k")
    assert (answer.status_code, answer.json().get("code")) == (409 if code else 201, code)
    assert (await effects(timetable))[0] == (0 if code else 1)


@pytest.mark.parametrize(
    ("kind", "second", "allowed"),
    [("visit", "15:09", False), ("visit", "15:10", True), ("visit", "15:11", True), ("group", "15:00", True)],
)
async def test_clinician_and_room_turn_over_after_a_visit(
    open_edge: OpenEdge, kind: str, second: str, *, allowed: bool
) -> None:
    """10 minutes after a visit; blocks of groups follow one another (default of the house)."""
    timetable = await open_timetable(await open_edge("scheduling"))
    if kind == "visit":
        first = await timetable.post("/v1/visits", timetable.visit(await timetable.episode(), "14:00"), key="first")
        assert first.status_code == 201
    else:
        await timetable.session("14:00")
    answer = await timetable.post("/v1/visits", timetable.visit(await timetable.episode(), second), key="second")
    assert (answer.status_code, answer.json().get("code")) == ((201, None) if allowed else (409, "clinician_taken"))


async def test_the_patient_needs_no_turnover(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    episode = await timetable.episode()
    assert (await timetable.post("/v1/visits", timetable.visit(episode, "14:00"), key="a")).status_code == 201
    other = {"clinician_id": str(timetable.staff["substitute"]), "room_id": str(timetable.rooms[1])}
    touching = await timetable.post("/v1/visits", timetable.visit(episode, "15:00", **other), key="b")
    assert touching.status_code == 201
    overlapping = await timetable.post(
        "/v1/visits", timetable.visit(episode, "15:30", room_id=None, setting="video"), key="c"
    )
    assert overlapping.json()["code"] == "patient_taken"


async def test_only_an_episode_in_care_has_visits(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    body = timetable.visit(await timetable.episode(phase=Phase.AFTERCARE), "14:00")
    assert (await timetable.post("/v1/visits", body, key="k")).json()["code"] == "episode_not_in_care"
    assert await effects(timetable) == (0, 0, 0)


async def test_a_nurse_and_another_tenant_schedule_no_visits(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    body = timetable.visit(await timetable.episode(), "14:00")
    assert (await timetable.post("/v1/visits", body, key="k", role=Role.NURSE)).status_code == 403
    foreign = timetable.app.person(new_id(), Role.SCHEDULER, tenant=OTHER_TENANT)
    answer = await timetable.app.call("POST", "/v1/visits", body, token=foreign, key="k")
    assert answer.json()["code"] == "episode_not_known_yet"
    assert await effects(timetable) == (0, 0, 0)


async def test_a_visit_moves_with_its_patient_and_its_turnover(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    visit = (await timetable.post("/v1/visits", timetable.visit(await timetable.episode(), "14:00"), key="v")).json()
    body = {"reason_code": "patient_asked", "starts_local": timetable.at("16:00"), "room_id": str(timetable.rooms[1])}
    answer = await timetable.post(f"/v1/sessions/{visit['session_id']}/change", body, key="move")
    assert (answer.status_code, answer.json()["capacity"]) == (201, 1)
    until = await timetable.edge.rows("select kind, upper(during) as until from claim order by kind")
    assert [(row["kind"], f"{row['until']:%H:%M}") for row in until] == [
        ("clinician", "22:10"),
        ("patient", "22:00"),
        ("room", "22:10"),
    ]
    assert [await timetable.told(name) for name in ("session_changed", "appointment_moved")] == [1, 1]


async def test_a_visit_ends_with_its_booking(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    episode = await timetable.episode(AgeBand.ADOLESCENT)
    visit = (await timetable.post("/v1/visits", timetable.visit(episode, "14:00"), key="visit")).json()
    path = f"/v1/bookings/{visit['booking_id']}/cancellation"
    assert (await timetable.post(path, {"reason_code": "patient_ill"}, key="cancel")).status_code == 201
    assert (await effects(timetable))[2] == 0
    assert (await timetable.get("/v1/sessions", **window(timetable)))["sessions"] == []
    assert await timetable.told("session_cancelled") == 1
    again = await timetable.post("/v1/visits", timetable.visit(episode, "14:00"), key="again")
    assert again.status_code == 201
