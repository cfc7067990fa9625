"""Orders."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.medication import DoseView, OrderPlaced, OrderView, StartOrder
from stepwell_contracts.http.medication_orders import (
    ChangedOrder,
    ChangeOrder,
    EndOrder,
    EpisodeOrders,
    OrderOver,
)
from stepwell_kernel.access import Resource
from stepwell_medication.domain.access import READ_ORDERS
from stepwell_medication.store.doses import doses_of
from stepwell_medication.store.order_views import orders_of
from stepwell_medication.store.orders import find_order
from stepwell_medication.store.reference import find_episode
from stepwell_medication.usecases.change_order import change_order
from stepwell_medication.usecases.end_order import end_order
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

    @router.post("/v1/orders/{order_id}/change", status_code=201)
    async def post_change(order_id: UUID, body: ChangeOrder, caller: CurrentCaller, key: CurrentKey) -> ChangedOrder:
        async with transactions(caller) as tx:
            return await once(tx, key, ChangedOrder, lambda: change_order(tx, order_id, body))

    @router.post("/v1/orders/{order_id}/end", status_code=201)
    async def post_end(order_id: UUID, body: EndOrder, caller: CurrentCaller, key: CurrentKey) -> OrderOver:
        async with transactions(caller) as tx:
            return await once(tx, key, OrderOver, lambda: end_order(tx, order_id, body))

    @router.get("/v1/episodes/{episode_id}/orders")
    async def get_orders(episode_id: UUID, caller: CurrentCaller) -> EpisodeOrders:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            return EpisodeOrders(rows=await orders_of(tx, episode_id))

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
