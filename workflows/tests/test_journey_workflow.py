"""Whole journeys in skipped time: the shell with its timers, lanes and runs, on the workflow server."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from stepwell_contracts import activities as contract
from stepwell_contracts.journey import EVENT_SIGNAL
from stepwell_kernel.codes import Phase
from stepwell_kernel.ids import new_id
from workflows.tests.clinic import Services, admitted, running, state_of, tell
from workflows.tests.plays import closed_after_a_year
from workflows.tests.stories import Story


async def test_a_whole_journey_in_skipped_time(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(Story())
    await closed_after_a_year(workflow_environment, services)
    names = services.names()
    assert names.count(contract.CLOSE_WEEK) == 5
    assert names.count(contract.REPLACE_BOOKINGS) == 1
    assert names.count(contract.CANCEL_BOOKINGS) == 1
    phases = [m["to"] for name, m in services.asked if name == contract.CHANGE_PHASE]
    assert phases == ["treatment", "treatment", "step_down", "aftercare", "closed"]


async def test_a_rejected_step_down_is_undone(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(Story())
    async with running(workflow_environment, services) as handle:
        await admitted(handle, services.story)
        await workflow_environment.sleep(timedelta(days=1))
        services.reject = frozenset({contract.CHANGE_PHASE})
        await tell(handle, services.story.step_down_decided())
        await workflow_environment.sleep(timedelta(hours=1))
        state = await state_of(handle)
    assert [n for n in services.names() if "bookings" in n] == [
        contract.REPLACE_BOOKINGS,
        contract.RESTORE_BOOKINGS,
    ]
    assert state.phase is Phase.TREATMENT
    assert state.saga is None


async def test_a_broken_event_is_parked_and_can_be_retried(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(Story())
    async with running(workflow_environment, services) as handle:
        await handle.signal(EVENT_SIGNAL, {"envelope": "nonsense"})
        await tell(handle, services.story.referred())
        await workflow_environment.sleep(timedelta(minutes=1))
        state = await state_of(handle)
        assert [parked.error for parked in state.parked] == ["ValidationError"]
        assert contract.OPEN_CARE_TASK in services.names()
        assert await handle.execute_update("retry_parked", id=str(new_id())) == 1


async def test_a_new_run_carries_everything_on(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(Story())
    async with running(workflow_environment, services) as handle:
        await admitted(handle, services.story)
        await workflow_environment.sleep(timedelta(days=1))
        before = await state_of(handle)
        await handle.execute_update("continue_now", id=str(new_id()))
        await workflow_environment.sleep(timedelta(minutes=1))
        after = await state_of(handle)
    assert after.obligations == before.obligations
    assert after.versions == before.versions
    assert after.phase is Phase.TREATMENT
