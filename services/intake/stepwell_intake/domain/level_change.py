"""Changes of level: down to a less intensive program, up to an intensive one, or across to another facility."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from stepwell_intake.domain.hours import HoursRule, hours_problems
from stepwell_intake.domain.placement import intensity
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import LevelOfCare
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid


@dataclass(frozen=True, slots=True)
class StepUpRule:
    """The level at which intensive treatment begins."""

    rule: RuleVersion
    least_level: LevelOfCare


def check_step_down(present: LevelOfCare, minutes: int, hours: HoursRule) -> None:
    """Raise Conflict (`program_not_less_intensive`, `hours_outside_level`); `hours` are those of the next level.

    Below 9 hours a week (adolescents 6) care is no longer intensive outpatient: the level changes, not only the hours.
    """
    if intensity(hours.level) >= intensity(present):
        raise Conflict(
            "program_not_less_intensive",
            "a step-down leads to a less intensive level",
            fields=(FieldProblem("program_id", f"is a program of level {hours.level}", "step_down.level"),),
        )
    _check_hours(minutes, hours)


def check_step_up(present: LevelOfCare | None, minutes: int, hours: HoursRule, rule: StepUpRule) -> None:
    """Raise Conflict (`program_not_more_intensive`, `hours_outside_level`); `hours` are those of the next level.

    `present` is None where no care goes on: after a discharge, treatment begins again at any intensive level.
    """
    problems = tuple(_too_little(present, hours.level, rule))
    if problems:
        raise Conflict("program_not_more_intensive", "a step-up leads to a more intensive level", fields=problems)
    _check_hours(minutes, hours)


def check_transfer(present: UUID, to: UUID, level: LevelOfCare, minutes: int, hours: HoursRule) -> None:
    """Raise Invalid (`facility_is_present`), Conflict (`program_of_another_level`, `hours_outside_level`).

    `level` is the present one, `hours` are those of the next program's level.
    """
    if to == present:
        raise Invalid(
            "facility_is_present",
            "a transfer leads to another facility",
            fields=(FieldProblem("facility_id", "is where the patient is", "transfer.facility"),),
        )
    if hours.level is not level:
        raise Conflict(
            "program_of_another_level",
            "a transfer leaves the level as it is",
            fields=(FieldProblem("program_id", f"is a program of level {hours.level}, not {level}", "transfer.level"),),
        )
    _check_hours(minutes, hours)


def _too_little(present: LevelOfCare | None, following: LevelOfCare, rule: StepUpRule) -> Iterator[FieldProblem]:
    if intensity(following) < intensity(rule.least_level):
        yield FieldProblem("program_id", f"is a program of level {following}, below {rule.least_level}", str(rule.rule))
    elif present is not None and intensity(following) <= intensity(present):
        yield FieldProblem("program_id", f"is a program of level {following}, as now or less", str(rule.rule))


def _check_hours(minutes: int, hours: HoursRule) -> None:
    problems = tuple(hours_problems(minutes, hours))
    if problems:
        raise Conflict("hours_outside_level", "the hours are not those of the level", fields=problems)
