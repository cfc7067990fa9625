"""How the courses of a run through the services came out, for the comparison with what is published."""

from collections.abc import Iterable, Sequence

from stepwell_simulation.conduct import MISSED, THERE
from stepwell_simulation.living.cases import Case
from stepwell_simulation.outcome import Outcome, whole_days


def outcomes(courses: Iterable[Case]) -> Sequence[Outcome]:
    """The first course of each patient by what was true, whatever was entered."""
    return [_outcome(case) for case in courses if case.course == 1]


def _outcome(case: Case) -> Outcome:
    came, left_on = case.came.values(), case.last_contact_on
    return Outcome(
        number=case.profile.number,
        is_settled=case.admitted_at is not None or case.ended,
        was_assessed=case.assessed_at is not None,
        was_admitted=case.admitted_at is not None,
        wait_days=whole_days(case.reached_at, case.assessed_at),
        reason=case.profile.reason if left_on is not None else None,
        stay_days=None
        if left_on is None or case.admitted_at is None
        else (left_on - case.today(case.admitted_at)).days,
        sessions=len(came),
        attended=sum(state in THERE for state in came),
        no_shows=sum(state in MISSED for state in came),
    )
