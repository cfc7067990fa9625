"""The bridge as a consumer: signal first, then claim.

A signal is not part of the transaction. A crash between the two repeats the signal, which the journey drops by its
stream version; the other order would lose it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from opentelemetry.trace import SpanKind

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.journey import JOURNEY_EVENTS
from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import Unavailable
from stepwell_messaging.delivery import Park, by_tenant, event_attributes, service_caller
from stepwell_messaging.incoming import Incoming
from stepwell_messaging.metrics import PROCESS
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.telemetry import remote_context, spanning
from stepwell_workflows.bridge.late import follow_up_late
from stepwell_workflows.bridge.signals import Journeys, Told
from stepwell_workflows.bridge.store import Known, known_episodes, note_end, note_facility, note_late, note_start

SERVICE = "workflows"
NOT_STARTED = "not_started"
AT_ONCE = 32


class Signals:
    """Tells journeys their events; an event of an unknown episode waits until it has started.

    An event that finds no journey is too late only if the episode was known before it was told. Until then the journey
    may have started in between, by another member of the group or a redrive, and the event is told again.
    """

    def __init__(self, journeys: Journeys) -> None:
        self._journeys = journeys
        self._not_running: set[UUID] = set()
        self._told_again: set[UUID] = set()

    def takes(self, event_type: str) -> bool:
        """The types that the journey takes."""
        return event_type in JOURNEY_EVENTS

    async def prepare(self, incoming: Sequence[Incoming]) -> None:
        """Signal: the events of a key one after the other, keys side by side.

        Behind an event that found no journey nothing of its episode is told: a journey that starts meanwhile would take
        it, and then drop the one before as a repeat.
        """
        keys: dict[str, list[Incoming]] = {}
        for one in incoming:
            keys.setdefault(one.key, []).append(one)
        gate = asyncio.Semaphore(AT_ONCE)

        async def tell_in_order(events: Sequence[Incoming]) -> None:
            absent: set[UUID] = set()
            async with gate:
                for one in events:
                    if _episode(one) in absent or await self._tell(one) is Told.NOT_RUNNING:
                        absent.add(_episode(one))
                        self._not_running.add(one.id)

        await asyncio.gather(*(tell_in_order(events) for events in keys.values()))

    async def handle(self, tx: Transaction, incoming: Sequence[Incoming]) -> None:
        """Keep what the bridge must know of the events that were told.

        Raises Park (`not_started`), Unavailable (`journey_in_doubt`) when events must be told again.
        """
        for tenant, events in by_tenant(incoming).items():
            await tx.act_as(service_caller(SERVICE, tenant))
            known = await known_episodes(tx, [_episode(one) for one in events])
            self._doubt(events, known)
            for one in events:
                await self._note(tx, one, known)

    def _doubt(self, events: Sequence[Incoming], known: Mapping[UUID, Known]) -> None:
        absent = {one.id for one in events if one.id in self._not_running and _episode(one) in known}
        if doubtful := absent - self._told_again:
            self._told_again |= doubtful
            raise Unavailable("journey_in_doubt", "the journey may have started after it was told; it is told again")

    async def _tell(self, incoming: Incoming) -> Told:
        with spanning(
            f"{PROCESS} {incoming.record.topic}",
            SpanKind.CONSUMER,
            remote_context(incoming.envelope.traceparent),
            **event_attributes("journeys", incoming),
        ):
            told = await self._journeys.tell(incoming, _episode(incoming))
        if told is Told.TAKEN:
            self._forget(incoming)
        return told

    def _forget(self, incoming: Incoming) -> None:
        self._not_running.discard(incoming.id)
        self._told_again.discard(incoming.id)

    async def _note(self, tx: Transaction, incoming: Incoming, known: Mapping[UUID, Known]) -> None:
        episode_id = _episode(incoming)
        is_absent = incoming.id in self._not_running
        self._forget(incoming)
        if isinstance(incoming.event, ReferralReceived):
            await note_start(tx, incoming, incoming.event)
        elif is_absent:
            if episode_id not in known:
                raise Park(NOT_STARTED)
            await note_late(tx, incoming, episode_id)
            await follow_up_late(tx, incoming, episode_id, known[episode_id])
        if isinstance(incoming.event, EpisodePhaseChanged):
            await note_facility(tx, episode_id, incoming.event.facility_id)
            if incoming.event.phase is Phase.CLOSED:
                await note_end(tx, incoming, episode_id)


def _episode(incoming: Incoming) -> UUID:
    """Every event that the journey takes belongs to an episode."""
    if incoming.envelope.episode is None:
        raise Park("no_episode")
    return incoming.envelope.episode
