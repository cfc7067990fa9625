"""Disclosures at the desk: decided, kept account of, looked at afterwards; nothing of who asked leaves the database."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake.tests.desk import COUNSELOR, Desk, open_desk
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

PROVIDER = {"requester": "external_provider", "purpose": "treatment", "scope": ["progress"], "recipient": "Dr. Marked"}
EMERGENCY = PROVIDER | {
    "requester": "emergency_provider",
    "purpose": "emergency",
    "evidence": ["consent_impossible"],
    "affiliation": "County Hospital Marked",
    "emergency_nature": "unconscious on arrival, Marked",
}
PAYER = PROVIDER | {"requester": "payer", "purpose": "payment", "scope": ["billing"], "recipient": "Marked Health"}


async def asked(desk: Desk, episode: UUID, body: dict[str, Any], role: Role = Role.COUNSELOR) -> dict[str, Any]:
    """The decision about a request."""
    answer = await desk.send("POST", f"/v1/episodes/{episode}/disclosures", body, role)
    assert answer.status_code == 201, answer.text
    decision: dict[str, Any] = answer.json()
    return decision


async def test_allowed_under_a_consent_and_denied_once_it_is_revoked(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.ready_to_admit()
    consent = str(await desk.edge.value("select consent_id from consent"))
    allowed = await asked(desk, episode, PROVIDER)
    assert allowed | {"disclosure_id": None} == {
        "disclosure_id": None,
        "allowed": True,
        "ground": "consent",
        "notice": "42_cfr_2_32",
        "instruction": "attach_notice_and_consent",
        "consent_id": consent,
        "consent_version": "consent.42_cfr_2_31/2",
        "rule_version": "disclosure.external_provider/1",
    }
    path = f"/v1/episodes/{episode}/consents/{consent}/revocation"
    await desk.send("POST", path, {"revoked_by": "patient", "form": "spoken"}, Role.COUNSELOR)
    denied = await asked(desk, episode, PROVIDER)
    assert (denied["allowed"], denied["ground"], denied["instruction"]) == (False, "no_ground", "ask_for_consent")
    assert (denied["consent_id"], denied["notice"]) == (None, None)
    assert (await desk.edge.types())[-3:] == ["disclosure_decided", "consent_revoked", "disclosure_decided"]


async def test_a_consent_denies_from_its_last_day_on_even_before_the_duty_ran(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    consent = desk.consent(expires_on="2026-03-10")
    await desk.send("POST", f"/v1/episodes/{episode}/consents", consent, Role.COUNSELOR)
    desk.edge.clock.instant = datetime(2026, 3, 10, 3, 59, tzinfo=UTC)
    assert (await asked(desk, episode, PROVIDER))["allowed"] is True
    desk.edge.clock.instant = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    assert (await asked(desk, episode, PROVIDER))["allowed"] is False


async def test_a_repeat_is_answered_alike_and_decided_once(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}/disclosures"
    first = await desk.send("POST", path, PROVIDER, Role.COUNSELOR, "same")
    again = await desk.send("POST", path, PROVIDER, Role.COUNSELOR, "same")
    other = await desk.send("POST", path, PAYER, Role.COUNSELOR, "same")
    assert first.content == again.content
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await desk.edge.value("select count(*) from disclosure") == 1


async def test_the_accounting_names_who_got_what_and_nothing_of_it_lies_open(open_edge: OpenEdge) -> None:
    """42 CFR 2.25."""
    desk = await open_desk(await open_edge("intake"))
    episode, patient = await desk.referred()
    await asked(desk, episode, EMERGENCY)
    await asked(desk, episode, PAYER)
    path = f"/v1/episodes/{episode}/disclosures"
    token = desk.app.person(COUNSELOR, Role.COUNSELOR)
    accounting = (await desk.app.call("GET", path, token=token)).json()
    lines = [(one["recipient"], one["affiliation"], one["allowed"], one["ground"]) for one in accounting["disclosures"]]
    assert accounting["since"] == "2023-03-02"
    assert lines == [
        ("Dr. Marked", "County Hospital Marked", True, "medical_emergency"),
        ("Marked Health", None, False, "no_ground"),
    ]
    read = await desk.edge.rows("select resource_id from audit where action = 'intake.read_disclosures'")
    assert [tuple(row) for row in read] == [(patient,)]
    for table in ("disclosure", "outbox", "audit", "idempotency", "duty"):
        assert await desk.edge.value(f"select count(*) from {table} t where t::text ~* 'marked'") == 0
    desk.edge.clock.instant = datetime(2029, 3, 3, 12, 0, tzinfo=UTC)
    later = (await desk.app.call("GET", path, token=token)).json()
    assert (later["since"], later["disclosures"]) == ("2026-03-03", [])


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"affiliation": None}, {"affiliation"}),
        ({"emergency_nature": None}, {"emergency_nature"}),
        ({"affiliation": None, "emergency_nature": None}, {"affiliation", "emergency_nature"}),
        ({"scope": []}, {"body.scope"}),
        ({"requester": "neighbour"}, {"body.requester"}),
        ({"evidence": ["hearsay"]}, {"body.evidence.0"}),
    ],
)
async def test_an_emergency_is_recorded_whole(open_edge: OpenEdge, change: dict[str, Any], fields: set[str]) -> None:
    """42 CFR 2.51(c): recipient with affiliation, and the nature of the emergency."""
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    answer = await desk.send("POST", f"/v1/episodes/{episode}/disclosures", EMERGENCY | change, Role.NURSE)
    assert answer.status_code == 422
    assert {one["path"] for one in answer.json()["fields"]} == fields
    assert await desk.edge.value("select count(*) from disclosure") == 0


async def test_an_emergency_stands_on_the_worklist_until_it_was_looked_at(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    decision = await asked(desk, episode, EMERGENCY, Role.NURSE)
    supervisor = desk.app.person(new_id(), Role.SUPERVISOR)
    params = {"facility": str(desk.facility), "role": "supervisor"}
    (row,) = (await desk.app.call("GET", "/v1/worklist", token=supervisor, params=params)).json()["rows"]
    command = f"/v1/episodes/{episode}/disclosures/{decision['disclosure_id']}/review"
    assert (row["kind"], row["due_at"], row["command"]) == (
        "disclosure_review",
        "2026-03-03T17:00:00Z",
        f"POST {command}",
    )
    outcome = {"outcome": "in_order"}
    stranger = await desk.send("POST", command, outcome, Role.COUNSELOR)
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_granted")
    first = await desk.send("POST", command, outcome, Role.SUPERVISOR)
    desk.edge.clock.pass_by(hours=1)
    again = await desk.send("POST", command, {"outcome": "breach_suspected"}, Role.SUPERVISOR)
    assert (first.status_code, first.json()) == (201, again.json())
    assert await desk.edge.value("select review_outcome from disclosure") == "in_order"
    assert (await desk.app.call("GET", "/v1/worklist", token=supervisor, params=params)).json()["rows"] == []


async def test_nobody_looks_at_what_the_rule_does_not_ask_for(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    decision = await asked(desk, episode, PROVIDER)
    base = f"/v1/episodes/{episode}/disclosures"
    outcome = {"outcome": "in_order"}
    not_asked = await desk.send("POST", f"{base}/{decision['disclosure_id']}/review", outcome, Role.SUPERVISOR)
    unknown = await desk.send("POST", f"{base}/{new_id()}/review", outcome, Role.SUPERVISOR)
    assert (not_asked.status_code, not_asked.json()["code"]) == (409, "review_not_asked")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "disclosure_not_found")


async def test_another_tenant_and_another_role(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}/disclosures"
    elsewhere = desk.app.person(COUNSELOR, Role.COUNSELOR, tenant=OTHER_TENANT)
    refusals = (
        (404, "episode_not_found", await desk.app.call("POST", path, PROVIDER, token=elsewhere, key="k")),
        (404, "episode_not_found", await desk.app.call("GET", path, token=elsewhere)),
        (403, "not_granted", await desk.send("POST", path, PROVIDER, Role.OPERATIONS)),
        (403, "not_granted", await desk.app.call("GET", path, token=desk.app.person(new_id(), Role.NURSE))),
    )
    for status, code, answer in refusals:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.edge.value("select count(*) from disclosure") == 0


async def test_no_consent_is_relied_on_once_care_has_ended(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.ready_to_admit()
    await desk.edge.rows("update episode set phase = 'closed', closed_at = received_at where episode_id = $1", episode)
    assert (await asked(desk, episode, PROVIDER))["allowed"] is False
    assert (await asked(desk, episode, EMERGENCY))["ground"] == "medical_emergency"
