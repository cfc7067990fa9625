"""Journeys played to their end, whose histories are stored: `python -m workflows.tests.plays` records them anew.

A stored history is what a journey in the field has behind it. Code that cannot replay one would leave that patient
stuck; until the first release they may be recorded anew, from then on they stay and new ones are added.
"""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from stepwell_devstack.temporal import workflow_test_server
from stepwell_kernel.codes import DischargeReason
from stepwell_testing.plugin import register_search_attributes
from workflows.tests.clinic import Services, admitted, running, tell
from workflows.tests.stories import Story

HISTORIES = Path(__file__).parent / "histories"

Play = Callable[[WorkflowEnvironment, Services], Awaitable[None]]


async def closed_after_a_year(environment: WorkflowEnvironment, services: Services) -> None:
    """Referral, treatment, step-down, discharge, a year of aftercare."""
    story = services.story
    async with running(environment, services) as handle:
        await admitted(handle, story)
        await environment.sleep(timedelta(days=16))
        await tell(handle, story.step_down_decided())
        await environment.sleep(timedelta(days=20))
        await tell(handle, story.discharge_decided())
        await asyncio.wait_for(handle.result(), 20)


async def step_down_undone(environment: WorkflowEnvironment, services: Services) -> None:
    """Intake rejects a step-down, whose exchange of seats is undone; later the patient dies."""
    story = services.story
    async with running(environment, services) as handle:
        await admitted(handle, story)
        await environment.sleep(timedelta(days=1))
        services.reject = frozenset({"intake.change_phase"})
        await tell(handle, story.step_down_decided())
        await environment.sleep(timedelta(days=2))
        services.reject = frozenset()
        await tell(handle, story.discharge_decided(DischargeReason.DEATH))
        await asyncio.wait_for(handle.result(), 20)


PLAYS: Mapping[str, Play] = MappingProxyType(
    {"closed_after_a_year": closed_after_a_year, "step_down_undone": step_down_undone}
)


async def runs_of(client: Client, workflow_id: str, run_id: str) -> list[WorkflowHistory]:
    """The histories of all runs of a journey, which followed one another, from the first one on."""
    found: list[WorkflowHistory] = []
    while run_id:
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        found.append(history)
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


async def record(name: str, play: Play) -> None:
    """Play one story on a server of its own and store the history of each run."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=workflow_test_server(), data_converter=pydantic_data_converter, identity="recorder"
    )
    async with environment:
        await register_search_attributes(environment)
        services = Services(Story())
        await play(environment, services)
        workflow_id = f"episode/{services.story.episode_id}"
        for number, history in enumerate(await runs_of(environment.client, workflow_id, services.first_run), 1):
            document = {"workflow_id": history.workflow_id, **history.to_json_dict()}
            path = HISTORIES / f"{name}.{number}.json"
            path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


async def record_all() -> None:
    """Store every play, in place of what is there."""
    HISTORIES.mkdir(exist_ok=True)
    for former in HISTORIES.glob("*.json"):
        former.unlink()
    for name, play in PLAYS.items():
        await record(name, play)


def stored() -> list[WorkflowHistory]:
    """All stored histories."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(HISTORIES.glob("*.json"))]
    return [WorkflowHistory.from_json(document.pop("workflow_id"), document) for document in documents]


if __name__ == "__main__":
    asyncio.run(record_all())
    gc.collect()
