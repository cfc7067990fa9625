"""Care tasks that a person ends."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake_decisions import CareTaskDone, CompleteCareTask
from stepwell_intake.usecases.complete_care_task import complete_care_task
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def tasks_router(transactions: Transactions) -> APIRouter:
    """The route of care tasks."""
    router = APIRouter(tags=["tasks"])

    @router.post("/v1/episodes/{episode_id}/tasks/{task_id}/completion", status_code=201)
    async def post_completion(
        episode_id: UUID, task_id: UUID, body: CompleteCareTask, caller: CurrentCaller, key: CurrentKey
    ) -> CareTaskDone:
        async with transactions(caller) as tx:
            return await once(tx, key, CareTaskDone, lambda: complete_care_task(tx, episode_id, task_id, body))

    return router
