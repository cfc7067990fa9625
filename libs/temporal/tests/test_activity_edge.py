"""Activities on a real server: what failures become, whose trace they continue, what the history shows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ActivityError, ApplicationError

from libs.temporal.tests.one_action import OneAction
from libs.temporal.tests.parts import NAMESPACE, RunningTemporal
from stepwell_contracts.activities import CLOSE_CARE_TASK, ActionKey, ActionResult, CloseCareTask
from stepwell_devstack.ports import choose_port
from stepwell_kernel.errors import Bug, Conflict, Unavailable
from stepwell_kernel.ids import new_id
from stepwell_runtime.keys import FileKeys
from stepwell_runtime.telemetry import current_traceparent
from stepwell_temporal.client import connect
from stepwell_temporal.worker import activity_worker, run_worker, workflow_worker

TRACE = "0af7651916cd43dd8448eb211c80319c"
MARK = "marked-outcome-4711"

Act = Callable[[CloseCareTask], Awaitable[ActionResult]]


def message() -> CloseCareTask:
    key = ActionKey(
        tenant="riverbend",
        episode_id=new_id(),
        patient_id=new_id(),
        facility_id=new_id(),
        cause="event-1",
        index=0,
        traceparent=f"00-{TRACE}-b7ad6b7169203331-01",
    )
    return CloseCareTask(key=key, task_id=new_id(), outcome=MARK)


@asynccontextmanager
async def working(client: Client, act: Act) -> AsyncIterator[str]:
    """Both kinds of worker on a queue of their own, as tasks of a process."""

    @activity.defn(name=CLOSE_CARE_TASK)
    async def close_care_task(asked: CloseCareTask) -> ActionResult:
        return await act(asked)

    queue = str(new_id())
    workers = (workflow_worker(client, queue, [OneAction]), activity_worker(client, queue, [close_care_task]))
    tasks = [asyncio.create_task(run_worker(worker)) for worker in workers]
    try:
        yield queue
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def begin(client: Client, queue: str) -> WorkflowHandle[OneAction, ActionResult]:
    return await client.start_workflow(OneAction.run, message(), id=f"episode/{new_id()}", task_queue=queue)


async def failure_of(handle: WorkflowHandle[OneAction, ActionResult]) -> ApplicationError:
    with pytest.raises(WorkflowFailureError) as failure:
        await asyncio.wait_for(handle.result(), 20)
    assert isinstance(failure.value.cause, ActivityError)
    cause = failure.value.cause.cause
    assert isinstance(cause, ApplicationError)
    return cause


async def test_an_activity_continues_the_trace_of_its_cause(temporal: RunningTemporal, keys: FileKeys) -> None:
    seen: list[str | None] = []

    async def act(asked: CloseCareTask) -> ActionResult:
        seen.append(current_traceparent())
        return ActionResult(accepted=True, subject_id=asked.task_id)

    client = await connect(temporal.address, NAMESPACE, keys)
    async with working(client, act) as queue:
        result = await asyncio.wait_for((await begin(client, queue)).result(), 20)
    assert result.accepted
    (traceparent,) = seen
    assert traceparent is not None
    assert traceparent.split("-")[1] == TRACE


@pytest.mark.parametrize("error", [Unavailable("x_away", "away"), asyncpg.InterfaceError("connection is closed")])
async def test_a_service_that_is_away_is_asked_again(
    temporal: RunningTemporal, keys: FileKeys, error: Exception
) -> None:
    attempts = 0

    async def act(asked: CloseCareTask) -> ActionResult:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise error
        return ActionResult(accepted=True, subject_id=asked.task_id)

    client = await connect(temporal.address, NAMESPACE, keys)
    async with working(client, act) as queue:
        assert (await asyncio.wait_for((await begin(client, queue)).result(), 20)).accepted
    assert attempts == 3


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Bug("row_lost", MARK), "row_lost"),
        (Conflict("full", MARK), "full"),
        (KeyError(MARK), "KeyError"),
    ],
)
async def test_anything_else_that_is_raised_is_a_bug_and_is_tried_once(
    temporal: RunningTemporal, keys: FileKeys, error: Exception, code: str
) -> None:
    attempts = 0

    async def act(asked: CloseCareTask) -> ActionResult:
        nonlocal attempts
        attempts += 1
        raise error

    client = await connect(temporal.address, NAMESPACE, keys)
    async with working(client, act) as queue:
        cause = await failure_of(await begin(client, queue))
    assert (cause.type, cause.message, attempts) == ("bug", code, 1)


async def test_a_stored_history_shows_neither_payloads_nor_failures(temporal: RunningTemporal, keys: FileKeys) -> None:
    async def act(asked: CloseCareTask) -> ActionResult:
        raise KeyError(asked.outcome)

    client = await connect(temporal.address, NAMESPACE, keys)
    async with working(client, act) as queue:
        handle = await begin(client, queue)
        await failure_of(handle)
    stored = b"".join([event.SerializeToString() async for event in handle.fetch_history_events()])
    assert b"binary/encrypted" in stored
    for readable in (MARK, "riverbend", "Traceback", TRACE, "test_activity_edge"):
        assert readable.encode() not in stored


async def test_workers_go_on_when_the_server_was_killed(temporal: RunningTemporal, keys: FileKeys) -> None:
    async def act(asked: CloseCareTask) -> ActionResult:
        return ActionResult(accepted=True, subject_id=asked.task_id)

    client = await connect(temporal.address, NAMESPACE, keys)
    async with working(client, act) as queue:
        assert (await asyncio.wait_for((await begin(client, queue)).result(), 20)).accepted
        await temporal.kill_and_restart()
        assert (await asyncio.wait_for((await begin(client, queue)).result(), 60)).accepted


async def test_a_server_that_never_answers_is_unavailable(keys: FileKeys) -> None:
    with pytest.raises(Unavailable) as refusal:
        await connect(f"127.0.0.1:{choose_port(0)}", NAMESPACE, keys, within_s=0.3)
    assert refusal.value.code == "temporal_unavailable"
