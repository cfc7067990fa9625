"""Facts about a journey that is just starting: another member of the group, or a redrive, may be at it meanwhile."""

from uuid import UUID

import pytest
from temporalio.testing import WorkflowEnvironment

from stepwell_contracts.journey import EVENT_SIGNAL
from stepwell_kernel.codes import RiskSignal
from stepwell_kernel.errors import Unavailable
from stepwell_messaging.delivery import Park
from stepwell_messaging.incoming import Incoming
from stepwell_testing.plugin import OpenEdge
from stepwell_workflows.bridge.delivery import Signals
from stepwell_workflows.bridge.signals import Journeys, Told
from workflows.tests.bridging import delivered, handle
from workflows.tests.stories import REFERRED_AT, Story


class Starting(Journeys):
    """Finds no journey at first, and then the one that has started; `told` are the events that were told, in order."""

    def __init__(self) -> None:
        self.told: list[UUID] = []

    async def tell(self, incoming: Incoming, episode_id: UUID) -> Told:
        del episode_id
        self.told.append(incoming.id)
        return Told.NOT_RUNNING if len(self.told) == 1 else Told.TAKEN


def facts(story: Story) -> list[Incoming]:
    """The referral, and two facts that follow it."""
    happened = story.referred(), story.at_risk(RiskSignal.LAPSE), story.plan_signed(REFERRED_AT)
    return delivered(story, *(one.event for one in happened))


async def test_a_fact_that_was_told_before_its_journey_started_is_told_again(
    open_edge: OpenEdge, workflow_environment: WorkflowEnvironment
) -> None:
    edge, story = await open_edge("workflows"), Story()
    journeys = Journeys(workflow_environment.client, tuple)
    here, elsewhere = Signals(journeys), Signals(journeys)
    referred, lapse, _ = facts(story)
    await here.prepare([lapse])
    await elsewhere.prepare([referred])
    await handle(edge, elsewhere, [referred])
    with pytest.raises(Unavailable, match="journey_in_doubt"):
        await handle(edge, here, [lapse])
    await here.prepare([lapse])
    await handle(edge, here, [lapse])
    journey = await workflow_environment.client.get_workflow_handle(f"episode/{story.episode_id}").fetch_history()
    signals = [event.workflow_execution_signaled_event_attributes.signal_name for event in journey.events]
    assert signals.count(EVENT_SIGNAL) == 2
    assert await edge.value("select count(*) from late_event") == 0


async def test_nothing_is_told_behind_a_fact_that_found_no_journey(open_edge: OpenEdge) -> None:
    edge, journeys = await open_edge("workflows"), Starting()
    signals = Signals(journeys)
    referred, lapse, plan = facts(Story())
    await signals.prepare([lapse, plan])
    assert journeys.told == [lapse.id]
    with pytest.raises(Park, match="not_started"):
        await handle(edge, signals, [lapse, plan])
    await handle(edge, signals, [referred])
    await signals.prepare([lapse, plan])
    await handle(edge, signals, [lapse, plan])
    assert journeys.told == [lapse.id, lapse.id, plan.id]
    assert await edge.value("select count(*) from late_event") == 0
