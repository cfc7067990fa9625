"""A journey that only tells how it stands, on a real workflow server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from stepwell_contracts.journey import VIEW_QUERY, WORKFLOW_ID_PREFIX, WORKFLOW_NAME, JourneyView, ObligationView
from stepwell_kernel.codes import Phase, Role, TreatmentPart

QUEUE = "standing"


@workflow.defn(name=WORKFLOW_NAME)
class StandingJourney:
    """In treatment: a person will review the plan, the journey closes the week, until it is told to end."""

    def __init__(self) -> None:
        self.ended = False
        self.times_asked = 0
        self.episode_id = ""
        self.due_at = ""

    @workflow.run
    async def run(self, episode_id: str, due_at: str) -> None:
        self.episode_id, self.due_at = episode_id, due_at
        await workflow.wait_condition(lambda: self.ended)

    @workflow.signal
    def end(self) -> None:
        self.ended = True

    @workflow.query
    def asked(self) -> int:
        return self.times_asked

    @workflow.query(name=VIEW_QUERY)
    def view(self) -> JourneyView:
        self.times_asked += 1
        due_at = datetime.fromisoformat(self.due_at)
        return JourneyView(
            episode_id=UUID(self.episode_id),
            phase=Phase.TREATMENT,
            part=TreatmentPart.SKILLS,
            policy_version="iop/1",
            obligations=(
                ObligationView(kind="plan_review", due_at=due_at, role=Role.COUNSELOR, opens_at=due_at),
                ObligationView(kind="week_close", due_at=due_at),
            ),
            under_way=None,
            parked=0,
            stuck=0,
        )


@dataclass(frozen=True)
class Standing:
    """The journey of an episode, while its worker runs."""

    handle: WorkflowHandle[Any, Any]

    async def asked(self) -> int:
        """How often it was asked how it stands."""
        times: int = await self.handle.query(StandingJourney.asked)
        return times

    async def end(self) -> None:
        """Have it end."""
        await self.handle.signal(StandingJourney.end)
        await self.handle.result()


@asynccontextmanager
async def standing_journey(client: Client, episode_id: UUID, due_at: datetime) -> AsyncIterator[Standing]:
    """Run the journey of an episode, all of whose obligations are due at an instant."""
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=QUEUE, workflows=[StandingJourney], workflow_runner=runner):
        workflow_id = f"{WORKFLOW_ID_PREFIX}{episode_id}"
        arguments = [str(episode_id), due_at.isoformat()]
        await client.start_workflow(WORKFLOW_NAME, args=arguments, id=workflow_id, task_queue=QUEUE)
        yield Standing(client.get_workflow_handle(workflow_id))
