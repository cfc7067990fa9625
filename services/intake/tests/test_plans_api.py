"""Treatment plan and outreach at the desk, on PostgreSQL."""

import json
from typing import Any
from uuid import UUID

import pytest

from services.intake.tests.desk import COUNSELOR, Desk, open_desk
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

PLAN = {
    "goals": [
        {"code": "abstinence", "target_on": "2026-06-01"},
        {"code": "housing_stable", "target_on": "2026-05-01"},
    ],
    "minutes_per_week": {"group_therapy": 480, "individual_therapy": 60},
}
SIGNED = {"patient_signed_by": "patient", "patient_signed_on": "2026-03-02"}


async def in_treatment(desk: Desk) -> UUID:
    """An episode admitted to 540 minutes a week, as the journey would have moved it."""
    episode, _ = await desk.ready_to_admit()
    await desk.edge.rows(
        """
        update episode set phase = 'treatment', part = 'stabilize', prescribed_minutes_per_week = 540
        where episode_id = $1
        """,
        episode,
    )
    return episode


async def drafted(desk: Desk, episode: UUID) -> str:
    """The path of a plan that was drafted."""
    answer = await desk.send("POST", f"/v1/episodes/{episode}/plans", PLAN, Role.COUNSELOR)
    assert (answer.status_code, answer.json()["state"]) == (201, "draft"), answer.text
    return f"/v1/episodes/{episode}/plans/{answer.json()['plan_id']}"


async def states(desk: Desk) -> list[str]:
    """The states of all plans, in the order of their drafts."""
    rows = await desk.edge.rows("select state from treatment_plan order by drafted_at, plan_id")
    return [row["state"] for row in rows]


async def test_drafted_signed_reviewed_and_superseded(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode = await in_treatment(desk)
    first = await drafted(desk, episode)
    early = await desk.send("POST", f"{first}/reviews", {"goals_met": []}, Role.COUNSELOR)
    assert (early.status_code, early.json()["code"]) == (409, "plan_not_signed")
    signed = await desk.send("POST", f"{first}/signature", SIGNED, Role.COUNSELOR, "same")
    repeat = await desk.send("POST", f"{first}/signature", SIGNED, Role.COUNSELOR, "same")
    assert (signed.status_code, signed.json()["state"], signed.content) == (201, "signed", repeat.content)
    twice = await desk.send("POST", f"{first}/signature", SIGNED, Role.COUNSELOR)
    assert (twice.status_code, twice.json()["code"]) == (409, "plan_already_signed")
    review = await desk.send("POST", f"{first}/reviews", {"goals_met": ["abstinence"]}, Role.COUNSELOR)
    assert (review.json()["goals"], review.json()["goals_met"]) == (2, 1)
    desk.edge.clock.pass_by(hours=1)
    stale, second = await drafted(desk, episode), await drafted(desk, episode)
    desk.edge.clock.pass_by(hours=1)
    await drafted(desk, episode)
    assert (await desk.send("POST", f"{second}/signature", SIGNED, Role.COUNSELOR)).status_code == 201
    assert await states(desk) == ["superseded", "superseded", "signed", "draft"]
    late = await desk.send("POST", f"{stale}/signature", SIGNED, Role.COUNSELOR)
    assert (late.status_code, late.json()["code"]) == (409, "plan_superseded")
    assert (await desk.edge.types())[-3:] == ["plan_signed", "plan_reviewed", "plan_signed"]


async def test_the_plans_can_be_read(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode = await in_treatment(desk)
    plan = await drafted(desk, episode)
    await desk.send("POST", f"{plan}/signature", SIGNED, Role.COUNSELOR)
    token = desk.app.person(COUNSELOR, Role.COUNSELOR)
    (view,) = (await desk.app.call("GET", f"/v1/episodes/{episode}/plans", token=token)).json()["plans"]
    assert (view["state"], view["goals"], view["minutes_per_week"]) == (
        "signed",
        PLAN["goals"],
        PLAN["minutes_per_week"],
    )
    assert (view["signed_at"], view["reviewed_at"]) == ("2026-03-02T17:00:00Z", None)


async def test_the_mix_is_kept_shown_and_told_with_the_signature(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode = await in_treatment(desk)
    mix = [
        {"modality": "group_therapy", "sessions": 3, "minutes": 160, "every_weeks": 1},
        {"modality": "individual_therapy", "sessions": 1, "minutes": 120, "every_weeks": 2},
    ]
    drafted = await desk.send("POST", f"/v1/episodes/{episode}/plans", PLAN | {"mix": mix}, Role.COUNSELOR)
    path = f"/v1/episodes/{episode}/plans/{drafted.json()['plan_id']}/signature"
    assert (await desk.send("POST", path, SIGNED, Role.COUNSELOR)).status_code == 201
    token = desk.app.person(COUNSELOR, Role.COUNSELOR)
    (view,) = (await desk.app.call("GET", f"/v1/episodes/{episode}/plans", token=token)).json()["plans"]
    assert view["mix"] == mix
    (signed,) = [event for event in await desk.edge.outbox() if "plan_signed" in event.type]
    assert json.loads(signed.payload)["mix"] == mix


@pytest.mark.parametrize(
    ("change", "code", "fields"),
    [
        ({"minutes_per_week": {"group_therapy": 540}}, None, []),
        (
            {"mix": [{"modality": "group_therapy", "sessions": 3, "minutes": 150}]},
            "plan_impossible",
            ["mix", "mix"],
        ),
        (
            {"mix": [{"modality": "group_therapy", "sessions": 0, "minutes": 150}]},
            "request_invalid",
            ["body.mix.0.sessions"],
        ),
        ({"minutes_per_week": {"group_therapy": 539}}, "plan_impossible", ["minutes_per_week"]),
        ({"goals": [{"code": "abstinence", "target_on": "2026-03-02"}]}, "plan_impossible", ["goals.0.target_on"]),
        ({"goals": []}, "request_invalid", ["body.goals"]),
        (
            {"goals": [{"code": "feel better", "target_on": "2026-06-01"}]},
            "request_invalid",
            ["body.goals.0.code", "body.goals"],
        ),
        ({"note": "free text"}, "request_invalid", ["body.note"]),
    ],
)
async def test_a_plan_that_cannot_be(
    open_edge: OpenEdge, change: dict[str, Any], code: str | None, fields: list[str]
) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode = await in_treatment(desk)
    answer = await desk.send("POST", f"/v1/episodes/{episode}/plans", PLAN | change, Role.COUNSELOR)
    assert (answer.status_code, answer.json().get("code")) == (422 if code else 201, code)
    assert [one["path"] for one in answer.json().get("fields", [])] == fields
    assert len(await states(desk)) == (0 if code else 1)


async def test_who_signs_and_what_is_refused(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode = await in_treatment(desk)
    plan = await drafted(desk, episode)
    elsewhere = desk.app.person(COUNSELOR, Role.COUNSELOR, tenant=OTHER_TENANT)
    tomorrow = SIGNED | {"patient_signed_on": "2026-03-03"}
    unknown = f"/v1/episodes/{episode}/plans/{new_id()}"
    refusals = (
        (403, "not_granted", await desk.send("POST", f"{plan}/signature", SIGNED, Role.INTAKE_COORDINATOR)),
        (409, "signer_not_qualified", await desk.send("POST", f"{plan}/signature", SIGNED, Role.PRESCRIBER)),
        (422, "signature_impossible", await desk.send("POST", f"{plan}/signature", tomorrow, Role.COUNSELOR)),
        (404, "plan_not_found", await desk.send("POST", f"{unknown}/signature", SIGNED, Role.COUNSELOR)),
        (
            404,
            "episode_not_found",
            await desk.app.call("POST", f"{plan}/signature", SIGNED, token=elsewhere, key="k"),
        ),
    )
    for status, code, answer in refusals:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await states(desk) == ["draft"]
    await desk.send("POST", f"{plan}/signature", SIGNED, Role.COUNSELOR)
    strange = await desk.send("POST", f"{plan}/reviews", {"goals_met": ["peer_support"]}, Role.COUNSELOR)
    assert (strange.status_code, strange.json()["code"]) == (422, "goal_not_in_plan")
    assert "plan_reviewed" not in await desk.edge.types()


async def test_there_is_no_plan_before_the_level_is_decided(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    answer = await desk.send("POST", f"/v1/episodes/{episode}/plans", PLAN, Role.COUNSELOR)
    assert (answer.status_code, answer.json()["code"]) == (409, "phase_does_not_allow")


async def test_outreach_is_told_whether_it_reached_the_patient_or_not(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}/outreach"
    first = await desk.send("POST", path, {"channel": "phone", "reached": False}, Role.COUNSELOR, "same")
    again = await desk.send("POST", path, {"channel": "phone", "reached": False}, Role.COUNSELOR, "same")
    await desk.send("POST", path, {"channel": "visit", "reached": True}, Role.COUNSELOR)
    assert (first.status_code, first.content) == (201, again.content)
    rows = await desk.edge.rows("select channel, reached from outreach order by recorded_at, outreach_id")
    assert [tuple(row) for row in rows] == [("phone", False), ("visit", True)]
    assert (await desk.edge.types()).count("outreach_recorded") == 2
    elsewhere = desk.app.person(COUNSELOR, Role.COUNSELOR, tenant=OTHER_TENANT)
    body = {"channel": "phone", "reached": True}
    refusals = (
        (422, "request_invalid", await desk.send("POST", path, {"channel": "fax", "reached": True}, Role.NURSE)),
        (403, "not_granted", await desk.send("POST", path, body, Role.OPERATIONS)),
        (404, "episode_not_found", await desk.app.call("POST", path, body, token=elsewhere, key="k")),
    )
    for status, code, answer in refusals:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
