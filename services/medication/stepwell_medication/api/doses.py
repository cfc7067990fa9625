"""Doses under observation, take-homes, and the dosing queue."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.medication import DoseNoted, ObserveDose
from stepwell_contracts.http.medication_giving import (
    DispenseTakeHome,
    DosingQueue,
    DosingQueueRow,
    HoldPlaced,
    LimitOverridden,
    OverrideLimit,
    TakeHomeHandedOut,
)
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_medication.domain.access import READ_ORDERS
from stepwell_medication.domain.missed import rule_for
from stepwell_medication.store.dosing_queue import due_on, held_at
from stepwell_medication.store.dosing_rules import missed_rules
from stepwell_medication.store.reference import find_facility
from stepwell_medication.store.worklist import FROM_THE_START
from stepwell_medication.usecases.dispense_take_home import dispense_take_home
from stepwell_medication.usecases.hold_dosing import hold_sedated
from stepwell_medication.usecases.observe_dose import observe_dose
from stepwell_medication.usecases.override_limit import override_limit
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey

MOST_IN_QUEUE = 500


def doses_router(transactions: Transactions) -> APIRouter:
    """The routes of doses."""
    router = APIRouter(tags=["doses"])

    @router.post("/v1/orders/{order_id}/doses", status_code=201)
    async def post_dose(order_id: UUID, body: ObserveDose, caller: CurrentCaller, key: CurrentKey) -> DoseNoted:
        async with transactions(caller) as tx:
            if not body.sedated:
                return await once(tx, key, DoseNoted, lambda: observe_dose(tx, order_id, body))
            hold = await once(tx, key, HoldPlaced, lambda: hold_sedated(tx, order_id, body))
        # The refusal comes after the commit: the hold that it tells of stays.
        problem = FieldProblem("sedated", f"places the hold {hold.hold_id}")
        raise Conflict("dosing_held", "a sedated patient gets no dose", fields=(problem,), rule="dosing.hold")

    @router.post("/v1/orders/{order_id}/take-homes", status_code=201)
    async def post_take_home(
        order_id: UUID, body: DispenseTakeHome, caller: CurrentCaller, key: CurrentKey
    ) -> TakeHomeHandedOut:
        async with transactions(caller) as tx:
            return await once(tx, key, TakeHomeHandedOut, lambda: dispense_take_home(tx, order_id, body))

    @router.post("/v1/orders/{order_id}/limit-overrides", status_code=201)
    async def post_limit_override(
        order_id: UUID, body: OverrideLimit, caller: CurrentCaller, key: CurrentKey
    ) -> LimitOverridden:
        async with transactions(caller) as tx:
            return await once(tx, key, LimitOverridden, lambda: override_limit(tx, order_id, body))

    @router.get("/v1/facilities/{facility_id}/dosing-queue")
    async def get_dosing_queue(facility_id: UUID, caller: CurrentCaller) -> DosingQueue:
        async with transactions(caller) as tx:
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "facility", facility_id, facility_id))
            today = (await find_facility(tx, facility_id)).day_of(tx.now)
            due = await due_on(tx, facility_id, today, UUID(int=0), MOST_IN_QUEUE, only_waiting=False)
            kinds = {(row.medicine, row.protocol) for row in due}
            rules = {kind: await missed_rules(tx, *kind, today) for kind in kinds}
            holds = await held_at(tx, facility_id, None, FROM_THE_START, MOST_IN_QUEUE)
        rows = []
        for row in due:
            missed = rule_for(rules[row.medicine, row.protocol], row.days_missed, returned=False)
            rows.append(
                DosingQueueRow(
                    order_id=row.order_id,
                    episode_id=row.episode_id,
                    medicine=row.medicine,
                    daily_mg=row.daily_mg,
                    given_today_mg=row.given_today_mg,
                    days_missed=row.days_missed,
                    step=missed.step if missed else None,
                    holds=row.holds,
                )
            )
        return DosingQueue(day=today, orders=tuple(rows), holds=tuple(holds))

    return router
