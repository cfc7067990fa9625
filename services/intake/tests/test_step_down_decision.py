"""The step-down criteria at the desk: what is on record, what is stated, and the reason against them."""

import json
from datetime import date

from services.intake.tests.course import Course, in_treatment
from services.intake.tests.desk import NO_RISK, Desk, open_desk
from stepwell_contracts.events.scheduling import WeekClosed
from stepwell_intake.consumers.attendance import HANDLERS
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

STATED = ["substance_use", "medication_adherence", "safe_housing", "aftercare_booked"]


async def week_closed(desk: Desk, course: Course, starts_on: date, attended: int, version: int) -> None:
    """Scheduling tells a week, twice."""
    event = WeekClosed(
        episode_id=course.episode,
        week_starts_on=starts_on,
        required_minutes=540,
        attended_minutes=attended,
        shortfall_minutes=max(0, 540 - attended),
    )
    told = incoming(event, key=course.patient, at=desk.edge.clock.now(), version=version, episode_id=course.episode)
    for _ in range(2):
        async with desk.edge.transactions(desk.edge.person(Role.ADMINISTRATOR)) as tx:
            await Commands("intake", HANDLERS).handle(tx, [told])


async def criteria(desk: Desk, course: Course) -> dict[str, tuple[str, object]]:
    token = desk.app.person(new_id(), Role.UTILIZATION_REVIEWER)
    answer = await desk.app.call("GET", f"{course.path}/step-down-criteria", token=token)
    assert answer.status_code == 200, answer.text
    return {one["criterion"]: (one["state"], one["value"]) for one in answer.json()["criteria"]}


async def with_everything_on_record(desk: Desk) -> Course:
    """Five weeks of treatment, four of them closed at 75 %, measures below their limits, three of four goals met."""
    course = await in_treatment(desk)
    desk.edge.clock.pass_by(days=35)
    for version, day in enumerate((2, 9, 16, 23), 1):
        await week_closed(desk, course, date(2026, 3, day), 405, version)
    await course.decided("screens", NO_RISK)
    await course.decided(
        "screens", {"instrument": "phq_9", "answers": {f"item_{n}": 1 for n in range(1, 9)} | {"item_9": 0}}
    )
    await course.decided("screens", {"instrument": "gad_7", "answers": {f"item_{n}": 2 for n in range(1, 8)}})
    goals = ["abstinence", "housing_stable", "work_or_school", "family_involved"]
    plan = {
        "goals": [{"code": goal, "target_on": "2026-08-01"} for goal in goals],
        "minutes_per_week": {"group_therapy": 540},
    }
    drafted = await course.decide("plans", plan)
    assert drafted.status_code == 201, drafted.text
    plan_path = f"plans/{drafted.json()['plan_id']}"
    signed = {"patient_signed_by": "patient", "patient_signed_on": "2026-04-06"}
    await course.decided(f"{plan_path}/signature", signed)
    await course.decided(f"{plan_path}/reviews", {"goals_met": goals[:3]})
    return course


async def test_the_criteria_of_a_new_episode_are_unknown_but_the_risk(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    found = await criteria(desk, course)
    assert found.pop("suicide_risk") == ("met", "none")
    assert set(found.values()) == {("unknown", None)}
    assert len(found) == 8


async def test_criteria_that_are_met_need_no_reason(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await with_everything_on_record(desk)
    assert await criteria(desk, course) == {
        "attendance": ("met", 75),
        "suicide_risk": ("met", "none"),
        "depression": ("met", 8),
        "anxiety": ("met", 14),
        "plan_goals": ("met", 75),
        **dict.fromkeys(STATED, ("unknown", None)),
    }
    refused = await course.decide("step-down", course.step_down(reason_code=None))
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_missing")
    assert [field["path"] for field in refused.json()["fields"]] == [f"criteria.{criterion}" for criterion in STATED]
    await course.decided("step-down", course.step_down(reason_code=None, stated=STATED))
    (row,) = await desk.edge.rows("select particulars, rules from decision where kind = 'step_down'")
    assert [one["state"] for one in json.loads(row["particulars"])["criteria"]] == ["met"] * 9
    assert row["rules"][:2] == ["weekly_hours.1/1", "step_down.attendance/1"]
    assert len(row["rules"]) == 10


async def test_a_week_that_is_told_again_counts_as_told_last(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await with_everything_on_record(desk)
    await week_closed(desk, course, date(2026, 3, 23), 404, 7)
    await week_closed(desk, course, date(2026, 3, 23), 540, 6)
    assert (await criteria(desk, course))["attendance"] == ("not_met", 74)
    assert await desk.edge.value("select count(*) from attended_week") == 4
    body = course.step_down(stated=STATED)
    wrong = await course.decide("step-down", body | {"reason_code": "weather"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "reason_unknown")
    computed = await course.decide("step-down", body | {"stated": ["attendance"]})
    assert (computed.status_code, computed.json()["code"]) == (422, "criterion_computed")
    await course.decided("step-down", body)
    assert await desk.edge.value("select reason_code from decision where kind = 'step_down'") == "clinical_judgement"


async def test_the_criteria_are_read_by_the_team_only(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    course = await in_treatment(desk)
    for token, status in (
        (desk.app.person(new_id(), Role.OPERATIONS), 403),
        (desk.app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT), 404),
        (desk.app.person(new_id(), Role.COUNSELOR, facilities=(new_id(),)), 403),
    ):
        answer = await desk.app.call("GET", f"{course.path}/step-down-criteria", token=token)
        assert answer.status_code == status
