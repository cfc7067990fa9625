"""Facts that come after their episode has closed: kept and shown, and the clinical ones given to a person."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult
from stepwell_contracts.events.intake import ReferralReceived
from stepwell_contracts.journey import TASK_QUEUE
from stepwell_kernel.codes import Instrument, Phase, RiskSignal, Role, SuicideRisk, TaskKind
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.ids import derived_id, new_id
from stepwell_kernel.medication_codes import DrugTestResult, MissedDoseStep
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.duty_runner import DutyRunner
from stepwell_temporal.worker import sandbox_runner
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge
from stepwell_workflows.bridge.delivery import Signals
from stepwell_workflows.bridge.late import FOLLOW_UP_LATE, FollowUpLate
from stepwell_workflows.bridge.signals import Journeys
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.late import LateFact
from workflows.tests.bridging import delivered, handle
from workflows.tests.driver import Journey, in_treatment, moved
from workflows.tests.stories import OTHER_FACILITY, REFERRED_AT, Story


async def deliver(edge: ServiceEdge, signals: Signals, events: list[Incoming]) -> None:
    """As the consumer does it: what is in doubt is told again."""
    try:
        await deliver_once(edge, signals, events)
    except Unavailable:
        await deliver_once(edge, signals, events)


async def deliver_once(edge: ServiceEdge, signals: Signals, events: list[Incoming]) -> None:
    await signals.prepare(events)
    await handle(edge, signals, events)


async def test_a_late_clinical_fact_is_given_to_a_person_once(
    open_edge: OpenEdge, workflow_environment: WorkflowEnvironment
) -> None:
    edge, story = await open_edge("workflows"), Story()
    journeys = Journeys(workflow_environment.client, tuple)
    asked: list[dict[str, Any]] = []

    @activity.defn(name=contract.OPEN_CARE_TASK)
    async def open_care_task(message: dict[str, Any]) -> ActionResult:
        asked.append(message)
        return ActionResult(accepted=True)

    client = workflow_environment.client
    late = Worker(client, task_queue=TASK_QUEUE, workflows=[LateFact], workflow_runner=sandbox_runner())
    intake = Worker(client, task_queue=contract.INTAKE_QUEUE, activities=[open_care_task])
    referred, moved, closed = (
        story.referred().event,
        story.entered(Phase.AFTERCARE, Phase.TREATMENT, facility_id=OTHER_FACILITY).event,
        story.entered(Phase.CLOSED, Phase.AFTERCARE, facility_id=OTHER_FACILITY).event,
    )
    lapse, plan = story.at_risk(RiskSignal.LAPSE).event, story.plan_signed(REFERRED_AT).event
    assert isinstance(referred, ReferralReceived)
    events = delivered(story, referred, moved, closed, lapse, plan)
    signals = Signals(journeys)
    await deliver(edge, signals, events[:1])
    journey = client.get_workflow_handle(f"episode/{story.episode_id}")
    await journey.terminate()
    for _ in range(2):
        await deliver(edge, signals, events[1:])
    late_types = await edge.rows("select type from late_event order by type")
    assert [row["type"].split(".")[2] for row in late_types] == [
        "episode_phase_changed",
        "episode_phase_changed",
        "plan_signed",
        "risk_reported",
    ]
    handlers = {FOLLOW_UP_LATE: FollowUpLate(edge.transactions, journeys)}
    runner = DutyRunner(edge.pool, edge.clock, handlers)
    async with late, intake:
        assert await runner.run_due() == 1
        await client.get_workflow_handle(f"late/{events[3].id}").result()
        await edge.rows("update duty set state = 'due'")
        assert await runner.run_due() == 1
    assert [(task["kind"], task["role"], task["key"]["facility_id"]) for task in asked] == [
        ("late_fact", "supervisor", str(OTHER_FACILITY))
    ]
    assert await edge.value("select state from duty") == "done"


def closing() -> Journey:
    """A journey that is closed, while the actions that close its tasks are outstanding."""
    journey = moved(in_treatment(Journey(Story())), "discharge", Phase.AFTERCARE)
    journey.after(days=2)
    journey.apply(journey.story.entered(Phase.CLOSED, Phase.AFTERCARE, at=journey.now))
    assert [action.name for action in journey.state.outstanding] == [contract.CLOSE_CARE_TASK]
    return journey


CLINICAL: tuple[Callable[[Story, datetime], Fact], ...] = (
    lambda story, at: story.tested(DrugTestResult.UNEXPECTED_POSITIVE, at),
    lambda story, at: story.dose_missed(MissedDoseStep.USUAL_DOSE, at),
    lambda story, at: story.screened(Instrument.C_SSRS, at, risk=SuicideRisk.HIGH),
    lambda story, at: story.crisis(new_id(), at),
)


@pytest.mark.parametrize("tell", CLINICAL)
def test_a_clinical_fact_that_finds_its_journey_closing_is_given_to_a_person(
    tell: Callable[[Story, datetime], Fact],
) -> None:
    journey = closing()
    fact = tell(journey.story, journey.now - timedelta(days=1))
    (asked,) = journey.apply(fact)
    task = asked.message
    assert (asked.name, task["kind"], task["role"]) == (contract.OPEN_CARE_TASK, TaskKind.LATE_FACT, Role.SUPERVISOR)
    assert task["task_id"] == str(derived_id(journey.story.episode_id, "late", str(fact.envelope.id)))
    assert datetime.fromisoformat(task["due_at"]) == journey.now + timedelta(hours=24)
    assert journey.apply(fact) == ()
    journey.accept_all()
    assert (journey.state.obligations, journey.state.outstanding) == ({}, ())


def test_another_fact_that_finds_its_journey_closing_is_given_to_nobody() -> None:
    journey = closing()
    assert journey.apply(journey.story.plan_signed(journey.now)) == ()
