"""A journey with stand-ins for the services, on the workflow server."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult, ChangePhase, ReadPolicy
from stepwell_contracts.journey import EVENT_SIGNAL, TASK_QUEUE
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_temporal.worker import sandbox_runner
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.state import JourneyState
from stepwell_workflows.journey.workflow import EpisodeJourney
from workflows.tests.stories import FACILITY, POLICY, Story, raw

TASK_COMMANDS = (contract.OPEN_CARE_TASK, contract.ESCALATE_CARE_TASK, contract.CLOSE_CARE_TASK)
SCHEDULING = (
    contract.CLOSE_WEEK,
    contract.REPLACE_BOOKINGS,
    contract.RESTORE_BOOKINGS,
    contract.PLAN_EPISODE,
    contract.BOOK_VISIT,
)


async def usual_rules(question: ReadPolicy) -> JourneyPolicy:
    """The same everywhere and at all times."""
    del question
    return POLICY


@dataclass
class Services:
    """Stand-ins for the services' activities, as another program would register them under the same names.

    `change_phase` answers by telling the journey the phase, as intake's event does over Kafka; `rules` answers for
    `read_policy`.
    """

    environment: WorkflowEnvironment
    story: Story = field(default_factory=Story)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    reject: frozenset[str] = frozenset()
    rules: Callable[[ReadPolicy], Awaitable[JourneyPolicy]] = usual_rules
    phase: Phase = Phase.REFERRAL
    handle: WorkflowHandle[Any, Any] | None = None
    first_run: str = ""

    @property
    def workflow_id(self) -> str:
        """The journey's workflow."""
        return f"episode/{self.story.episode_id}"

    async def now(self) -> datetime:
        """The server's time, which it skips ahead."""
        return await self.environment.get_current_time()

    async def sleep(self, **span: float) -> datetime:
        """Let time go by, and return the instant."""
        await self.environment.sleep(timedelta(**span))
        return await self.now()

    async def tell(self, *facts: Fact) -> None:
        """Signal facts to the journey."""
        assert self.handle is not None
        for fact in facts:
            await self.handle.signal(EVENT_SIGNAL, raw(fact))

    async def entered(self, to: Phase, part: TreatmentPart | None = None, facility_id: UUID = FACILITY) -> None:
        """Intake's word that the phase, or the facility, has changed."""
        former, self.phase = self.phase, to
        await self.tell(self.story.entered(to, former, part, await self.now(), facility_id))

    async def decide(self, decision: str, **terms: Any) -> None:
        """A person decides."""
        await self.tell(self.story.decided(decision, await self.now(), **terms))

    async def refer(self) -> None:
        """Referred, reached, assessed: the episode stands at the decision to admit."""
        now, story = await self.now(), self.story
        await self.tell(story.referred(at=now), story.contacted(now))
        await self.entered(Phase.SCREENING)
        await self.tell(story.assessed(now))
        await self.entered(Phase.ADMISSION)

    async def admit(self) -> None:
        """Referred and admitted: the journey carries it out."""
        await self.refer()
        await self.decide("admission")
        await self.sleep(minutes=1)

    async def state(self) -> JourneyState:
        """The state of the journey."""
        assert self.handle is not None
        state: JourneyState = await self.handle.query("state", result_type=JourneyState)
        return state

    def names(self) -> list[str]:
        """What was asked, by activity."""
        return [name for name, _ in self.asked]

    def activities(self, queue: str) -> Sequence[Callable[..., Any]]:
        """What the worker of a queue registers."""
        if queue == contract.SCHEDULING_QUEUE:
            return [self._plain(name) for name in SCHEDULING]
        return [*(self._plain(name) for name in TASK_COMMANDS), self._policy(), self._change()]

    def _plain(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def act(message: dict[str, Any]) -> ActionResult:
            self.asked.append((name, message))
            return ActionResult(accepted=name not in self.reject, code="no_seat", kind="conflict")

        return act

    def _policy(self) -> Callable[..., Any]:
        @activity.defn(name=contract.READ_POLICY)
        async def read_policy(question: ReadPolicy) -> JourneyPolicy:
            return await self.rules(question)

        return read_policy

    def _change(self) -> Callable[..., Any]:
        @activity.defn(name=contract.CHANGE_PHASE)
        async def change_phase(message: ChangePhase) -> ActionResult:
            self.asked.append((contract.CHANGE_PHASE, message.model_dump(mode="json")))
            if contract.CHANGE_PHASE in self.reject:
                return ActionResult(accepted=False, code="phase_moved_on", kind="conflict")
            await self.entered(message.to, message.part or self._part(message))
            return ActionResult(accepted=True)

        return change_phase

    def _part(self, message: ChangePhase) -> TreatmentPart | None:
        return TreatmentPart.STABILIZE if message.to is Phase.TREATMENT else None


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    """A journey with its worker and the two services' workers."""
    client = services.environment.client
    journeys = Worker(client, task_queue=TASK_QUEUE, workflows=[EpisodeJourney], workflow_runner=sandbox_runner())
    lanes = [
        Worker(client, task_queue=queue, activities=services.activities(queue))
        for queue in (contract.INTAKE_QUEUE, contract.SCHEDULING_QUEUE)
    ]
    async with journeys, lanes[0], lanes[1]:
        services.handle = await client.start_workflow(
            EpisodeJourney.run,
            args=[services.story.start(), None],
            id=services.workflow_id,
            task_queue=TASK_QUEUE,
        )
        services.first_run = services.handle.first_execution_run_id or ""
        yield services.handle
