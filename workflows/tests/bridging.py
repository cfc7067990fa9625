"""Events as the bridge's consumer reads and handles them."""

from collections.abc import Sequence

from stepwell_contracts.base import Event
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_messaging.incoming import Incoming
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.records import incoming
from stepwell_workflows.bridge.delivery import Signals
from workflows.tests.stories import REFERRED_AT, Story


def delivered(story: Story, *events: Event) -> list[Incoming]:
    """Events of intake about the story's patient."""
    return [
        incoming(event, key=str(story.patient_id), at=REFERRED_AT, version=number, episode_id=story.episode_id)
        for number, event in enumerate(events, 1)
    ]


async def handle(edge: ServiceEdge, signals: Signals, events: Sequence[Incoming]) -> None:
    """The effect of events that were told, in a transaction."""
    async with edge.transactions(Caller(CallerKind.SERVICE, "riverbend", "workflows")) as tx:
        await signals.handle(tx, events)
