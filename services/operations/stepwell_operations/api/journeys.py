"""Journeys, as data."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.operations import JourneyList, JourneyView
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Phase
from stepwell_operations.domain.access import READ_JOURNEYS
from stepwell_operations.journey_watch import AskJourney
from stepwell_operations.parameters import After, Limit
from stepwell_operations.store.care import open_tasks, weeks
from stepwell_operations.store.clinical import authorizations, latest_screens, plan_in_force
from stepwell_operations.store.crises import open_crises
from stepwell_operations.store.journeys import Filter, find_journey, journey_detail, journeys, linked_episodes
from stepwell_operations.store.tallies import count_journeys_of, journey_tallies
from stepwell_operations.store.timeline import events_applied, latest_entries, streams
from stepwell_postgres.transaction import Transaction, Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import to_cursor

MOST_ENTRIES = 2_000


def journeys_router(transactions: Transactions, ask_journey: AskJourney) -> APIRouter:
    """The routes of journeys; what an episode sees to is asked of its own."""
    router = APIRouter(tags=["journeys"])

    @router.get("/v1/journeys")
    async def get_journeys(
        caller: CurrentCaller,
        phase: Phase | None = None,
        facility_id: UUID | None = None,
        overdue: bool = False,
        limit: Limit = 100,
        after: After = None,
    ) -> JourneyList:
        only = Filter(phase, facility_id, overdue=overdue)
        async with transactions(caller) as tx:
            tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "facility", facility_id, facility_id))
            found = await journeys(tx, only, after=after, most=limit + 1)
            tallies = await journey_tallies(tx, facility_id)
        page = tuple(found[:limit])
        more = len(found) > limit
        return JourneyList(
            journeys=page,
            total=count_journeys_of(tallies, only),
            next_cursor=to_cursor((page[-1].changed_at, page[-1].episode_id)) if more else None,
        )

    @router.get("/v1/journeys/{episode_id}")
    async def get_journey(episode_id: UUID, caller: CurrentCaller) -> JourneyView:
        async with transactions(caller) as tx:
            known = await _by_events(tx, episode_id)
        if known.journey.phase == Phase.CLOSED:
            return known
        # Asked outside of the transaction, with a deadline of its own.
        told = await ask_journey(episode_id, events_applied(known.streams))
        return known if told is None else known.model_copy(update={"obligations": told.obligations})

    return router


async def _by_events(tx: Transaction, episode_id: UUID) -> JourneyView:
    journey = await find_journey(tx, episode_id)
    tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "journey", episode_id, journey.facility_id))
    detail = await journey_detail(tx, episode_id)
    entries = await latest_entries(tx, episode_id, detail, most=MOST_ENTRIES)
    linked = await linked_episodes(tx, episode_id)
    return JourneyView(
        journey=journey,
        tasks=tuple(await open_tasks(tx, episode_id)),
        weeks=tuple(await weeks(tx, episode_id)),
        streams=tuple(await streams(tx, detail.patient_id)),
        timeline=tuple(entries.entries),
        crises=tuple(await open_crises(tx, episode_id=episode_id)),
        screens=tuple(await latest_screens(tx, episode_id)),
        authorizations=tuple(await authorizations(tx, episode_id)),
        plan=await plan_in_force(tx, episode_id),
        previous_episode_id=linked.earlier,
        next_episode_ids=linked.later,
    )
