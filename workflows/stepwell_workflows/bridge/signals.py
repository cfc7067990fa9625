"""Telling a journey a fact: the referral starts it, every other event finds it running, closed, or not there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from stepwell_contracts.activities import OpenCareTask
from stepwell_contracts.events.intake import ReferralReceived
from stepwell_contracts.journey import (
    CALENDAR_WORKFLOW_ID_PREFIX,
    CALENDAR_WORKFLOW_NAME,
    EVENT_SIGNAL,
    LATE_WORKFLOW_ID_PREFIX,
    LATE_WORKFLOW_NAME,
    STARTING_EVENT,
    TASK_QUEUE,
    WORKFLOW_ID_PREFIX,
    WORKFLOW_NAME,
    ClockSegment,
    JourneyEvent,
    StartCalendar,
    StartJourney,
)
from stepwell_kernel.clock import Segment
from stepwell_kernel.errors import Unavailable
from stepwell_messaging.incoming import Incoming
from stepwell_runtime.telemetry import current_traceparent

#: Answers after which the same call may pass later.
AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.UNKNOWN,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.ABORTED,
    }
)


@contextmanager
def _away_told() -> Iterator[None]:
    """Tell a server that is away by its kind."""
    try:
        yield
    except RPCError as error:
        if error.status in AWAY:
            raise Unavailable("temporal_unavailable", "the Temporal server cannot be reached") from error
        raise


class Told(StrEnum):
    """What came of telling."""

    TAKEN = "taken"
    NOT_RUNNING = "not_running"


class Journeys:
    """The journeys, as the bridge speaks to them. Raises Unavailable (`temporal_unavailable`) while they are away."""

    def __init__(self, client: Client, segments: Callable[[], Sequence[Segment]]) -> None:
        self._client = client
        self._segments = segments

    async def tell(self, incoming: Incoming, episode_id: UUID) -> Told:
        """Tell the journey of an episode the event; a journey drops what it was told before."""
        try:
            with _away_told():
                if incoming.envelope.type == STARTING_EVENT:
                    return await self._start(incoming)
                handle = self._client.get_workflow_handle(f"{WORKFLOW_ID_PREFIX}{episode_id}")
                await handle.signal(EVENT_SIGNAL, _message(incoming))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Told.NOT_RUNNING
            raise
        return Told.TAKEN

    async def open_late_task(self, event_id: str, task: OpenCareTask) -> None:
        """Have intake give a late fact to a person; asked again, it is done once."""
        with _away_told(), suppress(WorkflowAlreadyStartedError):
            await self._client.start_workflow(
                LATE_WORKFLOW_NAME,
                task,
                id=f"{LATE_WORKFLOW_ID_PREFIX}{event_id}",
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )

    async def start_calendar(self, tenant: str, facility_id: UUID) -> None:
        """Start the calendar of a facility; one that runs goes on."""
        start = StartCalendar(tenant=tenant, facility_id=facility_id, segments=self._clock())
        with _away_told(), suppress(WorkflowAlreadyStartedError):
            await self._client.start_workflow(
                CALENDAR_WORKFLOW_NAME,
                args=[start, None],
                id=f"{CALENDAR_WORKFLOW_ID_PREFIX}{facility_id}",
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )

    def _clock(self) -> tuple[ClockSegment, ...]:
        return tuple(
            ClockSegment(wall_from=s.wall_from, domain_from=s.domain_from, factor=s.factor) for s in self._segments()
        )

    async def _start(self, incoming: Incoming) -> Told:
        referral = incoming.read(ReferralReceived)
        start = StartJourney(
            tenant=incoming.envelope.tenant,
            episode_id=referral.episode_id,
            patient_id=referral.patient_id,
            facility_id=referral.facility_id,
            program_id=referral.program_id,
            age_band=referral.age_band,
            segments=self._clock(),
        )
        try:
            await self._client.start_workflow(
                WORKFLOW_NAME,
                args=[start, None],
                id=f"{WORKFLOW_ID_PREFIX}{referral.episode_id}",
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                start_signal=EVENT_SIGNAL,
                start_signal_args=[_message(incoming)],
            )
        except WorkflowAlreadyStartedError:
            return Told.NOT_RUNNING
        return Told.TAKEN


def _message(incoming: Incoming) -> JourneyEvent:
    """The event, in the trace of the signal that carries it."""
    envelope = incoming.envelope.model_copy(
        update={"traceparent": current_traceparent() or incoming.envelope.traceparent}
    )
    return JourneyEvent(envelope=envelope, data=incoming.event.model_dump(mode="json"))
