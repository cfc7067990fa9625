"""Discharge at the desk: what each reason asks for, and the one that is none, on PostgreSQL."""

import json
from typing import Any

import pytest

from services.intake.tests.course import COMPLETED, in_treatment
from services.intake.tests.desk import open_desk
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_kernel.codes import DischargeReason, LevelOfCare, Phase
from stepwell_testing.plugin import OpenEdge

ALWAYS = {"last_contact_on": "2026-03-02"}
OUTCOMES = {f"outcomes.{name}" for name in COMPLETED["outcomes"]}
PLANNED = {"level_at_discharge", "referrals", "medication_continued", *OUTCOMES}
LEFT = ALWAYS | {"level_at_discharge": "2.1", "referrals": ["none"], "medication_continued": True}
TERMINATED = COMPLETED | {"reason": 3, "reason_code": "program_rules", "clinical_review_on": "2026-03-02"}


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        (1, PLANNED),
        (2, {"level_at_discharge", "referrals", "medication_continued"}),
        (3, PLANNED | {"reason_code", "clinical_review_on"}),
        (4, PLANNED),
        (5, {"level_at_discharge", "medication_continued"}),
        (6, set()),
        (7, PLANNED),
    ],
)
async def test_a_reason_asks_for_its_fields(open_edge: OpenEdge, reason: int, missing: set[str]) -> None:
    """TEDS-D, and National Outcome Measures where the patient can be asked."""
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    answer = await course.decide("discharge", ALWAYS | {"reason": reason})
    if not missing:
        assert answer.status_code == 201
        return
    assert (answer.status_code, answer.json()["code"]) == (422, "discharge_incomplete")
    assert {field["path"] for field in answer.json()["fields"]} == missing
    assert (await desk.edge.types())[-1] == "episode_phase_changed"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (COMPLETED, 201, None),
        (LEFT | {"reason": 2}, 201, None),
        (TERMINATED, 201, None),
        (TERMINATED | {"reason_code": "lapse"}, 409, "reason_refused"),
        (TERMINATED | {"reason_code": "positive_test"}, 409, "reason_refused"),
        (TERMINATED | {"reason_code": "weather"}, 422, "reason_unknown"),
        (TERMINATED | {"clinical_review_on": "2026-03-03"}, 422, "discharge_day_impossible"),
        (COMPLETED | {"last_contact_on": "2026-03-03"}, 422, "discharge_day_impossible"),
        (COMPLETED | {"last_contact_on": "2026-03-01"}, 422, "discharge_day_impossible"),
        (COMPLETED | {"referrals": ["none", "outpatient"]}, 422, "referrals_contradict"),
        (COMPLETED | {"outcomes": {"employment": "astronaut"}}, 422, "request_invalid"),
        (COMPLETED | {"reason": 8}, 422, "request_invalid"),
    ],
)
async def test_a_discharge_that_can_be_and_those_that_cannot(
    open_edge: OpenEdge, body: dict[str, Any], status: int, code: str | None
) -> None:
    """A lapse or a positive test alone is no ground to end care (ASAM Criteria, 3rd edition)."""
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    answer = await course.decide("discharge", body)
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert await desk.edge.value("select count(*) from decision where kind = 'discharge'") == (status == 201)


async def test_what_was_stated_is_stored_and_the_event_carries_codes_of_the_discharge_only(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    await course.decided("discharge", COMPLETED)
    (row,) = await desk.edge.rows("select particulars, rules from decision where kind = 'discharge'")
    stated = {name: value for name, value in COMPLETED.items() if name not in {"reason", "last_contact_on"}}
    assert (json.loads(row["particulars"]), row["rules"]) == (stated, ["discharge.completed/1"])
    told = DischargeDecided.model_validate_json((await desk.edge.outbox())[-1].payload)
    assert (told.reason, told.level_at_discharge) == (DischargeReason.COMPLETED, LevelOfCare.OUTPATIENT)
    assert "employment" not in (await desk.edge.outbox())[-1].payload.decode()


async def test_death_leads_straight_to_the_end(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    await course.decided("hold", {"reason_code": "hospital"})
    await course.moved(Phase.TREATMENT, Phase.ON_HOLD)
    await course.decided("discharge", ALWAYS | {"reason": 6})
    aftercare = await course.carry_out(Phase.ON_HOLD, Phase.AFTERCARE)
    assert (aftercare.accepted, aftercare.code) == (False, "not_decided")
    await course.moved(Phase.ON_HOLD, Phase.CLOSED)
    assert (await course.row())["held_from"] is None
