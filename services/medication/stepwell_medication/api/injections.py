"""Injections of orders."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.medication_injections import (
    GiveInjection,
    InjectionCourse,
    InjectionDue,
    InjectionNoted,
    InjectionView,
)
from stepwell_kernel.access import Resource
from stepwell_medication.domain.access import READ_ORDERS
from stepwell_medication.domain.injections import Injection
from stepwell_medication.store.injections import Expected, expected_injection, injections_of
from stepwell_medication.store.orders import find_order
from stepwell_medication.usecases.give_injection import give_injection
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def injections_router(transactions: Transactions) -> APIRouter:
    """The routes of injections."""
    router = APIRouter(tags=["injections"])

    @router.post("/v1/orders/{order_id}/injections", status_code=201)
    async def post_injection(
        order_id: UUID, body: GiveInjection, caller: CurrentCaller, key: CurrentKey
    ) -> InjectionNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, InjectionNoted, lambda: give_injection(tx, order_id, body))

    @router.get("/v1/orders/{order_id}/injections")
    async def get_injections(order_id: UUID, caller: CurrentCaller) -> InjectionCourse:
        async with transactions(caller) as tx:
            order = await find_order(tx, order_id)
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "order", order_id, order.facility_id))
            injections = await injections_of(tx, order_id)
            expected = await expected_injection(tx, order_id)
        return InjectionCourse(
            order_id=order_id,
            injections=tuple(_view(injection) for injection in injections),
            due=None if expected is None else _due(expected),
        )

    return router


def _view(injection: Injection) -> InjectionView:
    return InjectionView(
        injection_id=injection.injection_id,
        dose_number=injection.dose_number,
        amount_mg=injection.amount_mg,
        site=injection.site,
        side=injection.side,
        given_on=injection.given_on,
        given_at=injection.given_at,
        timing=injection.timing,
    )


def _due(expected: Expected) -> InjectionDue:
    return InjectionDue(
        opens_at=expected.window.opens_at,
        due_on=expected.window.due_on,
        late_after=expected.window.late_after,
        is_overdue=expected.overdue_at is not None,
    )
