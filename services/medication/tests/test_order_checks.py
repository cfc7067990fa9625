"""What gates ask for, recorded over HTTP, and what it does to orders."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.medication.tests.practice import STAFF, Practice, open_practice
from stepwell_kernel.codes import AgeBand, Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"check": "withdrawal_score", "amount": "0"}, 201, None),
        ({"check": "withdrawal_score", "amount": "48"}, 201, None),
        ({"check": "withdrawal_score", "amount": "49"}, 422, "amount"),
        ({"check": "creatinine_clearance", "amount": "300"}, 201, None),
        ({"check": "creatinine_clearance", "amount": "300.5"}, 422, "amount"),
        ({"check": "qtc", "amount": "200"}, 201, None),
        ({"check": "qtc", "amount": "199"}, 422, "amount"),
        ({"check": "liver_tests", "amount": "5.5"}, 201, None),
        ({"check": "liver_tests", "amount": "-1"}, 422, None),
        ({"check": "child_pugh", "result": "c"}, 201, None),
        ({"check": "child_pugh", "result": "d"}, 422, "result"),
        ({"check": "pregnancy_test", "result": "declined"}, 201, None),
        ({"check": "pregnancy_test", "amount": "1"}, 422, None),
        ({"check": "naloxone_offered", "result": "given"}, 201, None),
        ({"check": "shoe_size", "amount": "44"}, 422, None),
        ({"check": "opioid_free"}, 422, None),
    ],
)
async def test_a_check_has_the_value_of_its_kind(
    open_edge: OpenEdge, body: dict[str, Any], status: int, field: str | None
) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    answer = await practice.check(**body)
    assert answer.status_code == status
    assert field is None or field in [problem["path"] for problem in answer.json()["fields"]]
    assert await practice.rows("clinical_check") == (1 if status == 201 else 0)


@pytest.mark.parametrize(("minutes", "status"), [(-5, 201), (0, 201), (1, 422)])
async def test_nothing_was_checked_in_the_future(open_edge: OpenEdge, minutes: int, status: int) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    instant = (practice.edge.clock.now() + timedelta(minutes=minutes)).isoformat()
    assert (await practice.check("qtc", amount="420", taken_at=instant)).status_code == status
    assert (await practice.check("alcohol_free", since=instant, taken_at=practice.ago(minutes=0))).status_code == status
    asked = await practice.ask_monitoring(minutes=-minutes)
    assert (asked.status_code, asked.json().get("code")) == (status, None if status == 201 else "asked_in_the_future")


async def test_checks_are_recorded_once_and_told_without_their_value(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    path = f"/v1/episodes/{practice.episode}/checks"
    body = {"check": "pregnancy_test", "result": "positive", "taken_at": practice.ago(minutes=1)}
    first = await practice.call("POST", path, body, key="check")
    assert (await practice.call("POST", path, body, key="check")).content == first.content
    assert (await practice.call("POST", path, body | {"result": "negative"}, key="check")).status_code == 422
    (told,) = [json.loads(event.payload) for event in await practice.edge.outbox()]
    assert told == {
        "check_id": first.json()["check_id"],
        "episode_id": str(practice.episode),
        "check_code": "pregnancy_test",
    }
    (row,) = (await practice.call("GET", path, role=Role.NURSE)).json()["rows"]
    assert (row["check"], row["result"], row["recorded_by"]) == (
        "pregnancy_test",
        "positive",
        str(STAFF[Role.PRESCRIBER]),
    )


async def test_who_may_record_and_read(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    base = f"/v1/episodes/{practice.episode}"
    commands = (
        ("POST", f"{base}/checks", {"check": "qtc", "amount": "420", "taken_at": practice.ago(minutes=1)}),
        ("POST", f"{base}/monitoring-checks", {"asked_at": practice.ago(minutes=1), "summary": "as_expected"}),
        ("PUT", f"{base}/other-medicines", {"substances": ["metformin"]}),
    )
    for method, path, body in commands:
        assert (await practice.call(method, path, body, role=Role.COUNSELOR)).status_code == 403
        other = await practice.call(method, path, body, tenant=OTHER_TENANT)
        assert (other.status_code, other.json()["code"]) == (503, "episode_not_known_yet")
        unknown = await practice.call(method, path.replace(str(practice.episode), str(new_id())), body)
        assert (unknown.status_code, unknown.json()["code"]) == (503, "episode_not_known_yet")
        assert (await practice.call(method, path, body, role=Role.NURSE)).status_code in {200, 201}
    for path in (f"{base}/checks", f"{base}/other-medicines", f"{base}/orders"):
        assert (await practice.call("GET", path, role=Role.SUPERVISOR)).status_code == 200
        assert (await practice.call("GET", path, role=Role.COUNSELOR)).status_code == 403


async def test_the_monitoring_program_is_asked_before_each_decision_about_a_controlled_medicine(
    open_edge: OpenEdge,
) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    assert (await practice.start()).json()["code"] == "monitoring_check_stale"
    asked = await practice.ask_monitoring("as_expected", minutes=1)
    assert asked.json()["answered"]
    assert asked.json()["next_due_at"]
    order_id = await practice.started(daily_mg="8")
    practice.edge.clock.pass_by(days=1)
    assert (await practice.change(order_id, daily_mg="12")).json()["code"] == "monitoring_check_stale"
    unanswered = await practice.ask_monitoring(None)
    assert not unanswered.json()["answered"]
    changed = await practice.change(order_id, daily_mg="12")
    assert changed.status_code == 201
    assert "monitoring_program_unavailable" in [found["code"] for found in changed.json()["findings"]]
    assert (await practice.start("naltrexone_oral", last_opioid="none")).json()["code"] == "precipitated_withdrawal"
    assert (await practice.edge.types()).count("monitoring_checked") == 2


async def test_a_score_that_was_recorded_serves_the_gate(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.checked("withdrawal_score", amount="10")
    refused = await practice.start(withdrawal=None)
    assert refused.json()["code"] == "withdrawal_score_below_limit"
    reason = {"rule_id": "bup_start.withdrawal", "reason": "rescue at home after naloxone"}
    await practice.started(withdrawal=None, overrides=[reason])
    (stored,) = await practice.edge.rows("select gate_rule, score from medication_order")
    assert tuple(stored) == ("bup_start.withdrawal", 10)


async def xr(practice: Practice, **other: Any) -> Any:
    """Ask for a start of extended-release naltrexone."""
    return await practice.start("naltrexone_xr", **other)


async def test_naltrexone_waits_until_no_opioid_is_left(open_edge: OpenEdge) -> None:
    """Label: 7 to 10 days, or a naloxone challenge; never with a positive test or in withdrawal."""
    practice = await open_practice(await open_edge("medication"))
    assert (await xr(practice)).json()["code"] == "opioid_free_not_stated"
    await practice.checked("opioid_free", since=practice.ago(days=6))
    assert (await xr(practice)).json()["code"] == "opioid_free_too_short"
    await practice.checked("naloxone_challenge", result="passed")
    await practice.checked("opioid_test", result="positive")
    assert (await xr(practice)).json()["code"] == "opioid_test_positive"
    await practice.checked("opioid_test", result="negative")
    await practice.checked("pregnancy_test", result="positive")
    assert (await xr(practice)).json()["code"] == "pregnant"
    await practice.checked("pregnancy_test", result="negative")
    assert (await xr(practice)).status_code == 201


async def test_acamprosate_and_disulfiram_have_their_gates(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    assert (await practice.start("acamprosate")).json()["code"] == "creatinine_clearance_missing"
    await practice.checked("creatinine_clearance", amount="30")
    assert (await practice.start("acamprosate")).json()["code"] == "creatinine_clearance_too_low"
    await practice.checked("creatinine_clearance", amount="45")
    half = await practice.start("acamprosate", daily_mg="999")
    assert [found["code"] for found in half.json()["findings"]] == ["half_dose_needed"]
    assert (await practice.start("disulfiram")).json()["code"] == "alcohol_free_not_stated"
    await practice.checked("alcohol_free", since=practice.ago(hours=11))
    assert (await practice.start("disulfiram")).json()["code"] == "alcohol_free_too_short"
    practice.edge.clock.pass_by(hours=1)
    assert (await practice.start("disulfiram", daily_mg="250")).status_code == 201


async def test_a_depot_follows_buprenorphine_by_mouth(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    assert (await practice.start("sublocade")).json()["code"] == "depot_not_prepared"
    await practice.started(daily_mg="16")
    practice.edge.clock.pass_by(days=7)
    await practice.ask_monitoring(minutes=1)
    assert (await practice.start("sublocade")).status_code == 201
    other = await open_practice(await open_edge("medication"))
    await other.checked("transmucosal_test_dose", result="tolerated")
    assert (await other.start("brixadi_weekly")).status_code == 201
    await other.checked("child_pugh", result="b")
    assert (await other.start("sublocade")).json()["code"] == "hepatic_impairment"


async def test_methadone_at_its_program(open_edge: OpenEdge) -> None:
    """42 CFR 8.12: 45 and 50 mg pass, 55 mg with the practitioner's reason; below 18 with a guardian's consent."""
    practice = await open_practice(await open_edge("medication"))
    assert (await practice.start("methadone", daily_mg="55")).json()["code"] == "first_day_dose_too_high"
    reason = {"rule_id": "methadone_start.first_day", "reason": "comes from 100 mg at another program"}
    order_id = await practice.started("methadone", daily_mg="55", overrides=[reason])
    practice.edge.clock.pass_by(days=2)
    await practice.ask_monitoring(minutes=1)
    early = await practice.change(order_id, daily_mg="70")
    assert {"dose_step_large", "dose_raised_early"} <= {found["code"] for found in early.json()["findings"]}
    await practice.checked("qtc", amount="510")
    assert (await practice.change(order_id, daily_mg="75")).json()["code"] == "qtc_too_long"
    young = await open_practice(await open_edge("medication"), age_band=AgeBand.ADOLESCENT)
    assert (await young.start("methadone", daily_mg="30")).json()["code"] == "guardian_consent_missing"
    await young.checked("guardian_consent", result="given")
    assert (await young.start("methadone", daily_mg="30")).status_code == 201


async def test_in_pregnancy_treatment_starts_and_no_detoxification_does(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.checked("pregnancy_test", result="positive")
    order_id = await practice.started("methadone", daily_mg="50")
    assert (await practice.change(order_id, daily_mg="40")).json()["code"] == "pregnant"
    assert (await practice.change(order_id, daily_mg="55")).status_code == 201


async def test_a_task_of_a_start_waits_until_its_check_is_recorded(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    answer = await practice.start()
    tasks = {found["code"]: found for found in answer.json()["findings"] if found["severity"] == "TASK"}
    assert {"naloxone_not_offered", "indication_not_documented", "liver_tests_not_recorded"} <= tasks.keys()
    assert tasks["naloxone_not_offered"]["check"] == "naloxone_offered"
    due = practice.edge.clock.now() + timedelta(hours=24)
    assert tasks["naloxone_not_offered"]["due_at"] == due.isoformat().replace("+00:00", "Z")
    assert "naloxone_not_offered" in await practice.waiting(Role.NURSE)
    await practice.checked("naloxone_offered", result="given")
    waiting = await practice.waiting(Role.NURSE)
    assert "naloxone_not_offered" not in waiting
    assert "indication_not_documented" in waiting
    await practice.end(answer.json()["order_id"])
    assert "indication_not_documented" not in await practice.waiting(Role.NURSE)


async def test_who_started_by_mouth_is_seen_again_within_a_week(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.started()
    await practice.checked("naloxone_offered", result="given")
    assert "follow_up_visit" in await practice.waiting(Role.PRESCRIBER)
    practice.edge.clock.pass_by(days=1)
    assert "follow_up_visit" in await practice.waiting(Role.PRESCRIBER)
    await practice.checked("withdrawal_score", amount="3")
    assert "follow_up_visit" not in await practice.waiting(Role.PRESCRIBER)


@pytest.mark.parametrize(("days", "waits"), [(82, False), (83, True), (90, True), (200, True)])
async def test_the_monitoring_program_is_asked_again_every_90_days(
    open_edge: OpenEdge, days: int, *, waits: bool
) -> None:
    """Told 7 days before; an attempt without an answer does not count."""
    practice = await open_practice(await open_edge("medication"), monitored=False)
    await practice.ask_monitoring("nothing_found")
    await practice.started()
    practice.edge.clock.pass_by(days=days)
    await practice.ask_monitoring(None)
    assert ("monitoring_check" in await practice.waiting(Role.PRESCRIBER)) is waits
    await practice.ask_monitoring("as_expected")
    assert "monitoring_check" not in await practice.waiting(Role.PRESCRIBER)


async def test_no_program_is_asked_for_what_is_not_controlled(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    await practice.started("naltrexone_oral", last_opioid="none")
    practice.edge.clock.pass_by(days=100)
    assert await practice.waiting(Role.PRESCRIBER) == []
