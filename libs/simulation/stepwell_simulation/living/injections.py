"""Injections that hold for weeks: given when they are due, if the patient comes for them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.http.medication_injections import GiveInjection
from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import BodySide, InjectionSite
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Answer, Office, Row
from stepwell_simulation.living.rows import patient_of
from stepwell_simulation.profile import Stratum

DAY = timedelta(days=1)
WEEKLY_DEPOT_MG = Decimal(24)

#: Days of care in which the patient on injections does not come for the one that is due.
NO_INJECTION = range(18, 27)

#: Assumption.
COMES_FOR_INJECTION = 0.9


async def give_injection(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The injection that is due, when the patient comes for it."""
    case = patient_of(found, row)
    day = case.day_of_care(office.now())
    late = case.profile.stratum is Stratum.ON_INJECTIONS and day in NO_INJECTION
    if case.away or late or not case.profile.draws.of("injection", day).chance(COMES_FOR_INJECTION):
        return office.working(office.now() + DAY)
    await inject(office, row.subject_id, row.times, row.key())
    return None


async def inject(office: Office, order_id: UUID, number: int, key: str) -> None:
    """The so-manieth injection of an order, on one side and the other by turns."""
    body = GiveInjection(
        amount_mg=WEEKLY_DEPOT_MG,
        site=InjectionSite.BUTTOCK,
        side=BodySide.LEFT if number % 2 == 0 else BodySide.RIGHT,
        reversal_agent_discussed=True,
    )
    await office.person(Role.NURSE).medication.give_injection(order_id, body, key=key)


INJECTIONS: Mapping[str, Answer] = MappingProxyType(
    {"injection_due": give_injection, "injection_overdue": give_injection}
)
