"""Medication at the second tenant's center: methadone to the hard stop, injections in their windows, tests, stock."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from stepwell_contracts.http.medication import ObserveDose, StartOrder
from stepwell_contracts.http.medication_giving import DispenseTakeHome, HoldDosing, LiftHold
from stepwell_contracts.http.medication_injections import GiveInjection
from stepwell_contracts.http.medication_orders import (
    ChangeOrder,
    CheckMonitoring,
    EndOrder,
    FoundCheck,
    ListMedicines,
)
from stepwell_contracts.http.medication_stock import (
    CountStock,
    ReceiveLot,
    ReportDiscrepancy,
    ReturnStock,
    WasteStock,
)
from stepwell_contracts.http.medication_tests import NoteNotCollected, OrderDrugTest
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Conflict, StepwellError
from stepwell_kernel.medication_codes import (
    BodySide,
    ClinicalCheck,
    DosingHold,
    DrugTestReason,
    DrugTestResult,
    InjectionSite,
    InjectionTiming,
    Medicine,
    NotCollected,
    OrderEnd,
    StockReport,
    WasteReason,
)
from stepwell_simulation import harborlight
from stepwell_simulation.living.doses import CONSIDERED
from stepwell_simulation.living.drug_tests import SPECIMEN, result_of
from stepwell_simulation.platform import Person
from stepwell_simulation.story import Story
from tests.clinic import task_comes
from tests.harbor import Harbor

DAY = timedelta(days=1)
DOSING = time(9, 45)
DAILY_MG = Decimal(40)


@dataclass(frozen=True)
class Methadone:
    """What came of an order of methadone: refusals by their code, and how the order ended."""

    order_id: UUID
    two_sites: tuple[str, ...]
    while_held: str
    after_three_days: str
    after_hard_stop: str


@dataclass(frozen=True)
class Injections:
    """What came of four tries: refused, or where the injection lay in its window."""

    order_id: UUID
    too_early: str
    timings: tuple[InjectionTiming, ...]


async def stock(harbor: Harbor) -> UUID:
    """A lot of methadone is received, wasted, returned and counted, with a difference that is reported."""
    medication, facility = harbor.lead.medication, harborlight.FACILITY
    body = ReceiveLot(
        medicine=Medicine.METHADONE,
        lot_code="M-1",
        expires_on=harbor.today() + 365 * DAY,
        quantity_mg=Decimal(5000),
        witness_id=harborlight.NURSE,
    )
    lot_id = (await medication.receive_lot(facility, body, key=harbor.key("lot"))).lot_id
    wasted = WasteStock(quantity_mg=Decimal(10), reason=WasteReason.SPILLED, witness_id=harborlight.NURSE)
    await medication.waste_stock(lot_id, wasted, key=harbor.key("waste"))
    returned = ReturnStock(quantity_mg=Decimal(90), witness_id=harborlight.NURSE)
    await medication.return_stock(lot_id, returned, key=harbor.key("return"))
    counted = CountStock(counted_mg=Decimal(4890), witness_id=harborlight.NURSE)
    entry = await medication.count_stock(lot_id, counted, key=harbor.key("count"))
    await medication.report_discrepancy(
        entry.entry_id, ReportDiscrepancy(step=StockReport.COMPLIANCE), key=harbor.key("reported")
    )
    return lot_id


async def start_methadone(harbor: Harbor, story: Story, lot_id: UUID) -> UUID:
    """What must be checked first, the order, the first dose, another daily dose."""
    medication = harbor.lead.medication
    await _monitoring_asked(harbor, story)
    offered = FoundCheck(check=ClinicalCheck.NALOXONE_OFFERED, result="given", taken_at=harbor.now())
    await medication.record_check(story.episode_id, offered, key=story.key("naloxone"))
    await medication.list_medicines(
        story.episode_id, ListMedicines(substances=("alprazolam",)), key=story.key("others")
    )
    order = StartOrder(episode_id=story.episode_id, medicine=Medicine.METHADONE, take_home_days=28)
    order_id = (await medication.start_order(order, key=story.key("methadone"))).order_id
    await _dose(harbor.nurse, story, order_id, ObserveDose(amount_mg=Decimal(30), lot_id=lot_id), "first")
    change = ChangeOrder(daily_mg=DAILY_MG)
    await medication.change_order(order_id, change, key=story.key("daily"))
    return order_id


async def live_on_methadone(harbor: Harbor, story: Story, order_id: UUID, lot_id: UUID) -> Methadone:
    """Doses, one at home, one at two sites at once, one that is held; then none any more to the hard stop."""
    medication, begun = harbor.lead.medication, harbor.today()
    usual = ObserveDose(amount_mg=DAILY_MG, lot_id=lot_id)

    async def day(number: int) -> date:
        await harbor.until(harbor.at(begun + number * DAY, DOSING))
        return begun + number * DAY

    today = await day(1)
    await _dose(harbor.nurse, story, order_id, usual, "day-1")
    home = DispenseTakeHome(first_day=today + DAY, days=1, considerations=CONSIDERED, lot_id=lot_id)
    await medication.dispense_take_home(order_id, home, key=story.key("home"))
    await day(3)
    away = ObserveDose(amount_mg=DAILY_MG, facility_id=harborlight.NORTH)
    two_sites = await asyncio.gather(
        _refused(_dose(harbor.nurse, story, order_id, usual, "day-3-here")),
        _refused(_dose(harbor.north_nurse, story, order_id, away, "day-3-north")),
    )
    await day(4)
    held = await medication.hold_dosing(
        story.episode_id, HoldDosing(reason=DosingHold.MEDICAL_CONCERN), key=story.key("hold")
    )
    while_held = await _refused(_dose(harbor.north_nurse, story, order_id, away, "day-4-held"))
    await medication.lift_hold(held.hold_id, LiftHold(), key=story.key("lift"))
    await _dose(harbor.nurse, story, order_id, usual, "day-4")
    await day(8)
    after_three_days = await _refused(_dose(harbor.nurse, story, order_id, usual, "day-8"))
    await day(10)
    after_hard_stop = await _refused(_dose(harbor.nurse, story, order_id, usual, "day-10"))
    return Methadone(order_id, two_sites, while_held, after_three_days, after_hard_stop)


async def start_injections(harbor: Harbor, story: Story) -> UUID:
    """A weekly depot: checked, ordered, and the first injection given."""
    medication = harbor.lead.medication
    await _monitoring_asked(harbor, story)
    tolerated = FoundCheck(check=ClinicalCheck.TRANSMUCOSAL_TEST_DOSE, result="tolerated", taken_at=harbor.now())
    await medication.record_check(story.episode_id, tolerated, key=story.key("test-dose"))
    order = StartOrder(episode_id=story.episode_id, medicine=Medicine.BRIXADI_WEEKLY)
    order_id = (await medication.start_order(order, key=story.key("depot"))).order_id
    await _inject(harbor, story, order_id, BodySide.LEFT, "first")
    return order_id


async def live_on_injections(harbor: Harbor, story: Story, order_id: UUID) -> Injections:
    """One try too early, one injection on time, one after its window has passed; then the patient has enough of it.

    The late one is given when somebody was asked to see to it, however long the journey takes for that.
    """
    begun, medication = harbor.today(), harbor.lead.medication
    await harbor.until(harbor.at(begun + DAY, DOSING))
    too_early = await _refused(_inject(harbor, story, order_id, BodySide.RIGHT, "early"))
    await harbor.until(harbor.at(begun + 7 * DAY, DOSING))
    on_time = await _inject(harbor, story, order_id, BodySide.RIGHT, "on-time")
    await harbor.until(harbor.at(begun + 18 * DAY, DOSING))
    await task_comes(story, "injection_overdue", lambda _: True)
    late = await _inject(harbor, story, order_id, BodySide.LEFT, "late")
    await medication.end_order(order_id, EndOrder(reason=OrderEnd.PATIENT_CHOICE), key=story.key("enough"))
    return Injections(order_id, too_early, (on_time, late))


@dataclass(frozen=True)
class DrugTestOutcome:
    """The results of a test by its two methods."""

    presumptive: DrugTestResult
    needs_confirmation: bool
    definitive: DrugTestResult


async def look_for_drugs(harbor: Harbor, story: Story) -> DrugTestOutcome:
    """A draw; a test for cause that shows a substance, and its confirmation that does not; another that is refused."""
    medication = harbor.lead.medication
    await medication.draw_drug_tests(harborlight.FACILITY, key=harbor.key("draw"))
    for_cause = OrderDrugTest(reason=DrugTestReason.FOR_CAUSE)
    refused = await medication.order_drug_test(story.episode_id, for_cause, key=story.key("refused"))
    await medication.note_not_collected(
        refused.test_id, NoteNotCollected(reason=NotCollected.REFUSED), key=story.key("no")
    )
    test_id = (await medication.order_drug_test(story.episode_id, for_cause, key=story.key("cause"))).test_id
    await harbor.nurse.medication.collect_specimen(test_id, SPECIMEN, key=story.key("specimen"))
    presumptive = await medication.record_drug_test_result(
        test_id, result_of("presumptive", positive=True), key=story.key("presumptive")
    )
    definitive = await medication.record_drug_test_result(
        test_id, result_of("definitive", positive=False), key=story.key("definitive")
    )
    return DrugTestOutcome(presumptive.result, presumptive.needs_confirmation, definitive.result)


async def kinds_waiting(person: Person, role: Role) -> set[str]:
    """The kinds of rows on the center's worklist of medication for a role."""
    return {row.kind for row in (await person.medication.worklist(harborlight.FACILITY, role)).rows}


async def _monitoring_asked(harbor: Harbor, story: Story) -> None:
    asked = CheckMonitoring(asked_at=harbor.now(), summary="nothing_found")
    await harbor.lead.medication.check_monitoring(story.episode_id, asked, key=story.key("monitoring"))


async def _dose(person: Person, story: Story, order_id: UUID, body: ObserveDose, step: str) -> None:
    await person.medication.observe_dose(order_id, body, key=story.key(step))


async def _inject(harbor: Harbor, story: Story, order_id: UUID, side: BodySide, step: str) -> InjectionTiming:
    body = GiveInjection(amount_mg=Decimal(24), site=InjectionSite.BUTTOCK, side=side, reversal_agent_discussed=True)
    return (await harbor.lead.medication.give_injection(order_id, body, key=story.key(step))).timing


async def _refused(attempt: Awaitable[Any]) -> str:
    """The code of the refusal, `done` without one."""
    try:
        await attempt
    except Conflict as refusal:
        return refusal.code
    except StepwellError as error:
        return f"{error.kind}: {error.code}"
    return "done"
