"""Orders and doses."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.medication import (
    DoseNoted,
    DoseView,
    ObserveDose,
    OrderPlaced,
    OrderView,
    StartOrder,
)
from stepwell_kernel.access import Resource
from stepwell_medication.domain.access import READ_ORDERS
from stepwell_medication.store.orders import doses_of, find_order
from stepwell_medication.usecases.observe_dose import observe_dose
from stepwell_medication.usecases.start_order import start_order
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def orders_router(transactions: Transactions) -> APIRouter:
    """The routes of orders."""
    router = APIRouter(tags=["orders"])

    @router.post("/v1/orders", status_code=201)
    async def post_order(body: StartOrder, caller: CurrentCaller, key: CurrentKey) -> OrderPlaced:
        async with transactions(caller) as tx:
            return await once(tx, key, OrderPlaced, lambda: start_order(tx, body))

    @router.post("/v1/orders/{order_id}/doses", status_code=201)
    async def post_dose(order_id: UUID, body: ObserveDose, caller: CurrentCaller, key: CurrentKey) -> DoseNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, DoseNoted, lambda: observe_dose(tx, order_id, body))

    @router.get("/v1/orders/{order_id}")
    async def get_order(order_id: UUID, caller: CurrentCaller) -> OrderView:
        async with transactions(caller) as tx:
            order = await find_order(tx, order_id)
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "order", order_id, order.facility_id))
            doses = tuple(DoseView(**row) for row in await doses_of(tx, order_id))
        return OrderView(
            order_id=order_id,
            episode_id=order.episode_id,
            medicine=order.medicine,
            state=order.state,
            rule_version=order.rule_version,
            started_at=order.started_at,
            doses=doses,
        )

    return router
