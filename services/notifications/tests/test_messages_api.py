"""Messages over HTTP: who may read them, and what waits for a person."""

from uuid import UUID

import pytest

from services.notifications.tests.desk import Desk
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_notifications.api.messages import messages_router
from stepwell_notifications.api.worklist import worklist_router
from stepwell_testing.edge import OTHER_TENANT, TestApp


def app_of(desk: Desk) -> TestApp:
    return desk.edge.app(messages_router, worklist_router)


async def fail_one(desk: Desk) -> UUID:
    desk.office.recipient_answer = "550 no such user"
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    await desk.run_due()
    message_id: UUID = (await desk.message(booking))["message_id"]
    return message_id


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.SUPERVISOR, Role.SCHEDULER, Role.OPERATIONS])
async def test_the_messages_of_an_episode(desk: Desk, role: Role) -> None:
    booking, app = await desk.book(), app_of(desk)
    token = app.person(new_id(), role, facilities=(desk.facility,))
    answer = await app.call("GET", f"/v1/episodes/{desk.episode}/messages", token=token)
    message, _ = answer.json()["messages"]
    assert (message["about"], message["state"], message["template"]) == (str(booking), "due", "appointment_reminder")
    assert (message["channel"], message["delivered_at"]) == (None, None)
    assert message.keys().isdisjoint({"address", "text", "subject", "withdrawn", "patient_id"})


async def test_who_may_not_read_is_told_why(desk: Desk) -> None:
    app, path = app_of(desk), f"/v1/episodes/{desk.episode}/messages"
    await desk.book()
    expired = desk.edge.issuer.sign(
        {"kind": "person", "sub": "x", "aud": "notifications", "tenant": "riverbend", "exp": 1}
    )
    elsewhere = app.person(new_id(), Role.COUNSELOR, facilities=(new_id(),))
    foreign = app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT)
    counselor = app.person(new_id(), Role.COUNSELOR)
    for token, asked, status, code in (
        (app.person(new_id(), Role.NURSE), path, 403, "not_granted"),
        (elsewhere, path, 403, "facility_out_of_scope"),
        (foreign, path, 503, "episode_not_known_yet"),
        (counselor, f"/v1/episodes/{new_id()}/messages", 503, "episode_not_known_yet"),
        (counselor, "/v1/episodes/7/messages", 422, "request_invalid"),
        (expired, path, 401, "token_expired"),
        ("nonsense", path, 401, "token_invalid"),
    ):
        answer = await app.call("GET", asked, token=token)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
    assert await desk.edge.value("select count(*) from audit where outcome = 'not_granted'") == 1


async def test_failed_messages_wait_for_the_scheduler_while_they_are_of_use(desk: Desk) -> None:
    app, message_id = app_of(desk), await fail_one(desk)
    token, params = app.person(new_id(), Role.SCHEDULER), {"facility": str(desk.facility)}
    (row,) = (await app.call("GET", "/v1/worklist", token=token, params=params)).json()["rows"]
    assert (row["kind"], row["subject_id"], row["role"]) == ("message_failed", str(message_id), "scheduler")
    assert row["command"] == f"GET /v1/episodes/{desk.episode}/messages"
    soon = {"due_before": desk.edge.clock.now().isoformat()}
    for other in (soon, {"role": "nurse"}, {"facility": str(new_id())}):
        assert (await app.call("GET", "/v1/worklist", token=token, params=params | other)).json()["rows"] == []
    desk.edge.clock.pass_by(days=1)
    assert (await app.call("GET", "/v1/worklist", token=token, params=params)).json()["rows"] == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "request_invalid"),
        ({"facility": "7"}, "request_invalid"),
        ({"role": "astronaut"}, "request_invalid"),
        ({"due_before": "2026-03-02T12:00:00"}, "request_invalid"),
        ({"due_before": "0001-01-01T00:00:00+14:00"}, "request_invalid"),
        ({"cursor": "nobody's"}, "cursor_malformed"),
    ],
    ids=["no facility", "facility", "role", "due_before without zone", "due_before all time", "cursor"],
)
async def test_a_worklist_asked_wrongly(desk: Desk, params: dict[str, str], code: str) -> None:
    app = app_of(desk)
    asked = ({"facility": str(desk.facility)} | params) if params else {}
    answer = await app.call("GET", "/v1/worklist", token=app.person(new_id(), Role.SCHEDULER), params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
