"""The pages: Now, Journeys, Journey; each whole for reading without script, each with a part that stays live."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, StreamingResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Phase
from stepwell_operations.console.changes import Changes
from stepwell_operations.console.gate import SignedInPerson
from stepwell_operations.console.sessions import Session
from stepwell_operations.domain import words
from stepwell_operations.domain.access import READ_JOURNEYS, READ_STATUS
from stepwell_operations.platform_status import Peers
from stepwell_operations.store.journeys import (
    count_journeys,
    find_journey,
    journeys,
    journeys_by_phase,
    open_tasks,
    timeline,
)
from stepwell_operations.store.views import facility_zones
from stepwell_postgres.transaction import Transaction, Transactions

UTC_NAME = "UTC"


def _environment() -> Environment:
    folder = str(files("stepwell_operations") / "console" / "templates")
    environment = Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape(), trim_blocks=True)
    environment.globals |= {"way": words.WAY, "shown": words.SHOWN}
    environment.filters |= {
        "plain": words.plain,
        "event_words": words.event_words,
        "clock": words.clock,
        "short": words.short,
    }
    return environment


class Pages:
    """Renders the pages for a person, from what that person may see."""

    def __init__(self, transactions: Transactions, peers: Peers) -> None:
        self._transactions = transactions
        self._peers = peers
        self._templates = _environment()

    async def now(self, session: Session) -> Mapping[str, Any]:
        """What *Now* shows."""
        async with self._transactions(session.caller) as tx:
            tx.authorize(READ_STATUS, Resource(tx.tenant, "platform"))
            by_phase = await journeys_by_phase(tx)
            recent = await journeys(tx, most=12)
            common = await self._common(tx)
        platform = await self._peers.status(session.caller.tenant)
        most = max(by_phase.values(), default=1)
        return {**common, "by_phase": by_phase, "most": most, "recent": recent, "platform": platform}

    async def journeys(self, session: Session, phase: Phase | None) -> Mapping[str, Any]:
        """What *Journeys* shows."""
        async with self._transactions(session.caller) as tx:
            tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "facility"))
            rows = await journeys(tx, phase=phase, most=200)
            total = await count_journeys(tx, phase=phase)
            return {**await self._common(tx), "rows": rows, "total": total, "phase": phase}

    async def journey(self, session: Session, episode_id: UUID) -> Mapping[str, Any]:
        """What *Journey* shows."""
        async with self._transactions(session.caller) as tx:
            row = await find_journey(tx, episode_id)
            tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "journey", episode_id, row.facility_id))
            entries, tasks = await timeline(tx, episode_id), await open_tasks(tx, episode_id)
            common = await self._common(tx)
        return {**common, "row": row, "entries": entries, "tasks": tasks}

    def page(self, template: str, session: Session, values: Mapping[str, Any]) -> HTMLResponse:
        """A page with the person's name and the token of commands."""
        html = self._templates.get_template(template).render(**values, person=session.name, csrf=session.csrf)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    async def _common(self, tx: Transaction) -> Mapping[str, Any]:
        zones = await facility_zones(tx)
        zone_of = {facility.facility_id: facility.zone for facility in zones}
        names = {facility.facility_id: facility.neutral_name for facility in zones}
        return {"zone_of": zone_of, "names": names, "utc": UTC_NAME, "domain_now": tx.now}


def pages_router(pages: Pages, changes: Changes, person: SignedInPerson) -> APIRouter:
    """The routes of the console's pages; `live` gives only the part that changes."""
    router = APIRouter(include_in_schema=False)
    signed_in = Depends(person)

    @router.get("/")
    async def now(session: Annotated[Session, signed_in], live: bool = False) -> HTMLResponse:
        template = "now_live.html" if live else "now.html"
        return pages.page(template, session, await pages.now(session))

    @router.get("/journeys")
    async def list_journeys(
        session: Annotated[Session, signed_in],
        phase: Phase | None = None,
        live: bool = False,
    ) -> HTMLResponse:
        template = "journeys_live.html" if live else "journeys.html"
        return pages.page(template, session, await pages.journeys(session, phase))

    @router.get("/journeys/{episode_id}")
    async def one_journey(
        episode_id: UUID,
        session: Annotated[Session, signed_in],
        live: bool = False,
    ) -> HTMLResponse:
        template = "journey_live.html" if live else "journey.html"
        return pages.page(template, session, await pages.journey(session, episode_id))

    @router.get("/stream")
    async def stream(session: Annotated[Session, signed_in]) -> StreamingResponse:
        del session
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(changes.events(), media_type="text/event-stream", headers=headers)

    return router
