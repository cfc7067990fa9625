"""Bodies of medication's API about stock."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.medication_codes import Medicine, StockMovement, StockReport, WasteReason

StockMilligrams = Annotated[Decimal, Field(gt=0, le=10_000_000, max_digits=10, decimal_places=2)]
CountedMilligrams = Annotated[Decimal, Field(ge=0, le=10_000_000, max_digits=10, decimal_places=2)]


class ReceiveLot(Body):
    """A delivery. `unit_mg` is one tablet, film or syringe, absent for a liquid.

    `episode_id` names the patient for whom a pharmacy delivered it.
    """

    medicine: Medicine
    lot_code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,29}$")]
    unit_mg: StockMilligrams | None = None
    expires_on: date
    quantity_mg: StockMilligrams
    episode_id: UUID | None = None
    witness_id: UUID | None = None


class WasteStock(Body):
    """Stock that was destroyed, under the eyes of a witness."""

    quantity_mg: StockMilligrams
    reason: WasteReason
    witness_id: UUID | None = None


class ReturnStock(Body):
    """Stock that went back to its supplier or to a reverse distributor; what a patient brings back is never stock."""

    quantity_mg: StockMilligrams
    witness_id: UUID | None = None


class CountStock(Body):
    """What is there by count."""

    counted_mg: CountedMilligrams
    witness_id: UUID | None = None


class StockNoted(Value):
    """The entry in the ledger: a signed quantity and the balance after it, in mg."""

    entry_id: UUID
    lot_id: UUID
    quantity_mg: Decimal
    balance_mg: Decimal


class ReportDiscrepancy(Body):
    """That a difference was reported; `is_loss` is what compliance found it to be."""

    step: StockReport
    is_loss: bool = False


class DiscrepancyReported(Value):
    """When it was reported, and by when the form about a theft or loss is due, if one is."""

    reported_at: Instant
    loss_form_due_at: Instant | None = None


class LotView(Value):
    """A lot with its balance, in mg; `use_by` is the last day on which it may be given."""

    lot_id: UUID
    medicine: Medicine
    unit_mg: Decimal | None
    lot_code: str
    expires_on: date
    use_by: date
    is_named: bool
    balance_mg: Decimal


class StockView(Value):
    """The lots of a facility."""

    lots: tuple[LotView, ...]


class LedgerEntry(Value):
    """An entry of a lot's ledger; entries count from 1 without a gap."""

    number: int
    entry_id: UUID
    movement: StockMovement
    quantity_mg: Decimal
    balance_mg: Decimal
    subject_id: UUID | None
    reason_code: str | None
    entered_by: UUID
    witness_id: UUID | None
    entered_at: Instant


class Ledger(Value):
    """A page of the ledger in order; `next_after` is absent on the last page."""

    lot_id: UUID
    entries: tuple[LedgerEntry, ...]
    next_after: int | None = None
