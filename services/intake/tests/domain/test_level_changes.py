"""Step-down, step-up and transfer: levels and hours of the ASAM Criteria, 3rd edition."""

from collections.abc import Callable

import pytest

from stepwell_intake.domain.hours import HoursRule
from stepwell_intake.domain.level_change import StepUpRule, check_step_down, check_step_up, check_transfer
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import LevelOfCare
from stepwell_kernel.errors import StepwellError
from stepwell_kernel.ids import new_id

L = LevelOfCare
HOURS = {
    L.OUTPATIENT: HoursRule(RuleVersion("weekly_hours.1", 1), L.OUTPATIENT, 0, 539),
    L.INTENSIVE_OUTPATIENT: HoursRule(RuleVersion("weekly_hours.2.1", 1), L.INTENSIVE_OUTPATIENT, 540, 1199),
    L.PARTIAL_HOSPITALIZATION: HoursRule(RuleVersion("weekly_hours.2.5", 1), L.PARTIAL_HOSPITALIZATION, 1200, 10080),
}
STEP_UP = StepUpRule(RuleVersion("step_up", 1), L.INTENSIVE_OUTPATIENT)
HERE, THERE = new_id(), new_id()


@pytest.mark.parametrize(
    ("present", "following", "minutes", "code"),
    [
        (L.INTENSIVE_OUTPATIENT, L.OUTPATIENT, 90, None),
        (L.INTENSIVE_OUTPATIENT, L.OUTPATIENT, 539, None),
        (L.INTENSIVE_OUTPATIENT, L.OUTPATIENT, 540, "hours_outside_level"),
        (L.PARTIAL_HOSPITALIZATION, L.INTENSIVE_OUTPATIENT, 540, None),
        (L.INTENSIVE_OUTPATIENT, L.INTENSIVE_OUTPATIENT, 540, "program_not_less_intensive"),
        (L.OUTPATIENT, L.INTENSIVE_OUTPATIENT, 540, "program_not_less_intensive"),
    ],
)
def test_a_step_down_leads_to_less(
    present: LevelOfCare, following: LevelOfCare, minutes: int, code: str | None
) -> None:
    assert refused(lambda: check_step_down(present, minutes, HOURS[following])) == code


@pytest.mark.parametrize(
    ("present", "following", "minutes", "code"),
    [
        (L.OUTPATIENT, L.INTENSIVE_OUTPATIENT, 540, None),
        (L.OUTPATIENT, L.INTENSIVE_OUTPATIENT, 539, "hours_outside_level"),
        (L.OUTPATIENT, L.PARTIAL_HOSPITALIZATION, 1200, None),
        (L.OUTPATIENT, L.OUTPATIENT, 90, "program_not_more_intensive"),
        (L.INTENSIVE_OUTPATIENT, L.INTENSIVE_OUTPATIENT, 540, "program_not_more_intensive"),
        (None, L.INTENSIVE_OUTPATIENT, 540, None),
        (None, L.OUTPATIENT, 90, "program_not_more_intensive"),
    ],
)
def test_a_step_up_leads_to_more_and_out_of_aftercare_to_any_intensive_level(
    present: LevelOfCare | None, following: LevelOfCare, minutes: int, code: str | None
) -> None:
    assert refused(lambda: check_step_up(present, minutes, HOURS[following], STEP_UP)) == code


@pytest.mark.parametrize(
    ("to_here", "following", "minutes", "code"),
    [
        (False, L.INTENSIVE_OUTPATIENT, 540, None),
        (False, L.INTENSIVE_OUTPATIENT, 1199, None),
        (False, L.INTENSIVE_OUTPATIENT, 1200, "hours_outside_level"),
        (False, L.OUTPATIENT, 90, "program_of_another_level"),
        (True, L.INTENSIVE_OUTPATIENT, 540, "facility_is_present"),
    ],
)
def test_a_transfer_leaves_the_level(*, to_here: bool, following: LevelOfCare, minutes: int, code: str | None) -> None:
    to = HERE if to_here else THERE
    level = L.INTENSIVE_OUTPATIENT
    assert refused(lambda: check_transfer(HERE, to, level, minutes, HOURS[following])) == code


def refused(check: Callable[[], None]) -> str | None:
    """The code with which a check refuses."""
    try:
        check()
    except StepwellError as error:
        return error.code
    return None
