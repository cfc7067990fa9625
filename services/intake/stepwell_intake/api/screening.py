"""Screening, crises and reports of risk."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake_clinical import (
    CloseCrisis,
    Crises,
    CrisisDisposed,
    CrisisRecord,
    RaiseCrisis,
    RaisedCrisis,
    RecordScreen,
    ReportRisk,
    RiskNoted,
    Screens,
    ScreenScored,
)
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.close_crisis import close_crisis
from stepwell_intake.usecases.raise_crisis import raise_crisis
from stepwell_intake.usecases.read_screening import read_crises, read_crisis, read_screens
from stepwell_intake.usecases.record_screen import record_screen
from stepwell_intake.usecases.report_risk import report_risk
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def screening_router(transactions: Transactions, identities: Identities) -> APIRouter:
    """The routes by which danger is found, told and ended."""
    router = APIRouter(tags=["screening"])

    @router.post("/v1/episodes/{episode_id}/screens", status_code=201)
    async def post_screen(episode_id: UUID, body: RecordScreen, caller: CurrentCaller, key: CurrentKey) -> ScreenScored:
        async with transactions(caller) as tx:
            return await once(tx, key, ScreenScored, lambda: record_screen(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/screens")
    async def get_screens(episode_id: UUID, caller: CurrentCaller) -> Screens:
        async with transactions(caller) as tx:
            return await read_screens(tx, episode_id)

    @router.post("/v1/episodes/{episode_id}/crises", status_code=201)
    async def post_crisis(episode_id: UUID, body: RaiseCrisis, caller: CurrentCaller, key: CurrentKey) -> RaisedCrisis:
        async with transactions(caller) as tx:
            return await once(tx, key, RaisedCrisis, lambda: raise_crisis(tx, identities, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/crises")
    async def get_crises(episode_id: UUID, caller: CurrentCaller) -> Crises:
        async with transactions(caller) as tx:
            return await read_crises(tx, episode_id)

    @router.get("/v1/episodes/{episode_id}/crises/{crisis_id}")
    async def get_crisis(episode_id: UUID, crisis_id: UUID, caller: CurrentCaller) -> CrisisRecord:
        async with transactions(caller) as tx:
            return await read_crisis(tx, identities, episode_id, crisis_id)

    @router.post("/v1/episodes/{episode_id}/crises/{crisis_id}/disposition", status_code=201)
    async def post_disposition(
        episode_id: UUID, crisis_id: UUID, body: CloseCrisis, caller: CurrentCaller, key: CurrentKey
    ) -> CrisisDisposed:
        async with transactions(caller) as tx:
            return await once(
                tx, key, CrisisDisposed, lambda: close_crisis(tx, identities, episode_id, crisis_id, body)
            )

    @router.post("/v1/episodes/{episode_id}/risk-reports", status_code=201)
    async def post_risk_report(episode_id: UUID, body: ReportRisk, caller: CurrentCaller, key: CurrentKey) -> RiskNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, RiskNoted, lambda: report_risk(tx, episode_id, body))

    return router
