"""Medication beside the daily doses: stock, a dose that is held, drug tests for cause, an order that ends."""

from datetime import datetime, timedelta
from decimal import Decimal

from stepwell_contracts.http.medication_giving import HoldDosing, LiftHold
from stepwell_contracts.http.medication_orders import EndOrder
from stepwell_contracts.http.medication_stock import CountStock, ReceiveLot, ReturnStock, WasteStock
from stepwell_contracts.http.medication_tests import NoteNotCollected, OrderDrugTest
from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import (
    DosingHold,
    DrugTestReason,
    Medicine,
    NotCollected,
    OrderEnd,
    WasteReason,
)
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.doses import let_go_on
from stepwell_simulation.living.drug_tests import SPECIMEN, result_of
from stepwell_simulation.living.office import Office

A_YEAR = timedelta(days=365)


async def keep_stock(office: Office, case: Case) -> datetime | None:
    """A lot of methadone is received, some of it spilled and returned; a count finds less than the ledger says."""
    medication, today = office.person(Role.SUPERVISOR).medication, case.today(office.now())
    witness = office.house.staff_of(Role.NURSE)
    body = ReceiveLot(
        medicine=Medicine.METHADONE,
        lot_code=f"M-{case.profile.number}",
        expires_on=today + A_YEAR,
        quantity_mg=Decimal(5000),
        witness_id=witness,
    )
    lot_id = (await medication.receive_lot(office.house.facility_id, body, key=case.key(f"lot-{today}"))).lot_id
    wasted = WasteStock(quantity_mg=Decimal(10), reason=WasteReason.SPILLED, witness_id=witness)
    await medication.waste_stock(lot_id, wasted, key=case.key(f"waste-{lot_id}"))
    returned = ReturnStock(quantity_mg=Decimal(90), witness_id=witness)
    await medication.return_stock(lot_id, returned, key=case.key(f"return-{lot_id}"))
    counted = CountStock(counted_mg=Decimal(4890), witness_id=witness)
    await medication.count_stock(lot_id, counted, key=case.key(f"count-{lot_id}"))
    return None


async def hold_doses(office: Office, case: Case) -> datetime | None:
    """The prescriber wants to see the patient before the next dose, sees them, and lets dosing go on."""
    prescriber = office.person(Role.PRESCRIBER).medication
    body = HoldDosing(reason=DosingHold.MEDICAL_CONCERN)
    held = await prescriber.hold_dosing(case.episode_id, body, key=case.key("hold-doses"))
    await prescriber.lift_hold(held.hold_id, LiftHold(), key=case.key("seen"))
    return None


async def see_after_missed_doses(office: Office, case: Case) -> datetime | None:
    """The patient is back before the order would end: the prescriber sees them on the same day."""
    prescriber = office.person(Role.PRESCRIBER).medication
    for hold in (await prescriber.dosing_queue(office.house.facility_id)).holds:
        if hold.episode_id == case.episode_id:
            await let_go_on(office, hold, case.key(f"lift-{hold.hold_id}"))
    return None


async def end_order(office: Office, case: Case) -> datetime | None:
    """Medication ends by agreement, some time before care does."""
    medication = office.person(Role.PRESCRIBER).medication
    for order in (await medication.orders(case.episode_id)).rows:
        if order.state == "active":
            body = EndOrder(reason=OrderEnd.PATIENT_CHOICE)
            await medication.end_order(order.order_id, body, key=case.key(f"end-{order.order_id}"))
    return None


async def refuse_test(office: Office, case: Case) -> datetime | None:
    """A test for cause that the patient refuses: a conversation follows, nothing else."""
    medication = office.person(Role.PRESCRIBER).medication
    ordered = await medication.order_drug_test(
        case.episode_id, OrderDrugTest(reason=DrugTestReason.FOR_CAUSE), key=case.key("test-refused")
    )
    body = NoteNotCollected(reason=NotCollected.REFUSED)
    await medication.note_not_collected(ordered.test_id, body, key=case.key("refused"))
    return None


async def test_for_cause(office: Office, case: Case) -> datetime | None:
    """A test that shows a substance by screen, which the definitive method does not find."""
    medication = office.person(Role.PRESCRIBER).medication
    ordered = await medication.order_drug_test(
        case.episode_id, OrderDrugTest(reason=DrugTestReason.FOR_CAUSE), key=case.key("test-for-cause")
    )
    nurse = office.person(Role.NURSE).medication
    await nurse.collect_specimen(ordered.test_id, SPECIMEN, key=case.key("specimen"))
    for stage, positive in (("presumptive", True), ("definitive", False)):
        result = result_of(stage, positive=positive)
        await medication.record_drug_test_result(ordered.test_id, result, key=case.key(f"test-{stage}"))
    return None
