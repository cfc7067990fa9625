"""Birth dates and the age band that rules ask for."""

from dataclasses import dataclass
from datetime import date

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AgeBand
from stepwell_kernel.errors import FieldProblem, Invalid

#: Two people are known to have lived longer; a typing error in the century is far more likely.
OLDEST_YEARS = 120


@dataclass(frozen=True, slots=True)
class AgeRule:
    """Who is an adolescent: under 18 unless a state or payer row says otherwise."""

    rule: RuleVersion
    adolescent_below_years: int


def age_on(day: date, born_on: date) -> int:
    """Completed years on a day; who was born on 29 February completes a year on 1 March in common years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def check_birth_date(born_on: date, today: date) -> None:
    """Raise Invalid (`birth_date_impossible`) for a day to come and for an age that nobody reaches."""
    if born_on > today:
        raise _impossible("lies in the future")
    if age_on(today, born_on) > OLDEST_YEARS:
        raise _impossible(f"lies more than {OLDEST_YEARS} years back")


def age_band(born_on: date, day: date, rule: AgeRule) -> AgeBand:
    """The band on the date of service."""
    return AgeBand.ADOLESCENT if age_on(day, born_on) < rule.adolescent_below_years else AgeBand.ADULT


def _impossible(problem: str) -> Invalid:
    return Invalid(
        "birth_date_impossible",
        "nobody referred today was born on that day",
        fields=(FieldProblem("patient.born_on", problem, "patient.born_on"),),
    )
