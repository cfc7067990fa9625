"""Facts that a journey could not apply: none is lost, and none is applied twice."""

from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from stepwell_contracts import activities as contract
from stepwell_contracts.events.intake_clinical import RiskReported
from stepwell_kernel.codes import Phase, RiskSignal, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.facts import REACTIONS
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.parking import park
from workflows.tests.clinic import Services, running
from workflows.tests.driver import Journey, in_treatment
from workflows.tests.plays import carried_out, ended, status
from workflows.tests.stories import Story, raw


@pytest.fixture
def lapse_raises_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first report of a risk cannot be applied, as under code with a defect."""
    mended = REACTIONS[RiskReported.type]
    tried: list[Fact] = []

    def broken(draft: Draft, fact: Fact, event: Any) -> None:
        tried.append(fact)
        if len(tried) == 1:
            raise ZeroDivisionError
        mended(draft, fact, event)

    table = {**REACTIONS, RiskReported.type: broken}
    monkeypatch.setattr("stepwell_workflows.journey.decide.REACTIONS", table)


def opened(services: Services) -> list[str]:
    """The kinds of the tasks that were opened."""
    return [message["kind"] for name, message in services.asked if name == contract.OPEN_CARE_TASK]


@pytest.mark.usefixtures("lapse_raises_once")
async def test_a_parked_fact_is_applied_once_behind_later_ones(workflow_environment: WorkflowEnvironment) -> None:
    services = Services(workflow_environment)
    async with running(services) as handle:
        await services.admit()
        now = await services.now()
        lapse, plan = services.story.at_risk(RiskSignal.LAPSE, now), services.story.plan_signed(now)
        await services.tell(lapse, plan)
        await services.sleep(minutes=1)
        assert [parked.error for parked in (await services.state()).parked] == ["ZeroDivisionError"]
        await handle.execute_update("continue_now", id=str(new_id()))
        await services.sleep(minutes=1)
        assert await handle.execute_update("retry_parked", id=str(new_id())) == 1
        reviewed = services.story.plan_reviewed(await services.sleep(minutes=1))
        await services.tell(reviewed, lapse)
        await services.sleep(minutes=1)
        state = await services.state()
    assert opened(services).count(TaskKind.PLAN_REVIEW) == 1
    assert (state.parked, state.owed) == ((), {})
    assert state.versions["intake"] == reviewed.envelope.version


@pytest.mark.usefixtures("lapse_raises_once")
async def test_a_parked_fact_that_is_told_again_is_not_applied_on_retry(
    workflow_environment: WorkflowEnvironment,
) -> None:
    services = Services(workflow_environment)
    async with running(services) as handle:
        await services.admit()
        now = await services.now()
        lapse, plan = services.story.at_risk(RiskSignal.LAPSE, now), services.story.plan_signed(now)
        await services.tell(lapse, plan, lapse)
        await services.tell(services.story.plan_reviewed(await services.sleep(minutes=1)))
        assert await handle.execute_update("retry_parked", id=str(new_id())) == 1
        await services.sleep(minutes=1)
    assert opened(services).count(TaskKind.PLAN_REVIEW) == 1


@pytest.mark.usefixtures("lapse_raises_once")
async def test_a_closed_journey_goes_on_until_what_it_parked_is_applied(
    workflow_environment: WorkflowEnvironment,
) -> None:
    services = Services(workflow_environment)
    async with running(services) as handle:
        await services.refer()
        await services.tell(services.story.at_risk(RiskSignal.LAPSE, await services.now()))
        await services.decide("decline")
        await carried_out(services, Phase.CLOSED)
        await services.sleep(hours=1)
        assert await status(services) == WorkflowExecutionStatus.RUNNING
        assert len((await services.state()).parked) == 1
        assert await handle.execute_update("retry_parked", id=str(new_id())) == 1
        await ended(services)
    assert opened(services)[-1] == TaskKind.LATE_FACT


def test_a_phase_that_was_parked_does_not_undo_a_later_one() -> None:
    journey = in_treatment(Journey(Story()))
    story, now = journey.story, journey.now
    held = story.entered(Phase.ON_HOLD, Phase.TREATMENT, at=now)
    journey.state = park(journey.state, raw(held), ZeroDivisionError())
    journey.apply(story.entered(Phase.TREATMENT, Phase.ON_HOLD, TreatmentPart.SKILLS, now))
    before = journey.state
    assert journey.apply(held) == ()
    assert journey.state == before.model_copy(update={"owed": {}})


def test_a_referral_that_was_parked_dates_what_is_due_and_asks_for_no_contact() -> None:
    journey = Journey(Story())
    referred = journey.story.referred()
    journey.state = park(journey.state, raw(referred), ZeroDivisionError())
    journey.apply(journey.story.entered(Phase.SCREENING, Phase.REFERRAL))
    assert journey.apply(referred) == ()
    assert journey.state.referred_at == referred.envelope.time
    assert journey.open_tasks() == [TaskKind.INTAKE_ASSESSMENT]


def test_what_cannot_be_read_is_parked_and_owes_nothing() -> None:
    state = park(Journey(Story()).state, {"envelope": "nonsense"}, ValueError())
    assert ([entry.error for entry in state.parked], state.owed) == (["ValueError"], {})
