"""Workflows whose histories are stored; `python -m workflows.tests.plays` records them anew.

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
from typing import TypeVar

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from stepwell_contracts import activities as contract
from stepwell_devstack.temporal import workflow_test_server
from stepwell_kernel.codes import DischargeReason, Instrument, Phase, SuicideRisk
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DrugTestResult, MissedDoseStep
from stepwell_testing.eventually import eventually
from stepwell_testing.plugin import register_search_attributes
from workflows.tests.clinic import Services, running
from workflows.tests.facility import Facility, calendar

HISTORIES = Path(__file__).parent / "histories"

#: A server that skips may need some of them to repeat what it lost.
MINUTES_TO_END = 180

Play = Callable[[Services], Awaitable[None]]
Cast = TypeVar("Cast", Services, Facility)


async def status(services: Services) -> int:
    """How the journey's last run stands."""
    client = services.environment.client
    asked = DescribeWorkflowExecutionRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=services.workflow_id)
    )
    answer = await client.workflow_service.describe_workflow_execution(asked)
    return answer.workflow_execution_info.status


async def ended(services: Services) -> None:
    """The journey ends within hours; waiting for its result without a bound could skip past every deadline."""
    for _ in range(MINUTES_TO_END):
        if await status(services) == WorkflowExecutionStatus.COMPLETED:
            return
        await services.sleep(minutes=1)
    raise AssertionError("the journey goes on")


async def carried_out(services: Services, phase: Phase) -> None:
    """The decision has been carried out; a skip while the services are at it would let the phase begin late."""
    await eventually(lambda: services.phase, until=lambda seen: seen is phase)


async def closed_after_a_year(services: Services) -> None:
    """Referral, treatment, step-down, discharge, a year of aftercare."""
    async with running(services):
        await services.admit()
        await services.sleep(days=16, hours=5)
        await services.decide("step_down")
        await services.sleep(days=20, hours=5)
        await services.decide("discharge")
        await carried_out(services, Phase.AFTERCARE)
        await services.sleep(days=366)
        await ended(services)


async def step_down_undone(services: Services) -> None:
    """Intake rejects a step-down, whose exchange of seats is undone; later the patient dies."""
    async with running(services):
        await services.admit()
        await services.sleep(days=1, hours=5)
        services.reject = frozenset({contract.CHANGE_PHASE})
        await services.decide("step_down")
        await services.sleep(days=2, hours=5)
        services.reject = frozenset()
        await services.decide("discharge", reason=DischargeReason.DEATH)
        await services.sleep(hours=1)
        await ended(services)


async def declined(services: Services) -> None:
    """Assessed, waitlisted, and declined."""
    async with running(services):
        await services.refer()
        await services.decide("waitlist")
        await services.sleep(days=8, hours=5)
        await services.decide("decline")
        await services.sleep(hours=1)
        await ended(services)


async def missed_and_returned(services: Services) -> None:
    """A missed session, outreach, a crisis, a hold, and back; transferred, stepped up from aftercare, discharged."""
    story = services.story
    async with running(services):
        await services.admit()
        missed_at = await services.sleep(days=5, hours=5)
        await services.tell(
            story.missed(missed_at), story.screened(Instrument.C_SSRS, missed_at, risk=SuicideRisk.HIGH)
        )
        crisis = new_id()
        await services.tell(story.crisis(crisis, missed_at))
        closed_at = await services.sleep(hours=6)
        await services.tell(story.crisis_over(crisis, closed_at), story.outreach(closed_at, reached=True))
        await services.tell(story.returned(await services.sleep(days=2, hours=5)))
        await services.decide("hold")
        await services.sleep(days=20, hours=5)
        await services.decide("resume")
        await services.sleep(days=3, hours=5)
        await services.decide("transfer")
        await services.sleep(days=3, hours=5)
        await services.decide("discharge")
        await carried_out(services, Phase.AFTERCARE)
        await services.sleep(days=10, hours=5)
        await services.decide("step_up")
        await services.sleep(days=15, hours=5)
        await services.decide("discharge")
        await carried_out(services, Phase.AFTERCARE)
        await services.sleep(days=40, hours=5)
        await services.tell(story.readmitted(await services.now()))
        await services.sleep(hours=1)
        await ended(services)


async def stayed_away(services: Services) -> None:
    """A session is missed and nobody comes back: two short weeks, reviews, and people end the care."""
    story = services.story
    async with running(services):
        await services.admit()
        began_on = (await services.now()).date()
        missed_at = await services.sleep(days=2, hours=5)
        await services.tell(story.missed(missed_at), story.outreach(missed_at, reached=False))
        for week in range(2):
            closed_at = await services.sleep(days=7, hours=5)
            await services.tell(story.week_closed(began_on + timedelta(weeks=week), 0, closed_at))
        await services.sleep(days=6, hours=5)
        await services.decide("discharge", reason=DischargeReason.DROPPED_OUT)
        await carried_out(services, Phase.AFTERCARE)
        await services.sleep(days=366)
        await ended(services)


async def medicated(services: Services) -> None:
    """Missed doses, a late injection, an unexpected test, words of crisis, a visit that nobody is free for."""
    story = services.story
    async with running(services):
        await services.admit()
        at = await services.sleep(days=2, hours=5)
        await services.tell(story.plan_signed(at), story.dose_missed(MissedDoseStep.USUAL_DOSE, at))
        at = await services.sleep(days=2, hours=5)
        await services.tell(story.dose_missed(MissedDoseStep.PRESCRIBER_ORDER, at), story.dose_observed(at))
        services.reject = frozenset({contract.BOOK_VISIT})
        await services.tell(story.visit_needed(at), story.injection_overdue(at), story.injected(at))
        at = await services.sleep(days=1, hours=5)
        await services.tell(story.tested(DrugTestResult.UNEXPECTED_NEGATIVE, at), story.crisis_reply(at))
        await services.decide("discharge", reason=DischargeReason.DEATH)
        await services.sleep(hours=1)
        await ended(services)


async def a_quarter_of_planning(facility: Facility) -> None:
    """A facility's calendar into its second run."""
    async with calendar(facility):
        await facility.sleep(days=100, hours=5)


PLAYS: Mapping[str, Play] = MappingProxyType(
    {
        "closed_after_a_year": closed_after_a_year,
        "step_down_undone": step_down_undone,
        "declined": declined,
        "missed_and_returned": missed_and_returned,
        "stayed_away": stayed_away,
        "medicated": medicated,
    }
)

CALENDAR_PLAYS: Mapping[str, Callable[[Facility], Awaitable[None]]] = MappingProxyType(
    {"a_quarter_of_planning": a_quarter_of_planning}
)


async def runs_of(client: Client, workflow_id: str, run_id: str) -> list[WorkflowHistory]:
    """The histories of all runs of a journey, which followed one another, from the first one on."""
    found: list[WorkflowHistory] = []
    while run_id:
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        found.append(history)
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


async def record(
    name: str, cast: Callable[[WorkflowEnvironment], Cast], play: Callable[[Cast], Awaitable[None]]
) -> None:
    """Play one story on a server of its own and store the history of each run."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=workflow_test_server(), data_converter=pydantic_data_converter, identity="recorder"
    )
    async with environment:
        await register_search_attributes(environment)
        played = cast(environment)
        await play(played)
        histories = await runs_of(environment.client, played.workflow_id, played.first_run)
        for number, history in enumerate(histories, 1):
            document = {"workflow_id": history.workflow_id, **history.to_json_dict()}
            path = HISTORIES / f"{name}.{number}.json"
            path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


async def record_all() -> None:
    """Store every play, in place of what is there."""
    HISTORIES.mkdir(exist_ok=True)
    for former in HISTORIES.glob("*.json"):
        former.unlink()
    for name, play in PLAYS.items():
        await record(name, Services, play)
    for name, planning in CALENDAR_PLAYS.items():
        await record(name, Facility, planning)


def stored() -> list[WorkflowHistory]:
    """All stored histories."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(HISTORIES.glob("*.json"))]
    return [WorkflowHistory.from_json(document.pop("workflow_id"), document) for document in documents]


if __name__ == "__main__":
    asyncio.run(record_all())
    gc.collect()
