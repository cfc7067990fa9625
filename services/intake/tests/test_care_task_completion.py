"""Care tasks that people end, on PostgreSQL."""

from typing import Any

import pytest

from services.intake.tests.course import Course, in_treatment
from services.intake.tests.desk import COUNSELOR, open_desk
from stepwell_contracts.activities import CloseCareTask, EscalateCareTask
from stepwell_contracts.events.intake_clinical import CareTaskCompleted
from stepwell_intake.domain.care_tasks import OWN_COMMANDS
from stepwell_kernel.codes import Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge


async def test_a_task_is_ended_once_with_its_outcome(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    task = await course.task(TaskKind.WEEKLY_HOURS_SHORT)
    path = f"tasks/{task}/completion"
    first = await course.decide(path, {"outcome": "illness"}, key="same")
    again = await course.decide(path, {"outcome": "illness"}, key="same")
    assert (first.status_code, first.content) == (201, again.content)
    other = await course.decide(path, {"outcome": "transport"})
    assert (other.status_code, other.json()["code"]) == (409, "task_closed")
    told = CareTaskCompleted.model_validate_json((await desk.edge.outbox())[-1].payload)
    assert (told.task_id, told.outcome, told.completed_by) == (task, "illness", COUNSELOR)
    assert (await desk.edge.types())[-2:] == ["care_task_opened", "care_task_completed"]
    (row,) = await desk.edge.rows("select state, outcome, completed_by from care_task")
    assert tuple(row) == ("closed", "illness", COUNSELOR)


async def test_the_journey_closing_it_too_changes_nothing(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    task = await course.task(TaskKind.OUTREACH_CALL)
    await course.decided(f"tasks/{task}/completion", {"outcome": "not_reached"})
    closing = CloseCareTask(key=desk.key(course.episode, course.patient, 90), task_id=task, outcome="returned")
    for _ in range(2):
        assert (await desk.activities.close_care_task(closing)).accepted
    assert await desk.edge.value("select outcome from care_task") == "not_reached"
    assert (await desk.edge.types())[-1] == "care_task_completed"


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        (TaskKind.PLAN_REVIEW, {"outcome": "done"}, 409, "task_has_its_command"),
        (TaskKind.CRISIS_DISPOSITION, {"outcome": "done"}, 409, "task_has_its_command"),
        (TaskKind.SAFETY_DECISION, {"outcome": "illness"}, 422, "outcome_unknown"),
        (TaskKind.SAFETY_DECISION, {"outcome": "Called his mother"}, 422, "request_invalid"),
        (TaskKind.SAFETY_DECISION, {}, 422, "request_invalid"),
    ],
)
async def test_how_a_task_cannot_end(
    open_edge: OpenEdge, kind: TaskKind, body: dict[str, Any], status: int, code: str
) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    task = await course.task(kind)
    answer = await course.decide(f"tasks/{task}/completion", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.edge.value("select state from care_task") == "open"
    assert (await desk.edge.types())[-1] == "care_task_opened"


async def test_a_task_is_ended_by_whom_it_concerns(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    body = {"outcome": "care_continues"}
    review = await course.task(TaskKind.UTILIZATION_REVIEW, Role.UTILIZATION_REVIEWER)
    path = f"tasks/{review}/completion"
    for role in (Role.COUNSELOR, Role.NURSE, Role.ADMINISTRATOR):
        refused = await course.decide(path, body, role)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_granted")
    escalating = EscalateCareTask(
        key=desk.key(course.episode, course.patient, 90),
        task_id=review,
        role=Role.ADMINISTRATOR,
        due_at=desk.edge.clock.now(),
    )
    assert (await desk.activities.escalate_care_task(escalating)).accepted
    await course.decided(path, body, Role.ADMINISTRATOR)
    call = await course.task(TaskKind.OUTREACH_CALL)
    await course.decided(f"tasks/{call}/completion", {"outcome": "wrong_number"}, Role.SUPERVISOR)


async def test_a_task_of_another_episode_or_tenant_is_not_found(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    task = await course.task(TaskKind.CASE_CONFERENCE)
    body = {"outcome": "plan_changed"}
    other = Course(desk, *await desk.referred())
    misplaced = await other.decide(f"tasks/{task}/completion", body)
    assert (misplaced.status_code, misplaced.json()["code"]) == (404, "care_task_not_found")
    stranger = desk.app.person(COUNSELOR, Role.COUNSELOR, tenant=OTHER_TENANT)
    answer = await desk.app.call("POST", f"{course.path}/tasks/{task}/completion", body, token=stranger, key="k")
    assert (answer.status_code, answer.json()["code"]) == (404, "episode_not_found")


async def test_every_kind_on_the_worklist_leads_to_its_command(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    tasks = {kind: await course.task(kind) for kind in TaskKind}
    token = desk.app.person(new_id(), Role.UTILIZATION_REVIEWER)
    answer = await desk.app.call("GET", "/v1/worklist", token=token, params={"facility": str(desk.facility)})
    commands = {row["kind"]: row["command"] for row in answer.json()["rows"]}
    assert commands[TaskKind.PLAN_REVIEW] == f"GET {course.path}/plans"
    assert commands[TaskKind.HOLD_REVIEW] == f"POST {course.path}/resume"
    assert commands[TaskKind.LATE_FACT] == f"POST {course.path}/tasks/{tasks[TaskKind.LATE_FACT]}/completion"
    outcomes = await desk.edge.rows("select parameters->>'kind' from rule where family = 'task_outcome'")
    assert {row[0] for row in outcomes} == set(TaskKind) - OWN_COMMANDS
