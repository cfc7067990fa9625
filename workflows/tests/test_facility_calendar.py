"""Recurring work of a facility: when it is due, that it is done once, and that trouble in one lane stays there."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from stepwell_contracts import activities as contract
from stepwell_contracts.journey import CLOCK_SIGNAL, ClockSegment
from stepwell_kernel.local_time import local_at
from stepwell_testing.eventually import eventually
from stepwell_workflows.facility import rhythm
from workflows.tests.facility import CALENDAR, PLANNING, Facility, calendar
from workflows.tests.plays import a_quarter_of_planning


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (datetime(2026, 3, 4, 15, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 9, 15, tzinfo=UTC), date(2026, 3, 16)),
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 16)),
    ],
    ids=["midweek", "first day", "last minute of a week", "first minute of a week"],
)
def test_the_first_week_is_the_next_one_of_the_facility(now: datetime, week: date) -> None:
    assert rhythm.first_week(CALENDAR, now) == week


@pytest.mark.parametrize("week", [date(2026, 3, 9), date(2026, 3, 16), date(2026, 10, 26), date(2026, 11, 2)])
def test_planning_keeps_its_local_time_over_clock_changes(week: date) -> None:
    local = local_at(rhythm.plan_at(CALENDAR, week), CALENDAR.zone)
    assert local == datetime.combine(week - timedelta(days=4), CALENDAR.plan_at)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 4, 9, 59, tzinfo=UTC), date(2026, 3, 4)),
        (datetime(2026, 3, 4, 10, 0, tzinfo=UTC), date(2026, 3, 5)),
    ],
    ids=["before the draw", "at the draw"],
)
def test_a_day_is_drawn_for_in_its_morning(now: datetime, day: date) -> None:
    assert rhythm.next_draw(CALENDAR, now) == day


async def test_each_week_is_planned_and_each_day_drawn_for_once(workflow_environment: WorkflowEnvironment) -> None:
    facility = Facility(workflow_environment)
    await a_quarter_of_planning(facility)
    for name in (*PLANNING, contract.SELECT_DRUG_TESTS):
        assert len(facility.days(name)) == len(set(facility.days(name)))
    weeks = [date.fromisoformat(day) for day in facility.days(contract.PLAN_WEEK)]
    assert weeks == [weeks[0] + timedelta(weeks=number) for number in range(len(weeks))]
    assert len(weeks) >= 14
    draws = [date.fromisoformat(day) for day in facility.days(contract.SELECT_DRUG_TESTS)]
    assert draws == [draws[0] + timedelta(days=number) for number in range(len(draws))]
    for name, day, at in facility.asked:
        if name == contract.PLAN_WEEK and day != weeks[0].isoformat():
            due = rhythm.plan_at(CALENDAR, date.fromisoformat(day))
            assert due <= at.astimezone(UTC) < due + timedelta(minutes=5)


async def test_a_service_that_is_away_holds_up_nothing_else(workflow_environment: WorkflowEnvironment) -> None:
    half_an_hour_later = CALENDAR.model_copy(update={"draw_at": time(12, 30)})
    facility = Facility(workflow_environment, half_an_hour_later)
    async with calendar(facility):
        now = await facility.sleep(days=7, minutes=1)
        week = (await facility.state()).next_week
        assert week is not None
        planned_at = rhythm.plan_at(CALENDAR, week)
        facility.broken = {contract.PLAN_WEEK: "unavailable"}
        await facility.sleep(seconds=(planned_at - now).total_seconds() + 3600)
        drawn_for = (planned_at.date().isoformat(), week.isoformat())
        assert drawn_for[0] in facility.days(contract.SELECT_DRUG_TESTS)
        assert drawn_for[1] not in facility.days(contract.PLAN_WEEK)
        facility.broken = {}
        await facility.sleep(minutes=5)
        assert drawn_for[1] in facility.days(contract.PLAN_WEEK)
        assert (await facility.state()).stuck == ()


async def test_what_is_refused_or_broken_is_kept_and_done_again_by_an_operator(
    workflow_environment: WorkflowEnvironment,
) -> None:
    facility = Facility(
        workflow_environment,
        refused=frozenset({contract.EXTEND_SERIES}),
        broken={contract.SELECT_DRUG_TESTS: "bug"},
    )
    async with calendar(facility) as handle:
        await facility.sleep(days=8, hours=5)
        stuck = (await facility.state()).stuck
        assert {one.code for one in stuck if one.name == contract.EXTEND_SERIES} == {"facility_not_known"}
        assert {one.code for one in stuck if one.name == contract.SELECT_DRUG_TESTS} == {"bug"}
        assert facility.days(contract.PLAN_WEEK)
        facility.refused, facility.broken = frozenset(), {}
        assert await handle.execute_update("retry_stuck", result_type=int) == 0
        assert len(facility.days(contract.EXTEND_SERIES)) >= 1
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update("retry_stuck", result_type=int)


async def test_a_faster_clock_is_followed_at_once_and_an_older_one_passed_over(
    workflow_environment: WorkflowEnvironment,
) -> None:
    """A day in a minute: what was timed for the day's end comes within the minute."""
    facility = Facility(workflow_environment)
    async with calendar(facility) as handle:

        async def draws() -> bool:
            return (await facility.state()).next_draw is not None

        await eventually(draws)
        now = (await workflow_environment.get_current_time()).astimezone(UTC)
        segment = ClockSegment(wall_from=now, domain_from=now, factor=1440)
        for told in ([segment], []):
            await handle.signal(CLOCK_SIGNAL, told)
        await facility.sleep(minutes=10)
        assert len(facility.days(contract.SELECT_DRUG_TESTS)) >= 9
