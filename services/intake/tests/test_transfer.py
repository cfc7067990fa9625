"""Care that goes on at another facility of the tenant, on PostgreSQL."""

from typing import Any
from uuid import UUID

import pytest

from services.intake.tests.course import in_step_down, in_treatment, second_facility
from services.intake.tests.desk import COUNSELOR, Desk, open_desk
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_kernel.codes import Phase, Role, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_testing.plugin import OpenEdge


def move(facility: UUID, program: UUID, minutes: int = 540) -> dict[str, Any]:
    return {
        "facility_id": str(facility),
        "program_id": str(program),
        "prescribed_minutes_per_week": minutes,
        "reason_code": "moved",
    }


async def worklist(desk: Desk, facility: UUID) -> list[str]:
    token = desk.app.person(new_id(), Role.SUPERVISOR)
    answer = await desk.app.call("GET", "/v1/worklist", token=token, params={"facility": str(facility)})
    return [row["kind"] for row in answer.json()["rows"]]


async def test_the_episode_moves_with_its_open_tasks_and_keeps_phase_and_part(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    there, intensive, _ = await second_facility(desk)
    course = await in_treatment(desk)
    await course.moved(Phase.TREATMENT, Phase.TREATMENT, part=TreatmentPart.SKILLS)
    await course.task(TaskKind.CASE_CONFERENCE)
    await course.decided("transfer", move(there, intensive, 600))
    await course.moved(Phase.TREATMENT, Phase.TREATMENT, part=TreatmentPart.CONSOLIDATE)
    undecided = await course.carry_out(Phase.TREATMENT, Phase.TREATMENT, facility_id=new_id())
    assert (undecided.accepted, undecided.code) == (False, "not_decided")
    assert (await worklist(desk, desk.facility), await worklist(desk, there)) == (["case_conference"], [])
    await course.moved(
        Phase.TREATMENT,
        Phase.TREATMENT,
        facility_id=there,
        program_id=intensive,
        prescribed_minutes_per_week=600,
    )
    assert (await worklist(desk, desk.facility), await worklist(desk, there)) == ([], ["case_conference"])
    row = await course.row()
    assert (row["facility_id"], row["program_id"], row["part"]) == (there, intensive, "consolidate")
    told = EpisodePhaseChanged.model_validate_json((await desk.edge.outbox())[-1].payload)
    assert (told.facility_id, told.phase, told.part, told.previous, told.prescribed_minutes_per_week) == (
        there,
        Phase.TREATMENT,
        TreatmentPart.CONSOLIDATE,
        Phase.TREATMENT,
        600,
    )
    assert await desk.edge.value("select state from decision where kind = 'transfer'") == "carried_out"


async def test_who_decides_belongs_to_the_present_facility_before_and_after(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    there, _, outpatient = await second_facility(desk)
    course = await in_step_down(desk)
    path, body = f"{course.path}/transfer", move(there, outpatient, 90)
    of_there = desk.app.person(COUNSELOR, Role.COUNSELOR, facilities=(there,))
    of_here = desk.app.person(COUNSELOR, Role.COUNSELOR, facilities=(desk.facility,))
    early = await desk.app.call("POST", path, body, token=of_there, key="1")
    assert (early.status_code, early.json()["code"]) == (403, "facility_out_of_scope")
    assert (await desk.app.call("POST", path, body, token=of_here, key="2")).status_code == 201
    await course.moved(
        Phase.STEP_DOWN, Phase.STEP_DOWN, facility_id=there, program_id=outpatient, prescribed_minutes_per_week=90
    )
    assert (await desk.app.call("GET", course.path, token=of_here)).status_code == 403
    assert (await desk.app.call("GET", course.path, token=of_there)).json()["phase"] == "step_down"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"reason_code": "weather"}, 422, "reason_unknown"),
        ({"facility_id": "here", "program_id": "here"}, 422, "facility_is_present"),
        ({"program_id": "here"}, 422, "program_not_of_facility"),
        ({"program_id": "outpatient", "prescribed_minutes_per_week": 90}, 409, "program_of_another_level"),
        ({"prescribed_minutes_per_week": 539}, 409, "hours_outside_level"),
        ({"facility_id": "nowhere"}, 503, "facility_not_known_yet"),
    ],
)
async def test_a_transfer_that_cannot_be(open_edge: OpenEdge, change: dict[str, Any], status: int, code: str) -> None:
    desk = await open_desk(await open_edge("intake"))
    there, intensive, outpatient = await second_facility(desk)
    course = await in_treatment(desk)
    names = {"facility_id": {"here": desk.facility, "nowhere": new_id()}}
    names["program_id"] = {"here": desk.intensive, "outpatient": outpatient}
    changed = {field: str(names.get(field, {}).get(value, value)) for field, value in change.items()}
    told = await desk.edge.types()
    answer = await course.decide("transfer", move(there, intensive) | changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.edge.types() == told
