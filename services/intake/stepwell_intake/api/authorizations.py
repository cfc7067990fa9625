"""What payers authorized, and the admission gate that asks for it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.http.intake_legal import (
    AdmissionGate,
    AuthorizationList,
    AuthorizationRecord,
    RecordAuthorization,
)
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.read_admission_gate import read_admission_gate
from stepwell_intake.usecases.read_authorizations import read_authorizations
from stepwell_intake.usecases.record_authorization import record_authorization
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def authorizations_router(transactions: Transactions, identities: Identities) -> APIRouter:
    """The routes of authorizations and of the admission gate."""
    router = APIRouter(tags=["authorizations"])

    @router.post("/v1/episodes/{episode_id}/authorizations", status_code=201)
    async def post_authorization(
        episode_id: UUID, body: RecordAuthorization, caller: CurrentCaller, key: CurrentKey
    ) -> AuthorizationRecord:
        async with transactions(caller) as tx:
            return await once(
                tx, key, AuthorizationRecord, lambda: record_authorization(tx, identities, episode_id, body)
            )

    @router.get("/v1/episodes/{episode_id}/authorizations")
    async def get_authorizations(episode_id: UUID, caller: CurrentCaller) -> AuthorizationList:
        async with transactions(caller) as tx:
            return await read_authorizations(tx, episode_id)

    @router.get("/v1/episodes/{episode_id}/admission-gate")
    async def get_admission_gate(
        episode_id: UUID,
        program_id: UUID,
        prescribed_minutes_per_week: Annotated[int, Query(ge=0, le=7 * 24 * 60)],
        caller: CurrentCaller,
        authorization_reason_code: Annotated[str | None, Query(max_length=40)] = None,
    ) -> AdmissionGate:
        async with transactions(caller) as tx:
            return await read_admission_gate(
                tx, episode_id, program_id, prescribed_minutes_per_week, authorization_reason_code
            )

    return router
