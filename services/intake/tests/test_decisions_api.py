"""Decisions at the desk, and how the journey carries them out, on PostgreSQL."""

from typing import Any

import pytest

from services.intake.tests.course import COMPLETED, Course, in_aftercare, in_step_down, in_treatment, ready
from services.intake.tests.desk import RATINGS, Desk, open_desk
from stepwell_kernel.codes import Phase, Role, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

NO_PROGRAM = {"program_id": str(new_id()), "prescribed_minutes_per_week": 90}
HOSPITAL = {"reason_code": "hospital", "expected_back_on": "2026-03-20"}


async def referred(desk: Desk) -> Course:
    return Course(desk, *await desk.referred())


@pytest.mark.parametrize("wait_first", [False, True])
async def test_declined_out_of_every_phase_before_care(open_edge: OpenEdge, *, wait_first: bool) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await ready(desk) if wait_first else await referred(desk)
    origin = Phase.REFERRAL
    if wait_first:
        await course.decided("waitlist", {"reason_code": "no_seat"}, Role.INTAKE_COORDINATOR)
        await course.moved(Phase.ADMISSION, Phase.WAITLISTED)
        origin = Phase.WAITLISTED
    await course.decided("decline", {"reason_code": "declined_by_person"}, Role.INTAKE_COORDINATOR)
    assert await desk.phase(course.episode) == origin
    await course.moved(origin, Phase.DECLINED)
    await course.moved(Phase.DECLINED, Phase.CLOSED)
    assert (await desk.edge.types())[-3:] == ["decline_decided", "episode_phase_changed", "episode_phase_changed"]
    told = len(await desk.edge.outbox())
    await course.moved(Phase.DECLINED, Phase.CLOSED)
    assert len(await desk.edge.outbox()) == told, "asked for once more before it was heard of, the end changes nothing"


async def test_a_clinical_reason_is_a_clinicians_to_state(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await referred(desk)
    body = {"reason_code": "needs_another_level"}
    desk_says = await course.decide("decline", body, Role.INTAKE_COORDINATOR)
    assert (desk_says.status_code, desk_says.json()["code"]) == (403, "not_granted")
    assert await desk.edge.value("select count(*) from decision") == 0
    await course.decided("decline", body, Role.COUNSELOR)


async def test_a_wait_ends_at_the_gate(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await ready(desk)
    await course.decided("waitlist", {"reason_code": "no_seat"}, Role.INTAKE_COORDINATOR)
    await course.moved(Phase.ADMISSION, Phase.WAITLISTED)
    await course.decided("resume", {}, Role.INTAKE_COORDINATOR)
    await course.moved(Phase.WAITLISTED, Phase.ADMISSION)
    await course.decided("admission", desk.admission())


async def test_care_goes_on_where_it_paused(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_step_down(desk)
    await course.decided("hold", HOSPITAL)
    await course.moved(Phase.STEP_DOWN, Phase.ON_HOLD)
    assert (await course.row())["held_from"] == "step_down"
    desk_says = await course.decide("resume", {}, Role.INTAKE_COORDINATOR)
    assert (desk_says.status_code, desk_says.json()["code"]) == (403, "not_granted")
    await course.decided("resume", {})
    elsewhere = await course.carry_out(Phase.ON_HOLD, Phase.TREATMENT, part=TreatmentPart.STABILIZE)
    assert (elsewhere.accepted, elsewhere.code) == (False, "held_from_elsewhere")
    await course.moved(Phase.ON_HOLD, Phase.STEP_DOWN)
    assert ((await course.row())["held_from"], await desk.phase(course.episode)) == (None, "step_down")


async def test_up_again_from_step_down_and_from_aftercare(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_step_down(desk)
    less = {"program_id": str(desk.outpatient), "prescribed_minutes_per_week": 90}
    refused = await course.decide("step-up", less)
    assert (refused.status_code, refused.json()["code"]) == (409, "program_not_more_intensive")
    terms = {"part": TreatmentPart.STABILIZE, **course.program()}
    await course.decided("step-up", course.program())
    await course.moved(Phase.STEP_DOWN, Phase.TREATMENT, **terms)
    await course.decided("discharge", COMPLETED)
    await course.moved(Phase.TREATMENT, Phase.AFTERCARE)
    await course.decided("step-up", course.program())
    await course.moved(Phase.AFTERCARE, Phase.TREATMENT, **terms)
    row = await course.row()
    assert (row["phase"], row["part"], row["prescribed_minutes_per_week"]) == ("treatment", "stabilize", 540)


@pytest.mark.parametrize(
    ("what", "body", "status", "code", "field"),
    [
        ("hold", {"reason_code": "weather"}, 422, "reason_unknown", "reason_code"),
        ("hold", {}, 422, "request_invalid", "body.reason_code"),
        ("hold", HOSPITAL | {"expected_back_on": "2026-03-02"}, 422, "expected_back_impossible", "expected_back_on"),
        ("hold", HOSPITAL | {"note": "at home"}, 422, "request_invalid", "body.note"),
        ("waitlist", {"reason_code": "no_seat"}, 409, "phase_does_not_allow", None),
        ("decline", {"reason_code": "not_reached"}, 409, "phase_does_not_allow", None),
        ("resume", {}, 409, "phase_does_not_allow", None),
        (
            "admission",
            {"program_id": str(new_id()), "prescribed_minutes_per_week": 540},
            409,
            "phase_does_not_allow",
            None,
        ),
        (
            "step-up",
            {"program_id": str(new_id()), "prescribed_minutes_per_week": 540},
            409,
            "phase_does_not_allow",
            None,
        ),
        (
            "step-down",
            {"program_id": str(new_id()), "prescribed_minutes_per_week": 90},
            422,
            "program_not_of_facility",
            "program_id",
        ),
    ],
)
async def test_what_a_decision_cannot_be(
    open_edge: OpenEdge, what: str, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    told = await desk.edge.types()
    answer = await course.decide(what, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert field is None or field in [one["path"] for one in problem["fields"]]
    assert await desk.edge.types() == told
    assert await desk.edge.value("select count(*) from decision where state = 'open'") == 0


async def test_a_decision_is_made_once_and_by_who_may(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    first = await course.decide("hold", HOSPITAL, key="same")
    again = await course.decide("hold", HOSPITAL, key="same")
    assert (first.status_code, first.content) == (201, again.content)
    other = await course.decide("hold", {"reason_code": "travel"}, key="same")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    nurse = await course.decide("hold", HOSPITAL, Role.NURSE)
    assert (nurse.status_code, nurse.json()["code"]) == (403, "not_granted")
    stranger = desk.app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT)
    elsewhere = await desk.app.call("POST", f"{course.path}/hold", HOSPITAL, token=stranger, key="k")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "episode_not_found")
    assert await desk.edge.value("select count(*) from decision where kind = 'hold'") == 1


async def test_a_decision_that_was_rejected_gives_way_even_when_its_task_is_done(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    await course.decided("hold", HOSPITAL)
    early = await course.decide("discharge", COMPLETED)
    assert (early.status_code, early.json()["code"]) == (409, "decision_under_way")
    task = await course.task(TaskKind.ACTION_REJECTED, Role.SUPERVISOR)
    await course.decided(f"tasks/{task}/completion", {"outcome": "decided_anew"}, Role.SUPERVISOR)
    await course.decided("discharge", COMPLETED)
    rows = await desk.edge.rows("select kind, state from decision order by decided_at, decision_id")
    assert [tuple(row) for row in rows][1:] == [("hold", "superseded"), ("discharge", "open")]


@pytest.mark.parametrize(
    ("what", "passes"),
    [("hold", False), ("step-down", False), ("discharge", False), ("death", True)],
)
async def test_nobody_is_sent_on_in_a_crisis(open_edge: OpenEdge, *, what: str, passes: bool) -> None:
    """C-SSRS triage: the disposition comes first; death is recorded whatever is open."""
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    await course.decided("crises", {"setting": "on_site"})
    death = {"reason": 6, "last_contact_on": "2026-03-02"}
    bodies = {"hold": HOSPITAL, "step-down": course.step_down(), "discharge": COMPLETED, "death": death}
    answer = await course.decide("discharge" if what == "death" else what, bodies[what])
    assert answer.json().get("code") == (None if passes else "crisis_open")


async def test_the_level_is_reviewed_in_care_without_a_move(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_aftercare(desk)
    told = len(await desk.edge.types())
    answer = await course.decide("assessments", {"ratings": RATINGS, "decided": "2.1"})
    assert (answer.status_code, answer.json()["phase"]) == (201, "aftercare")
    assert (await desk.edge.types())[told:] == ["level_of_care_decided"]


async def test_decisions_are_read_the_newest_first(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    desk.edge.clock.pass_by(minutes=1)
    await course.decided("hold", HOSPITAL)
    token = desk.app.person(new_id(), Role.SUPERVISOR)
    listed = (await desk.app.call("GET", f"{course.path}/decisions", token=token)).json()["decisions"]
    assert [(one["kind"], one["state"]) for one in listed] == [("hold", "open"), ("admission", "carried_out")]
    assert (listed[0]["reason_code"], listed[0]["expected_back_on"]) == ("hospital", "2026-03-20")
    assert listed[0]["rules"] == ["decision_reason.hold/1", "hold/1"]
    scheduler = desk.app.person(new_id(), Role.OPERATIONS, facilities=(new_id(),))
    refused = await desk.app.call("GET", f"{course.path}/decisions", token=scheduler)
    assert (refused.status_code, refused.json()["code"]) == (403, "facility_out_of_scope")
