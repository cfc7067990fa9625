"""A crisis over HTTP: raised with or without a screen, its steps in the answer, closed by a disposition only."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.intake.tests.course import in_aftercare
from services.intake.tests.desk import Desk, open_desk
from services.intake.tests.instruments import yes_to
from stepwell_contracts.events.intake_clinical import CrisisClosed, CrisisRaised
from stepwell_intake.store.crises import check_no_open_crisis
from stepwell_kernel.codes import CrisisDisposition, DischargeReason, Phase, Role
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

HIGH = {"instrument": "c_ssrs", "answers": yes_to("item_1", "item_2", "item_4"), "setting": "remote"}
ON_SITE = {"setting": "on_site"}
WHERE = "marked: kitchen of the house at the corner"


async def in_screening(desk: Desk) -> tuple[UUID, UUID, str]:
    """Episode and patient, who was reached, and the path of the episode."""
    episode, patient = await desk.referred()
    path = f"/v1/episodes/{episode}"
    await desk.send("POST", f"{path}/first-contact", {"spoke_with": "patient"}, Role.INTAKE_COORDINATOR)
    return episode, patient, path


async def clinical(desk: Desk) -> list[str]:
    """What was told of screens and crises."""
    return [name for name in await desk.edge.types() if name.startswith(("screen", "crisis"))]


async def test_a_high_risk_raises_a_crisis_in_the_same_transaction(open_edge: OpenEdge) -> None:
    """C-SSRS triage: the answer names the local steps, whether or not the page is out."""
    desk = await open_desk(await open_edge("intake"))
    episode, patient, path = await in_screening(desk)
    first = await desk.send("POST", f"{path}/screens", HIGH, Role.COUNSELOR, "same")
    again = await desk.send("POST", f"{path}/screens", HIGH, Role.COUNSELOR, "same")
    assert (first.status_code, first.content) == (201, again.content)
    answer = first.json()
    assert (answer["suicide_risk"], answer["band_code"], answer["total"]) == ("high", "high", None)
    crisis = answer["crisis"]
    assert crisis["rule_version"] == "crisis_steps.remote/1"
    assert [step["code"] for step in crisis["steps"]][:2] == ["keep_on_line", "note_location"]
    assert {"code": "transfer_warmly_to_crisis_line", "contact": "988"} in crisis["steps"]
    assert await clinical(desk) == ["screen_recorded", "crisis_raised"]
    raised = CrisisRaised.model_validate_json((await desk.edge.outbox())[-1].payload)
    assert raised == CrisisRaised(
        episode_id=episode,
        patient_id=patient,
        facility_id=desk.facility,
        crisis_id=UUID(crisis["crisis_id"]),
        screen_id=UUID(answer["screen_id"]),
    )


@pytest.mark.parametrize("positive", [(), ("item_1",), ("item_2", "item_3"), ("item_6",)])
async def test_a_lower_risk_raises_none(open_edge: OpenEdge, positive: tuple[str, ...]) -> None:
    desk = await open_desk(await open_edge("intake"))
    _, _, path = await in_screening(desk)
    body = {"instrument": "c_ssrs", "answers": yes_to(*positive)}
    answer = await desk.send("POST", f"{path}/screens", body, Role.COUNSELOR)
    assert (answer.status_code, answer.json()["crisis"]) == (201, None)
    assert await clinical(desk) == ["screen_recorded"]


async def test_while_one_is_open_it_is_the_answer_to_every_other(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    _, _, path = await in_screening(desk)
    raised = await desk.send("POST", f"{path}/crises", ON_SITE, Role.SCHEDULER)
    assert (raised.status_code, raised.json()["steps"][0]["code"]) == (201, "do_not_leave_alone")
    again = await desk.send("POST", f"{path}/crises", ON_SITE, Role.NURSE)
    screened = await desk.send("POST", f"{path}/screens", HIGH, Role.COUNSELOR)
    ids = {raised.json()["crisis_id"], again.json()["crisis_id"], screened.json()["crisis"]["crisis_id"]}
    assert len(ids) == 1
    assert await clinical(desk) == ["crisis_raised", "screen_recorded"]
    closing = {"disposition": "safety_plan"}
    await desk.send("POST", f"{path}/crises/{ids.pop()}/disposition", closing, Role.SUPERVISOR)
    after = await desk.send("POST", f"{path}/screens", HIGH, Role.COUNSELOR)
    assert after.json()["crisis"]["crisis_id"] != raised.json()["crisis_id"]
    assert (await clinical(desk))[2:] == ["crisis_closed", "screen_recorded", "crisis_raised"]


async def test_two_who_raise_it_at_once_raise_one(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    _, _, path = await in_screening(desk)
    raised, screened = await asyncio.gather(
        desk.send("POST", f"{path}/crises", ON_SITE, Role.NURSE),
        desk.send("POST", f"{path}/screens", HIGH, Role.COUNSELOR),
    )
    assert raised.json()["crisis_id"] == screened.json()["crisis"]["crisis_id"]
    assert sorted(await clinical(desk)) == ["crisis_raised", "screen_recorded"]


@pytest.mark.parametrize("phase", [Phase.REFERRAL, Phase.DECLINED, Phase.CLOSED])
async def test_no_phase_is_in_the_way_of_somebody_in_danger(open_edge: OpenEdge, phase: Phase) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    statement = "update episode set phase = $2, closed_at = case when $3 then received_at end where episode_id = $1"
    await desk.edge.rows(statement, episode, phase, phase is Phase.CLOSED)
    answer = await desk.send("POST", f"/v1/episodes/{episode}/crises", ON_SITE, Role.COUNSELOR)
    assert answer.status_code == 201
    assert await clinical(desk) == ["crisis_raised"]


@pytest.mark.parametrize(
    ("body", "role", "status", "code"),
    [
        ({}, Role.COUNSELOR, 422, "request_invalid"),
        ({"disposition": None}, Role.COUNSELOR, 422, "request_invalid"),
        ({"disposition": "went_home"}, Role.COUNSELOR, 422, "request_invalid"),
        ({"disposition": "no_crisis_found"}, Role.COUNSELOR, 422, "note_missing"),
        ({"disposition": "no_crisis_found", "note": "  "}, Role.COUNSELOR, 422, "request_invalid"),
        ({"disposition": "safety_plan"}, Role.NURSE, 403, "not_granted"),
        ({"disposition": "safety_plan"}, Role.INTAKE_COORDINATOR, 403, "not_granted"),
        ({"disposition": "safety_plan"}, Role.COUNSELOR, 201, None),
        ({"disposition": "hospital"}, Role.PRESCRIBER, 201, None),
        ({"disposition": "no_crisis_found", "note": "item 4 misread"}, Role.SUPERVISOR, 201, None),
    ],
)
async def test_it_is_closed_with_a_disposition_of_a_licensed_clinician_only(
    open_edge: OpenEdge, body: dict[str, Any], role: Role, status: int, code: str | None
) -> None:
    desk = await open_desk(await open_edge("intake"))
    _, _, path = await in_screening(desk)
    crisis = (await desk.send("POST", f"{path}/crises", ON_SITE, Role.COUNSELOR)).json()["crisis_id"]
    answer = await desk.send("POST", f"{path}/crises/{crisis}/disposition", body, role)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert await clinical(desk) == ["crisis_raised", "crisis_closed"][: 1 if code else 2]
    assert await desk.edge.value("select state from crisis") == ("open" if code else "closed")


async def test_a_disposition_is_told_once_and_stays(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _, path = await in_screening(desk)
    crisis = (await desk.send("POST", f"{path}/crises", ON_SITE, Role.COUNSELOR)).json()["crisis_id"]
    closing = f"{path}/crises/{crisis}/disposition"
    first = await desk.send("POST", closing, {"disposition": "hospital"}, Role.PRESCRIBER, "same")
    again = await desk.send("POST", closing, {"disposition": "hospital"}, Role.PRESCRIBER, "same")
    assert (first.status_code, first.content) == (201, again.content)
    other = await desk.send("POST", closing, {"disposition": "safety_plan"}, Role.COUNSELOR)
    assert (other.status_code, other.json()["code"]) == (409, "crisis_closed")
    told = CrisisClosed.model_validate_json((await desk.edge.outbox())[-1].payload)
    assert (told.episode_id, told.crisis_id, told.disposition) == (episode, UUID(crisis), CrisisDisposition.HOSPITAL)
    assert await clinical(desk) == ["crisis_raised", "crisis_closed"]


async def test_decisions_wait_for_the_disposition_but_death_does_not(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _, path = await in_screening(desk)
    crisis = (await desk.send("POST", f"{path}/crises", ON_SITE, Role.COUNSELOR)).json()["crisis_id"]
    async with desk.edge.transactions(desk.edge.person(Role.COUNSELOR)) as tx:
        with pytest.raises(Conflict, match="crisis_open"):
            await check_no_open_crisis(tx, episode)
        await check_no_open_crisis(tx, episode, reason=DischargeReason.DEATH)
        await check_no_open_crisis(tx, new_id())
    closing = {"disposition": "safety_plan"}
    await desk.send("POST", f"{path}/crises/{crisis}/disposition", closing, Role.COUNSELOR)
    async with desk.edge.transactions(desk.edge.person(Role.COUNSELOR)) as tx:
        await check_no_open_crisis(tx, episode)


async def test_what_staff_write_is_stored_as_ciphertext_and_read_by_the_team(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    _, _, path = await in_screening(desk)
    raised = await desk.send("POST", f"{path}/crises", ON_SITE, Role.COUNSELOR)
    crisis = raised.json()["crisis_id"]
    for _ in range(2):
        await desk.send("POST", f"{path}/crises", {"setting": "remote", "location": WHERE}, Role.COUNSELOR)
    await desk.send("POST", f"{path}/crises", {"setting": "remote"}, Role.COUNSELOR)
    closing = {"disposition": "emergency_services", "note": "marked: taken along by the crew"}
    await desk.send("POST", f"{path}/crises/{crisis}/disposition", closing, Role.COUNSELOR)
    reader = desk.app.person(new_id(), Role.NURSE)
    record = (await desk.app.call("GET", f"{path}/crises/{crisis}", token=reader)).json()
    assert (record["setting"], record["location"], record["note"]) == ("remote", WHERE, closing["note"])
    assert (record["state"], record["disposition"]) == ("closed", "emergency_services")
    rows = (await desk.app.call("GET", f"{path}/crises", token=reader)).json()["rows"]
    assert [(row["crisis_id"], row["location_noted"]) for row in rows] == [(crisis, True)]
    assert "location" not in rows[0]
    for table in ("crisis", "outbox", "idempotency", "audit"):
        assert "marked" not in str([tuple(row) for row in await desk.edge.rows(f"select * from {table}")]), table


async def test_another_tenants_crisis_and_another_episodes(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    _, _, path = await in_screening(desk)
    crisis = (await desk.send("POST", f"{path}/crises", ON_SITE, Role.COUNSELOR)).json()["crisis_id"]
    _, _, neighbour = await in_screening(desk)
    closing = {"disposition": "safety_plan"}
    wrong = await desk.send("POST", f"{neighbour}/crises/{crisis}/disposition", closing, Role.COUNSELOR)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "crisis_not_found")
    token = desk.app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT)
    calls = [
        ("POST", f"{path}/crises", ON_SITE),
        ("POST", f"{path}/crises/{crisis}/disposition", closing),
        ("GET", f"{path}/crises", None),
        ("GET", f"{path}/crises/{crisis}", None),
    ]
    for method, target, body in calls:
        answer = await desk.app.call(method, target, body, token=token, key="k")
        assert (answer.status_code, answer.json()["code"]) == (404, "episode_not_found")
    unknown = await desk.app.call("GET", f"{path}/crises/{new_id()}", token=desk.app.person(new_id(), Role.COUNSELOR))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "crisis_not_found")


async def test_an_episode_does_not_end_by_itself_before_the_disposition(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_aftercare(desk)
    crisis = (await desk.send("POST", f"{course.path}/crises", ON_SITE, Role.COUNSELOR)).json()["crisis_id"]
    refused = await course.carry_out(Phase.AFTERCARE, Phase.CLOSED)
    assert (refused.accepted, refused.code) == (False, "crisis_open")
    closing = {"disposition": "safety_plan"}
    await desk.send("POST", f"{course.path}/crises/{crisis}/disposition", closing, Role.COUNSELOR)
    await course.moved(Phase.AFTERCARE, Phase.CLOSED)
