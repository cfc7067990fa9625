"""Medication: how an order begins, by what its gates ask for, and the monitoring program that is asked about it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.http.medication import ObserveDose, StartOrder, WithdrawalScore
from stepwell_contracts.http.medication_orders import (
    ChangeOrder,
    CheckMonitoring,
    FoundCheck,
    ListMedicines,
    MeasuredCheck,
)
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Bug
from stepwell_kernel.medication_codes import ClinicalCheck, LastOpioid, Medicine
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.injections import inject
from stepwell_simulation.living.office import Answer, Office, Row
from stepwell_simulation.living.rows import patient_of

FIRST_METHADONE_MG = Decimal(30)
DAILY_METHADONE_MG = Decimal(40)
FIRST_BUPRENORPHINE_MG = Decimal(4)
TAKE_HOME_MOST = 28

#: In multiples of the upper limit.
USUAL_LIVER_TESTS = Decimal(1)


async def start_medication(office: Office, case: Case) -> datetime | None:
    """The order of a patient who is to have one, with what must be asked and checked before."""
    medication = office.person(Role.PRESCRIBER).medication
    now, medicine = office.now(), case.profile.medicine
    asked = CheckMonitoring(asked_at=now, summary="nothing_found")
    await medication.check_monitoring(case.episode_id, asked, key=case.key(f"monitoring-{now:%Y%m%dT%H%M}"))
    listed = ListMedicines(substances=("alprazolam",) if medicine is Medicine.METHADONE else ())
    await medication.list_medicines(case.episode_id, listed, key=case.key("other-medicines"))
    match medicine:
        case Medicine.METHADONE:
            offered = FoundCheck(check=ClinicalCheck.NALOXONE_OFFERED, result="given", taken_at=office.now())
            await _record(office, case, offered)
            body = StartOrder(episode_id=case.episode_id, medicine=medicine, take_home_days=TAKE_HOME_MOST)
        case Medicine.BRIXADI_WEEKLY:
            tested = FoundCheck(check=ClinicalCheck.TRANSMUCOSAL_TEST_DOSE, result="tolerated", taken_at=office.now())
            await _record(office, case, tested)
            body = StartOrder(episode_id=case.episode_id, medicine=medicine)
        case Medicine.BUPRENORPHINE_NALOXONE_SL:
            body = StartOrder(
                episode_id=case.episode_id,
                medicine=medicine,
                last_opioid=LastOpioid.SHORT_ACTING,
                last_opioid_at=office.now() - timedelta(hours=18),
                withdrawal=WithdrawalScore(score=12, taken_at=office.now()),
            )
        case Medicine.NALTREXONE_ORAL:
            liver = MeasuredCheck(check=ClinicalCheck.LIVER_TESTS, amount=USUAL_LIVER_TESTS, taken_at=office.now())
            await _record(office, case, liver)
            body = StartOrder(episode_id=case.episode_id, medicine=medicine, last_opioid=LastOpioid.NONE)
        case _:
            raise Bug("medicine_unknown", f"nobody here knows how {medicine} is started")
    order_id = (await medication.start_order(body, key=case.key("order"))).order_id
    await _give_first(office, case, order_id)
    return None


async def _record(office: Office, case: Case, check: MeasuredCheck | FoundCheck) -> None:
    key = case.key(f"check-{check.check}-{check.taken_at:%Y%m%dT%H%M}")
    await office.person(Role.NURSE).medication.record_check(case.episode_id, check, key=key)


async def _give_first(office: Office, case: Case, order_id: UUID) -> None:
    """The first dose where somebody watches it; naltrexone is taken at home from the beginning."""
    nurse, key = office.person(Role.NURSE).medication, case.key("first-dose")
    match case.profile.medicine:
        case Medicine.METHADONE:
            await nurse.observe_dose(order_id, ObserveDose(amount_mg=FIRST_METHADONE_MG), key=key)
            change = ChangeOrder(daily_mg=DAILY_METHADONE_MG)
            await office.person(Role.PRESCRIBER).medication.change_order(order_id, change, key=case.key("daily-dose"))
        case Medicine.BRIXADI_WEEKLY:
            await inject(office, order_id, 0, key)
        case Medicine.BUPRENORPHINE_NALOXONE_SL:
            await nurse.observe_dose(order_id, ObserveDose(amount_mg=FIRST_BUPRENORPHINE_MG), key=key)


async def ask_monitoring(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The monitoring program is asked again."""
    case = patient_of(found, row)
    body = CheckMonitoring(asked_at=office.now(), summary="as_expected")
    await office.person(Role.PRESCRIBER).medication.check_monitoring(case.episode_id, body, key=row.key())
    return None


ORDERS: Mapping[str, Answer] = MappingProxyType({"monitoring_check": ask_monitoring})
