"""The client of operations."""

from datetime import date
from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_contracts.http.operations import JourneyList, JourneyView, Status, Work
from stepwell_contracts.http.operations_network import (
    FacilityList,
    FacilityView,
    Figures,
    Found,
    Health,
    MessageFeed,
    Report,
)
from stepwell_kernel.codes import Role
from stepwell_kernel.message_codes import MessageTemplate


class OperationsClient:
    """Calls of operations' API: the views of the console."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def status(self) -> Status:
        """The platform at a glance."""
        return await self._transport.get("/v1/status", Status)

    async def health(self) -> Health:
        """The platform in detail."""
        return await self._transport.get("/v1/health", Health)

    async def journeys(
        self,
        phase: str | None = None,
        facility_id: UUID | None = None,
        *,
        overdue: bool = False,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> JourneyList:
        """Episodes, the latest changed first; `overdue` keeps those with a task that is."""
        query = _query(
            phase=phase, facility_id=facility_id, overdue="true" if overdue else None, limit=limit, cursor=cursor
        )
        return await self._transport.get("/v1/journeys", JourneyList, query=query)

    async def journey(self, episode_id: UUID) -> JourneyView:
        """An episode with its timeline."""
        return await self._transport.get(path_of("/v1/journeys/{}", episode_id), JourneyView)

    async def find(self, identifier: UUID) -> Found:
        """Where an id of any kind leads."""
        return await self._transport.get("/v1/search", Found, query={"id": str(identifier)})

    async def worklist(
        self,
        role: Role | None = None,
        facility_id: UUID | None = None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Work:
        """What waits for people, of all roles or one, at all facilities or one: the earliest due, and the crises."""
        query = _query(role=role, facility=facility_id, limit=limit, cursor=cursor)
        return await self._transport.get("/v1/worklist", Work, query=query)

    async def facilities(self) -> FacilityList:
        """The facilities, with their census and seats."""
        return await self._transport.get("/v1/facilities", FacilityList)

    async def facility(self, facility_id: UUID, week: date | None = None) -> FacilityView:
        """A facility with the sessions of the local week in which a day lies, of this one without a day."""
        return await self._transport.get(
            path_of("/v1/facilities/{}", facility_id), FacilityView, query=_query(week=week)
        )

    async def messages(
        self,
        facility_id: UUID | None = None,
        *,
        state: str | None = None,
        episode_id: UUID | None = None,
        template: MessageTemplate | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> MessageFeed:
        """Messages to patients, the latest first."""
        query = _query(
            facility_id=facility_id, state=state, episode_id=episode_id, template=template, limit=limit, cursor=cursor
        )
        return await self._transport.get("/v1/messages", MessageFeed, query=query)

    async def figures(self, facility_id: UUID | None = None) -> Figures:
        """Census, hours met per week and time to first contact of the last days."""
        return await self._transport.get("/v1/figures", Figures, query=_query(facility_id=facility_id))

    async def report(self, facility_id: UUID | None = None, *, allowed_hours: float = 0) -> Report:
        """What became of all episodes ever; tasks count that had at least so many hours until they were due."""
        query = _query(facility_id=facility_id, allowed_hours=allowed_hours)
        return await self._transport.get("/v1/report", Report, query=query)


def _query(**chosen: object) -> dict[str, str] | None:
    return {name: str(value) for name, value in chosen.items() if value is not None} or None
