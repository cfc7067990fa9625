"""What intake refuses, with the status and the field that is wrong; nothing is written but the audit row."""

from typing import Any

import pytest

from services.intake.tests.desk import COORDINATOR, RATINGS, open_desk
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"source": 7}, 422, "request_invalid", "body.source"),
        ({"source": None}, 422, "request_invalid", "body.source"),
        ({"note": "free text"}, 422, "request_invalid", "body.note"),
        ({"program_id": str(new_id())}, 422, "program_not_of_facility", "program_id"),
        ({"facility_id": str(new_id())}, 503, "facility_not_known_yet", None),
        ({"patient": {"born_on": "2026-02-30"}}, 422, "request_invalid", "body.patient.born_on"),
        ({"patient": {"born_on": "2027-01-01"}}, 422, "birth_date_impossible", "patient.born_on"),
        ({"patient": {"born_on": "1890-01-01"}}, 422, "birth_date_impossible", "patient.born_on"),
        ({"patient": {"zone": "Mars/Olympus"}}, 422, "unknown_zone", None),
        ({"patient": {"email": "nobody"}}, 422, "request_invalid", "body.patient.email"),
    ],
)
async def test_a_referral_that_cannot_be(
    open_edge: OpenEdge, change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    desk = await open_desk(await open_edge("intake"))
    body = desk.referral(**change.get("patient", {})) | {k: v for k, v in change.items() if k != "patient"}
    answer = await desk.send("POST", "/v1/referrals", body, Role.INTAKE_COORDINATOR)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert field is None or field in [one["path"] for one in problem["fields"]]
    assert await desk.edge.outbox() == []
    assert await desk.edge.value("select count(*) from episode") == 0
    assert await desk.edge.value("select count(*) from patient") == 0


async def test_tokens_keys_and_tenants(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path, body = f"/v1/episodes/{episode}/first-contact", {"spoke_with": "patient"}
    good = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    expired = desk.edge.issuer.sign({"kind": "person", "sub": "x", "aud": "intake", "tenant": "riverbend", "exp": 1})
    elsewhere = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR, tenant=OTHER_TENANT)
    other_facility = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR, facilities=(new_id(),))
    refusals = {
        "idempotency_key_missing": (400, await desk.app.call("POST", path, body, token=good)),
        "token_expired": (401, await desk.app.call("POST", path, body, token=expired, key="k")),
        "episode_not_found": (404, await desk.app.call("POST", path, body, token=elsewhere, key="k")),
        "facility_out_of_scope": (403, await desk.app.call("POST", path, body, token=other_facility, key="k")),
    }
    for code, (status, answer) in refusals.items():
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.phase(episode) == "referral"
    denied = await desk.edge.rows("select action, outcome from audit where outcome <> 'done'")
    assert [tuple(row) for row in denied] == [("intake.record_first_contact", "facility_out_of_scope")]


async def test_a_key_with_another_body_is_refused_and_a_repeat_is_answered_alike(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    first = await desk.send("POST", "/v1/referrals", desk.referral(), Role.INTAKE_COORDINATOR, "same")
    again = await desk.send("POST", "/v1/referrals", desk.referral(), Role.INTAKE_COORDINATOR, "same")
    other = await desk.send("POST", "/v1/referrals", desk.referral(given_name="Kim"), Role.INTAKE_COORDINATOR, "same")
    assert first.content == again.content
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await desk.edge.value("select count(*) from episode") == 1


async def test_the_gate_names_everything_that_is_missing(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}"
    early = await desk.send("POST", f"{path}/admission", desk.admission(), Role.COUNSELOR)
    assert (early.status_code, early.json()["code"]) == (409, "phase_does_not_allow")
    await desk.send("POST", f"{path}/first-contact", {"spoke_with": "patient"}, Role.INTAKE_COORDINATOR)
    await desk.send("POST", f"{path}/assessments", {"ratings": RATINGS, "decided": "2.1"}, Role.COUNSELOR)
    short = await desk.send("POST", f"{path}/admission", desk.admission(539), Role.COUNSELOR)
    assert short.json()["code"] == "admission_gate_incomplete"
    assert [field["path"] for field in short.json()["fields"]] == [
        "consent",
        "screens.c_ssrs",
        "authorization",
        "prescribed_minutes_per_week",
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"revocation_explained": False}, "body.revocation_explained"),
        ({"recipients": []}, "body.recipients"),
        ({"signed_on": "2027-01-01"}, "signed_on"),
        ({"expires_on": "2026-03-01"}, "expires_on"),
    ],
)
async def test_a_consent_without_an_element_is_none(open_edge: OpenEdge, change: dict[str, Any], field: str) -> None:
    """42 CFR 2.31(a)."""
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    answer = await desk.send("POST", f"/v1/episodes/{episode}/consents", desk.consent(**change), Role.COUNSELOR)
    assert answer.status_code == 422
    assert field in [one["path"] for one in answer.json()["fields"]]
    assert await desk.edge.value("select count(*) from consent") == 0


@pytest.mark.parametrize(
    ("ratings", "decided", "reason", "role", "outcome"),
    [
        ((1, 1, 1, 2, 2, 2), "2.1", None, Role.COUNSELOR, 201),
        ((1, 1, 1, 2, 2, 2), "1", None, Role.COUNSELOR, "reason_missing"),
        ((1, 1, 1, 2, 2, 2), "1", "patient_preference", Role.COUNSELOR, 201),
        ((3, 1, 1, 2, 2, 2), "2.1", "not_available", Role.COUNSELOR, "not_granted"),
        ((3, 1, 1, 2, 2, 2), "2.1", "not_available", Role.PRESCRIBER, 201),
        ((0, 0, 0, 0, 0, 5), "1", None, Role.COUNSELOR, "request_invalid"),
    ],
)
async def test_software_recommends_and_a_clinician_decides(
    open_edge: OpenEdge, ratings: tuple[int, ...], decided: str, reason: str | None, role: Role, outcome: int | str
) -> None:
    """ASAM Criteria, 3rd edition: less than a STOP_OVERRIDE row recommends is the prescriber's to decide."""
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}"
    await desk.send("POST", f"{path}/first-contact", {"spoke_with": "patient"}, Role.INTAKE_COORDINATOR)
    body = {
        "ratings": {f"dimension_{number}": rating for number, rating in enumerate(ratings, 1)},
        "decided": decided,
        "reason_code": reason,
    }
    answer = await desk.send("POST", f"{path}/assessments", body, role)
    assert outcome in {answer.status_code, answer.json().get("code")}
