"""Weekly series of a group's meetings."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.scheduling_timetable import (
    ChangeSeries,
    DayExcepted,
    ExceptDay,
    SeriesAltered,
    SeriesList,
    SeriesPlanned,
    StartSeries,
)
from stepwell_kernel.access import Resource
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.domain.access import READ_SESSIONS
from stepwell_scheduling.store.reference import find_facility, find_group
from stepwell_scheduling.store.views import series_views
from stepwell_scheduling.usecases.change_series import change_series
from stepwell_scheduling.usecases.leave_day_out import leave_day_out
from stepwell_scheduling.usecases.start_series import start_series


def series_router(transactions: Transactions) -> APIRouter:
    """The routes of series."""
    router = APIRouter(tags=["series"])

    @router.post("/v1/groups/{group_id}/series", status_code=201)
    async def post_series(group_id: UUID, body: StartSeries, caller: CurrentCaller, key: CurrentKey) -> SeriesPlanned:
        async with transactions(caller) as tx:
            return await once(tx, key, SeriesPlanned, lambda: start_series(tx, group_id, body))

    @router.get("/v1/groups/{group_id}/series")
    async def get_series(group_id: UUID, caller: CurrentCaller) -> SeriesList:
        async with transactions(caller) as tx:
            group = await find_group(tx, group_id)
            tx.authorize(READ_SESSIONS, Resource(tx.tenant, "group", group_id, group.facility_id))
            facility = await find_facility(tx, group.facility_id)
            return SeriesList(series=await series_views(tx, group_id, facility.day_of(tx.now)))

    @router.post("/v1/series/{series_id}/change", status_code=201)
    async def post_change(series_id: UUID, body: ChangeSeries, caller: CurrentCaller, key: CurrentKey) -> SeriesAltered:
        async with transactions(caller) as tx:
            return await once(tx, key, SeriesAltered, lambda: change_series(tx, series_id, body))

    @router.post("/v1/series/{series_id}/exceptions", status_code=201)
    async def post_exception(series_id: UUID, body: ExceptDay, caller: CurrentCaller, key: CurrentKey) -> DayExcepted:
        async with transactions(caller) as tx:
            return await once(tx, key, DayExcepted, lambda: leave_day_out(tx, series_id, body))

    return router
