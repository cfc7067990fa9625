"""Events of medication about a facility: stock and draws; topic `stepwell.medication.facility`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_kernel.medication_codes import Medicine, StockMovement


class StockEntered(Event):
    """A lot was received, wasted, returned or counted; quantity and balance in mg after the entry."""

    type: ClassVar[str] = "stepwell.medication.stock_entered.v1"

    entry_id: UUID
    facility_id: UUID
    lot_id: UUID
    medicine: Medicine
    movement: StockMovement
    quantity_mg: Decimal
    balance_mg: Decimal


class StockDiscrepancyFound(Event):
    """A count differs from the ledger's balance; a theft or loss is reported within a business day."""

    type: ClassVar[str] = "stepwell.medication.stock_discrepancy_found.v1"

    entry_id: UUID
    facility_id: UUID
    lot_id: UUID
    medicine: Medicine
    expected_mg: Decimal
    counted_mg: Decimal


class DrugTestsDrawn(Event):
    """The random draw of a facility's day: seed and pool stay with it, so that it can be drawn again."""

    type: ClassVar[str] = "stepwell.medication.drug_tests_drawn.v1"

    draw_id: UUID
    facility_id: UUID
    day: date
    pool: int
    selected: int
    rule_version: str


FACILITY_EVENTS: tuple[type[Event], ...] = (
    StockEntered,
    StockDiscrepancyFound,
    DrugTestsDrawn,
)
