"""Whole journeys in skipped time: the shell with its timers, lanes and runs, on the workflow server."""

import asyncio
from datetime import UTC, timedelta

from temporalio.testing import WorkflowEnvironment

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ReadPolicy
from stepwell_contracts.journey import CLOCK_SIGNAL, EVENT_SIGNAL, VIEW_QUERY, ClockSegment, JourneyView
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import Phase, Role, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_testing.eventually import eventually
from workflows.tests.clinic import Services, running
from workflows.tests.plays import closed_after_a_year, declined, missed_and_returned, stayed_away
from workflows.tests.stories import FACILITY, OTHER_FACILITY, POLICY


async def test_a_whole_journey_in_skipped_time(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    await closed_after_a_year(services)
    names = services.names()
    assert names.count(contract.CLOSE_WEEK) == 6
    assert names.count(contract.REPLACE_BOOKINGS) == 2
    phases = [m["to"] for name, m in services.asked if name == contract.CHANGE_PHASE]
    assert phases == ["treatment", "treatment", "step_down", "aftercare", "closed"]
    kinds = [m["kind"] for name, m in services.asked if name == contract.OPEN_CARE_TASK]
    assert kinds.count("aftercare_check") == 7


async def test_a_declined_journey_closes(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    await declined(services)
    phases = [m["to"] for name, m in services.asked if name == contract.CHANGE_PHASE]
    assert phases == ["waitlisted", "declined", "closed"]
    kinds = [m["kind"] for name, m in services.asked if name == contract.OPEN_CARE_TASK]
    assert kinds == ["referral_contact", "intake_assessment", "admission_decision", "waitlist_review"]


async def test_a_journey_through_all_side_doors(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    await missed_and_returned(services)
    phases = [m["to"] for name, m in services.asked if name == contract.CHANGE_PHASE]
    assert [phase for phase, after in zip(phases, [*phases[1:], ""], strict=True) if phase != after] == [
        "treatment",
        "on_hold",
        "treatment",
        "aftercare",
        "treatment",
        "aftercare",
        "closed",
    ]
    kinds = {m["kind"] for name, m in services.asked if name == contract.OPEN_CARE_TASK}
    assert {"outreach_call", "crisis_disposition", "safety_follow_up", "hold_review", "aftercare_check"} <= kinds


async def test_who_stays_away_is_reviewed_and_never_discharged_by_the_journey(
    workflow_environment: WorkflowEnvironment,
) -> None:
    services = Services(workflow_environment)
    await stayed_away(services)
    opened = [m["kind"] for name, m in services.asked if name == contract.OPEN_CARE_TASK]
    counts = {kind: opened.count(kind) for kind in ("outreach_call", "safety_decision", "weekly_hours_short")}
    assert counts == {"outreach_call": 2, "safety_decision": 1, "weekly_hours_short": 2}
    assert {"administrative_review", "level_of_care_review"} <= set(opened)
    phases = [m["to"] for name, m in services.asked if name == contract.CHANGE_PHASE]
    assert phases == ["treatment", "treatment", "aftercare", "closed"]


async def test_a_rejected_step_down_is_undone(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    async with running(services):
        await services.admit()
        await services.sleep(days=1, hours=5)
        services.reject = frozenset({contract.CHANGE_PHASE})
        await services.decide("step_down")
        await services.sleep(hours=1)
        state = await services.state()
    assert [n for n in services.names() if "bookings" in n] == [
        contract.REPLACE_BOOKINGS,
        contract.RESTORE_BOOKINGS,
    ]
    assert state.phase is Phase.TREATMENT
    assert state.saga is None


async def test_a_broken_event_is_parked_and_can_be_retried(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    async with running(services) as handle:
        await handle.signal(EVENT_SIGNAL, {"envelope": "nonsense"})
        await services.tell(services.story.referred(at=await services.now()))
        await services.sleep(minutes=1)
        state = await services.state()
        assert [parked.error for parked in state.parked] == ["ValidationError"]
        assert contract.OPEN_CARE_TASK in services.names()
        assert await handle.execute_update("retry_parked", id=str(new_id())) == 1


async def test_rules_of_a_place_that_was_left_meanwhile_are_read_anew(
    workflow_environment: WorkflowEnvironment,
) -> None:
    services, is_asked, may_answer = Services(workflow_environment), asyncio.Event(), asyncio.Event()

    async def rules(question: ReadPolicy) -> JourneyPolicy:
        if services.phase is Phase.TREATMENT and question.facility_id == FACILITY:
            is_asked.set()
            await may_answer.wait()
        return POLICY.model_copy(update={"version": str(question.facility_id)})

    services.rules = rules
    async with running(services):
        await services.refer()
        await services.decide("admission")
        await is_asked.wait()
        await services.entered(Phase.TREATMENT, TreatmentPart.STABILIZE, OTHER_FACILITY)
        await eventually(services.state, until=lambda state: state.facility_id == OTHER_FACILITY)
        may_answer.set()
        await services.sleep(minutes=1)
        state = await services.state()
    assert state.policy is not None
    assert (state.policy.version, state.policy_wanted) == (str(OTHER_FACILITY), False)


async def test_a_new_run_carries_everything_on(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    async with running(services) as handle:
        await services.admit()
        await services.sleep(days=1, hours=5)
        before = await services.state()
        await handle.execute_update("continue_now", id=str(new_id()))
        await services.sleep(minutes=1)
        after = await services.state()
    assert after.obligations == before.obligations
    assert after.versions == before.versions
    assert after.phase is Phase.TREATMENT


async def test_an_older_clock_that_arrives_later_is_passed_over(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    async with running(services) as handle:
        now = (await services.now()).astimezone(UTC)
        later = now + timedelta(seconds=1)
        first = ClockSegment(wall_from=now, domain_from=now, factor=1)
        fast = ClockSegment(wall_from=later, domain_from=later, factor=60)
        faster = fast.model_copy(update={"factor": 120.0})
        for told in ([first, fast, faster], [first, fast], []):
            await handle.signal(CLOCK_SIGNAL, told)
        assert (await services.state()).segments == (first, fast, faster)
        sooner = fast.model_copy(update={"wall_from": now, "domain_from": now})
        await handle.signal(CLOCK_SIGNAL, [first, sooner])
        assert (await services.state()).segments == (first, sooner)


async def test_a_journey_shows_what_must_happen_next(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    async with running(services) as handle:
        await services.admit()
        view = await handle.query(VIEW_QUERY, result_type=JourneyView)
    assert (view.phase, view.under_way, view.parked, view.stuck) == (Phase.TREATMENT, None, 0, 0)
    due = [obligation.due_at for obligation in view.obligations]
    assert due == sorted(due)
    by_kind = {obligation.kind: obligation for obligation in view.obligations}
    assert (by_kind[TaskKind.PLAN_SIGNATURE].role, by_kind[TaskKind.PLAN_SIGNATURE].opens_at) == (Role.COUNSELOR, None)
    assert by_kind["week_close"].role is None
    assert by_kind[TaskKind.MEASURE_DUE].opens_at is not None
