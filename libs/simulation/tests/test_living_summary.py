"""The reports of two tenants as one, and what is published of the facilities before anybody comes."""

from stepwell_contracts.http.operations_network import Report, TaskTimeliness
from stepwell_simulation import harborlight
from stepwell_simulation.living.houses import HOUSES
from stepwell_simulation.living.openings import openings
from stepwell_simulation.living.summary import added


def tasks(kind: str, in_time: int, overdue: int) -> TaskTimeliness:
    return TaskTimeliness(kind=kind, in_time=in_time, late=1, withdrawn=2, open=overdue + 1, overdue=overdue)


def report(episodes: int, outcomes: dict[str, int], *timely: TaskTimeliness) -> Report:
    return Report(
        episodes=episodes,
        outcomes=outcomes,
        events={"stepwell.intake.referral_received.v1": episodes},
        weeks=10,
        weeks_met=7,
        required_minutes=5400,
        attended_minutes=4800,
        messages={"sent": 3},
        tasks=timely,
    )


def test_reports_add_up_by_outcome_event_message_and_kind_of_task() -> None:
    one = report(3, {"completed": 2, "declined": 1}, tasks("plan_review", 4, 1))
    other = report(5, {"completed": 5}, tasks("plan_review", 6, 0), tasks("measure_due", 2, 0))
    both = added([one, other])
    assert (both.episodes, both.weeks, both.weeks_met) == (8, 20, 14)
    assert (both.required_minutes, both.attended_minutes) == (10800, 9600)
    assert both.outcomes == {"completed": 7, "declined": 1}
    assert both.events == {"stepwell.intake.referral_received.v1": 8}
    assert both.messages == {"sent": 6}
    assert [task.kind for task in both.tasks] == ["measure_due", "plan_review"]
    plans = both.tasks[1]
    assert (plans.in_time, plans.late, plans.withdrawn, plans.open, plans.overdue) == (10, 2, 4, 3, 1)


def test_one_report_stays_what_it_is() -> None:
    alone = report(3, {"completed": 3}, tasks("plan_review", 4, 1))
    assert added([alone]) == alone


def test_every_facility_where_patients_are_treated_opens_and_so_does_the_one_in_the_north() -> None:
    facilities = {opening.facility_id for opening in openings()}
    assert facilities == {*(house.facility_id for house in HOUSES.values()), harborlight.NORTH}


def test_what_patients_join_is_published_by_their_facility() -> None:
    published = {opening.facility_id: opening.reference for opening in openings()}
    for house in HOUSES.values():
        reference = published[house.facility_id]
        groups = {group.group_id for group in reference.groups}
        programs = {program.program_id: program.minutes_per_week for program in reference.programs}
        assert {*house.groups, *house.later_groups, *(series.group_id for series in house.series)} <= groups
        assert programs[house.intensive] == house.minutes
        assert house.outpatient is None or programs[house.outpatient] == house.outpatient_minutes
        assert reference.facility.zone == house.zone
