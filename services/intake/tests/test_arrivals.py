"""Ways in: a referral with priority and payer, a bundle from a network, a readmission; over HTTP, on PostgreSQL."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest

from services.intake.tests.bundles import audit_c, bundle, changed
from services.intake.tests.desk import COORDINATOR, Desk, open_desk
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

PERSON = "entry[0].resource"


async def shown(desk: Desk, episode: UUID | str) -> dict[str, Any]:
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    view: dict[str, Any] = (await desk.app.call("GET", f"/v1/episodes/{episode}", token=token)).json()
    return view


async def deliver(desk: Desk, document: Any, key: str | None = None, **params: str) -> httpx2.Response:
    address = {"facility": str(desk.facility), "program": str(desk.intensive)} | params
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    return await desk.app.call(
        "POST", "/v1/referrals/fhir", document, token=token, key=key or str(new_id()), params=address
    )


async def readmit(desk: Desk, episode: UUID | str, key: str | None = None, **other: Any) -> httpx2.Response:
    body = {"program_id": str(desk.intensive), "source": "self"} | other
    return await desk.send("POST", f"/v1/episodes/{episode}/readmission", body, Role.INTAKE_COORDINATOR, key)


async def in_phase(desk: Desk, phase: str, **patient: Any) -> UUID:
    """A referred patient whose episode stands in a phase."""
    episode, _ = await desk.referred(**patient)
    closed_at = desk.edge.clock.now() if phase == "closed" else None
    statement = "update episode set phase = $2, closed_at = $3 where episode_id = $1"
    await desk.edge.rows(statement, episode, phase, closed_at)
    return episode


async def last_payload(desk: Desk, type_: str) -> dict[str, Any]:
    events = [event for event in await desk.edge.outbox() if event.type.split(".")[2] == type_]
    payload: dict[str, Any] = json.loads(events[-1].payload)
    return payload


async def test_a_referral_says_who_comes_first_and_who_pays(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    body = desk.referral() | {"priority": "pregnant", "payer": "medicaid", "member_id": "W-0042-marked"}
    episode = (await desk.send("POST", "/v1/referrals", body, Role.INTAKE_COORDINATOR)).json()["episode_id"]
    view = await shown(desk, episode)
    assert (view["priority"], view["payer"], view["previous_episode_id"]) == ("pregnant", "medicaid", None)
    told = await last_payload(desk, "referral_received")
    assert (told["priority"], told["payer"], told["previous_episode_id"]) == ("pregnant", "medicaid", None)
    assert await desk.edge.value("select payer from coverage") == "medicaid"
    assert b"W-0042" not in await desk.edge.value("select member_id from coverage")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"priority": "vip"}, "request_invalid", "body.priority"),
        ({"payer": "grandmother"}, "request_invalid", "body.payer"),
        ({"payer": "medicaid", "member_id": ""}, "request_invalid", "body.member_id"),
        ({"member_id": "W-1"}, "coverage_contradictory", "payer"),
        ({"payer": "self_pay", "member_id": "W-1"}, "coverage_contradictory", "payer"),
    ],
)
async def test_a_contradiction_changes_nothing(
    open_edge: OpenEdge, change: dict[str, str], code: str, field: str
) -> None:
    desk = await open_desk(await open_edge("intake"))
    answer = await desk.send("POST", "/v1/referrals", desk.referral() | change, Role.INTAKE_COORDINATOR)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["fields"][0]["path"]) == (422, code, field)
    assert await desk.edge.value("select count(*) from patient") == 0


async def test_a_bundle_opens_an_episode_and_its_instruments_are_scored(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    document = bundle(audit_c(), {"resourceType": "Organization"})
    first, again = await deliver(desk, document, "a"), await deliver(desk, document, "a")
    assert (first.status_code, first.content) == (201, again.content)
    answer = first.json()
    assert (answer["phase"], answer["passed_over"], len(answer["screen_ids"])) == (
        "referral",
        ["entry[5].resource"],
        2,
    )
    assert await desk.edge.types() == ["referral_received", "screen_recorded", "screen_recorded"]
    view = await shown(desk, answer["episode_id"])
    assert (view["payer"], view["priority"], view["age_band"]) == ("medicaid", "general", "adult")
    row = (await desk.edge.rows("select source, urgency from episode"))[0]
    assert tuple(row) == ("provider", "urgent")
    zone = await desk.edge.value("select zone from patient")
    assert zone == "America/New_York"
    screens = json.loads((await desk.edge.outbox())[1].payload)
    assert (screens["instrument"], screens["total"], screens["follow_ups"]) == ("phq_9", 6, ["c_ssrs_same_visit"])
    for table in ("episode", "coverage", "screen", "outbox", "idempotency", "audit"):
        text = str([tuple(row) for row in await desk.edge.rows(f"select * from {table}")])
        assert "Marked" not in text, table
        assert "W-0042" not in text, table
        assert "F11.20" not in text, table


@pytest.mark.parametrize(
    ("changes", "code", "paths"),
    [
        (
            {f"{PERSON}.birthDate": ..., "entry[1].resource.intent": "plan"},
            "bundle_invalid",
            [f"{PERSON}.birthDate", "entry[1].resource.intent"],
        ),
        ({f"{PERSON}.birthDate": "2027-01-01"}, "birth_date_impossible", [f"{PERSON}.birthDate"]),
        (
            {
                "entry[2].resource.type.coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/coverage-selfpay", "code": "pay"}
                ]
            },
            "coverage_contradictory",
            ["entry[2].resource.type"],
        ),
    ],
)
async def test_a_bundle_that_cannot_be_changes_nothing(
    open_edge: OpenEdge, changes: dict[str, Any], code: str, paths: list[str]
) -> None:
    desk = await open_desk(await open_edge("intake"))
    answer = await deliver(desk, changed(bundle(), changes))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert [field["path"] for field in problem["fields"]] == paths
    assert await desk.edge.outbox() == []
    for table in ("patient", "episode", "screen", "coverage", "idempotency"):
        assert await desk.edge.value(f"select count(*) from {table}") == 0


async def test_a_bundle_needs_its_address(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    elsewhere = await deliver(desk, bundle(), program=str(new_id()))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "program_not_of_facility")
    unknown = await deliver(desk, bundle(), facility=str(new_id()))
    assert (unknown.status_code, unknown.json()["code"]) == (503, "facility_not_known_yet")
    nowhere = await deliver(desk, bundle(), facility="north")
    assert (nowhere.status_code, nowhere.json()["fields"][0]["path"]) == (422, "query.facility")
    listed = await deliver(desk, [1])
    assert (listed.status_code, listed.json()["code"]) == (422, "request_invalid")
    counselor = desk.app.person(COORDINATOR, Role.COUNSELOR)
    address = {"facility": str(desk.facility), "program": str(desk.intensive)}
    denied = await desk.app.call("POST", "/v1/referrals/fhir", bundle(), token=counselor, key="k", params=address)
    assert (denied.status_code, denied.json()["code"]) == (403, "not_granted")
    assert await desk.edge.value("select count(*) from episode") == 0


async def test_a_bundle_comes_under_the_media_type_of_fhir(open_edge: OpenEdge) -> None:
    """FHIR R4, section 3.1.0.1.8: application/fhir+json."""
    desk = await open_desk(await open_edge("intake"))
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    answer = await desk.app.http.post(
        "/v1/referrals/fhir",
        content=json.dumps(bundle()),
        params={"facility": str(desk.facility), "program": str(desk.intensive)},
        headers={
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": "k",
            "Content-Type": "application/fhir+json; charset=utf-8",
        },
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("levels", "status", "code"),
    [(40, 422, "bundle_invalid"), (900, 422, "request_invalid"), (50_000, 400, "bad_request")],
)
async def test_a_bundle_of_many_levels_is_refused(open_edge: OpenEdge, levels: int, status: int, code: str) -> None:
    desk = await open_desk(await open_edge("intake"))
    answer = await desk.app.http.post(
        "/v1/referrals/fhir",
        content=f'{{"resourceType": "Bundle", "entry": {"[" * levels}{"]" * levels}}}',
        params={"facility": str(desk.facility), "program": str(desk.intensive)},
        headers={
            "Authorization": f"Bearer {desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)}",
            "Idempotency-Key": "k",
            "Content-Type": "application/fhir+json",
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_address_is_part_of_what_a_key_stands_for(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    assert (await deliver(desk, bundle(), "a")).status_code == 201
    other = await deliver(desk, bundle(), "a", program=str(desk.outpatient))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await desk.edge.value("select count(*) from episode") == 1


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        ("aftercare", ["referral_received", "episode_readmitted"]),
        ("declined", ["referral_received"]),
        ("closed", ["referral_received"]),
    ],
)
async def test_a_patient_comes_back_in_a_new_episode(open_edge: OpenEdge, phase: str, told: list[str]) -> None:
    desk = await open_desk(await open_edge("intake"))
    old = await in_phase(desk, phase)
    more = {"urgency": "urgent", "priority": "injecting", "payer": "commercial", "member_id": "M-1"}
    first, again = await readmit(desk, old, "a", **more), await readmit(desk, old, "a", **more)
    assert (first.status_code, first.content) == (201, again.content)
    answer = first.json()
    view = await shown(desk, answer["episode_id"])
    assert (view["previous_episode_id"], view["phase"], view["priority"], view["payer"]) == (
        str(old),
        "referral",
        "injecting",
        "commercial",
    )
    assert answer["patient_id"] == (await shown(desk, old))["patient_id"]
    assert (await desk.edge.types())[1:] == told
    assert [event.version for event in await desk.edge.outbox()] == list(range(1, len(told) + 2))
    assert (await last_payload(desk, "referral_received"))["previous_episode_id"] == str(old)
    if phase == "aftercare":
        assert await last_payload(desk, "episode_readmitted") == {
            "episode_id": str(old),
            "next_episode_id": answer["episode_id"],
        }
    assert await desk.edge.value("select count(*) from audit where action = 'intake.read_identity'") == 1


async def test_who_came_of_age_comes_back_as_an_adult(open_edge: OpenEdge) -> None:
    """The age band is that of the day of the readmission: under 18 on the date of service."""
    desk = await open_desk(await open_edge("intake"))
    today = desk.edge.clock.now().date()
    birthday_tomorrow = today.replace(year=today.year - 18) + timedelta(days=1)
    old = await in_phase(desk, "closed", born_on=birthday_tomorrow.isoformat())
    assert (await shown(desk, old))["age_band"] == "adolescent"
    same_day = (await readmit(desk, old)).json()["episode_id"]
    assert (await shown(desk, same_day))["age_band"] == "adolescent"
    await desk.edge.rows("update episode set phase = 'declined' where episode_id = $1", UUID(same_day))
    desk.edge.clock.pass_by(days=1)
    next_day = (await readmit(desk, old)).json()["episode_id"]
    assert (await shown(desk, next_day))["age_band"] == "adult"


async def test_a_readmission_is_refused(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    open_one, _ = await desk.referred()
    early = await readmit(desk, open_one)
    assert (early.status_code, early.json()["code"]) == (409, "phase_does_not_allow")
    old = await in_phase(desk, "closed")
    elsewhere = await readmit(desk, old, program_id=str(new_id()))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "program_not_of_facility")
    contradictory = await readmit(desk, old, member_id="M-1")
    assert (contradictory.status_code, contradictory.json()["code"]) == (422, "coverage_contradictory")
    unknown = await readmit(desk, new_id())
    assert (unknown.status_code, unknown.json()["code"]) == (404, "episode_not_found")
    stranger = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR, tenant=OTHER_TENANT)
    body = {"program_id": str(desk.intensive), "source": "self"}
    path = f"/v1/episodes/{old}/readmission"
    hidden = await desk.app.call("POST", path, body, token=stranger, key="k")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "episode_not_found")
    assert (await desk.send("POST", path, body, Role.COUNSELOR)).status_code == 403
    assert await desk.edge.value("select count(*) from episode") == 2


async def test_who_has_died_does_not_come_back(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    old = await in_phase(desk, "closed")
    statement = """
        insert into decision (decision_id, tenant_id, episode_id, kind, state, reason, last_contact_on, rules,
                              decided_by, decided_at, settled_at)
        values ($1, 'riverbend', $2, 'discharge', 'carried_out', 6, $3, '{}', $4, $5, $5)
    """
    now = desk.edge.clock.now()
    await desk.edge.rows(statement, new_id(), old, now.date(), COORDINATOR, now)
    answer = await readmit(desk, old)
    assert (answer.status_code, answer.json()["code"]) == (409, "patient_deceased")


async def test_coming_back_and_stepping_up_exclude_each_other(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    up = {"program_id": str(desk.intensive), "prescribed_minutes_per_week": 540}
    stepped_up = await in_phase(desk, "aftercare")
    decided = await desk.send("POST", f"/v1/episodes/{stepped_up}/step-up", up, Role.COUNSELOR)
    assert decided.status_code == 201, decided.text
    refused = await readmit(desk, stepped_up)
    assert (refused.status_code, refused.json()["code"]) == (409, "decision_under_way")
    readmitted = await in_phase(desk, "aftercare")
    assert (await readmit(desk, readmitted)).status_code == 201
    late = await desk.send("POST", f"/v1/episodes/{readmitted}/step-up", up, Role.COUNSELOR)
    assert (late.status_code, late.json()["code"]) == (409, "episode_open")


async def test_two_at_once_are_one_readmission(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    old = await in_phase(desk, "aftercare")
    answers = await asyncio.gather(*(readmit(desk, old) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "episode_open"}
    assert await desk.edge.value("select count(*) from episode where phase = 'referral'") == 1
    with pytest.raises(asyncpg.UniqueViolationError):
        await desk.edge.rows("update episode set phase = 'treatment', part = 'skills' where episode_id = $1", old)
