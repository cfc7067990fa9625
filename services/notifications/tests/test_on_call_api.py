"""Rosters and pages over HTTP."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from services.notifications.tests.desk import Desk
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_notifications.api.on_call import on_call_router
from stepwell_notifications.api.pages import pages_router
from stepwell_notifications.api.worklist import worklist_router
from stepwell_testing.edge import OTHER_TENANT, TestApp


def app_of(desk: Desk) -> TestApp:
    transactions = desk.edge.transactions
    return desk.edge.own_app(
        on_call_router(transactions, desk.rosters), pages_router(transactions), worklist_router(transactions)
    )


def roster(*staff: UUID) -> dict[str, Any]:
    people = [{"staff_id": str(person), "address": f"pager{n}@example.org"} for n, person in enumerate(staff)]
    return {"people": people}


async def page_of(desk: Desk, crisis: UUID) -> str:
    return str((await desk.page(crisis))["page_id"])


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPERVISOR])
async def test_a_roster_is_set_read_and_replaced(desk: Desk, role: Role) -> None:
    app, path = app_of(desk), f"/v1/facilities/{desk.facility}/on-call"
    token, first, second = app.person(new_id(), role, facilities=(desk.facility,)), new_id(), new_id()
    answers = [await app.call("PUT", path, roster(first, second), token=token, key="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json() == {"facility_id": str(desk.facility), "version": 1, "levels": 2}
    again = await app.call("PUT", path, roster(first, second), token=token, key="k2")
    assert again.json()["version"] == 1, "the same roster is the same version"
    replaced = await app.call("PUT", path, roster(second), token=token, key="k3")
    assert (replaced.json()["version"], replaced.json()["levels"]) == (2, 1)
    read = await app.call("GET", path, token=token)
    assert read.json() == {
        "facility_id": str(desk.facility),
        "version": 2,
        "people": [{"level": 1, "staff_id": str(second), "channel": "email", "address": "pager0@example.org"}],
    }
    assert await desk.edge.value("select count(*) from idempotency t where t::text like '%example.org%'") == 0


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({}, "request_invalid", "body.people"),
        ({"people": []}, "request_invalid", "body.people"),
        (roster(*(new_id() for _ in range(11))), "request_invalid", "body.people"),
        (
            {"people": [{"staff_id": str(new_id()), "address": "a@b.org", "channel": "sms"}]},
            "request_invalid",
            "body.people.0.channel",
        ),
        ({"people": [{"staff_id": "7", "address": "a@b.org"}]}, "request_invalid", "body.people.0.staff_id"),
        ({"people": [{"staff_id": str(new_id()), "address": "a@b"}]}, "request_invalid", "body.people.0.address"),
        (
            {"people": [{"staff_id": str(new_id()), "address": "a@b.org\r\nBcc: c@d.org"}]},
            "request_invalid",
            "body.people.0.address",
        ),
        ({"people": [], "note": "x"}, "request_invalid", "body.note"),
        (roster(*[UUID(int=7)] * 2), "roster_incoherent", "people.1.staff_id"),
    ],
    ids=[
        "nobody said",
        "nobody",
        "too many",
        "a channel nobody serves",
        "no staff id",
        "no address",
        "an address with a line break",
        "unknown field",
        "the same person twice",
    ],
)
async def test_a_bad_roster_is_named_and_changes_nothing(
    desk: Desk, body: Mapping[str, Any], code: str, path: str
) -> None:
    app, url = app_of(desk), f"/v1/facilities/{desk.facility}/on-call"
    answer = await app.call("PUT", url, body, token=app.person(new_id(), Role.ADMINISTRATOR), key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert path in [field["path"] for field in answer.json()["fields"]]
    assert answer.headers["content-type"] == "application/problem+json"
    assert await desk.edge.value("select count(*) from on_call_roster") == 0


async def test_who_may_not_set_or_read_a_roster(desk: Desk) -> None:
    app, path = app_of(desk), f"/v1/facilities/{desk.facility}/on-call"
    elsewhere = app.person(new_id(), Role.SUPERVISOR, facilities=(new_id(),))
    foreign = app.person(new_id(), Role.ADMINISTRATOR, tenant=OTHER_TENANT)
    administrator = app.person(new_id(), Role.ADMINISTRATOR)
    for token, asked, status, code in (
        (app.person(new_id(), Role.COUNSELOR), path, 403, "not_granted"),
        (elsewhere, path, 403, "facility_out_of_scope"),
        (foreign, path, 503, "facility_not_known_yet"),
        (administrator, f"/v1/facilities/{new_id()}/on-call", 503, "facility_not_known_yet"),
    ):
        answer = await app.call("PUT", asked, roster(new_id()), token=token, key="k")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    counselor = await app.call("GET", path, token=app.person(new_id(), Role.COUNSELOR))
    nobody = await app.call("GET", path, token=administrator)
    assert (counselor.status_code, counselor.json()["code"]) == (403, "not_granted")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "roster_not_found")
    assert await desk.edge.value("select count(*) from on_call_roster") == 0


async def test_a_page_is_read_and_taken_over(desk: Desk) -> None:
    app, staff_id = app_of(desk), new_id()
    await desk.put_on_call("pager@example.org")
    page_id = await page_of(desk, await desk.raise_crisis())
    token, url = app.person(staff_id, Role.NURSE), f"/v1/pages/{page_id}/acknowledgement"
    answers = [await app.call("POST", url, {}, token=token, key=key) for key in ("k1", "k1", "k2")]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert answers[0].json()["acknowledged_by"] == str(staff_id)
    (page,) = (await app.call("GET", f"/v1/episodes/{desk.episode}/pages", token=token)).json()["pages"]
    assert (page["page_id"], page["state"], page["acknowledged_by"]) == (page_id, "acknowledged", str(staff_id))
    assert page.keys().isdisjoint({"patient_id", "address", "call_id"})


async def test_a_page_taken_over_wrongly(desk: Desk) -> None:
    app, crisis = app_of(desk), await desk.raise_crisis()
    page_id = await page_of(desk, crisis)
    url, token = f"/v1/pages/{page_id}/acknowledgement", app.person(new_id(), Role.COUNSELOR)
    elsewhere = app.person(new_id(), Role.COUNSELOR, facilities=(new_id(),))
    foreign = app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT)
    for caller, asked, body, status, code in (
        (token, url, {"note": "x"}, 422, "request_invalid"),
        (token, f"/v1/pages/{new_id()}/acknowledgement", {}, 404, "page_not_found"),
        (foreign, url, {}, 404, "page_not_found"),
        (elsewhere, url, {}, 403, "facility_out_of_scope"),
        (app.person(new_id(), Role.ADMINISTRATOR), url, {}, 403, "not_granted"),
    ):
        answer = await app.call("POST", asked, body, token=caller, key="k")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    await desk.close_crisis(crisis)
    closed = await app.call("POST", url, {}, token=token, key="k")
    assert (closed.status_code, closed.json()["code"]) == (409, "page_closed")


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.NURSE, Role.PRESCRIBER, Role.SUPERVISOR])
async def test_an_open_page_waits_for_every_clinician(desk: Desk, role: Role) -> None:
    app = app_of(desk)
    await desk.put_on_call("pager@example.org")
    page_id = await page_of(desk, await desk.raise_crisis())
    token = app.person(new_id(), role, facilities=(desk.facility,))
    params = {"facility": str(desk.facility), "role": role.value}
    (row,) = (await app.call("GET", "/v1/worklist", token=token, params=params)).json()["rows"]
    assert (row["kind"], row["subject_id"], row["role"]) == ("page_open", page_id, role)
    assert row["command"] == f"POST /v1/pages/{page_id}/acknowledgement"
    soon = {"due_before": desk.edge.clock.now().isoformat()}
    for other in (soon, {"role": "scheduler"}):
        assert (await app.call("GET", "/v1/worklist", token=token, params=params | other)).json()["rows"] == []
    await app.call("POST", f"/v1/pages/{page_id}/acknowledgement", {}, token=token, key="k")
    assert (await app.call("GET", "/v1/worklist", token=token, params=params)).json()["rows"] == []


async def test_a_page_without_anybody_on_call_shows_as_unanswered(desk: Desk) -> None:
    app, params = app_of(desk), {"facility": str(desk.facility), "role": "supervisor"}
    await desk.raise_crisis()
    answer = await app.call("GET", "/v1/worklist", token=app.person(new_id(), Role.SUPERVISOR), params=params)
    assert [row["kind"] for row in answer.json()["rows"]] == ["page_unanswered"]
