"""A drug test from its selection to its result."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from stepwell_kernel.errors import Conflict
from stepwell_kernel.medication_codes import Analyte, DrugTestReason, DrugTestResult, NotCollected

#: A presumptive result of these is confirmed before anything adverse follows from it.
CONFIRMED = frozenset({DrugTestResult.UNEXPECTED_POSITIVE, DrugTestResult.UNEXPECTED_NEGATIVE})

#: What shows that an opioid was taken, whether it was prescribed or not.
OPIOID_ANALYTES = frozenset(
    {
        Analyte.OPIATE,
        Analyte.OXYCODONE,
        Analyte.HEROIN_6_MAM,
        Analyte.METHADONE,
        Analyte.BUPRENORPHINE,
        Analyte.FENTANYL,
    }
)


@dataclass(frozen=True, slots=True)
class CallInRule:
    """Within what time of the call a specimen must be given, by a rule as `<rule id>@<version>`."""

    rule: str
    window: timedelta


@dataclass(frozen=True, slots=True)
class DrugTest:
    """A test by its state: `selected`, `collected`, `not_collected` or `resulted`."""

    test_id: UUID
    facility_id: UUID
    episode_id: UUID
    patient_id: UUID
    reason: DrugTestReason
    day: date
    call_in_by: datetime
    draw_id: UUID | None = None
    confirms: UUID | None = None
    state: str = "selected"
    not_collected: NotCollected | None = None
    collected_at: datetime | None = None
    result: DrugTestResult | None = None


def check_waits(test: DrugTest) -> None:
    """Raise Conflict (`test_not_waiting`) unless a specimen is still waited for."""
    if test.state != "selected":
        raise Conflict("test_not_waiting", f"the test is {test.state}", rule="drug_test.selected")


def check_may_result(test: DrugTest, *, is_definitive: bool) -> None:
    """Raise Conflict (`no_specimen`, `test_has_result`) unless a result can be recorded.

    After a presumptive result of the same specimen only a definitive one can follow.
    """
    if test.collected_at is None:
        raise Conflict("no_specimen", f"the test is {test.state}", rule="drug_test.collected")
    if test.state == "resulted" and not is_definitive:
        raise Conflict("test_has_result", "the test has a result", rule="drug_test.one_presumptive")
