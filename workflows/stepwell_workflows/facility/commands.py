"""What the calendar has services do, by name: queue, message, and how long one try may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ExtendSeries, FacilityKey, PlanWeek, SelectDrugTests
from stepwell_contracts.base import Value

#: A whole facility is planned, extended or drawn for in one transaction.
TIMEOUT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Command:
    """Work for a local day of the facility; for a week the day is its first."""

    queue: str
    message: Callable[[FacilityKey, date], Value]


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        contract.EXTEND_SERIES: Command(
            contract.SCHEDULING_QUEUE, lambda key, day: ExtendSeries(key=key, until_day=day)
        ),
        contract.PLAN_WEEK: Command(contract.SCHEDULING_QUEUE, lambda key, day: PlanWeek(key=key, week_starts_on=day)),
        contract.SELECT_DRUG_TESTS: Command(
            contract.MEDICATION_QUEUE, lambda key, day: SelectDrugTests(key=key, day=day)
        ),
    }
)
