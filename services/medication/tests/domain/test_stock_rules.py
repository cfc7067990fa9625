"""What goes in and out of a lot, and who must see it. Sources: 21 CFR 1301 and 1306, and defaults of the house."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from stepwell_kernel.errors import StepwellError
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import Medicine, StockMovement, StockReport
from stepwell_medication.domain.stock import (
    CustodyRule,
    Delivery,
    Dispensing,
    HeldLot,
    Lot,
    ReportRule,
    balance_after,
    check_delivery,
    check_dispensing,
    check_witness,
)

TODAY = date(2026, 3, 2)
FACILITY, PATIENT, NURSE, WITNESS = new_id(), new_id(), new_id(), new_id()

METHADONE = CustodyRule(
    "stock.custody",
    "1",
    witnessed=frozenset({StockMovement.RECEIVED, StockMovement.WASTED, StockMovement.RETURNED}),
    single_dose=False,
    named_use_days=None,
)
FILM = replace(METHADONE, witnessed=frozenset({StockMovement.WASTED}))
DEPOT = replace(FILM, single_dose=True, named_use_days=45)
PLAIN = replace(METHADONE, witnessed=frozenset())

DEPOT_MG = frozenset({Decimal(100), Decimal(300)})

LOT = Lot(
    lot_id=new_id(),
    facility_id=FACILITY,
    medicine=Medicine.BUPRENORPHINE_NALOXONE_SL,
    unit_mg=Decimal(8),
    single_dose=False,
    lot_code="A1",
    expires_on=TODAY,
    named_for=None,
    use_by=TODAY,
)
LIQUID = replace(LOT, medicine=Medicine.METHADONE, unit_mg=None)
SYRINGE = replace(LOT, medicine=Medicine.SUBLOCADE, unit_mg=Decimal(300), single_dose=True)
NAMED = replace(SYRINGE, named_for=PATIENT)


@pytest.mark.parametrize(
    ("lot", "medicine", "quantity_mg", "code"),
    [
        (LOT, Medicine.BUPRENORPHINE_NALOXONE_SL, "8", None),
        (LOT, Medicine.BUPRENORPHINE_NALOXONE_SL, "24", None),
        (LOT, Medicine.BUPRENORPHINE_NALOXONE_SL, "4", "lot_mismatch"),
        (LOT, Medicine.BUPRENORPHINE_SL, "8", "lot_mismatch"),
        (LIQUID, Medicine.METHADONE, "37.5", None),
        (SYRINGE, Medicine.SUBLOCADE, "300", None),
        (SYRINGE, Medicine.SUBLOCADE, "600", "lot_mismatch"),
        (SYRINGE, Medicine.SUBLOCADE, "100", "lot_mismatch"),
        (replace(LOT, facility_id=new_id()), Medicine.BUPRENORPHINE_NALOXONE_SL, "8", "lot_mismatch"),
        (NAMED, Medicine.SUBLOCADE, "300", None),
        (replace(NAMED, named_for=new_id()), Medicine.SUBLOCADE, "300", "lot_mismatch"),
        (replace(LOT, use_by=date(2026, 3, 1)), Medicine.BUPRENORPHINE_NALOXONE_SL, "8", "lot_expired"),
    ],
)
def test_a_lot_is_what_is_given(lot: Lot, medicine: Medicine, quantity_mg: str, code: str | None) -> None:
    dispensing = Dispensing(medicine, Decimal(quantity_mg), FACILITY, PATIENT, new_id())
    if code is None:
        check_dispensing(lot, dispensing, TODAY)
        return
    with pytest.raises(StepwellError, match=code):
        check_dispensing(lot, dispensing, TODAY)


@pytest.mark.parametrize(
    ("balance_mg", "quantity_mg", "after_mg"),
    [("24", "-8", "16"), ("8", "-8", "0"), ("8", "-8.01", None), ("0", "100", "100")],
)
def test_a_balance_is_never_negative(balance_mg: str, quantity_mg: str, after_mg: str | None) -> None:
    held = HeldLot(LOT, 2, Decimal(balance_mg))
    if after_mg is not None:
        assert balance_after(held, Decimal(quantity_mg)) == Decimal(after_mg)
        return
    with pytest.raises(StepwellError, match="stock_short"):
        balance_after(held, Decimal(quantity_mg))


@pytest.mark.parametrize(
    ("rule", "movement", "witness_id", "code"),
    [
        (METHADONE, "wasted", WITNESS, None),
        (METHADONE, "wasted", None, "witness_missing"),
        (METHADONE, "wasted", NURSE, "witness_is_self"),
        (METHADONE, "received", None, "witness_missing"),
        (METHADONE, "returned", None, "witness_missing"),
        (METHADONE, "counted", None, None),
        (FILM, "received", None, None),
        (FILM, "wasted", None, "witness_missing"),
        (FILM, "counted", NURSE, "witness_is_self"),
        (PLAIN, "wasted", None, None),
    ],
)
def test_two_people_stand_for_waste(
    rule: CustodyRule, movement: str, witness_id: UUID | None, code: str | None
) -> None:
    """Two people see waste of schedules II and III; receipt and return of schedule II too: default of the house."""
    if code is None:
        check_witness(rule, StockMovement(movement), NURSE, witness_id)
        return
    with pytest.raises(StepwellError, match=code):
        check_witness(rule, StockMovement(movement), NURSE, witness_id)


@pytest.mark.parametrize(
    ("rule", "unit_mg", "quantity_mg", "expires_on", "named", "expected"),
    [
        (METHADONE, None, "10000", "2027-01-31", False, "2027-01-31"),
        (FILM, "8", "240", "2026-03-02", False, "2026-03-02"),
        (FILM, "8", "240", "2026-03-01", False, "lot_expired"),
        (FILM, "8", "241", "2027-01-31", False, "units_not_whole"),
        (DEPOT, "300", "900", "2027-01-31", False, "2027-01-31"),
        (DEPOT, None, "900", "2027-01-31", False, "unit_missing"),
        (DEPOT, "200", "200", "2027-01-31", False, "unit_not_made"),
        (DEPOT, "300", "300", "2027-01-31", True, "2026-04-16"),
        (DEPOT, "300", "300", "2026-03-31", True, "2026-03-31"),
        (FILM, "8", "240", "2027-01-31", True, "named_use_not_allowed"),
    ],
)
def test_a_delivery_is_checked(
    rule: CustodyRule, unit_mg: str | None, quantity_mg: str, expires_on: str, expected: str, *, named: bool
) -> None:
    """What a pharmacy delivers for a named patient is given within 45 days: 21 CFR 1306.07(f)(5)."""
    unit = Decimal(unit_mg) if unit_mg else None
    delivery = Delivery(unit, Decimal(quantity_mg), date.fromisoformat(expires_on), named)
    strengths = DEPOT_MG if rule is DEPOT else frozenset[Decimal]()
    if expected[0].isdigit():
        assert check_delivery(rule, delivery, strengths, TODAY) == date.fromisoformat(expected)
        return
    with pytest.raises(StepwellError, match=expected):
        check_delivery(rule, delivery, strengths, TODAY)


COMPLIANCE = ReportRule("stock.report", "1", StockReport.COMPLIANCE, 1, business_days=True)
LOSS_FORM = ReportRule("stock.loss_form", "1", StockReport.LOSS_FORM, 45, business_days=False)


@pytest.mark.parametrize(
    ("rule", "found_at", "due_at"),
    [
        (COMPLIANCE, "2026-03-02T17:00", "2026-03-03T17:00"),
        (COMPLIANCE, "2026-03-06T21:00", "2026-03-09T20:00"),
        (COMPLIANCE, "2026-03-07T17:00", "2026-03-10T04:00"),
        (COMPLIANCE, "2026-05-22T16:00", "2026-05-26T16:00"),
        (LOSS_FORM, "2026-03-02T17:00", "2026-04-17T04:00"),
    ],
    ids=["the next day", "over a weekend and the spring change", "from a Saturday", "over a holiday", "in 45 days"],
)
def test_a_discrepancy_is_reported_in_time(rule: ReportRule, found_at: str, due_at: str) -> None:
    """21 CFR 1301.76(b): within one business day of discovery, the form within 45 days."""
    memorial_day = frozenset({date(2026, 5, 25)})
    found = datetime.fromisoformat(found_at).replace(tzinfo=UTC)
    assert rule.due_at(found, "America/New_York", memorial_day) == datetime.fromisoformat(due_at).replace(tzinfo=UTC)
