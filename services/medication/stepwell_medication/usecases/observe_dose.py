"""A dose taken under the eyes of a nurse."""

from datetime import datetime, time, timedelta
from uuid import UUID

from stepwell_contracts.events.medication import DoseObserved
from stepwell_contracts.http.medication import DoseNoted, ObserveDose
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import resolve_forward
from stepwell_medication.domain.access import OBSERVE_DOSE, staff_of
from stepwell_medication.domain.doses import DosingDay, check_dose
from stepwell_medication.domain.missed import MissedRun, check_missed
from stepwell_medication.domain.stock import Dispensing
from stepwell_medication.store.doses import Dose, given_on, given_under_others, insert_dose
from stepwell_medication.store.dosing_rules import dose_limits, missed_rules
from stepwell_medication.store.holds import holds_of_run
from stepwell_medication.store.orders import find_order
from stepwell_medication.store.overrides import overridden_rules
from stepwell_medication.store.reference import find_facility
from stepwell_medication.store.take_homes import days_taken_home, supplies_since
from stepwell_medication.usecases.dosing_case import DosingCase, check_may_give, read_case
from stepwell_medication.usecases.note_missed_day import plan_missed_day
from stepwell_medication.usecases.take_from_lot import take_from_lot
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def observe_dose(tx: Transaction, order_id: UUID, command: ObserveDose) -> DoseNoted:
    """Record the dose on the local day of the order's facility, also when the patient is a guest at another.

    Raises NotFound (`order_not_found`), Conflict (`order_ended`, `dosing_held`, `not_taken_by_mouth`,
    `covered_by_take_home`, `dosed_under_another_order`, `first_dose_exceeded`, `day_cap_exceeded`,
    `daily_dose_not_ordered`, `daily_dose_exceeded`, `already_dosed_today`, `opioid_return_not_stated`,
    `nurse_check_needed`, `prescriber_order_needed`, `new_induction_needed`), Unavailable (`facility_not_known_yet`),
    and what the lot's ledger raises.
    """
    order = await find_order(tx, order_id)
    facility_id = command.facility_id or order.facility_id
    tx.authorize(OBSERVE_DOSE, Resource(tx.tenant, "order", order_id, facility_id))
    nurse = staff_of(tx.caller)
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    await check_may_give(tx, order)
    await find_facility(tx, facility_id)
    case = await read_case(tx, order)
    day = await _read_day(tx, case)
    if case.run is not None and not day.given_mg:
        await _check_missed(tx, case, case.run, command)
    limits = await dose_limits(tx, order.medicine, order.protocol, day.number, case.today)
    overridden = await overridden_rules(tx, order_id)
    allowed = check_dose(case.rule, limits, overridden, order.daily_mg, day, command.amount_mg)
    dose = Dose(
        dose_id=new_id(),
        order_id=order_id,
        amount_mg=command.amount_mg,
        given_on=case.today,
        observed_by=nurse,
        guest_facility_id=None if facility_id == order.facility_id else facility_id,
        checked=command.checked,
        returned_to_opioids=command.returned_to_opioids,
        limit_rule=allowed.rule,
    )
    await insert_dose(tx, dose)
    dispensing = Dispensing(order.medicine, command.amount_mg, facility_id, order.patient_id, dose.dose_id)
    await take_from_lot(tx, command.lot_id, dispensing)
    if case.first_on is None:
        await plan_missed_day(tx, order, case.rule, case.facility, case.today, case.today + timedelta(days=1))
    event = DoseObserved(
        dose_id=dose.dose_id,
        order_id=order_id,
        episode_id=order.episode_id,
        medicine=order.medicine,
        amount_mg=command.amount_mg,
        observed_by=nurse,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    return DoseNoted(
        dose_id=dose.dose_id,
        given_at=tx.now,
        given_today_mg=day.given_mg + command.amount_mg,
        cap_today_mg=allowed.most_mg,
    )


async def _read_day(tx: Transaction, case: DosingCase) -> DosingDay:
    """The day so far; the medicine is taken on every day at home, so that there each one is a day of treatment."""
    order, today, zone = case.order, case.today, case.facility.zone
    given = await given_on(tx, order.order_id, today)
    begin = resolve_forward(datetime.combine(today, time()), zone)
    end = resolve_forward(datetime.combine(today + timedelta(days=1), time()), zone)
    medicines = case.rule.medicines
    before = given.dosed_days + await days_taken_home(tx, order.order_id, today)
    if not case.is_observed and case.first_on is not None:
        before = (today - case.first_on).days
    supplies = await supplies_since(tx, order.patient_id, medicines, today)
    return DosingDay(
        number=before + 1,
        given_mg=given.given_mg,
        day_before_mg=given.day_before_mg,
        under_others_mg=await given_under_others(tx, order.patient_id, medicines, order.order_id, begin, end),
        is_covered=any(today in supply.all_days for supply in supplies),
    )


async def _check_missed(tx: Transaction, case: DosingCase, run: MissedRun, command: ObserveDose) -> None:
    """What the missed days ask for has been done."""
    rules = await missed_rules(tx, case.order.medicine, case.order.protocol, case.today)
    holds = await holds_of_run(tx, case.order.order_id, run.missed_from)
    decided = [hold.missed.days_missed for hold in holds if hold.missed and hold.lifted_at is not None]
    check_missed(
        rules,
        run.days,
        returned=command.returned_to_opioids,
        checked=command.checked,
        decided_days=max(decided, default=0),
    )
