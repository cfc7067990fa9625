"""Stock: lots, what goes in and out of them, and their ledger."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.http.medication_stock import (
    CountStock,
    DiscrepancyReported,
    Ledger,
    LedgerEntry,
    LotView,
    ReceiveLot,
    ReportDiscrepancy,
    ReturnStock,
    StockNoted,
    StockView,
    WasteStock,
)
from stepwell_kernel.access import Resource
from stepwell_medication.domain.access import READ_STOCK
from stepwell_medication.store.stock import find_lot, ledger_of, lots_of
from stepwell_medication.usecases.count_stock import count_stock
from stepwell_medication.usecases.receive_lot import receive_lot
from stepwell_medication.usecases.report_discrepancy import report_discrepancy
from stepwell_medication.usecases.return_stock import return_stock
from stepwell_medication.usecases.waste_stock import waste_stock
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey

PAGE = 200
#: The largest that the ledger can count to.
LAST_NUMBER = 2**31 - 1


def stock_router(transactions: Transactions) -> APIRouter:
    """The routes of stock."""
    router = APIRouter(tags=["stock"])

    @router.post("/v1/facilities/{facility_id}/lots", status_code=201)
    async def post_lot(facility_id: UUID, body: ReceiveLot, caller: CurrentCaller, key: CurrentKey) -> StockNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, StockNoted, lambda: receive_lot(tx, facility_id, body))

    @router.post("/v1/lots/{lot_id}/waste", status_code=201)
    async def post_waste(lot_id: UUID, body: WasteStock, caller: CurrentCaller, key: CurrentKey) -> StockNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, StockNoted, lambda: waste_stock(tx, lot_id, body))

    @router.post("/v1/lots/{lot_id}/returns", status_code=201)
    async def post_return(lot_id: UUID, body: ReturnStock, caller: CurrentCaller, key: CurrentKey) -> StockNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, StockNoted, lambda: return_stock(tx, lot_id, body))

    @router.post("/v1/lots/{lot_id}/counts", status_code=201)
    async def post_count(lot_id: UUID, body: CountStock, caller: CurrentCaller, key: CurrentKey) -> StockNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, StockNoted, lambda: count_stock(tx, lot_id, body))

    @router.post("/v1/stock-entries/{entry_id}/reports", status_code=201)
    async def post_report(
        entry_id: UUID, body: ReportDiscrepancy, caller: CurrentCaller, key: CurrentKey
    ) -> DiscrepancyReported:
        async with transactions(caller) as tx:
            return await once(tx, key, DiscrepancyReported, lambda: report_discrepancy(tx, entry_id, body))

    @router.get("/v1/facilities/{facility_id}/stock")
    async def get_stock(facility_id: UUID, caller: CurrentCaller, *, empty: bool = False) -> StockView:
        async with transactions(caller) as tx:
            tx.authorize(READ_STOCK, Resource(tx.tenant, "facility", facility_id, facility_id))
            rows = await lots_of(tx, facility_id, empty=empty)
        return StockView(
            lots=tuple(LotView(**(dict(row) | {"is_named": row["named_for"] is not None})) for row in rows)
        )

    @router.get("/v1/lots/{lot_id}/ledger")
    async def get_ledger(
        lot_id: UUID, caller: CurrentCaller, after: Annotated[int, Query(ge=0, le=LAST_NUMBER)] = 0
    ) -> Ledger:
        async with transactions(caller) as tx:
            lot = await find_lot(tx, lot_id)
            tx.authorize(READ_STOCK, Resource(tx.tenant, "lot", lot_id, lot.facility_id))
            rows = await ledger_of(tx, lot_id, after, PAGE)
        entries = tuple(LedgerEntry(**row) for row in rows)
        return Ledger(lot_id=lot_id, entries=entries, next_after=entries[-1].number if len(entries) == PAGE else None)

    return router
