"""Orders over HTTP, on PostgreSQL: start, change and end, each once."""

import asyncio
import json
from typing import Any

import pytest

from services.medication.tests.practice import STAFF, open_practice, publish
from stepwell_kernel.codes import AgeBand, DischargeReason, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge


async def test_an_order_is_started_changed_and_ended_once(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    placed = await practice.start(daily_mg="16", take_home_days=7, key="start")
    assert placed.status_code == 201
    assert (await practice.start(daily_mg="16", take_home_days=7, key="start")).content == placed.content
    order_id = placed.json()["order_id"]
    changed = await practice.change(order_id, daily_mg="20", key="change")
    assert (changed.status_code, changed.json()["daily_mg"], changed.json()["take_home_days"]) == (201, "20", 7)
    assert (await practice.change(order_id, daily_mg="20", key="change")).content == changed.content
    ended = await practice.end(order_id, key="end")
    assert (ended.status_code, ended.json()["reason"]) == (201, "patient_choice")
    assert (await practice.end(order_id, key="end")).content == ended.content
    assert await practice.edge.types() == ["monitoring_checked", "order_started", "order_changed", "order_ended"]
    started, change, end = [json.loads(event.payload) for event in (await practice.edge.outbox())[1:]]
    prescriber = str(STAFF[Role.PRESCRIBER])
    assert (started["daily_mg"], started["rule_version"], started["ordered_by"]) == ("16", "1", prescriber)
    assert (change["daily_mg"], change["take_home_days"], change["changed_by"]) == ("20", 7, prescriber)
    assert end["reason"] == "patient_choice"
    (seen,) = (await practice.call("GET", f"/v1/episodes/{practice.episode}/orders")).json()["rows"]
    assert (seen["state"], seen["end_reason"], seen["protocol"]) == ("ended", "patient_choice", "standard")


@pytest.mark.parametrize(
    ("other", "status", "code", "field"),
    [
        ({"withdrawal": None}, 409, "withdrawal_score_missing", "withdrawal"),
        ({"last_opioid": "fentanyl"}, 409, "withdrawal_score_below_limit", "withdrawal.score"),
        ({"withdrawal": {"score": 49, "taken_at": "2026-03-02T16:00:00Z"}}, 422, "request_invalid", None),
        ({"withdrawal": {"score": 12, "taken_at": "2199-01-01T00:00:00Z"}}, 422, "score_in_the_future", None),
        ({"last_opioid": None}, 422, "last_opioid_needed", "last_opioid"),
        ({"medicine": "aspirin"}, 422, "request_invalid", "body.medicine"),
        ({"daily_mg": "0"}, 422, "request_invalid", "body.daily_mg"),
        ({"take_home_days": 29}, 422, "request_invalid", "body.take_home_days"),
        ({"medicine": "sublocade", "daily_mg": "8"}, 422, "order_terms_invalid", "daily_mg"),
        ({"medicine": "naltrexone_oral", "take_home_days": 7}, 422, "order_terms_invalid", "take_home_days"),
        ({"medicine": "methadone", "protocol": "low_dose"}, 422, "order_terms_invalid", "protocol"),
        ({"episode_id": str(new_id())}, 503, "episode_not_known_yet", None),
        ({"overrides": [{"rule_id": "bup.over_32", "reason": "why"}]}, 409, "override_without_finding", "overrides"),
        ({"overrides": [{"rule_id": "bup.over_32", "reason": "x"}]}, 422, "request_invalid", None),
        ({"overrides": [{"rule_id": "bup.over_32", "reason": "why"}] * 2}, 422, "override_repeated", "overrides"),
    ],
)
async def test_an_order_that_may_not_be_is_refused_by_name(
    open_edge: OpenEdge, other: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    practice = await open_practice(await open_edge("medication"))
    answer = await practice.start(**other)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field is None or field in [problem["path"] for problem in answer.json()["fields"]]
    assert await practice.edge.types() == ["monitoring_checked"]
    assert await practice.rows("medication_order") == 0


async def test_only_a_prescriber_orders_in_care_and_once(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    nurse = await practice.call("POST", "/v1/orders", practice.order(), role=Role.NURSE)
    assert (nurse.status_code, nurse.json()["code"]) == (403, "not_granted")
    order_id = await practice.started()
    assert (await practice.start()).json()["code"] == "order_active"
    for path, body in (("change", {"daily_mg": "8"}), ("end", {"reason": "completed"})):
        answer = await practice.call("POST", f"/v1/orders/{order_id}/{path}", body, role=Role.NURSE)
        assert answer.status_code == 403
        other = await practice.call("POST", f"/v1/orders/{order_id}/{path}", body, tenant=OTHER_TENANT)
        assert (other.status_code, other.json()["code"]) == (404, "order_not_found")
    await practice.tell(practice.moved(Phase.AFTERCARE), version=8)
    assert (await practice.start("acamprosate")).json()["code"] == "episode_not_in_care"
    assert (await practice.change(order_id, daily_mg="8")).status_code == 201


async def test_a_change_that_says_nothing_and_one_of_an_ended_order_are_refused(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    order_id = await practice.started(daily_mg="8")
    for body in ({}, {"daily_mg": "8"}):
        answer = await practice.change(order_id, **body)
        assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_change")
    assert (await practice.end(order_id, "missed_doses")).json()["code"] == "request_invalid"
    assert (await practice.end(order_id)).status_code == 201
    assert (await practice.end(order_id)).json()["code"] == "order_ended"
    assert (await practice.change(order_id, daily_mg="12")).json()["code"] == "order_ended"
    assert (await practice.change(str(new_id()), daily_mg="12")).json()["code"] == "order_not_found"


async def test_an_override_is_stored_with_its_reason_and_told_by_its_rule(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    refused = await practice.start(daily_mg="36")
    assert (refused.json()["code"], [f["rule"] for f in refused.json()["fields"]]) == (
        "daily_dose_too_high",
        ["bup.over_32@1"],
    )
    reason = {"rule_id": "bup.over_32", "reason": "stable on 36 mg for a year"}
    order_id = await practice.started(daily_mg="36", overrides=[reason])
    (stored,) = await practice.edge.rows("select rule_id, rule_version, reason, overridden_by from order_override")
    assert tuple(stored) == ("bup.over_32", "1", "stable on 36 mg for a year", STAFF[Role.PRESCRIBER])
    assert json.loads((await practice.edge.outbox())[-1].payload)["overridden"] == ["bup.over_32"]
    (decision,) = await practice.edge.rows("select order_id, kind, rules, inputs from order_decision")
    assert (str(decision["order_id"]), decision["kind"]) == (order_id, "start")
    assert {"bup.over_32@1", "bup_start.withdrawal@1", "pdmp.fresh@1"} <= set(decision["rules"])
    assert json.loads(decision["inputs"])["last_opioid"] == "short_acting"


async def test_a_hard_stop_has_no_override(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"), programs=("IOP",))
    reason = {"rule_id": "methadone.program", "reason": "the patient wishes it"}
    answer = await practice.start("methadone", daily_mg="30", overrides=[reason])
    assert (answer.status_code, answer.json()["code"]) == (409, "methadone_needs_otp")
    assert await practice.rows("medication_order") == await practice.rows("order_override") == 0


async def test_methadone_waits_until_the_programs_of_the_facility_are_known(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"), programs=())
    answer = await practice.start("methadone", daily_mg="30")
    assert (answer.status_code, answer.json()["code"]) == (503, "programs_not_known_yet")
    await publish(practice, "OTP")
    assert (await practice.start("methadone", daily_mg="30")).status_code == 201


async def test_of_two_starts_at_once_one_passes(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    for round_ in range(10):
        answers = await asyncio.gather(practice.start(key=f"{round_}-a"), practice.start(key=f"{round_}-b"))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        (order_id,) = [answer.json()["order_id"] for answer in answers if answer.status_code == 201]
        assert (await practice.end(order_id)).status_code == 201


async def test_a_start_and_a_list_of_medicines_at_once_see_each_other(open_edge: OpenEdge) -> None:
    """Naltrexone and an opioid: the start is refused, or the list tells the interaction; never neither."""
    practice = await open_practice(await open_edge("medication"))
    for round_ in range(10):
        assert (await practice.list_medicines()).status_code == 200
        start, listed = await asyncio.gather(
            practice.start("naltrexone_oral", last_opioid="none", key=f"{round_}-a"),
            practice.list_medicines("oxycodone", key=f"{round_}-b"),
        )
        assert (start.status_code == 409) != (len(listed.json()["interactions"]) == 1)
        if start.status_code == 201:
            await practice.end(start.json()["order_id"])


async def test_a_level_change_never_ends_an_order_and_death_ends_all(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.started()
    await practice.checked("creatinine_clearance", amount="90")
    await practice.started("acamprosate")
    for number, phase in enumerate((Phase.STEP_DOWN, Phase.TREATMENT, Phase.AFTERCARE, Phase.CLOSED)):
        await practice.tell(practice.moved(phase), version=10 + number)
    assert await practice.edge.value("select count(*) from medication_order where state = 'active'") == 2
    await practice.tell(practice.discharged(DischargeReason.DEATH), practice.moved(Phase.CLOSED), version=20)
    assert (await practice.edge.types())[-2:] == ["order_ended", "order_ended"]
    assert (await practice.edge.types()).count("order_ended") == 2
    assert await practice.edge.value("select count(*) from medication_order where end_reason = 'left_care'") == 2


async def test_reference_data_are_folded(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"), age_band=AgeBand.ADOLESCENT)
    (facility,) = await practice.edge.rows("select zone, jurisdiction, holidays from ref_facility")
    assert (facility["zone"], facility["jurisdiction"]) == ("America/New_York", "US-WI")
    assert [day.isoformat() for day in facility["holidays"]] == ["2026-07-03"]
    treated_from = practice.edge.clock.now()
    practice.edge.clock.pass_by(days=9)
    await practice.tell(practice.moved(Phase.STEP_DOWN, AgeBand.ADULT), version=8)
    await practice.tell(practice.moved(Phase.TREATMENT, AgeBand.ADULT), version=9)
    await practice.tell(practice.moved(Phase.ADMISSION), version=2)
    (episode,) = await practice.edge.rows("select phase, age_band, treated_from from ref_episode")
    assert tuple(episode) == ("treatment", "adult", treated_from)
