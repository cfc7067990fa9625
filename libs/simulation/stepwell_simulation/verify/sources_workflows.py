"""Asks Temporal about every workflow, and each journey that runs about itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from stepwell_contracts.journey import CALENDAR_WORKFLOW_NAME, WORKFLOW_NAME
from stepwell_kernel.errors import Unavailable
from stepwell_runtime.keys import FileKeys
from stepwell_simulation.verify.evidence import JourneyState, Workflow
from stepwell_simulation.verify.places import Places
from stepwell_temporal.client import connect

AT_ONCE = 16
CONNECT_WITHIN_S = 10.0
ANSWERS_WITHIN = timedelta(seconds=10)

#: A run that went on in a new one says nothing about the workflow.
LAST_RUNS = "ExecutionStatus != 'ContinuedAsNew'"
STATE_QUERY = "state"

PHASE = SearchAttributeKey.for_keyword("JourneyPhase")
PARKED = SearchAttributeKey.for_int("Parked")


async def read_workflows(places: Places) -> list[Workflow]:
    """The last run of every workflow; Unavailable (`temporal_unavailable`) when the server is away."""
    keys = FileKeys(places.auditor.keys)
    client = await connect(places.addresses.temporal, places.auditor.namespace, keys, within_s=CONNECT_WITHIN_S)
    gate = asyncio.Semaphore(AT_ONCE)

    async def look(found: WorkflowExecution) -> Workflow:
        async with gate:
            return await _look(client, found)

    try:
        return list(await asyncio.gather(*[look(found) async for found in client.list_workflows(LAST_RUNS)]))
    except RPCError as error:
        raise Unavailable("temporal_unavailable", "the Temporal server did not answer") from error


async def _look(client: Client, found: WorkflowExecution) -> Workflow:
    """A closed one is told by its status and what it wrote last: to ask it would replay its whole history."""
    status = WorkflowExecutionStatus.RUNNING if found.status is None else found.status
    is_open = status is WorkflowExecutionStatus.RUNNING
    told = Workflow(
        id=found.id,
        type=found.workflow_type,
        is_open=is_open,
        status=status.name.lower(),
        phase=found.typed_search_attributes.get(PHASE),
        parked=found.typed_search_attributes.get(PARKED) or 0,
    )
    if not is_open:
        return told
    return await _ask(client, told)


async def _ask(client: Client, told: Workflow) -> Workflow:
    handle = client.get_workflow_handle(told.id)
    described = (await handle.describe()).raw_description
    if described.pending_workflow_task.attempt > 1:
        return replace(told, trouble="its workflow task fails")
    if told.type not in {WORKFLOW_NAME, CALENDAR_WORKFLOW_NAME}:
        return told
    try:
        state: Mapping[str, Any] = await handle.query(STATE_QUERY, rpc_timeout=ANSWERS_WITHIN)
    except (WorkflowQueryFailedError, RPCError) as error:
        return replace(told, trouble=f"it does not answer: {type(error).__name__}")
    if told.type == WORKFLOW_NAME:
        return replace(told, journey=_journey(state))
    return replace(told, refused=tuple(f"{one['name']} {one['day']} {one['code']}" for one in state["stuck"]))


def _journey(state: Mapping[str, Any]) -> JourneyState:
    obligations: Mapping[str, Mapping[str, Any]] = state["obligations"]
    return JourneyState(
        phase=state["phase"],
        part=state["part"],
        facility_id=state["facility_id"],
        program_id=state["program_id"],
        wakes_at={key: datetime.fromisoformat(one["wakes_at"]) for key, one in obligations.items()},
        outstanding={action["index"]: action["name"] for action in state["outstanding"]},
        stuck=tuple(state["stuck"]),
        parked=len(state["parked"]),
        waits_for_policy=state["policy_wanted"],
        carries_out=None if state["saga"] is None else state["saga"]["name"],
    )
