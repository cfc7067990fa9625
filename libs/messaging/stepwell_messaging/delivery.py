"""What a consumer does with events: call a handler for each, or apply a batch to read models."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import Link, SpanKind

from stepwell_kernel.caller import Caller, CallerKind
from stepwell_messaging.incoming import Incoming
from stepwell_messaging.metrics import PROCESS
from stepwell_messaging.streams import lock_patients
from stepwell_postgres.transaction import Transaction
from stepwell_runtime import spans
from stepwell_runtime.telemetry import remote_context, spanning, tracer

Handler = Callable[[Transaction, Incoming], Awaitable[None]]
Apply = Callable[[Transaction, Sequence[Incoming]], Awaitable[None]]


class Park(Exception):
    """Raised by a handler to have the event's key wait, in order, until it is redriven."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Delivery(Protocol):
    """How events reach what they are for."""

    def takes(self, event_type: str) -> bool:
        """Whether events of that type are handled; all others are passed over."""
        ...

    async def prepare(self, incoming: Sequence[Incoming]) -> None:
        """What must happen outside a transaction, before it; repeated when the transaction is."""
        ...

    async def handle(self, tx: Transaction, incoming: Sequence[Incoming]) -> None:
        """The effect of a batch, in the transaction that claims it; raises for the first event that cannot pass."""
        ...


def service_caller(service: str, tenant: str) -> Caller:
    """The caller as which a service acts on events of a tenant."""
    return Caller(CallerKind.SERVICE, tenant, service, roles=frozenset({service}))


def by_tenant(incoming: Sequence[Incoming]) -> Mapping[str, list[Incoming]]:
    """A batch by tenant; a key belongs to one tenant, so the order within keys stays."""
    groups: dict[str, list[Incoming]] = {}
    for one in incoming:
        groups.setdefault(one.envelope.tenant, []).append(one)
    return groups


class Commands:
    """Calls the handler of each event, after locking the streams of the batch's patients in the order of their ids."""

    def __init__(self, service: str, handlers: Mapping[str, Handler]) -> None:
        self._service = service
        self._handlers = handlers

    def takes(self, event_type: str) -> bool:
        """Types with a handler."""
        return event_type in self._handlers

    async def prepare(self, incoming: Sequence[Incoming]) -> None:
        """Nothing happens outside the transaction."""

    async def handle(self, tx: Transaction, incoming: Sequence[Incoming]) -> None:
        """Each event under its own span and as its own cause."""
        for tenant, events in by_tenant(incoming).items():
            caller = service_caller(self._service, tenant)
            await tx.act_as(caller)
            await lock_patients(tx, {UUID(one.key) for one in events if "/" not in one.key})
            for one in events:
                tx.caller = replace(caller, cause=str(one.id))
                with spanning(
                    f"{PROCESS} {one.record.topic}",
                    SpanKind.CONSUMER,
                    remote_context(one.envelope.traceparent),
                    **event_attributes(self._service, one),
                ):
                    await self._handlers[one.envelope.type](tx, one)


class Projected:
    """Applies batches to read models, set-based; one span per batch, linked to the traces of its events."""

    def __init__(self, service: str, apply: Apply) -> None:
        self._service = service
        self._apply = apply

    def takes(self, event_type: str) -> bool:
        """All types of the topics."""
        return bool(event_type)

    async def prepare(self, incoming: Sequence[Incoming]) -> None:
        """Nothing happens outside the transaction."""

    async def handle(self, tx: Transaction, incoming: Sequence[Incoming]) -> None:
        """Each tenant's part of the batch at once."""
        for tenant, events in by_tenant(incoming).items():
            await tx.act_as(service_caller(self._service, tenant))
            contexts = (trace.get_current_span(remote_context(one.envelope.traceparent)) for one in events)
            links = [Link(span.get_span_context()) for span in contexts if span.get_span_context().is_valid]
            with tracer().start_as_current_span(
                f"{PROCESS} {events[0].record.topic}",
                kind=SpanKind.CONSUMER,
                links=links,
                attributes={spans.GROUP: self._service, spans.BATCH: len(events)},
                record_exception=False,
            ):
                await self._apply(tx, events)


def event_attributes(group: str, incoming: Incoming) -> dict[str, str]:
    """Attributes of a span about one event; the record's key is not among them."""
    attributes = {
        spans.TOPIC: incoming.record.topic,
        spans.GROUP: group,
        spans.EVENT_ID: str(incoming.id),
        spans.EVENT_TYPE: incoming.envelope.type,
    }
    if incoming.envelope.episode is not None:
        attributes[spans.EPISODE] = str(incoming.envelope.episode)
    return attributes
