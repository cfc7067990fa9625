"""What is planned for a patient in care: by profile and stratum, in the order in which it can happen, with keys."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from inspect import getmembers, iscoroutinefunction
from types import ModuleType

from libs.simulation.tests.stand_in import MONDAY, case_of
from stepwell_kernel.codes import AgeBand, DischargeReason, TaskKind
from stepwell_simulation.cohort import draw_patients, stratified
from stepwell_simulation.conduct import Conduct
from stepwell_simulation.living import (
    incidents_of_doses,
    incidents_of_records,
    incidents_of_texts,
    incidents_of_timetable,
)
from stepwell_simulation.living.answers import ANSWERS
from stepwell_simulation.living.course import course_of
from stepwell_simulation.living.houses import HOUSES
from stepwell_simulation.living.incidents import INCIDENTS
from stepwell_simulation.living.outcomes import outcomes
from stepwell_simulation.profile import Stratum

DAY = timedelta(days=1)
STRATA: Sequence[Stratum] = [stratum for stratum in Stratum if stratum is not Stratum.DRAWN]


def course(stratum: Stratum, number: int = 1) -> Sequence[str]:
    """The names of what happens to who shows a stratum, by time."""
    case = case_of(STRATA.index(stratum) + 1)
    case.course = number
    return [planned.name for planned in sorted(course_of(case), key=lambda planned: planned.after)]


def steps_of(module: ModuleType) -> set[str]:
    return {
        name
        for name, member in getmembers(module, iscoroutinefunction)
        if member.__module__ == module.__name__ and not name.startswith("_")
    }


def test_every_incident_that_can_happen_is_planned_for_somebody() -> None:
    modules = (incidents_of_doses, incidents_of_records, incidents_of_texts, incidents_of_timetable)
    planned = {step.__name__ for incidents in INCIDENTS.values() for _, _, step in incidents}
    assert planned == set.union(*map(steps_of, modules))


def test_each_stratum_has_what_it_is_to_show() -> None:
    assert {"hold", "resume", "step_down", "discharge"} <= set(course(Stratum.COMPLETED))
    assert course(Stratum.DROPPED_OUT)[-2:] == ["stop_coming", "discharge"]
    assert {"medicate", "hold_doses", "seen_again"} <= set(course(Stratum.ON_METHADONE))
    assert {"medicate", "test_for_cause"} <= set(course(Stratum.ON_INJECTIONS))
    assert {"relapse", "crisis", "step_down", "step_up"} <= set(course(Stratum.IN_CRISIS))
    assert "transfer" in course(Stratum.TRANSFERRED)
    assert "death" in course(Stratum.WAITLISTED)


def test_everybody_is_enrolled_first_and_discharged_once() -> None:
    for stratum in STRATA[1:]:
        names = course(stratum)
        assert (names[0], names[-1]) == ("enroll", "discharge")
        assert max(Counter(names).values()) == 1


def test_what_must_not_be_missed_is_caught_up_after_a_restart() -> None:
    assert {one.name for one in course_of(case_of(2)) if one.is_caught_up} == {"enroll", "discharge"}


def test_who_comes_back_has_no_incidents_and_no_medication_a_second_time() -> None:
    assert set(course(Stratum.ON_METHADONE, number=2)) == {"enroll", "discharge"}


def test_nothing_happens_after_the_discharge() -> None:
    for seed in range(20):
        for profile in stratified(seed, 16, MONDAY.date()):
            case = replace(case_of(1), profile=profile, conduct=Conduct(profile))
            ends = profile.stay_days * DAY
            assert all(one.after <= ends or one.name == "death" for one in course_of(case) if profile.reason)


def test_every_kind_of_care_task_is_answered() -> None:
    assert set(ANSWERS["intake"]) == set(TaskKind)


def test_the_key_of_a_step_is_of_the_run_the_patient_and_the_course() -> None:
    case = case_of(3)
    keys = {case.key("discharge"), case.key("hold"), case_of(4).key("discharge"), replace(case, course=2).key("hold")}
    assert len(keys) == 4
    assert case.key("hold") == case_of(3).key("hold")


def test_the_age_band_changes_on_the_eighteenth_birthday_where_the_patient_is_treated() -> None:
    case = case_of(2)
    born_on = MONDAY.date().replace(year=MONDAY.year - 18)
    young = replace(case, profile=replace(case.profile, born_on=born_on))
    assert young.age_band(MONDAY - timedelta(hours=10)) is AgeBand.ADOLESCENT
    assert young.age_band(MONDAY) is AgeBand.ADULT


def test_an_outcome_is_what_was_true() -> None:
    case = case_of(2)
    case.reached_at, case.assessed_at, case.admitted_at = MONDAY, MONDAY + 3.5 * DAY, MONDAY + 5 * DAY
    (waiting,) = outcomes([case])
    assert (waiting.is_settled, waiting.wait_days, waiting.reason, waiting.stay_days) == (True, 3, None, None)
    case.last_contact_on = (MONDAY + 40 * DAY).date()
    (ended,) = outcomes([case, replace(case, course=2)])
    assert (ended.reason, ended.stay_days) == (DischargeReason.COMPLETED, 35)


def test_drawn_patients_come_late_relapse_drop_out_and_return() -> None:
    drawn = [profile for profile in draw_patients(1, 400, MONDAY.date()) if profile.reason is not None]
    cases = [replace(case_of(1), profile=one, conduct=Conduct(one), house=HOUSES[one.home]) for one in drawn]
    names = Counter(planned.name for case in cases for planned in course_of(case))
    assert min(names["relapse"], names["crisis"], names["step_down"], names["stop_coming"], names["medicate"]) > 3
    assert sum(case.profile.returns for case in cases) > 5
