"""Step-down: to a less intensive program, with hours of that program's level."""

from stepwell_intake.domain.hours import HoursRule, hours_problems
from stepwell_intake.domain.placement import intensity
from stepwell_kernel.codes import LevelOfCare
from stepwell_kernel.errors import Conflict, FieldProblem


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
    problems = tuple(hours_problems(minutes, hours))
    if problems:
        raise Conflict("hours_outside_level", "the hours are not those of the level", fields=problems)
