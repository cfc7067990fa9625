"""What was chosen on a page, read from its address; a page and its stream read it alike."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.store.journeys import Filter
from stepwell_operations.store.messages import MessageFilter
from stepwell_operations.store.timeline import EntryFilter
from stepwell_operations.store.worklist import WorkFilter

TraceId = Annotated[str | None, Query(pattern="^[0-9a-f]{32}$")]
ServiceName = Annotated[str | None, Query(pattern="^(journey|intake|scheduling|medication|notifications)$")]


async def _journeys(phase: Phase | None = None, facility_id: UUID | None = None, overdue: bool = False) -> Filter:
    return Filter(phase, facility_id, overdue)


async def _work(role: Role | None = None, facility_id: UUID | None = None) -> WorkFilter:
    return WorkFilter(role, facility_id)


async def _messages(
    state: MessageState | None = None,
    facility_id: UUID | None = None,
    template: MessageTemplate | None = None,
    episode_id: UUID | None = None,
) -> MessageFilter:
    return MessageFilter(facility_id, state, episode_id, template)


async def _entries(trace_id: TraceId = None, about: UUID | None = None, service: ServiceName = None) -> EntryFilter:
    return EntryFilter(trace_id, about, service)


JourneysChosen = Annotated[Filter, Depends(_journeys)]
WorkChosen = Annotated[WorkFilter, Depends(_work)]
MessagesChosen = Annotated[MessageFilter, Depends(_messages)]
EntriesChosen = Annotated[EntryFilter, Depends(_entries)]
