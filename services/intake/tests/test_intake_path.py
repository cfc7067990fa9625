"""From referral to aftercare at intake's desk, over HTTP and by the journey's activities, on PostgreSQL."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.tests.course import COMPLETED, Course
from services.intake.tests.desk import RATINGS, Desk, open_desk
from stepwell_contracts.activities import ChangePhase, CloseCareTask, EscalateCareTask, OpenCareTask, ReadPolicy
from stepwell_kernel.codes import Phase, Role, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_testing.plugin import OpenEdge


async def moved(desk: Desk, episode: UUID, patient: UUID, expected: Phase, to: Phase, index: int) -> bool:
    """The journey moves the episode; asked twice, it moves once."""
    part = TreatmentPart.STABILIZE if to is Phase.TREATMENT else None
    message = ChangePhase(key=desk.key(episode, patient, index), expected=expected, to=to, part=part)
    first = await desk.activities.change_phase(message)
    if first.accepted:
        assert await desk.activities.change_phase(message) == first
    return first.accepted


async def test_the_path_to_admission_tells_every_step(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, patient = await desk.ready_to_admit()
    decided = await desk.send("POST", f"/v1/episodes/{episode}/admission", desk.admission(), Role.COUNSELOR)
    assert decided.status_code == 201
    assert await desk.phase(episode) == "admission"
    assert await moved(desk, episode, patient, Phase.ADMISSION, Phase.TREATMENT, 0)
    assert await desk.edge.types() == [
        "referral_received",
        "first_contact_recorded",
        "episode_phase_changed",
        "level_of_care_decided",
        "episode_phase_changed",
        "consent_granted",
        "screen_recorded",
        "authorization_recorded",
        "admission_decided",
        "episode_phase_changed",
    ]
    versions = [event.version for event in await desk.edge.outbox()]
    assert versions == list(range(1, 11))


async def test_step_down_and_discharge_are_decided_by_people_and_carried_out_by_the_journey(
    open_edge: OpenEdge,
) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, patient = await desk.ready_to_admit()
    path = f"/v1/episodes/{episode}"
    await desk.send("POST", f"{path}/admission", desk.admission(), Role.COUNSELOR)
    assert not await moved(desk, episode, patient, Phase.TREATMENT, Phase.STEP_DOWN, 9)
    assert await moved(desk, episode, patient, Phase.ADMISSION, Phase.TREATMENT, 0)
    assert not await moved(desk, episode, patient, Phase.TREATMENT, Phase.STEP_DOWN, 1)
    down = Course(desk, episode, patient).step_down()
    assert (await desk.send("POST", f"{path}/step-down", down, Role.COUNSELOR)).status_code == 201
    again = await desk.send("POST", f"{path}/step-down", down, Role.COUNSELOR)
    assert (again.status_code, again.json()["code"]) == (409, "decision_under_way")
    assert await moved(desk, episode, patient, Phase.TREATMENT, Phase.STEP_DOWN, 2)
    assert (await desk.send("POST", f"{path}/discharge", COMPLETED, Role.COUNSELOR)).status_code == 201
    assert await moved(desk, episode, patient, Phase.STEP_DOWN, Phase.AFTERCARE, 3)
    call = await desk.send("POST", f"{path}/aftercare-contacts", {"reached": True}, Role.COUNSELOR)
    assert call.status_code == 201
    assert await moved(desk, episode, patient, Phase.AFTERCARE, Phase.CLOSED, 4)


async def test_another_level_than_the_programs_declines(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}"
    await desk.send("POST", f"{path}/first-contact", {"spoke_with": "patient"}, Role.INTAKE_COORDINATOR)
    body = {"ratings": RATINGS, "decided": "1", "reason_code": "patient_preference"}
    answer = await desk.send("POST", f"{path}/assessments", body, Role.COUNSELOR)
    assert (answer.json()["recommended"], answer.json()["phase"]) == ("2.1", "declined")


async def test_tasks_are_opened_escalated_and_closed_once(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, patient = await desk.referred()
    task, due_at = new_id(), desk.edge.clock.now() + timedelta(days=1)
    key = desk.key(episode, patient)
    opening = OpenCareTask(
        key=key, task_id=task, kind=TaskKind.REFERRAL_CONTACT, role=Role.INTAKE_COORDINATOR, due_at=due_at
    )
    escalating = EscalateCareTask(key=desk.key(episode, patient, 1), task_id=task, role=Role.SUPERVISOR, due_at=due_at)
    closing = CloseCareTask(key=desk.key(episode, patient, 2), task_id=task, outcome="done")
    for _ in range(2):
        assert (await desk.activities.open_care_task(opening)).accepted
        assert (await desk.activities.escalate_care_task(escalating)).accepted
    token = desk.app.person(new_id(), Role.SUPERVISOR)
    params = {"facility": str(desk.facility)}
    worklist = await desk.app.call("GET", "/v1/worklist", token=token, params=params)
    assert sorted(row["role"] for row in worklist.json()["rows"]) == ["intake_coordinator", "supervisor"]
    for _ in range(2):
        assert (await desk.activities.close_care_task(closing)).accepted
    assert (await desk.edge.types())[1:] == ["care_task_opened", "care_task_escalated", "care_task_closed"]
    unknown = CloseCareTask(key=desk.key(episode, patient, 3), task_id=new_id(), outcome="done")
    assert (await desk.activities.close_care_task(unknown)).code == "care_task_not_found"


async def test_the_policy_is_that_of_the_program(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    policy = await desk.activities.read_policy(
        ReadPolicy(
            tenant="riverbend",
            facility_id=desk.facility,
            program_id=desk.intensive,
            as_of=desk.edge.clock.now(),
        )
    )
    assert (policy.zone, policy.referral_contact_business_days, policy.aftercare_days) == ("America/New_York", 1, 365)
    assert [check.days for check in policy.aftercare_checks] == [3, 7, 30, 60, 90, 180, 365]


@pytest.mark.parametrize(("permitted", "reason"), [(True, None), (False, "not_permitted"), (None, "not_permitted")])
async def test_an_address_leaves_only_with_permission(
    open_edge: OpenEdge, *, permitted: bool | None, reason: str | None
) -> None:
    desk = await open_desk(await open_edge("intake"))
    _, patient = await desk.referred()
    if permitted is not None:
        path = f"/v1/patients/{patient}/contact-permissions/email"
        await desk.send("PUT", path, {"permitted": permitted}, Role.INTAKE_COORDINATOR)
    question = {"patient_id": str(patient), "purpose": "care", "channel": "email"}
    answer = await desk.app.call(
        "POST", "/v1/contact-points/resolve", question, token=desk.app.service("notifications")
    )
    point = answer.json()
    assert (point["permitted"], point["reason_code"]) == (reason is None, reason)
    assert point["address"] == ("robin@example.org" if reason is None else None)
    assert await desk.edge.value("select count(*) from audit where action = 'intake.resolve_contact_point'") == 1
    stranger = await desk.app.call("POST", "/v1/contact-points/resolve", question, token=desk.app.service("scheduling"))
    assert stranger.status_code == 403


async def test_identity_is_stored_only_as_ciphertext(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    await desk.referred()
    tables = await desk.edge.rows("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        text = str([tuple(row) for row in await desk.edge.rows(f'select * from "{table}"')])
        assert "Marked" not in text, table
        assert "robin@example.org" not in text, table
