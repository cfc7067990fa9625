"""Scheduling over HTTP: what is done, what is refused and how it is told."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.scheduling.tests.clinic import Clinic, open_clinic
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_scheduling.api.bookings import bookings_router
from stepwell_scheduling.api.reference import reference_router
from stepwell_scheduling.api.sessions import sessions_router
from stepwell_scheduling.api.worklist import worklist_router
from stepwell_testing.edge import OTHER_TENANT, ServiceEdge, TestApp
from stepwell_testing.plugin import OpenEdge


def scheduling_app(edge: ServiceEdge) -> TestApp:
    return edge.app(
        reference_router,
        sessions_router,
        bookings_router,
        worklist_router,
    )


async def effects(clinic: Clinic) -> int:
    count: int = await clinic.edge.value("select count(*) from booking")
    return count


async def test_a_seat_is_booked_and_a_repeat_gets_the_same_answer(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    app = scheduling_app(clinic.edge)
    session, episode = await clinic.session(clinic.tomorrow()), await clinic.episode()
    token = app.person(new_id(), Role.SCHEDULER)
    path, body = f"/v1/sessions/{session.session_id}/bookings", {"episode_id": str(episode.episode_id)}
    first = await app.call("POST", path, body, token=token, key="k1")
    second = await app.call("POST", path, body, token=token, key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert await effects(clinic) == 1
    listed = await app.call("GET", f"/v1/episodes/{episode.episode_id}/bookings", token=token)
    assert [booking["state"] for booking in listed.json()["bookings"]] == ["booked"]


@pytest.mark.parametrize(
    ("body", "status", "code", "path"),
    [
        ({"episode_id": 7}, 422, "request_invalid", "body.episode_id"),
        ({}, 422, "request_invalid", "body.episode_id"),
        ({"episode_id": str(new_id()), "note": "x"}, 422, "request_invalid", "body.note"),
        ({"episode_id": str(new_id())}, 503, "episode_not_known_yet", None),
    ],
    ids=["wrong type", "missing", "unknown field", "unknown episode"],
)
async def test_a_bad_body_is_named_and_changes_nothing(
    open_edge: OpenEdge, body: Mapping[str, Any], status: int, code: str, path: str | None
) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    app = scheduling_app(clinic.edge)
    session = await clinic.session(clinic.tomorrow())
    answer = await app.call(
        "POST",
        f"/v1/sessions/{session.session_id}/bookings",
        body,
        token=app.person(new_id(), Role.SCHEDULER),
        key="k",
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert path is None or path in [field["path"] for field in problem["fields"]]
    assert await effects(clinic) == 0


async def test_the_same_key_with_another_body_is_refused(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    app = scheduling_app(clinic.edge)
    session = await clinic.session(clinic.tomorrow())
    token = app.person(new_id(), Role.SCHEDULER)
    answers = [
        await app.call(
            "POST",
            f"/v1/sessions/{session.session_id}/bookings",
            {"episode_id": str(episode.episode_id)},
            token=token,
            key="same",
        )
        for episode in (await clinic.episode(), await clinic.episode())
    ]
    assert [answer.status_code for answer in answers] == [201, 422]
    assert answers[-1].json()["code"] == "idempotency_key_reused"
    assert await effects(clinic) == 1


async def test_without_a_key_without_a_token_with_a_foreign_one(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    app = scheduling_app(clinic.edge)
    session, episode = await clinic.session(clinic.tomorrow()), await clinic.episode()
    path, body = f"/v1/sessions/{session.session_id}/bookings", {"episode_id": str(episode.episode_id)}
    good = app.person(new_id(), Role.SCHEDULER)
    expired = clinic.edge.issuer.sign(
        {"kind": "person", "sub": "x", "aud": "scheduling", "tenant": "riverbend", "exp": 1}
    )
    foreign = app.person(new_id(), Role.SCHEDULER, tenant=OTHER_TENANT)
    answers = {
        "idempotency_key_missing": (400, await app.call("POST", path, body, token=good)),
        "token_invalid": (401, await app.call("POST", path, body, token="nonsense", key="k")),
        "token_expired": (401, await app.call("POST", path, body, token=expired, key="k")),
        "session_not_found": (404, await app.call("POST", path, body, token=foreign, key="k")),
    }
    for code, (status, answer) in answers.items():
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await effects(clinic) == 0


async def test_impossible_times_and_oversized_bodies_are_refused(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    app = scheduling_app(clinic.edge)
    token = app.person(new_id(), Role.SCHEDULER)
    path = f"/v1/groups/{clinic.group}/sessions"
    plan = {"minutes": 60, "clinician_id": str(clinic.clinicians[0]), "room_id": str(clinic.rooms[0])}
    for local, status, code in (
        ("2026-03-08T02:30:00", 422, "skipped_local_time"),
        ("2026-02-30T10:00:00", 422, "request_invalid"),
        ("2020-01-01T10:00:00", 409, "session_in_the_past"),
    ):
        answer = await app.call("POST", path, plan | {"starts_local": local}, token=token, key=local)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    large = await app.call("POST", path, {"starts_local": "x" * 1_100_000}, token=token, key="large")
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    assert await clinic.edge.value("select count(*) from session") == 0


async def test_sessions_without_attendance_wait_for_the_counselor(open_edge: OpenEdge) -> None:
    clinic = await open_clinic(await open_edge("scheduling"))
    app = scheduling_app(clinic.edge)
    session = await clinic.session(clinic.tomorrow())
    booking = await clinic.book(session.session_id, await clinic.episode())
    token = app.person(new_id(), Role.COUNSELOR)
    params = {"facility": str(clinic.facility), "role": "counselor"}
    assert (await app.call("GET", "/v1/worklist", token=token, params=params)).json()["rows"] == []
    clinic.edge.clock.pass_by(days=2)
    (row,) = (await app.call("GET", "/v1/worklist", token=token, params=params)).json()["rows"]
    assert row["command"] == f"PUT /v1/bookings/{booking.booking_id}/attendance"
