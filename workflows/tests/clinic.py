"""A journey with stand-ins for the services, on the workflow server."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult, ChangePhase, ReadPolicy
from stepwell_contracts.journey import EVENT_SIGNAL, TASK_QUEUE
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import Phase
from stepwell_temporal.worker import sandbox_runner
from stepwell_workflows.journey.state import JourneyState
from stepwell_workflows.journey.workflow import EpisodeJourney
from workflows.tests.stories import POLICY, Story, raw


@dataclass
class Services:
    """Stand-ins for the services' activities, as another program would register them under the same names.

    `change_phase` answers by telling the journey the phase, as intake's event does over Kafka.
    """

    story: Story
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    reject: frozenset[str] = frozenset()
    tell: Callable[[dict[str, Any]], Any] | None = None
    first_run: str = ""

    def activities(self, queue: str) -> Sequence[Callable[..., Any]]:
        names = {
            contract.INTAKE_QUEUE: (
                contract.OPEN_CARE_TASK,
                contract.ESCALATE_CARE_TASK,
                contract.CLOSE_CARE_TASK,
            ),
            contract.SCHEDULING_QUEUE: (
                contract.CLOSE_WEEK,
                contract.REPLACE_BOOKINGS,
                contract.RESTORE_BOOKINGS,
                contract.CANCEL_BOOKINGS,
            ),
        }[queue]
        plain = [self._plain(name) for name in names]
        return [*plain, self._policy(), self._change()] if queue == contract.INTAKE_QUEUE else plain

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]

    def _plain(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def act(message: dict[str, Any]) -> ActionResult:
            self.asked.append((name, message))
            return ActionResult(accepted=name not in self.reject, code="no_seat", kind="conflict")

        return act

    def _policy(self) -> Callable[..., Any]:
        @activity.defn(name=contract.READ_POLICY)
        async def read_policy(question: ReadPolicy) -> JourneyPolicy:
            del question
            return POLICY

        return read_policy

    def _change(self) -> Callable[..., Any]:
        @activity.defn(name=contract.CHANGE_PHASE)
        async def change_phase(message: ChangePhase) -> ActionResult:
            self.asked.append((contract.CHANGE_PHASE, message.model_dump(mode="json")))
            if contract.CHANGE_PHASE in self.reject:
                return ActionResult(accepted=False, code="phase_moved_on", kind="conflict")
            if self.tell is not None:
                await self.tell(raw(self.story.entered(message.to, message.expected, message.part)))
            return ActionResult(accepted=True)

        return change_phase


@asynccontextmanager
async def running(environment: WorkflowEnvironment, services: Services) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    """A journey with its worker and the two services' workers."""
    journeys = Worker(
        environment.client,
        task_queue=TASK_QUEUE,
        workflows=[EpisodeJourney],
        workflow_runner=sandbox_runner(),
    )
    lanes = [
        Worker(environment.client, task_queue=queue, activities=services.activities(queue))
        for queue in (contract.INTAKE_QUEUE, contract.SCHEDULING_QUEUE)
    ]
    async with journeys, lanes[0], lanes[1]:
        handle = await environment.client.start_workflow(
            EpisodeJourney.run,
            args=[services.story.start(), None],
            id=f"episode/{services.story.episode_id}",
            task_queue=TASK_QUEUE,
        )
        services.first_run = handle.first_execution_run_id or ""
        services.tell = lambda fact: handle.signal(EVENT_SIGNAL, fact)
        yield handle


async def tell(handle: WorkflowHandle[Any, Any], *facts: Any) -> None:
    for fact in facts:
        await handle.signal(EVENT_SIGNAL, raw(fact))


async def state_of(handle: WorkflowHandle[Any, Any]) -> JourneyState:
    state: JourneyState = await handle.query("state", result_type=JourneyState)
    return state


async def admitted(handle: WorkflowHandle[Any, Any], story: Story) -> None:
    await tell(
        handle,
        story.referred(),
        story.contacted(),
        story.entered(Phase.SCREENING, Phase.REFERRAL),
        story.entered(Phase.ADMISSION, Phase.SCREENING),
        story.admission_decided(),
    )
