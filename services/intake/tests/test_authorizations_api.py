"""Authorizations and the admission gate at the desk, on PostgreSQL."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.intake.tests.desk import COORDINATOR, NO_RISK, Desk, open_desk
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

REVIEWER = Role.UTILIZATION_REVIEWER


async def recorded(desk: Desk, episode: UUID, **change: Any) -> str:
    """An authorization that was recorded."""
    path = f"/v1/episodes/{episode}/authorizations"
    answer = await desk.send("POST", path, desk.authorization(**change), REVIEWER)
    assert answer.status_code == 201, answer.text
    authorization_id: str = answer.json()["authorization_id"]
    return authorization_id


async def read(desk: Desk, path: str, **params: str) -> dict[str, Any]:
    """What a coordinator reads."""
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    answer = await desk.app.call("GET", path, token=token, params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({}, 201, None, None),
        ({"covers_to": "2026-03-02"}, 201, None, None),
        ({"covers_to": "2026-03-01"}, 422, "authorization_impossible", "covers_to"),
        ({"covers_to": "2027-03-03"}, 422, "authorization_impossible", "covers_to"),
        ({"covers_from": "2026-01-01", "covers_to": "2026-03-01"}, 422, "authorization_impossible", "covers_to"),
        ({"units": 0}, 422, "authorization_impossible", "units"),
        ({"state": "denied"}, 422, "authorization_impossible", "units"),
        ({"state": "denied", "units": 0}, 201, None, None),
        ({"units_used": 13}, 422, "authorization_impossible", "units_used"),
        ({"units": -1}, 422, "request_invalid", "body.units"),
        ({"level": "9"}, 422, "request_invalid", "body.level"),
        ({"replaces": str(new_id())}, 422, "authorization_not_standing", "replaces"),
    ],
)
async def test_what_a_payer_can_have_answered(
    open_edge: OpenEdge, change: dict[str, Any], status: int, code: str | None, field: str | None
) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}/authorizations"
    answer = await desk.send("POST", path, desk.authorization(**change), REVIEWER)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert [one["path"] for one in answer.json().get("fields", [])] == ([field] if field else [])
    told = (await desk.edge.types()).count("authorization_recorded")
    assert told == await desk.edge.value("select count(*) from payer_authorization") == (1 if code is None else 0)


async def test_a_day_is_authorized_once_and_a_later_answer_takes_the_place_of_one(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}/authorizations"
    pended = await recorded(desk, episode, state="pended")
    first = await recorded(desk, episode, replaces=pended)
    overlapping = desk.authorization(covers_from="2026-03-31", covers_to="2026-04-30")
    refused = await desk.send("POST", path, overlapping, REVIEWER)
    assert (refused.status_code, refused.json()["code"]) == (409, "authorization_overlaps")
    counted = await recorded(desk, episode, units_used=9, replaces=first)
    following = await recorded(desk, episode, covers_from="2026-04-01", covers_to="2026-04-30")
    gone = await desk.send("POST", path, desk.authorization(replaces=first), REVIEWER)
    assert (gone.status_code, gone.json()["code"]) == (422, "authorization_not_standing")
    standing = (await read(desk, path))["authorizations"]
    assert [(one["authorization_id"], one["in_force"], one["units_left"], one["alert"]) for one in standing] == [
        (counted, True, 3, "few_left"),
        (following, False, 12, "none"),
    ]


async def test_the_database_itself_refuses_a_day_twice(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    await recorded(desk, episode)
    copy = """
    insert into payer_authorization select (json_populate_record(p, json_build_object('authorization_id', $1::uuid))).*
    from payer_authorization p
    """
    with pytest.raises(asyncpg.ExclusionViolationError, match="authorized_once_a_day"):
        await desk.edge.rows(copy, new_id())


async def test_the_payers_reference_lies_sealed(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    await recorded(desk, episode, reference="MARKED-77")
    for table in ("payer_authorization", "outbox", "audit", "idempotency"):
        assert await desk.edge.value(f"select count(*) from {table} t where t::text ~* 'marked'") == 0


async def test_who_records_and_repeats(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}/authorizations"
    first = await desk.send("POST", path, desk.authorization(), Role.INTAKE_COORDINATOR, "same")
    again = await desk.send("POST", path, desk.authorization(), Role.INTAKE_COORDINATOR, "same")
    assert first.content == again.content
    elsewhere = desk.app.person(new_id(), REVIEWER, tenant=OTHER_TENANT)
    refusals = (
        (403, "not_granted", await desk.send("POST", path, desk.authorization(), Role.COUNSELOR)),
        (404, "episode_not_found", await desk.app.call("POST", path, desk.authorization(), token=elsewhere, key="k")),
        (404, "episode_not_found", await desk.app.call("GET", path, token=elsewhere)),
    )
    for status, code, answer in refusals:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.edge.value("select count(*) from payer_authorization") == 1


async def test_the_gate_can_be_asked_before_anybody_decides(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.assessed()
    path = f"/v1/episodes/{episode}"
    question = {"program_id": str(desk.intensive), "prescribed_minutes_per_week": "540"}
    before = await read(desk, f"{path}/admission-gate", **question)
    assert (before["complete"], before["rule_version"]) == (False, "admission_gate.2.1/2")
    missing = {item["item"]: [one["path"] for one in item["missing"]] for item in before["items"] if item["missing"]}
    assert missing == {
        "consent": ["consent"],
        "suicide_screen": ["screens.c_ssrs"],
        "authorization": ["authorization"],
    }
    await desk.send("POST", f"{path}/consents", desk.consent(), Role.COUNSELOR)
    await desk.send("POST", f"{path}/screens", NO_RISK, Role.COUNSELOR)
    await recorded(desk, episode)
    assert (await read(desk, f"{path}/admission-gate", **question))["complete"] is True
    short = await read(desk, f"{path}/admission-gate", **question | {"prescribed_minutes_per_week": "539"})
    assert [item["item"] for item in short["items"] if item["missing"]] == ["hours"]
    assert "admission_decided" not in await desk.edge.types()


@pytest.mark.parametrize(
    ("change", "reason", "fields"),
    [
        ({}, None, []),
        ({"state": "pended"}, None, ["authorization_reason_code"]),
        ({"state": "pended"}, "payer_is_late", []),
        ({"state": "denied", "units": 0}, "payer_is_late", ["authorization"]),
        ({"covers_from": "2026-03-03"}, None, ["authorization"]),
        ({"units_used": 12}, None, ["authorization"]),
        ({"level": "1"}, None, ["authorization"]),
    ],
)
async def test_the_decision_to_admit_asks_for_the_payers_word(
    open_edge: OpenEdge, change: dict[str, Any], reason: str | None, fields: list[str]
) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.assessed()
    path = f"/v1/episodes/{episode}"
    await desk.send("POST", f"{path}/consents", desk.consent(), Role.COUNSELOR)
    await desk.send("POST", f"{path}/screens", NO_RISK, Role.COUNSELOR)
    await recorded(desk, episode, **change)
    body = desk.admission() | {"authorization_reason_code": reason}
    answer = await desk.send("POST", f"{path}/admission", body, Role.COUNSELOR)
    assert answer.status_code == (409 if fields else 201)
    assert [one["path"] for one in answer.json().get("fields", [])] == fields
