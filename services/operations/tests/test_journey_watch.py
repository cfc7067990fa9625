"""Asking a journey what it sees to, on a real workflow server: how often, and what becomes of no answer."""

from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from services.operations.tests.standing_journey import standing_journey
from stepwell_devstack.ports import choose_port
from stepwell_kernel.ids import new_id
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_testing.eventually import eventually

DUE = datetime(2026, 3, 9, 17, 0, tzinfo=UTC)

#: A loaded machine may take longer than a page would wait.
PATIENCE_S = 10.0


async def test_a_journey_tells_what_it_sees_to(workflow_environment: WorkflowEnvironment) -> None:
    client, episode_id = workflow_environment.client, new_id()
    async with standing_journey(client, episode_id, DUE):
        view = await JourneyWatch(client, PATIENCE_S).view(episode_id, mark=1)
    assert view is not None
    assert view.episode_id == episode_id
    assert [(one.kind, one.due_at) for one in view.obligations] == [("plan_review", DUE), ("week_close", DUE)]


async def test_an_answer_serves_all_who_look_until_there_is_news(workflow_environment: WorkflowEnvironment) -> None:
    client, episode_id = workflow_environment.client, new_id()
    async with standing_journey(client, episode_id, DUE) as standing:
        watch = JourneyWatch(client, PATIENCE_S)
        views = [await watch.view(episode_id, mark=1) for _ in range(5)]
        assert await standing.asked() == 1
        assert views[0] is not None
        assert views == views[:1] * 5

        async def asked() -> int:
            await watch.view(episode_id, mark=2)
            return await standing.asked()

        assert await eventually(asked, until=lambda times: times > 1) == 2


async def test_a_journey_that_ended_or_never_was_tells_nothing(workflow_environment: WorkflowEnvironment) -> None:
    client, episode_id = workflow_environment.client, new_id()
    async with standing_journey(client, episode_id, DUE) as standing:
        await standing.end()
        watch = JourneyWatch(client, PATIENCE_S)
        assert await watch.view(episode_id, mark=1) is None
        assert await watch.view(new_id(), mark=1) is None


async def test_a_server_that_is_away_costs_no_more_than_the_deadline() -> None:
    client = await Client.connect(f"127.0.0.1:{choose_port(0)}", lazy=True)
    assert await JourneyWatch(client, deadline_s=0.5).view(new_id(), mark=1) is None
