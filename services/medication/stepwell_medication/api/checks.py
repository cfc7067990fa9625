"""Checks, queries of the monitoring program, and other medicines."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.medication_orders import (
    CheckMonitoring,
    CheckRecorded,
    Checks,
    CheckView,
    ListMedicines,
    MedicinesListed,
    MonitoringNoted,
    OtherMedicines,
    RecordCheck,
)
from stepwell_kernel.access import Resource
from stepwell_medication.domain.access import READ_ORDERS
from stepwell_medication.store.checks import checks_of, newest_list
from stepwell_medication.store.reference import find_episode
from stepwell_medication.usecases.check_monitoring import check_monitoring
from stepwell_medication.usecases.list_medicines import list_medicines
from stepwell_medication.usecases.record_check import record_check
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey

MOST_CHECKS = 200


def checks_router(transactions: Transactions) -> APIRouter:
    """The routes by which an order's gates learn what they ask for."""
    router = APIRouter(tags=["checks"])

    @router.post("/v1/episodes/{episode_id}/checks", status_code=201)
    async def post_check(episode_id: UUID, body: RecordCheck, caller: CurrentCaller, key: CurrentKey) -> CheckRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, CheckRecorded, lambda: record_check(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/checks")
    async def get_checks(episode_id: UUID, caller: CurrentCaller) -> Checks:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            rows = await checks_of(tx, episode_id, MOST_CHECKS)
        return Checks(rows=tuple(CheckView(check=row["check_code"], **row) for row in rows))

    @router.post("/v1/episodes/{episode_id}/monitoring-checks", status_code=201)
    async def post_monitoring_check(
        episode_id: UUID, body: CheckMonitoring, caller: CurrentCaller, key: CurrentKey
    ) -> MonitoringNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, MonitoringNoted, lambda: check_monitoring(tx, episode_id, body))

    @router.put("/v1/episodes/{episode_id}/other-medicines")
    async def put_other_medicines(
        episode_id: UUID, body: ListMedicines, caller: CurrentCaller, key: CurrentKey
    ) -> MedicinesListed:
        async with transactions(caller) as tx:
            return await once(tx, key, MedicinesListed, lambda: list_medicines(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/other-medicines")
    async def get_other_medicines(episode_id: UUID, caller: CurrentCaller) -> OtherMedicines:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            listed = await newest_list(tx, episode.patient_id)
        if listed is None:
            return OtherMedicines(list_id=None, substances=(), listed_at=None)
        return OtherMedicines(list_id=listed.list_id, substances=listed.substances, listed_at=listed.listed_at)

    return router
