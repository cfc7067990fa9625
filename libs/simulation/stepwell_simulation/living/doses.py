"""Doses: observed day by day, handed out for a day at home, held and let go on; what the stock lacks is reported."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.http.medication import ObserveDose
from stepwell_contracts.http.medication_giving import (
    DispenseTakeHome,
    DosingQueueRow,
    HoldView,
    LiftHold,
    TakeHomeConsiderations,
)
from stepwell_contracts.http.medication_stock import ReportDiscrepancy
from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import MissedDoseStep, StockReport
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Answer, Office, Row
from stepwell_simulation.living.rows import patient_of
from stepwell_simulation.profile import Stratum

DAY = timedelta(days=1)

#: Days of care on which the methadone patient of a demonstration does not come: enough for a hold, not for an end.
STAYS_AWAY = range(16, 19)
TAKE_HOME_DAYS = range(3, 15)

#: Assumption.
COMES_FOR_DOSE = 0.985

#: Everything speaks for doses at home.
CONSIDERED = TakeHomeConsiderations(
    no_risk_conditions=True,
    regular_attendance=True,
    no_endangering_behavior=True,
    no_known_diversion=True,
    safe_storage=True,
    no_other_factor=True,
)


async def dose_all(office: Office) -> None:
    """The dosing hour: everybody on the queue who comes gets the dose of the day."""
    nurse = office.person(Role.NURSE).medication
    for waiting in (await nurse.dosing_queue(office.house.facility_id)).orders:
        case = office.cases.get(waiting.episode_id)
        if case is not None and not waiting.holds and not waiting.given_today_mg:
            office.agenda.add(office.now(), "dose", partial(_dose, office, case, waiting))


async def _dose(office: Office, case: Case, waiting: DosingQueueRow) -> None:
    """The patient comes, or does not; after a day that was missed a nurse looks at the patient first."""
    day = case.day_of_care(office.now())
    if case.away or waiting.daily_mg is None or _stays_away(case, day):
        return
    nurse, key = office.person(Role.NURSE).medication, case.key(f"dose-{case.today(office.now())}")
    body = ObserveDose(amount_mg=waiting.daily_mg, checked=waiting.days_missed > 0)
    await nurse.observe_dose(waiting.order_id, body, key=key)
    if case.profile.stratum is Stratum.ON_METHADONE and day in TAKE_HOME_DAYS and not case.took_home:
        await _hand_out(office, case, waiting.order_id)


def _stays_away(case: Case, day: int) -> bool:
    if case.profile.stratum is Stratum.ON_METHADONE:
        return day in STAYS_AWAY
    return not case.profile.draws.of("dose", day).chance(COMES_FOR_DOSE)


async def _hand_out(office: Office, case: Case, order_id: UUID) -> None:
    """One dose for the next day at home, once."""
    tomorrow = case.today(office.now()) + DAY
    body = DispenseTakeHome(first_day=tomorrow, days=1, considerations=CONSIDERED)
    nurse = office.person(Role.NURSE).medication
    await nurse.dispense_take_home(order_id, body, key=case.key(f"home-{tomorrow}"))
    case.took_home = True


async def lift_hold(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The prescriber sees the patient and lets dosing go on."""
    case = patient_of(found, row)
    if case.away or case.day_of_care(office.now()) in STAYS_AWAY:
        return office.working(office.now() + DAY)
    prescriber = office.person(Role.PRESCRIBER).medication
    held = (await prescriber.dosing_queue(office.house.facility_id)).holds
    hold = next((one for one in held if one.hold_id == row.subject_id), None)
    if hold is not None:
        await let_go_on(office, hold, row.key())
    return None


async def let_go_on(office: Office, hold: HoldView, key: str) -> None:
    """Lift a hold, after missed doses with the daily dose that the rule suggests, and give the dose at once."""
    is_ordered_anew = hold.step is MissedDoseStep.PRESCRIBER_ORDER
    body = LiftHold(daily_mg=hold.suggested_mg if is_ordered_anew else None)
    await office.person(Role.PRESCRIBER).medication.lift_hold(hold.hold_id, body, key=key)
    await dose_all(office)


async def report_difference(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A difference in the stock is told to whom the rule names."""
    del found
    step = StockReport(row.row.kind.removeprefix("stock_"))
    body = ReportDiscrepancy(step=step)
    await office.person(Role.SUPERVISOR).medication.report_discrepancy(row.subject_id, body, key=row.key())
    return None


DOSES: Mapping[str, Answer] = MappingProxyType(
    {"dosing_hold": lift_hold, **{f"stock_{step}": report_difference for step in StockReport}}
)
